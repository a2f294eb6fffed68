"""A body that ends for a reason, and comes back within thirty days as if it had not.

One person's act, with a trace: the members read the reason, and what they did is kept. A
community's staff end and re-open its own groups; an administrator of the city the other bodies.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.organisations import OrganisationMemberRow, OrganisationRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.organisations import (
    ACTIVE,
    CHANGE,
    ENDED,
    end_body,
    put_back,
)
from volunteer_credit.people.queries.organisations import is_registered
from volunteer_credit.people.rules.organisations import (
    ADMIN,
    GROUP,
    REOPEN_DAYS,
    OrganisationUnknownError,
    RegistrationTakenError,
    ReopenOverError,
    check_end,
    is_reopenable,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a body ends: a reason of the list, and words. Raises: OrganisationEndError."""

    reason: str
    words: str = ""

    def __post_init__(self) -> None:
        """Keep what was parsed."""
        object.__setattr__(self, "words", check_end(self.reason, self.words))


@retried
def end_organisation(
    caller: Caller, community_id: str, organisation_id: str, ending: Ending, key: str
) -> None:
    """End a group of a community, or (`community_id` empty: the city's administrator) any body.

    Raises: OrganisationUnknownError, and as `authorised` and `perform`.
    """

    def work(operation: Operation, row: OrganisationRow) -> None:
        if row.state != ACTIVE:
            raise OrganisationUnknownError
        end_body(operation, row, caller.person_id, ending.reason, ending.words)

    said = request_digest(db.session, asdict(ending))
    _perform(caller, (community_id, organisation_id), ("organisation.end", said, key), work)


@retried
def reopen_organisation(caller: Caller, community_id: str, organisation_id: str, key: str) -> None:
    """Take the end of a body back: whoever was in it then, and is still here, is in it again.

    Raises: ReopenOverError after thirty days, or where nobody would look after it;
    RegistrationTakenError; as `end_organisation`.
    """

    def work(operation: Operation, row: OrganisationRow) -> None:
        if row.state != ENDED:
            raise OrganisationUnknownError
        if not is_reopenable(row.ended_at_ms, operation.at_ms):
            raise ReopenOverError(days=REOPEN_DAYS)
        if row.registration and is_registered(operation.session, row.registration):
            raise RegistrationTakenError
        were = select(OrganisationMemberRow).where(
            OrganisationMemberRow.organisation_id == organisation_id,
            OrganisationMemberRow.until_ms == row.ended_at_ms,
        )
        members = operation.session.execute(were).scalars().all()
        found = [put_back(operation, each, caller.person_id) for each in members]
        if ADMIN not in found:
            raise ReopenOverError(days=REOPEN_DAYS)
        row.state, row.ended_at_ms, row.ended_by = ACTIVE, None, None
        row.end_reason = row.end_words = ""

    _perform(caller, (community_id, organisation_id), ("organisation.reopen", "", key), work)


def _perform(
    caller: Caller,
    where: tuple[str, str],
    asked: tuple[str, str, str],
    work: Callable[[Operation, OrganisationRow], None],
) -> None:
    community_id, organisation_id = where
    name, said, key = asked
    target = Target(community_id)
    body = {"organisation": organisation_id, "said": said}
    request = Request(acting(caller, CHANGE, CITY, target), key, name, body)
    with perform(CITY, request) as operation:
        authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            row = operation.session.get(OrganisationRow, organisation_id)
            if row is None or not _is_theirs(row, community_id):
                raise OrganisationUnknownError
            work(operation, row)
            operation.answer({})


def _is_theirs(row: OrganisationRow, community_id: str) -> bool:
    return not community_id or (row.kind == GROUP and row.community_id == community_id)
