"""The demo clock: moved on for the community and the city, and what the service then does."""

from dataclasses import dataclass

from volunteer_credit.hours.operations.recording import record_due
from volunteer_credit.journal.operations.clock_orders import advance_demo_clock
from volunteer_credit.journal.operations.demo_time import book_now_ms
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.points.operations.expiring import expire_all
from volunteer_credit.points.operations.paying import pay_all
from volunteer_credit.redemptions.operations.due import release_due
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.runtime import current
from volunteer_credit.tour.operations.opening import check_tour
from volunteer_credit.tour.rules.cast import COMMUNITY
from volunteer_credit.tour.rules.thursday import DAY_MS, until_thursday_ms

OPERATOR = Actor("operator:1", "operator")
__all__ = ["DAY_MS", "Passed", "move_on", "move_to", "thursday_ms"]


@dataclass(frozen=True, slots=True)
class Passed:
    """What was due when the clock had moved: how many hours, awards, holds and wallets."""

    at_ms: int
    recorded: int
    paid: int
    released: int
    expired: int


def thursday_ms() -> int:
    """How far it is to next Thursday in the community's book. Raises: TourClosedError."""
    end_reading()
    check_tour()
    offset = current().settings.utc_offset_minutes
    return until_thursday_ms(book_now_ms(db.session, COMMUNITY), offset)


def move_on(milliseconds: int, key: str) -> Passed:
    """Let so much time pass in both books, and do at once what is due then.

    Raises: TourClosedError, DemoStepError.
    """
    end_reading()
    check_tour()
    for book in (CITY, COMMUNITY):
        advance_demo_clock(book, milliseconds, Request(OPERATOR, f"{key} on", "clock.advance"))
    end_reading()
    released, recorded = release_due(f"tour {key}"), record_due(f"tour {key}")
    paid, expired = pay_all(), expire_all()
    end_reading()
    return Passed(book_now_ms(db.session, COMMUNITY), recorded, paid, released, expired)


def move_to(at_ms: int, key: str) -> None:
    """Let it be at least this late in the book. Raises: as `move_on`."""
    end_reading()
    wait_ms = at_ms - book_now_ms(db.session, COMMUNITY)
    if wait_ms > 0:
        move_on(wait_ms, key)
