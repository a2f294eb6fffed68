"""Calendar arithmetic on integers: days as YYYYMMDD, months as YYYYMM (docs/ledger-format.md §1).

`datetime` is used for arithmetic only; nothing here reads a clock.
"""

from datetime import UTC, date, datetime, timedelta

DAY_WITHOUT_END = 99991231
MONTH_WITHOUT_END = 999912
YEAR_MIN = 1970
AT_MS_MAX = 253402300799000  # 9999-12-31T23:59:59Z


def is_day(number: object) -> bool:
    """Whether this is an integer YYYYMMDD that is a real date from 1970 to 9999."""
    if type(number) is not int or not YEAR_MIN * 10000 < number <= DAY_WITHOUT_END:
        return False
    try:
        date(number // 10000, number // 100 % 100, number % 100)
    except ValueError:
        return False
    return True


def local_day(at_ms: int, utc_offset_minutes: int) -> int:
    """The local date of a UTC time in milliseconds, as YYYYMMDD.

    At the two ends of the calendar it stays within the years 1970 to 9999.
    """
    seconds = min(max(at_ms // 1000 + utc_offset_minutes * 60, 0), AT_MS_MAX // 1000)
    moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    return moment.year * 10000 + moment.month * 100 + moment.day


def month_of(day: int) -> int:
    """The month YYYYMM of a day YYYYMMDD."""
    return day // 100


def is_month(text: str) -> bool:
    """Whether this text is a month YYYYMM from 197001 to 999912."""
    return (
        len(text) == len("YYYYMM")
        and text.isascii()
        and text.isdigit()
        and int(text[:4]) >= YEAR_MIN
        and 1 <= int(text[4:]) <= 12  # noqa: PLR2004 -- months of a year
    )


def is_month_number(number: object) -> bool:
    """Whether this is a month as an integer YYYYMM from 197001 to 999912."""
    return type(number) is int and is_month(str(number))


def next_day(day: int) -> int:
    """The day after; the last day of the calendar is followed by itself."""
    if day >= DAY_WITHOUT_END:
        return day
    after = date(day // 10000, day // 100 % 100, day % 100) + timedelta(days=1)
    return after.year * 10000 + after.month * 100 + after.day
