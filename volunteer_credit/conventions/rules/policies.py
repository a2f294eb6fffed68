"""The convention's smaller answers: notice, review, stars, market days, what a fund may give."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Literal, TypeAlias

from volunteer_credit.conventions.rules.document import Convention, Fund
from volunteer_credit.conventions.rules.document_errors import NoSuchFundError

Reviewer: TypeAlias = Literal["automatic", "unit", "city"]
FundVerdict: TypeAlias = Literal["pay", "warn", "defer"]

_MINUTES_PER_HOUR = 60


def notice_working_days(convention: Convention, tier: int) -> int:
    """For how long an hour stands in the public notice; `tier` 1 to 4, how presence was proved."""
    return convention.principles.notice_working_days_by_tier[tier - 1]


def reviewer(convention: Convention, day_minutes: int) -> Reviewer:
    """Who looks at a person's day of so many minutes, this record included."""
    limits = convention.detailed_rules.limits
    if not limits.automatic_day_minutes or day_minutes <= limits.automatic_day_minutes:
        return "automatic"
    if not limits.unit_day_minutes or day_minutes <= limits.unit_day_minutes:
        return "unit"
    return "city"


def stars(convention: Convention, service_minutes: int) -> int:
    """How many stars so much service comes to."""
    return bisect_right(convention.principles.star_hours, service_minutes // _MINUTES_PER_HOUR)


def is_market_day(convention: Convention, day: int) -> bool:
    """Whether points are redeemed on this day YYYYMMDD."""
    months, days = convention.parameters.market_months, convention.parameters.market_days
    return (not months or day // 100 % 100 in months) and (not days or day % 100 in days)


def fund_of(convention: Convention, fund: str) -> Fund:
    """What the convention says of a fund. Raises: NoSuchFundError."""
    for each in convention.principles.funds:
        if each.fund == fund:
            return each
    raise NoSuchFundError(fund=fund)


def fund_verdict(
    convention: Convention,
    fund: str,
    centipoints: int,
    outstanding_centipoints: int,
    available_centipoints: int,
) -> FundVerdict:
    """Whether an award may be paid now: by what the fund has left, then by its cap.

    `outstanding_centipoints`: issued and not yet settled or expired, this award left out.
    Raises: NoSuchFundError.
    """
    said = fund_of(convention, fund)
    if centipoints > available_centipoints:
        return "defer"
    if said.cap_centipoints and outstanding_centipoints + centipoints > said.cap_centipoints:
        return "defer" if said.when_full == "defer" else "warn"
    return "pay"


def fen_per_point_max(convention: Convention) -> Mapping[str, int]:
    """The most that a point of each fund may cost, as the adopting entry has to say it."""
    return {each.fund: each.fen_per_point_max for each in convention.principles.funds}
