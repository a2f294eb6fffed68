"""Local days as numbers, YYYYMMDD."""

from datetime import UTC, datetime
from functools import lru_cache

_DIGITS = 8


def local_day(at_ms: int, utc_offset_minutes: int) -> int:
    """The local date of a time."""
    return _day(at_ms // 60_000 + utc_offset_minutes)


@lru_cache(maxsize=64)  # every request asks it several times
def _day(minutes: int) -> int:
    return int(f"{datetime.fromtimestamp(minutes * 60, UTC):%Y%m%d}")


def is_day(number: int) -> bool:
    """Whether this is a day of the calendar, in the years 1000 to 9999."""
    try:
        datetime.strptime(str(number), "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return len(str(number)) == _DIGITS
