"""The public notice: what will be recorded, and until when anybody of the community may object."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer_credit.hours.operations.days import today_in
from volunteer_credit.hours.operations.names import name_in_public
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.queries.calendars import calendar_of
from volunteer_credit.shared.db import db


@dataclass(frozen=True, slots=True)
class Noticed:
    """A record in notice as everybody sees it. Days: YYYYMMDD."""

    sheet_id: str
    position: int
    title: str
    unit: str
    day: int
    minutes: int
    volunteer: str
    until_day: int


def notice(community_id: str) -> list[Noticed]:
    """What stands in a community's notice now; what is over soonest stands first."""
    reader, today = db.session, today_in(community_id)
    found = [
        Noticed(
            sheet.sheet_id,
            line.position,
            sheet.title,
            sheet.organiser_name,
            sheet.day,
            line.minutes,
            name_in_public(reader, community_id, line.account, today),
            line.until_day,
        )
        for sheet, line in sheets.with_sheets(reader, community_id, state="noticed")
    ]
    return sorted(found, key=lambda each: (each.until_day, each.day, each.sheet_id, each.position))


def years_not_told(community_id: str, lines: Sequence[Noticed]) -> list[int]:
    """The years into which these notices reach, and of which no holidays are known."""
    years = calendar_of(db.session, community_id).years
    return sorted({each.until_day // 10_000 for each in lines} - set(years))
