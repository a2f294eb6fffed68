"""Minutes at a shift, and until when somebody stayed who did not say goodbye."""

import re
from datetime import UTC, datetime, timedelta

from volunteer_credit.shared.errors import BadRequestError

MINUTE_MS = 60_000
DAY_MS = 86_400_000
MINUTES_MAX = 10_080  # of one presence, as the book has it
DOUBLE_READ_MS = 120_000  # a scanner reads a card twice before it is taken away
ANNUL_MS = 900_000
EARLY_MS = DAY_MS // 2  # before a shift, as the door opens
OVERDUE_MS = DAY_MS  # a shift that nobody has closed by then

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:：]?([0-5][0-9])", re.ASCII)


class OutTimeError(BadRequestError):
    """A time at which nobody can have left."""

    code = "out_time"
    en = "Write the time like 11:30, after they came and not later than now."
    zh = "请按 11:30 的形式填写，须晚于签到时间且不晚于现在。"


def minutes_between(started_at_ms: int, ended_at_ms: int) -> int:
    """Whole minutes, at most a week."""
    return min(max(0, ended_at_ms - started_at_ms) // MINUTE_MS, MINUTES_MAX)


def is_its_time(starts_at_ms: int, ends_at_ms: int, at_ms: int) -> bool:
    """Whether somebody may come to a shift: not days before it, nor days after."""
    return starts_at_ms - EARLY_MS <= at_ms < ends_at_ms + OVERDUE_MS


def planned_out_ms(started_at_ms: int, ends_at_ms: int, at_ms: int) -> int:
    """When somebody left who stayed to the end: not before they came, nor later than now."""
    return max(started_at_ms, min(ends_at_ms, at_ms))


def parse_out(text: str, started_at_ms: int, at_ms: int, utc_offset_minutes: int) -> int:
    """The time that a lead wrote, the first after the check-in, UTC ms. Raises: OutTimeError."""
    match = _CLOCK.fullmatch(text.strip()) if len(text) <= len("xx 00:00 xx") else None
    if match is None:
        raise OutTimeError
    began = local(started_at_ms, utc_offset_minutes)
    left = began.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
    if left < began.replace(second=0, microsecond=0):
        left += timedelta(days=1)  # past midnight
    found = int((left - timedelta(minutes=utc_offset_minutes)).timestamp() * 1000)
    found = max(found, started_at_ms)  # within the minute of the check-in
    if found > at_ms:
        raise OutTimeError
    return found


def local(at_ms: int, utc_offset_minutes: int) -> datetime:
    """The local time of a moment."""
    return datetime.fromtimestamp(at_ms // 1000, UTC) + timedelta(minutes=utc_offset_minutes)


def clock_text(at_ms: int, utc_offset_minutes: int) -> str:
    """A moment as a clock on the wall shows it: 09:02."""
    return f"{local(at_ms, utc_offset_minutes):%H:%M}"


def overlaps(one: tuple[int, int | None], other: tuple[int, int | None]) -> bool:
    """Whether two presences share any time; an end of None is still open."""
    (a_from, a_to), (b_from, b_to) = one, other
    return (b_to is None or a_from < b_to) and (a_to is None or b_from < a_to)
