"""The convention as data: what residents read, and beside it the rules that a machine runs.

It names no natural person and no community. Every field is always there (0 or an empty list says
"none"), so one convention has one spelling. The section a rule stands in says who may change it.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from volunteer_credit.conventions.rules.shape import Choice, Code, Count, Integer, Line, Ratio

FORMAT = "volunteer-credit/convention/1"
CENTIPOINTS_MAX = 10**9
MINUTES_MAX = 10**7
WEIGHT_UNIT = 1000  # weights are counted in thousandths of a minute, so these divide it:
WEIGHT_DENOMINATORS = (1, 2, 4, 5, 8, 10, 20, 25, 40, 50, 100, 125, 200, 250, 500, 1000)
ITEMS_MAX = 64
PERIODS = ("day", "month", "quarter", "year", "life")  # a cap holds the periods before its window

Level: TypeAlias = Literal["principles", "detailed_rules", "parameters"]
LEVELS: tuple[Level, ...] = ("principles", "detailed_rules", "parameters")

Points: TypeAlias = Annotated[int, Integer(0, CENTIPOINTS_MAX, is_points=True)]
DayCount: TypeAlias = Annotated[int, Integer(0, 366)]
DayMinutes: TypeAlias = Annotated[int, Integer(0, 1440)]
Body: TypeAlias = Annotated[
    str, Choice(("residents_meeting", "representatives_meeting", "residents_committee"))
]
Codes: TypeAlias = Annotated[tuple[Code, ...], Count(0, ITEMS_MAX)]


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    zh: Annotated[str, Line(1000)]
    en: Annotated[str, Line(2000)]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as residents read it. Its id is what entries name, and never changes meaning."""

    id: Code
    level: Annotated[str, Choice(LEVELS)]
    title: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Fund:
    """What a fund is good for. `cap_centipoints`: most that may be outstanding (0: no cap)."""

    clause: Code
    fund: Code
    fen_per_point_max: Annotated[int, Integer(0, 10**9)]
    cap_centipoints: Points
    when_full: Annotated[str, Choice(("defer", "warn"))]


@dataclass(frozen=True, slots=True)
class Principles:
    """公约: only the residents' meeting changes these, or whom it authorised."""

    detailed_rules_by: Body
    parameters_announced_days: DayCount
    validity_clause: Code
    validity_months: Annotated[int, Integer(0, 1200)]  # 0: points never expire
    set_off_later_awards: Annotated[str, Choice(("never", "allowed"))]
    funds: Annotated[tuple[Fund, ...], Count(1, 16)]
    notice_working_days_by_tier: Annotated[
        tuple[Annotated[int, Integer(0, 7)], ...], Count(4, 4)
    ]  # tiers 1 to 4
    star_hours: Annotated[tuple[Annotated[int, Integer(1, 100_000)], ...], Count(0, 10)]


@dataclass(frozen=True, slots=True)
class Band:
    """Up to so many weighted minutes in all (0: without end), this much for each of them."""

    up_to_minutes: Annotated[int, Integer(0, MINUTES_MAX)]
    centipoints_per_minutes: Annotated[tuple[int, int], Ratio(CENTIPOINTS_MAX)]


@dataclass(frozen=True, slots=True)
class Earning:
    """Time of these categories (none named: all that no other clause names) earns by bands.

    Time is counted per person and `period` of the service's day, and never carried from one to the
    next; `epoch` rises when the count is to start again.
    """

    clause: Code
    fund: Code
    categories: Codes
    period: Annotated[str, Choice(PERIODS)]
    epoch: Annotated[int, Integer(0, 1000)]
    step_centipoints: Annotated[int, Integer(1, CENTIPOINTS_MAX, is_points=True)]
    bands: Annotated[tuple[Band, ...], Count(1, 16)]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """How much a minute of such work counts; work without one counts 1."""

    code: Code
    name: Words
    weight: Annotated[tuple[int, int], Ratio(100_000, WEIGHT_DENOMINATORS)]


@dataclass(frozen=True, slots=True)
class Cap:
    """Most that a person gets in a window of the service's day, from these clauses (none: all)."""

    clause: Code
    earnings: Codes
    window: Annotated[str, Choice(("day", "month", "year"))]
    centipoints: Points


@dataclass(frozen=True, slots=True)
class Limits:
    """What is judged by how much there is of it; 0 is no limit.

    On one day: up to `automatic_day_minutes` nobody looks twice, up to `unit_day_minutes` the
    recording unit's parent does, above it the city.
    """

    automatic_day_minutes: DayMinutes
    unit_day_minutes: DayMinutes
    check_ins_per_activity_day: Annotated[int, Integer(0, 100)]
    aid_day_minutes: DayMinutes
    aid_pair_day_minutes: DayMinutes
    redemptions_per_quarter: Annotated[int, Integer(0, 1000)]


@dataclass(frozen=True, slots=True)
class DetailedRules:
    """积分细则: changed by the body that the principles authorise."""

    earnings: Annotated[tuple[Earning, ...], Count(0, 32)]
    coefficients: Annotated[tuple[Coefficient, ...], Count(0, ITEMS_MAX)]
    presence_min: Annotated[tuple[int, int], Ratio(1000)]  # share of the planned time; 0: none
    caps: Annotated[tuple[Cap, ...], Count(0, 16)]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Parameters:
    """运行参数: changed by one staff member, announced ahead. No award depends on them."""

    market_months: Annotated[tuple[Annotated[int, Integer(1, 12)], ...], Count(0, 12)]  # none: all
    market_days: Annotated[tuple[Annotated[int, Integer(1, 31)], ...], Count(0, 31)]  # none: all
    expiry_warning_days: DayCount


@dataclass(frozen=True, slots=True)
class Convention:
    """One version of a convention."""

    format: Annotated[str, Choice((FORMAT,))]
    title: Words
    sources: Annotated[tuple[Words, ...], Count(0, 16)]
    clauses: Annotated[tuple[Clause, ...], Count(1, 200)]
    principles: Principles
    detailed_rules: DetailedRules
    parameters: Parameters
