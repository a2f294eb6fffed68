"""How far a tour has come, as the book and its rows say."""

from dataclasses import dataclass

from volunteer_credit.checkins.queries.doors import CLOSED, Door, door_of
from volunteer_credit.checkins.queries.presences import presences_of
from volunteer_credit.hours.queries.sheets import SheetLine, lines_of
from volunteer_credit.journal.operations.demo_time import book_now_ms
from volunteer_credit.projects.queries.shifts import DoorShift, shifts_led_by, signed_up
from volunteer_credit.projects.rules.states import CANCELLED
from volunteer_credit.projects.rules.times import AHEAD_DAYS, DAY_MS
from volunteer_credit.redemptions.queries.redemptions import sales_of
from volunteer_credit.redemptions.rules.selling import CONFIRMED
from volunteer_credit.shared.db import Reader
from volunteer_credit.tour.rules import steps
from volunteer_credit.tour.rules.cast import COMMUNITY
from volunteer_credit.tour.rules.ticket import Ticket

VENUE = "venue"
WAITING = "waiting"
SALES_MAX = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """What the tour's own shift, its volunteer and its shop have come to.

    `shift`: what the coordinator published during the tour, if anything. `centipoints`: taken by
    the shop.
    """

    now_ms: int
    shift: DoorShift | None = None
    door: Door | None = None
    is_signed_up: bool = False
    has_come: bool = False
    is_in: bool = False
    line: SheetLine | None = None
    centipoints: int = 0
    done: frozenset[int] = frozenset()


def progress(reader: Reader, ticket: Ticket, coordinator: str, volunteer: str) -> Progress:
    """How far it is; `coordinator`, `volunteer`: their account numbers."""
    now_ms = book_now_ms(reader, COMMUNITY)
    shift = _shift(reader, ticket, coordinator, now_ms)
    taken = _taken(reader, ticket, volunteer)
    is_known = {steps.SPEND: bool(taken)}
    if shift is None:
        return Progress(now_ms, centipoints=taken, done=_done(is_known, ticket))
    door = door_of(reader, COMMUNITY, shift.shift_id)
    come = [
        each
        for each in presences_of(reader, COMMUNITY, shift.shift_id)
        if each.account == volunteer
    ]
    line = _line(reader, door, volunteer)
    is_known |= {
        steps.PUBLISH: True,
        steps.SCAN: bool(come),
        steps.CLOSE: door is not None and door.state == CLOSED,
        steps.APPROVE: line is not None and line.state != WAITING,
    }
    return Progress(
        now_ms,
        shift,
        door,
        any(each.account == volunteer for each in signed_up(reader, COMMUNITY, shift.shift_id)),
        bool(come),
        any(not each.ended_seq for each in come),
        line,
        taken,
        _done(is_known, ticket),
    )


def _shift(reader: Reader, ticket: Ticket, coordinator: str, now_ms: int) -> DoorShift | None:
    """The first shift of what was published last during this tour."""
    until_ms = now_ms + (AHEAD_DAYS + 1) * DAY_MS
    found = [
        each
        for each in shifts_led_by(reader, COMMUNITY, coordinator, ticket.began_ms, until_ms)
        if each.published_at_ms >= ticket.began_ms
        and each.state != CANCELLED
        and each.kind == VENUE
    ]
    if not found:
        return None
    last_ms = max(each.published_at_ms for each in found)
    return next(each for each in found if each.published_at_ms == last_ms)


def _line(reader: Reader, door: Door | None, volunteer: str) -> SheetLine | None:
    if door is None or not door.sheet_id:
        return None
    lines = lines_of(reader, COMMUNITY, door.sheet_id)
    return next((each for each in lines if each.account == volunteer), None)


def _taken(reader: Reader, ticket: Ticket, volunteer: str) -> int:
    return sum(
        each.centipoints
        for each in sales_of(reader, COMMUNITY, [volunteer], SALES_MAX)
        if each.state == CONFIRMED and each.held_at_ms >= ticket.began_ms
    )


def _done(known: dict[int, bool], ticket: Ticket) -> frozenset[int]:
    return frozenset(number for number, holds in known.items() if holds) | ticket.looked
