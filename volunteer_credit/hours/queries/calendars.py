"""The calendar of working days: what is shipped, and what a community has added."""

import json
from functools import cache
from importlib.resources import files

from sqlalchemy import select

from volunteer_credit.hours.models.objections import CalendarRow
from volunteer_credit.hours.rules.calendar import Calendar, Year
from volunteer_credit.shared.db import Reader

_rows = CalendarRow.__table__.c


@cache
def shipped() -> dict[int, Year]:
    """The years that come with the program, by the State Council's notices."""
    path = files("volunteer_credit.hours") / "data" / "holidays.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    return {
        int(year): Year(frozenset(days["days_off"]), frozenset(days["work_days"]))
        for year, days in told.items()
    }


def calendar_of(reader: Reader, community_id: str) -> Calendar:
    """The years as a community counts them: its own before the shipped ones."""
    query = select(_rows.year, _rows.days_off, _rows.work_days).where(
        _rows.community_id == community_id
    )
    own = {
        row.year: Year(_days(row.days_off), _days(row.work_days)) for row in reader.execute(query)
    }
    return Calendar({**shipped(), **own})


def _days(text: str) -> frozenset[int]:
    return frozenset(int(each) for each in text.split())
