"""A convention in a town's book, as two persons put it there; used by every room above too."""

from dataclasses import replace

from tests.people.make import COMMUNITY, DAY_MS, Resident, Town
from tests.service.make import FakeClock
from volunteer_credit.conventions.operations.adopting import Proposed, propose_convention
from volunteer_credit.conventions.operations.contracts import sign_contract
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.adoption import FORMAT, Adoption
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.reading import encode, name_of
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.shared.db import end_reading

OFFSET_MINUTES = 480


def day_of(at_ms: int) -> int:
    """The local date of a moment, YYYYMMDD."""
    return local_day(at_ms, OFFSET_MINUTES)


def adoption(convention: Convention, effective_day: int, decided_day: int) -> Adoption:
    """A residents' meeting that did all that the law asks for, as far as it matters here."""
    return Adoption(
        format=FORMAT,
        convention=name_of(encode(convention)),
        effective_day=effective_day,
        recorded_from="paper",
        assembly="residents_meeting",
        counted="residents",
        eligible=1001,
        present=501,
        in_favour=251,
        called_day=20260101,
        decided_day=decided_day,
        special_reason="",
        authorised_day=0,
        comments_from_day=20260101,
        comments_to_day=20260110,
        studied_day=20260101,
        reviewed_day=20260102,
        filed_day=decided_day,
        filed_with="subdistrict",
        published_day=decided_day,
    )


def proposed(
    town: Town, convention: Convention, at_ms: int, key: str = "convention", **changes: object
) -> Proposed:
    """Proposed by anna today, effective tomorrow."""
    effective = day_of(at_ms + DAY_MS)
    vote = adoption(convention, effective, 20260601)
    vote = replace(vote, **changes)  # type: ignore[arg-type] # fields by name
    return propose_convention(town.anna.caller(), COMMUNITY, convention, vote, key)


def adopt(
    town: Town, clock: FakeClock, template: str = "ten_an_hour", key: str = "convention"
) -> str:
    """A template (or a convention of one's own) adopted and in force: the clock is a day further.

    Returns its name in the book.
    """
    return adopt_document(town, clock, templates()[template], key)


def adopt_document(
    town: Town, clock: FakeClock, convention: Convention, key: str = "convention"
) -> str:
    """The same with any convention."""
    made = proposed(town, convention, clock.at_ms, key)
    end_reading()
    approve(town.bo.caller(), COMMUNITY, made.seq, f"{key} approve")
    clock.pass_ms(DAY_MS)
    end_reading()
    return made.name


def sign(who: Resident, key: str = "sign") -> int:
    """Somebody joins the points scheme by their own act."""
    seq = sign_contract(who.caller(), COMMUNITY, key)
    end_reading()
    return seq
