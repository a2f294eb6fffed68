"""A venture project (公益创投) as it was planned, and what became of it."""

from dataclasses import dataclass
from datetime import date

from volunteer_credit.people.rules.days import is_day
from volunteer_credit.projects.rules import texts
from volunteer_credit.projects.rules.errors import (
    DayTimeError,
    NumberRangeError,
    ProjectPeriodError,
)
from volunteer_credit.projects.rules.texts import Field, clean
from volunteer_credit.projects.rules.times import day_number

FEN_MAX = 10**12
COUNT_MAX = 10**7
YEARS_MAX = 5
_YEAR = 10_000
GRANT = Field("资助金额（分）", "Grant in fen", 0)
OWN = Field("自筹金额（分）", "Own money in fen", 0)
PERSON_TIMES = Field("预计人次", "Expected person-times", 0)
BENEFICIARIES = Field("预计受益人数", "Expected beneficiaries", 0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a project promises. Days are YYYYMMDD, money is fen.

    Raises: as `clean`; ProjectPeriodError, NumberRangeError.
    """

    name: str
    category: str
    starts_day: int
    ends_day: int
    grant_fen: int = 0
    own_fen: int = 0
    person_times: int = 0
    beneficiaries: int = 0

    def __post_init__(self) -> None:
        """Keep what was parsed."""
        object.__setattr__(self, "name", clean(texts.PROJECT_NAME, self.name))
        good = is_day(self.starts_day) and is_day(self.ends_day)
        if not (good and 0 <= self.ends_day - self.starts_day <= YEARS_MAX * _YEAR):
            raise ProjectPeriodError(years=YEARS_MAX)
        for field, number, most in (
            (GRANT, self.grant_fen, FEN_MAX),
            (OWN, self.own_fen, FEN_MAX),
            (PERSON_TIMES, self.person_times, COUNT_MAX),
            (BENEFICIARIES, self.beneficiaries, COUNT_MAX),
        ):
            if not 0 <= number <= most:
                raise NumberRangeError(field=field, least=0, most=most)


def day_of_text(text: str) -> int:
    """YYYYMMDD of a date `2026-11-28`. Raises: DayTimeError."""
    try:
        return day_number(date.fromisoformat(text.strip()))
    except ValueError:
        raise DayTimeError from None


def days_left(ends_day: int, day: int) -> int:
    """How many days after `day` a project still runs; 0 when it is over."""
    ends, now = (date.fromisoformat(str(each)) for each in (ends_day, day))
    return max(0, (ends - now).days)
