"""A convention's rules in words, and what they come to for some hours: for residents to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from volunteer_credit.conventions.rules.award import Service, award
from volunteer_credit.conventions.rules.document import Convention, Earning
from volunteer_credit.shared.units import points_text

EXAMPLE_HOURS = (1, 3, 10, 100)
SAMPLE_DAY = 20260307
_SAMPLE = "0" * 32
_PERIODS = {
    "day": ("每天", "each day"),
    "month": ("每月", "each month"),
    "quarter": ("每季度", "each quarter"),
    "year": ("每年", "each year"),
    "life": ("历年累", "in all"),
}
_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Said:
    """A rule in both languages, and the clause that it stands in."""

    clause: str
    zh: str
    en: str


def rules_in_words(convention: Convention) -> tuple[Said, ...]:
    """Each rule that decides about points, as a sentence."""
    return tuple(_told(convention))


def examples(convention: Convention) -> list[tuple[int, int]]:
    """Hours of plain work done in pieces of one hour on different days, and their centipoints.

    The categories that the first earning names; nothing where there is none.
    """
    earnings = convention.detailed_rules.earnings
    if not earnings:
        return []
    category = (*earnings[0].categories, "other")[0]
    found = []
    for hours in EXAMPLE_HOURS:
        if earnings[0].period == "life":
            total = _in_all(convention, category, hours)
        else:
            total = hours * _in_all(convention, category, 1)
        found.append((hours, total))
    return found


def _in_all(convention: Convention, category: str, hours: int) -> int:
    service = Service(_SAMPLE, SAMPLE_DAY, category, hours * _MINUTES)
    return award(convention, service, {}).uncapped


def _told(convention: Convention) -> Iterator[Said]:
    rules = convention.detailed_rules
    for earning in rules.earnings:
        zh, en = _bands(earning)
        yield Said(earning.clause, zh, en)
    for cap in rules.caps:
        most, (zh, en) = points_text(cap.centipoints), _PERIODS[cap.window]
        yield Said(cap.clause, f"{zh}最多 {most} 分", f"at most {most} points {en}")
    for fund in convention.principles.funds:
        most = f"{fund.fen_per_point_max / 100:.2f}"
        zh, en = f"每分最高值 {most} 元", f"a point costs the fund {most} yuan at most"
        yield Said(fund.clause, zh, en)
    months = convention.principles.validity_months
    zh = f"积分有效期 {months} 个月" if months else "积分长期有效"
    en = f"points are good for {months} months" if months else "points never expire"
    yield Said(convention.principles.validity_clause, zh, en)


def _bands(earning: Earning) -> tuple[str, str]:
    zh, en, below = [], [], 0
    for band in earning.bands:
        numerator, denominator = band.centipoints_per_minutes
        rate = Fraction(numerator * _MINUTES, denominator * 100)
        text = _fraction(rate)
        if band.up_to_minutes:
            upto = band.up_to_minutes // _MINUTES
            zh.append(f"{below}–{upto} 小时每小时 {text} 分")
            en.append(f"{below} to {upto} h: {text} points an hour")
            below = upto
        elif below:
            zh.append(f"{below} 小时以上每小时 {text} 分")
            en.append(f"above {below} h: {text} points an hour")
        else:
            zh.append(f"每小时 {text} 分")
            en.append(f"{text} points an hour")
    step = points_text(earning.step_centipoints)
    period = _PERIODS[earning.period]
    ends = (
        f"（按{period[0]}计，以 {step} 分为单位）",
        f" (counted {period[1]}, in steps of {step})",
    )
    return "；".join(zh) + ends[0], "; ".join(en) + ends[1]


def _fraction(value: Fraction) -> str:
    return (
        str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    )
