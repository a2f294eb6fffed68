"""A community tells the working days of a year that the program doesn't know yet."""

from volunteer_credit.hours.models.objections import CalendarRow
from volunteer_credit.hours.rules.calendar import parse_days, year_of
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import retried

ACTION = "community.change"


@retried
def set_year(
    caller: Caller, community_id: str, year: int, days_off: str, work_days: str, key: str
) -> None:
    """Say which weekdays of a year are off and which weekend days are worked, as MMDD.

    Raises: CalendarYearError, as `authorised`.
    """
    off, work = parse_days(days_off, year), parse_days(work_days, year)
    year_of(year, off, work)
    target = Target(community_id)
    actor = acting(caller, ACTION, community_id, target)
    body = {"year": year, "off": off, "work": work}
    with perform(community_id, Request(actor, key, "hours.calendar", body)) as operation:
        authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            operation.session.merge(
                CalendarRow(
                    community_id=community_id,
                    year=year,
                    days_off=_spelled(off),
                    work_days=_spelled(work),
                    set_by=actor.account,
                    set_at_ms=operation.at_ms,
                )
            )
            operation.answer({})


def _spelled(days: list[int]) -> str:
    return " ".join(f"{each:04}" for each in days)
