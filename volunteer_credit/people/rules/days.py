"""Local days as numbers, YYYYMMDD."""

from datetime import UTC, datetime, timedelta

_DIGITS = 8


def local_day(at_ms: int, utc_offset_minutes: int) -> int:
    """The local date of a time."""
    local = datetime.fromtimestamp(at_ms // 1000, UTC) + timedelta(minutes=utc_offset_minutes)
    return int(f"{local:%Y%m%d}")


def is_day(number: int) -> bool:
    """Whether this is a day of the calendar, in the years 1000 to 9999."""
    try:
        datetime.strptime(str(number), "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return len(str(number)) == _DIGITS
