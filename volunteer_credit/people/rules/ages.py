"""How old somebody is, and what the law lets them do alone."""

import re
from datetime import date
from enum import StrEnum

from volunteer_credit.people.rules.identity_errors import BirthDayError

ALONE_YEARS = 18
CHILD_YEARS = 14  # below, all data are sensitive and only the guardian acts (PIPL 28, 31)
YEARS_MAX = 130
_YEAR = 10_000
_DAY = re.compile(r"[0-9]{8}")


class Stage(StrEnum):
    """What an age means here. Who gave no birthday is taken for an adult."""

    CHILD = "child"  # below 14: acts only through the guardian's account
    MINOR = "minor"  # 14 to 17: acts with a guardian's consent
    ADULT = "adult"


def parse_birth_day(text: str) -> int:
    """A day of the calendar, YYYYMMDD. Raises: BirthDayError."""
    digits = text.strip()
    if not _DAY.fullmatch(digits):
        raise BirthDayError(years_max=YEARS_MAX)
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise BirthDayError(years_max=YEARS_MAX) from None
    return int(digits)


def age_on(birth_day: int, day: int) -> int:
    """Whole years from a birthday to a day, both YYYYMMDD; who has it on 29 February waits."""
    return (day - birth_day) // _YEAR


def check_birth_day(birth_day: int, day: int) -> None:
    """Refuse a birthday in the future or too long ago; 0 is none. Raises: BirthDayError."""
    if birth_day and not (birth_day <= day and age_on(birth_day, day) <= YEARS_MAX):
        raise BirthDayError(years_max=YEARS_MAX)


def stage_on(birth_day: int, day: int) -> Stage:
    """What somebody with this birthday (0: none given) may do on a day."""
    if not birth_day or age_on(birth_day, day) >= ALONE_YEARS:
        return Stage.ADULT
    return Stage.MINOR if age_on(birth_day, day) >= CHILD_YEARS else Stage.CHILD
