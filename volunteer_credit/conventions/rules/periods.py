"""Periods that a day falls in, as numbers; expiry months."""

MONTH_WITHOUT_END = 999912
_MONTHS = 12


def period_of(day: int, period: str) -> int:
    """The period of a day YYYYMMDD: 0 for `life`, YYYY, YYYYQ, YYYYMM, or the day itself."""
    year, month = day // 10_000, day // 100 % 100
    return {
        "life": 0,
        "year": year,
        "quarter": year * 10 + (month + 2) // 3,
        "month": day // 100,
        "day": day,
    }[period]


def expiry_month(day: int, validity_months: int) -> int:
    """The month YYYYMM through whose end points given on this day are good.

    999912 where they never expire.
    """
    if not validity_months:
        return MONTH_WITHOUT_END
    years, month = divmod(day // 100 % 100 - 1 + validity_months, _MONTHS)
    return min((day // 10_000 + years) * 100 + month + 1, MONTH_WITHOUT_END)
