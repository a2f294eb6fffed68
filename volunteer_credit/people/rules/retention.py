"""What is kept of people: what for, how long, under which law, and who may read it.

Every column of every table stands here once; docs/privacy.md is made from it, and a new table
that is left out fails the tests. The rows about people are in retention_people.py, the rest in
retention_rest.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from volunteer_credit.people.rules import (
    retention_checkins,
    retention_conventions,
    retention_fund,
    retention_hours,
    retention_merchants,
    retention_points,
    retention_projects,
    retention_redemptions,
)
from volunteer_credit.people.rules.retention_people import FIELDS, PEOPLE
from volunteer_credit.people.rules.retention_rest import REST
from volunteer_credit.people.rules.retention_words import Kept

DAY_MS = 86_400_000
YEAR_DAYS = 365
ROOMS = (
    retention_conventions,
    retention_fund,
    retention_points,
    retention_hours,
    retention_merchants,
    retention_projects,
    retention_checkins,
    retention_redemptions,
)
RECORD_YEARS = 10  # GB/T 40143-2021: volunteer records at least ten years
PROOF_YEARS = 3  # as PIPL 56 asks for impact assessments


@dataclass(frozen=True, slots=True)
class Expiry:
    """Rows of a table that go when `column` (UTC ms) is further back than `days`.

    `unless`: a column; rows that have it stay as long as their person.
    """

    table: str
    column: str
    days: int
    unless: str = ""

    def before_ms(self, at_ms: int) -> int:
        """Rows of an earlier time are due."""
        return at_ms - self.days * DAY_MS


# Sessions, codes, challenges and counters are purged where signing in is at home.
EXPIRIES = (
    # A used one says who let its person in: nobody alone lets in both founders of a community.
    Expiry("people_slips", "expires_at_ms", 35, unless="used_at_ms"),
    Expiry("people_devices", "revoked_at_ms", YEAR_DAYS),
    Expiry("people_passkeys", "removed_at_ms", YEAR_DAYS),
    Expiry("people_cards", "ended_at_ms", PROOF_YEARS * YEAR_DAYS),
    Expiry("people_accesses", "at_ms", PROOF_YEARS * YEAR_DAYS),
    Expiry("people_consents", "withdrawn_at_ms", PROOF_YEARS * YEAR_DAYS),
    Expiry("people_proxy_asks", "asked_at_ms", 90),
    Expiry("people_erasures", "done_at_ms", PROOF_YEARS * YEAR_DAYS),
)


def due(at_ms: int) -> Iterator[tuple[Expiry, int]]:
    """Each kind of row that expires by itself, with the time before which it is due."""
    return ((each, each.before_ms(at_ms)) for each in EXPIRIES)


def records_kept_before_ms(at_ms: int) -> int:
    """Who left everywhere before this time is kept no longer: ten years have passed, leap days too.

    The duty may end earlier where no record is kept; operations/erasing.py asks for that.
    """
    return at_ms - (RECORD_YEARS * YEAR_DAYS + 3) * DAY_MS


def everything() -> tuple[Kept, ...]:
    """Every row of the table: the vault's fields, people's tables, the rooms', the rest."""
    rooms = (row for room in ROOMS for row in room.ROOM)
    return (*FIELDS, *PEOPLE, *rooms, *REST)
