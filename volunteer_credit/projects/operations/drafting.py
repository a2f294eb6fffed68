"""From what somebody filled in to a draft: the rest comes from the category or the last time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from volunteer_credit.projects.operations.times import now_ms, offset_minutes
from volunteer_credit.projects.queries.activities import activity_shifts, last_activity
from volunteer_credit.projects.queries.catalogue import category
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.projects.rules.drafts import AS_CATEGORY, Draft
from volunteer_credit.projects.rules.errors import DayTimeError, NothingToCopyError
from volunteer_credit.projects.rules.states import ROUND
from volunteer_credit.projects.rules.times import (
    DAY_MS,
    MINUTE_MS,
    local,
    next_like,
    start_of,
    weekly,
)
from volunteer_credit.shared.db import Reader

NOW, TODAY, TOMORROW, SATURDAY, DATE = "now", "today", "tomorrow", "saturday", "date"
SATURDAY_WEEKDAY = 5
NONE = "none"  # no coefficient, said outright


@dataclass(frozen=True, slots=True)
class Moment:
    """When, as a form says it: a word or a date, and a time of day."""

    when: str = DATE
    day: str = ""
    time: str = ""
    weeks: int = 1


def starts(reader: Reader, community_id: str, moment: Moment) -> tuple[int, ...]:
    """The starts that this means, UTC ms. Raises: DayTimeError, NumberRangeError."""
    at_ms = now_ms(reader, community_id)
    if moment.when == NOW:
        return weekly(at_ms - at_ms % MINUTE_MS, moment.weeks)
    days = {TODAY: 0, TOMORROW: 1, SATURDAY: days_to_saturday(at_ms)}
    if moment.when == DATE:
        day = moment.day
    elif moment.when in days:
        day = f"{local(at_ms + days[moment.when] * DAY_MS, offset_minutes()):%Y-%m-%d}"
    else:
        raise DayTimeError
    return weekly(start_of(day, moment.time, offset_minutes()), moment.weeks)


def days_to_saturday(at_ms: int) -> int:
    """How many days until the next Saturday, from 1 to 7."""
    return (SATURDAY_WEEKDAY - local(at_ms, offset_minutes()).weekday() - 1) % 7 + 1


def filled(given: Mapping[str, Any], starts_at_ms: tuple[int, ...], language: str) -> Draft:
    """A draft of what was filled in; what is missing is the category's.

    Raises: CategoryUnknownError, and as `Draft`.
    """
    usual = category(given["category"])
    coefficient = given.get("coefficient") or AS_CATEGORY
    kind = given.get("kind") or "venue"
    return Draft(
        title=given["title"],
        category=usual.code,
        place=given["place"],
        starts_at_ms=starts_at_ms,
        minutes=_or(given.get("minutes"), usual.minutes),
        capacity=_or(given.get("capacity"), usual.capacity),
        content=given.get("content") or usual.content(language),
        risks=given.get("risks") or "",
        min_age=_or(given.get("min_age"), usual.min_age),
        skill=given.get("skill") or "",
        coefficient="" if coefficient == NONE else coefficient,
        risk=given.get("risk") or usual.risk,
        insurance=given.get("insurance") or "",
        kind=kind,
        sites=_or(given.get("sites"), 2 if kind == ROUND else 1),
        project_id=given.get("project") or "",
        leads=tuple(given.get("leads") or ()),
    )


def same_as_last(
    reader: Reader, community_id: str, organiser: str, activity_id: str = ""
) -> dict[str, str]:
    """The form as it was the last time, a week or more on. Raises: NothingToCopyError."""
    chosen = activity_id or last_activity(reader, community_id, organiser)
    if not chosen:
        raise NothingToCopyError
    found = activity_shifts(reader, community_id, chosen)
    last = found[-1]
    if last.organiser != organiser:
        raise NothingToCopyError
    return form_of(last, next_like(last.starts_at_ms, now_ms(reader, community_id)))


def form_of(shift: DoorShift, starts_at_ms: int) -> dict[str, str]:
    """A shift's own data as the texts of the form."""
    begins = local(starts_at_ms, offset_minutes())
    return {
        "title": shift.title,
        "category": shift.category,
        "when": DATE,
        "day": f"{begins:%Y-%m-%d}",
        "time": f"{begins:%H:%M}",
        "weeks": "1",
        "place": shift.place,
        "capacity": str(shift.capacity),
        "minutes": str(shift.planned_minutes),
        "content": shift.content,
        "risks": shift.risks,
        "min_age": str(shift.min_age),
        "skill": shift.skill,
        "coefficient": shift.coefficient or NONE,
        "risk": shift.risk,
        "insurance": shift.insurance,
        "kind": shift.kind,
        "sites": str(shift.sites),
        "project": shift.project_id,
    }


def _or(given: int | None, usual: int) -> int:
    return usual if given is None else given
