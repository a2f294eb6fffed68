"""Whether somebody may sign up for a shift now: one visible cause for each answer."""

from dataclasses import dataclass

from volunteer_credit.people.rules.ages import age_on
from volunteer_credit.projects.rules.drafts import is_closed
from volunteer_credit.projects.rules.states import CANCELLED, ENDED

FREE, FULL_WAITING, OVERLAPS = "free", "full_waiting", "overlaps"
ALREADY, TOO_YOUNG, NOT_MEMBER = "already", "too_young", "not_member"
IS_CANCELLED, IS_ENDED, INSURANCE_MISSING = "cancelled", "ended", "insurance_missing"
CAUSES = (
    FREE,
    FULL_WAITING,
    TOO_YOUNG,
    ALREADY,
    OVERLAPS,
    IS_CANCELLED,
    IS_ENDED,
    NOT_MEMBER,
    INSURANCE_MISSING,
)
OPEN_CAUSES = frozenset({FREE, FULL_WAITING, OVERLAPS})  # with these one may sign up


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a shift decides. `signed`: how many have a place."""

    state: str
    ends_at_ms: int
    day: int
    capacity: int
    min_age: int
    risk: str
    insurance: str
    signed: int


@dataclass(frozen=True, slots=True)
class Asker:
    """Who would come. `birth_day`: YYYYMMDD, 0 where none was given, which is an adult's."""

    is_member: bool = True
    is_on_list: bool = False
    birth_day: int = 0
    has_overlap: bool = False


def closed(terms: Terms, now_ms: int) -> str:
    """Why nobody may sign up now; empty when somebody may."""
    if terms.state == CANCELLED:
        return IS_CANCELLED
    if terms.state == ENDED or now_ms >= terms.ends_at_ms:
        return IS_ENDED
    return INSURANCE_MISSING if is_closed(terms.risk, terms.insurance) else ""


def standing(terms: Terms, asker: Asker, now_ms: int) -> str:
    """The first cause that holds, the hardest first."""
    shut = closed(terms, now_ms)
    if shut in (IS_CANCELLED, IS_ENDED):
        return shut
    for holds, cause in (
        (asker.is_on_list, ALREADY),
        (bool(shut), shut),
        (not asker.is_member, NOT_MEMBER),
        (is_too_young(asker.birth_day, terms), TOO_YOUNG),
        (terms.signed >= terms.capacity, FULL_WAITING),
        (asker.has_overlap, OVERLAPS),
    ):
        if holds:
            return cause
    return FREE


def is_too_young(birth_day: int, terms: Terms) -> bool:
    """Whether a person is below the shift's age on its day."""
    return bool(birth_day) and age_on(birth_day, terms.day) < terms.min_age
