"""Working days: weekdays but for holidays, and the weekend days that make up for them.

A year that nobody has told yet is counted by weekends alone, and that is said (`missing`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from volunteer_credit.hours.rules.errors import CalendarYearError

CALENDAR_YEAR_MISSING = "calendar_year_missing"
RECORD_WORKING_DAYS = 10  # from the end of the activity to the record (67号令, 11)
YEAR_MIN, YEAR_MAX = 2000, 2999
_SATURDAY = 5
_TEXT_MAX = 1000
_MMDD = re.compile(r"[0-9]{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Year:
    """How a year differs from its weekends: MMDD of weekdays off, and of weekend days worked."""

    days_off: frozenset[int]
    work_days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Until:
    """A day counted from another, and the years on the way that nobody has told yet."""

    day: int
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years that are told."""

    years: Mapping[int, Year]

    def is_working(self, day: int) -> bool:
        """Whether people work on this day YYYYMMDD, as far as its year is told."""
        year = self.years.get(day // 10_000)
        is_weekend = _date(day).weekday() >= _SATURDAY
        if year is None:
            return not is_weekend
        mmdd = day % 10_000
        return mmdd in year.work_days if is_weekend else mmdd not in year.days_off

    def after(self, day: int, working_days: int) -> Until:
        """The last of so many working days after a day; with none of them the day itself."""
        at, left, missing = _date(day), working_days, set[int]()
        while left > 0:
            at += timedelta(days=1)
            number = _number(at)
            if number // 10_000 not in self.years:
                missing.add(number // 10_000)
            left -= self.is_working(number)
        return Until(_number(at), tuple(sorted(missing)))

    def is_overdue(self, day: int, today: int) -> bool:
        """Whether more than ten working days have gone by since an activity ended on `day`."""
        return today > self.after(day, RECORD_WORKING_DAYS).day


def parse_days(text: str, year: int) -> list[int]:
    """MMDD numbers as somebody typed them, sorted, each once. Raises: CalendarYearError."""
    found = set()
    if not YEAR_MIN <= year <= YEAR_MAX or len(text) > _TEXT_MAX:
        raise CalendarYearError(year=year, problem=text[:8])
    for word in re.split(r"[\s,，、;；]+", text.strip()):
        if not word:
            continue
        if not _MMDD.fullmatch(word) or not _is_date(year, int(word)):
            raise CalendarYearError(year=year, problem=word[:8])
        found.add(int(word))
    return sorted(found)


def year_of(year: int, days_off: Iterable[int], work_days: Iterable[int]) -> Year:
    """A year, from days that differ: days off are weekdays, and make-up days weekend days.

    Raises: CalendarYearError.
    """
    found = Year(frozenset(days_off), frozenset(work_days))
    for days, on_weekend in ((found.days_off, False), (found.work_days, True)):
        for each in sorted(days):
            if (_date(year * 10_000 + each).weekday() >= _SATURDAY) is not on_weekend:
                raise CalendarYearError(year=year, problem=f"{each:04}")
    return found


def _is_date(year: int, mmdd: int) -> bool:
    try:
        _date(year * 10_000 + mmdd)
    except ValueError:
        return False
    return True


def _date(day: int) -> datetime:
    return datetime(day // 10_000, day // 100 % 100, day % 100, tzinfo=UTC)


def _number(at: datetime) -> int:
    return at.year * 10_000 + at.month * 100 + at.day
