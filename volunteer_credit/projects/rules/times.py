"""Local days and times of day, and when a shift may be."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

from volunteer_credit.projects.rules.errors import (
    DayTimeError,
    EndBeforeStartError,
    NumberRangeError,
    ShiftBegunError,
    ShiftLongError,
    StartFarError,
    StartPastError,
)
from volunteer_credit.projects.rules.texts import Field

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
WEEK_DAYS = 7
PAST_HOURS = 2  # "now" may be said a little late
AHEAD_DAYS = 400
MINUTES_MIN, HOURS_MAX = 5, 12
WEEKS_MAX = 12
WEEKS = Field("每周重复", "Weeks", 0)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def zone(offset_minutes: int) -> timezone:
    """The local time of the installation."""
    return timezone(timedelta(minutes=offset_minutes))


def local(at_ms: int, offset_minutes: int) -> datetime:
    """A time as the wall clock shows it."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(zone(offset_minutes))


def day_number(when: date) -> int:
    """YYYYMMDD."""
    return when.year * 10_000 + when.month * 100 + when.day


def start_of(day: str, time: str, offset_minutes: int) -> int:
    """UTC ms of a date `2026-11-28` and a time of day `9:00`. Raises: DayTimeError."""
    match = _TIME.fullmatch(time.strip())
    try:
        when = date.fromisoformat(day.strip())
    except ValueError:
        raise DayTimeError from None
    if match is None or not _DAY.fullmatch(day.strip()):
        raise DayTimeError
    hour, minute = int(match[1]), int(match[2])
    at = datetime(when.year, when.month, when.day, hour, minute, tzinfo=zone(offset_minutes))
    return int(at.timestamp()) * 1000


def weekly(starts_at_ms: int, weeks: int) -> tuple[int, ...]:
    """The starts of a series, the first one included. Raises: NumberRangeError."""
    if not 1 <= weeks <= WEEKS_MAX:
        raise NumberRangeError(field=WEEKS, least=1, most=WEEKS_MAX)
    return tuple(starts_at_ms + each * WEEK_DAYS * DAY_MS for each in range(weeks))


def next_like(starts_at_ms: int, now_ms: int) -> int:
    """The same weekday and time of day: the first one after it that is still to come."""
    week_ms = WEEK_DAYS * DAY_MS
    return starts_at_ms + (max(0, now_ms - starts_at_ms) // week_ms + 1) * week_ms


def check_length(starts_at_ms: int, ends_at_ms: int) -> None:
    """Raises: EndBeforeStartError, ShiftLongError."""
    if ends_at_ms - starts_at_ms < MINUTES_MIN * MINUTE_MS:
        raise EndBeforeStartError(minutes=MINUTES_MIN)
    if ends_at_ms - starts_at_ms > HOURS_MAX * HOUR_MS:
        raise ShiftLongError(hours=HOURS_MAX)


def check_starts(starts: Sequence[int], now_ms: int) -> None:
    """Raises: StartPastError, StartFarError."""
    if min(starts) < now_ms - PAST_HOURS * HOUR_MS:
        raise StartPastError(hours=PAST_HOURS)
    if max(starts) > now_ms + AHEAD_DAYS * DAY_MS:
        raise StartFarError(days=AHEAD_DAYS)


def check_covers(was: tuple[int, int], wanted: tuple[int, int], offset_minutes: int) -> None:
    """A shift to which somebody has come keeps its day and all of its time; it may get more.

    Spans in UTC ms. Raises: ShiftBegunError.
    """
    days = [day_number(local(each[0], offset_minutes).date()) for each in (was, wanted)]
    if wanted[0] > was[0] or wanted[1] < was[1] or days[0] != days[1]:
        raise ShiftBegunError
