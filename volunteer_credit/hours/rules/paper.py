"""The lines of a paper sheet as somebody types or pastes them: a number, then the time.

12345678 120
1234 5678，2:05
12345678 1.5小时
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from volunteer_credit.hours.rules.errors import LineTextError, MinutesError, SheetDayError
from volunteer_credit.hours.rules.evidence import PAPER_LINES_MAX, PAPER_MINUTES_MAX

TEXT_MAX = 8000
_SPACES = re.compile(r"[\s,，、;；]+")
_MINUTES = re.compile(r"([0-9]{1,4})(?:分|分钟|min|m)?")
_CLOCK = re.compile(r"([0-9]{1,2})[:：]([0-5][0-9])")
_HOURS = re.compile(r"([0-9]{1,2})(?:\.([05]))?(?:小时|h)")
_DAY = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?")
_HALF = 30
YEAR_MIN = 1970  # no book has an earlier day
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Written:
    """One line as it was written: its number on the sheet, what names somebody, minutes."""

    number: int
    who: str
    minutes: int


def parse_lines(text: str) -> tuple[list[Written], dict[int, LineTextError | MinutesError]]:
    """The lines that read, and by their number what is wrong with the others."""
    found: list[Written] = []
    wrong: dict[int, LineTextError | MinutesError] = {}
    for number, line in enumerate(text[:TEXT_MAX].splitlines(), 1):
        plain = unicodedata.normalize("NFKC", line).strip()
        if not plain:
            continue
        if len(found) + len(wrong) >= PAPER_LINES_MAX:
            wrong[number] = LineTextError(line=number, most=PAPER_LINES_MAX)
            break
        try:
            found.append(_parse(number, plain))
        except (LineTextError, MinutesError) as problem:
            wrong[number] = problem
    return found, wrong


def parse_minutes(text: str) -> int:
    """Minutes out of `125`, `2:05`, `2h`, `1.5小时`. Raises: MinutesError."""
    plain = text.strip().lower()
    minutes = 0
    if match := _MINUTES.fullmatch(plain):
        minutes = int(match[1])
    elif match := _CLOCK.fullmatch(plain):
        minutes = int(match[1]) * _HOUR + int(match[2])
    elif match := _HOURS.fullmatch(plain):
        minutes = int(match[1]) * _HOUR + (_HALF if match[2] == "5" else 0)
    if not 0 < minutes <= PAPER_MINUTES_MAX:
        raise MinutesError(minutes=text[:20], most=PAPER_MINUTES_MAX)
    return minutes


def parse_start(day: str, time: str, utc_offset_minutes: int) -> tuple[int, int]:
    """The day YYYYMMDD and the beginning in UTC milliseconds, out of local texts.

    A shift over midnight counts on the day on which it began. Raises: SheetDayError.
    """
    on, at = _DAY.fullmatch(day.strip()), _CLOCK.fullmatch(time.strip())
    if on is None or at is None:
        raise SheetDayError
    year, month, date = (int(each) for each in on.groups())
    hour, minute = (int(each) for each in at.groups())
    try:
        local = datetime(year, month, date, hour, minute, tzinfo=UTC)
        began = local - timedelta(minutes=utc_offset_minutes)
    except (ValueError, OverflowError):
        raise SheetDayError from None
    if year < YEAR_MIN:
        raise SheetDayError
    return int(f"{local:%Y%m%d}"), int(began.timestamp()) * 1000


def _parse(number: int, plain: str) -> Written:
    words = [each for each in _SPACES.split(plain) if each]
    if len(words) < len(("who", "minutes")):
        raise LineTextError(line=number, most=PAPER_LINES_MAX)
    return Written(number, "".join(words[:-1]), parse_minutes(words[-1]))
