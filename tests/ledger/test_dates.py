"""Days and months as integers, against the calendar of the standard library (format §1)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import dates

DAY_MS = 86_400_000
END_MS = 253402300799000


def number(day: date) -> int:
    """A date as YYYYMMDD."""
    return day.year * 10000 + day.month * 100 + day.day


def at_ms(moment: datetime) -> int:
    """A moment as UTC milliseconds."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@pytest.mark.parametrize("year", [1970, 1999, 2000, 2024, 2026, 2100, 9999])
def test_every_eight_digits_of_a_year(year: int) -> None:
    """Of all YYYY0000 to YYYY9999 just the year's real dates are days."""
    first = date(year, 1, 1)
    length = 366 if year in {2000, 2024} else 365
    real = {number(first + timedelta(days=at)) for at in range(length)}
    assert {day for day in range(year * 10000, year * 10000 + 10000) if dates.is_day(day)} == real


@pytest.mark.parametrize("year", [1970, 2023, 2024, 2026, 2100])
def test_next_day_through_a_year(year: int) -> None:
    """The day after, into the next year, is the calendar's; leap days too."""
    day = date(year, 1, 1)
    while day <= date(year, 12, 31):
        after = day + timedelta(days=1)
        assert dates.next_day(number(day)) == number(after)
        day = after


def test_next_day_at_the_end() -> None:
    """The last day of the calendar is followed by itself."""
    assert dates.next_day(99991230) == 99991231
    assert dates.next_day(99991231) == 99991231 == dates.DAY_WITHOUT_END


def test_years_out_of_range_are_no_days() -> None:
    """Years 1970 to 9999 only, and never a bool, a text or a float."""
    assert dates.is_day(19700101)
    assert dates.is_day(99991231)
    for bad in (0, 101, 10101, 19691231, 19700100, 100000101, -20260101, True, "20260101", 2.0e7):
        assert not dates.is_day(bad)


@pytest.mark.parametrize("offset", [-840, -839, -60, -1, 0, 1, 480, 839, 840])
def test_local_day_around_midnight(offset: int) -> None:
    """The local date changes with local midnight, at every offset the format allows."""
    zone = timezone(timedelta(minutes=offset))
    for day in (date(1971, 1, 1), date(2024, 2, 29), date(2026, 11, 22), date(2100, 3, 1)):
        midnight = at_ms(datetime(day.year, day.month, day.day, tzinfo=zone))
        assert dates.local_day(midnight, offset) == number(day)
        assert dates.local_day(midnight + DAY_MS - 1, offset) == number(day)
        assert dates.local_day(midnight - 1, offset) == number(day - timedelta(days=1))
        assert dates.local_day(midnight + DAY_MS, offset) == number(day + timedelta(days=1))


@given(st.integers(DAY_MS, END_MS - DAY_MS), st.integers(-840, 840))
def test_local_day_is_the_calendar_date(at: int, offset: int) -> None:
    """Any moment, any offset: the date that the standard library gives."""
    zone = timezone(timedelta(minutes=offset))
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
    assert dates.local_day(at, offset) == number(moment.astimezone(zone).date())
    assert dates.is_day(dates.local_day(at, offset))


def test_local_day_stays_within_the_calendar() -> None:
    """At both ends it stops at the first and last day instead of leaving 1970 to 9999."""
    assert dates.AT_MS_MAX == END_MS
    assert dates.local_day(0, 0) == 19700101
    assert dates.local_day(0, -1) == dates.local_day(0, -840) == 19700101
    assert dates.local_day(840 * 60_000 - 1, -840) == 19700101
    assert dates.local_day(840 * 60_000 + DAY_MS, -840) == 19700102
    assert dates.local_day(END_MS, 0) == 99991231
    assert dates.local_day(END_MS, 1) == dates.local_day(END_MS, 840) == 99991231
    assert dates.local_day(END_MS, -840) == 99991231
    assert dates.local_day(END_MS - DAY_MS, 0) == 99991230


def test_months() -> None:
    """The month of a day is its first six digits, and 999912 is the one without end."""
    assert dates.month_of(20261122) == 202611
    assert dates.month_of(dates.DAY_WITHOUT_END) == dates.MONTH_WITHOUT_END == 999912


def test_every_six_digits_of_some_years() -> None:
    """Of YYYY00 to YYYY99 just the twelve months from 1970 on are months."""
    for year in (1970, 1999, 2026, 9999):
        months = [
            f"{year}{month:02}" for month in range(100) if dates.is_month(f"{year}{month:02}")
        ]
        assert months == [f"{year}{month:02}" for month in range(1, 13)]
    for year in (0, 1, 1000, 1969):
        assert not any(dates.is_month(f"{year:04}{month:02}") for month in range(100))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "2026",
            "20261",
            "2026011",
            "2026 1",
            "2026-1",
            "+20261",
            "20261a",
            "20261\n",
            " 20261",
        ),
        *("20_261", "2026\u00b21", "2026\u0661\u0661", "\uff12\uff10\uff12\uff16\uff10\uff11"),
    ],
)
def test_a_text_that_is_no_month(text: str) -> None:
    """Six ASCII digits and nothing else: superscript, Arabic and full-width digits are none."""
    assert not dates.is_month(text)
