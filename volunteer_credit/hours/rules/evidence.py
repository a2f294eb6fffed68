"""What the door hands in of a shift: what was done, and who was there from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer_credit.hours.rules.errors import (
    LawFieldsError,
    LineTwiceError,
    MinutesError,
    TierError,
)

COMMITTEE = "committee"  # the residents' committee itself as organiser
PAPER_TIER = 4  # nothing was scanned
MINUTES_MAX = 10_080  # of one line, as the book has it
PAPER_MINUTES_MAX = 1440  # nobody writes more than a day by hand
PAPER_LINES_MAX = 64  # of one sheet that two persons sign, as the book has it
TITLE_MAX, PLACE_MAX, CONTENT_MAX, NAME_MAX = 200, 200, 1000, 200


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """A shift with what the law asks of a record (67号令, 7); times are UTC milliseconds.

    `shift`, `activity`, `organiser`: ids; `organiser` may be `committee`. `lead`: the account of
    the person in charge. `day`: the local date on which it began, YYYYMMDD.
    """

    shift: str
    activity: str
    title: str
    place: str
    content: str
    category: str
    coefficient: str
    organiser: str
    organiser_name: str
    lead: str
    day: int
    planned_minutes: int
    starts_at_ms: int
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class Line:
    """One person's part in a shift. `started_seq`, `ended_seq`: 0 where nothing was scanned.

    The numbers of their books are 0 for the book now. `tier` 1 to 4, how presence was proved.
    `flags`: codes of what the door wondered about.
    """

    account: str
    started_seq: int
    ended_seq: int
    started_at_ms: int
    ended_at_ms: int
    tier: int
    minutes: int
    flags: tuple[str, ...] = ()
    started_book: int = 0
    ended_book: int = 0


# The seven fields of the law, by ours: name, date, place, content, time, unit, person in charge.
# The service time is a line's own.
_FIELDS = ("title", "day", "place", "content", "organiser", "organiser_name", "lead")


def missing_fields(facts: ShiftFacts) -> list[str]:
    """Which of the law's fields are not there."""
    return [each for each in _FIELDS if not str(getattr(facts, each) or "").strip()]


def check_facts(facts: ShiftFacts) -> None:
    """Accept a shift that says all the law asks for. Raises: LawFieldsError."""
    missing = missing_fields(facts)
    if missing:
        raise LawFieldsError(fields=", ".join(missing))


def check_lines(lines: Sequence[Line], minutes_max: int = MINUTES_MAX) -> None:
    """Accept lines whose service time is one. Raises: MinutesError."""
    for each in lines:
        if not 0 <= each.minutes <= minutes_max:
            raise MinutesError(minutes=each.minutes, most=minutes_max)


def check_scanned(lines: Sequence[Line]) -> None:
    """Accept what the door proved: tier 1 to 3, with a scan. Raises: TierError, MinutesError."""
    check_lines(lines)
    if any(not (1 <= each.tier < PAPER_TIER and each.started_seq) for each in lines):
        raise TierError


def check_paper(lines: Sequence[Line]) -> None:
    """Accept the lines of a paper sheet: each person once. Raises: MinutesError, LineTwiceError."""
    check_lines(lines, PAPER_MINUTES_MAX)
    accounts = [each.account for each in lines]
    if not 0 < len(lines) <= PAPER_LINES_MAX or any(each.minutes < 1 for each in lines):
        raise MinutesError(minutes=0, most=PAPER_MINUTES_MAX)
    if len(set(accounts)) != len(accounts):
        raise LineTwiceError


def scope_of(organiser: str) -> str:
    """The organisation that a role must reach; empty where the committee itself organises."""
    return "" if organiser == COMMITTEE else organiser
