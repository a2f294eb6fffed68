"""How a convention was adopted: facts without names, checked by the law of residents' committees.

Each limit is the law's (城市居民委员会组织法 2025, articles 26 to 34) unless the line says another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, TypeAlias

from volunteer_credit.conventions.rules.adoption_errors import (
    AuthorityError,
    CountsError,
    DayAheadError,
    DayOrderError,
    EffectiveDayError,
    FilingError,
    MajorityError,
    MeetingNoticeError,
    OtherConventionError,
    QuorumError,
)
from volunteer_credit.conventions.rules.checks import check_text
from volunteer_credit.conventions.rules.document import LEVELS, Level, Principles
from volunteer_credit.conventions.rules.document_errors import DocumentShapeError
from volunteer_credit.conventions.rules.shape import LINE_PATTERN, Choice, Hash, Integer, Line

FORMAT = "volunteer-credit/adoption/1"
MEETING_NOTICE_DAYS = 10
PUBLISHED_DAYS = 15
_RANKS = ("staff", "residents_committee", "representatives_meeting", "residents_meeting")
_DAYS_IN_ORDER = (  # what is 0 did not happen
    ("comments_from_day", "comments_to_day"),
    ("comments_to_day", "decided_day"),
    ("studied_day", "decided_day"),
    ("reviewed_day", "decided_day"),
    ("called_day", "decided_day"),
    ("authorised_day", "decided_day"),
    ("decided_day", "filed_day"),
)
WARNINGS = {
    "studied": {
        "en": "No study by the Party organisation is noted.",
        "zh": "未记载社区党组织研究。",
    },
    "reviewed": {"en": "No review by the subdistrict is noted.", "zh": "未记载街道审核。"},
    "comments": {"en": "No time for comments is noted.", "zh": "未记载征求意见的时间。"},
    "published": {
        "en": "It is public for less than 15 days before it takes effect.",
        "zh": "生效前居务公开不足 15 天。",
    },
}

Day: TypeAlias = Annotated[int, Integer(0, 99991231)]
People: TypeAlias = Annotated[int, Integer(0, 10_000_000)]


@dataclass(frozen=True, slots=True)
class Adoption:
    """The record of a vote, or of a staff member's announcement. A day of 0: it did not happen."""

    format: Annotated[str, Choice((FORMAT,))]
    convention: Hash
    effective_day: Day
    recorded_from: Annotated[str, Choice(("system", "paper"))]
    assembly: Annotated[str, Choice(_RANKS)]
    counted: Annotated[str, Choice(("residents", "household_representatives", "members"))]
    eligible: People
    present: People
    in_favour: People
    called_day: Day
    decided_day: Day
    special_reason: Annotated[str, Line(300, LINE_PATTERN.removesuffix("+") + "*")]
    authorised_day: Day  # when the residents' meeting let the representatives decide
    comments_from_day: Day
    comments_to_day: Day
    studied_day: Day
    reviewed_day: Day
    filed_day: Day
    filed_with: Annotated[str, Choice(("none", "subdistrict", "district", "county_level_city"))]
    published_day: Day


def check_adoption(
    adoption: Adoption,
    convention: str,
    changed: frozenset[Level],
    principles: Principles,
    today: int,
) -> tuple[str, ...]:
    """Refuse an adoption that the law or the principles in force do not let stand.

    `convention`: the document's name; `changed`: what it changes (`succession.py`); `principles`:
    those in force, or the first version's own; `today`: the entry's local date. Returns codes of
    `WARNINGS`. Raises: the errors of `adoption_errors.py`, DocumentShapeError, TextFormError,
    PersonalNumberError.
    """
    if adoption.convention != convention:
        raise OtherConventionError(convention=adoption.convention)
    check_text("special_reason", adoption.special_reason)
    _check_days(adoption, today)
    _check_authority(adoption, changed, principles)
    if adoption.assembly != "staff":
        _check_vote(adoption)
    if "principles" in changed and (adoption.filed_with == "none" or not adoption.filed_day):
        raise FilingError
    first_day = _later(today, 1)
    if adoption.assembly == "staff":
        announced = adoption.published_day or today
        first_day = max(first_day, _later(announced, principles.parameters_announced_days))
    if adoption.effective_day < first_day:
        raise EffectiveDayError(first_day=first_day, effective_day=adoption.effective_day)
    return tuple(_warnings(adoption, changed))


def _check_days(adoption: Adoption, today: int) -> None:
    names = dict.fromkeys(each for pair in _DAYS_IN_ORDER for each in pair)
    for name in (*names, "published_day"):
        if getattr(adoption, name):
            _date(getattr(adoption, name), name)
    for name in names:  # the notice may still be posted; the rest has happened
        if getattr(adoption, name) > today:
            raise DayAheadError(name=name, day=getattr(adoption, name))
    for name in ("effective_day", "decided_day"):
        _date(getattr(adoption, name), name)
    for earlier, later in _DAYS_IN_ORDER:
        first, second = getattr(adoption, earlier), getattr(adoption, later)
        if 0 < second < first:
            raise DayOrderError(earlier=earlier, earlier_day=first, later=later, later_day=second)


def _check_authority(adoption: Adoption, changed: frozenset[Level], principles: Principles) -> None:
    """Who may decide the highest level that changes; whoever stands above may too."""
    level = next((each for each in LEVELS if each in changed), "parameters")
    needed = {
        "principles": "representatives_meeting",
        "detailed_rules": principles.detailed_rules_by,
        "parameters": "staff",
    }[level]
    is_high_enough = _RANKS.index(adoption.assembly) >= _RANKS.index(needed)
    is_delegated = adoption.assembly == "representatives_meeting" and level == "principles"
    if not is_high_enough or (is_delegated and not adoption.authorised_day):
        raise AuthorityError(level=level, assembly=adoption.assembly)


def _check_vote(adoption: Adoption) -> None:
    eligible, present, in_favour = adoption.eligible, adoption.present, adoption.in_favour
    if not 0 <= in_favour <= present <= eligible or not eligible:
        raise CountsError(eligible=eligible, present=present, in_favour=in_favour)
    is_representatives = adoption.assembly == "representatives_meeting"
    # Two thirds of the representatives; more than half of residents (and of the committee: ours).
    quorum = -(-2 * eligible // 3) if is_representatives else eligible // 2 + 1
    if present < quorum:
        raise QuorumError(eligible=eligible, present=present, needed=quorum)
    majority = present // 2 + 1
    if in_favour < majority:
        raise MajorityError(present=present, in_favour=in_favour, needed=majority)
    if adoption.assembly == "residents_meeting" and not adoption.special_reason:
        _check_notice(adoption)


def _check_notice(adoption: Adoption) -> None:
    days = 0
    if adoption.called_day:
        days = (_date(adoption.decided_day, "") - _date(adoption.called_day, "")).days
    if days < MEETING_NOTICE_DAYS:
        raise MeetingNoticeError(days=days)


def _warnings(adoption: Adoption, changed: frozenset[Level]) -> Iterator[str]:
    if "principles" in changed:
        if not adoption.studied_day:
            yield "studied"
        if not adoption.reviewed_day:
            yield "reviewed"
        if not adoption.comments_from_day:
            yield "comments"
    is_short = _later(adoption.published_day, PUBLISHED_DAYS) > adoption.effective_day
    if adoption.assembly != "staff" and is_short:
        yield "published"


def _date(day: int, path: str) -> date:
    try:
        return date(day // 10_000, day // 100 % 100, day % 100)
    except ValueError:
        raise DocumentShapeError(path=path, reason="a day YYYYMMDD is needed") from None


def _later(day: int, days: int) -> int:
    """The day so many days on; a day of 0, which never came, is later than every other."""
    last = date.max - timedelta(days=days)
    after = min(_date(day, ""), last) + timedelta(days=days) if day else date.max
    return int(f"{after.year:04}{after:%m%d}")
