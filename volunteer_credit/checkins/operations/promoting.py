"""Guests whom the desk has added since: their presence enters the book within three days."""

from volunteer_credit.checkins.models.presences import GuestRow
from volunteer_credit.checkins.operations import presences
from volunteer_credit.checkins.operations.closing import line_of
from volunteer_credit.checkins.operations.guests import WALK_IN, member_called, opened_guest
from volunteer_credit.checkins.operations.judgement import Comer, age_of
from volunteer_credit.checkins.operations.keys import now_of
from volunteer_credit.checkins.operations.shifts import facts_of
from volunteer_credit.checkins.queries.doors import CLOSED, door_of
from volunteer_credit.checkins.queries.presences import presence
from volunteer_credit.checkins.queries.scans import ADDED, GONE, WAITING, Guest, guests_waiting
from volunteer_credit.checkins.rules.times import DAY_MS, planned_out_ms
from volunteer_credit.hours.operations.handing_in import hand_in_late
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Actor, Request
from volunteer_credit.projects.queries.shifts import DoorShift, door_shift
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.jobs_turns import in_turn
from volunteer_credit.shared.runtime import current

JOB = Actor("system:guests", "system")
WAIT_DAYS = 3


def promote_guests() -> int:
    """Give guests who are members now their presence; how many. After three days nobody waits.

    Raises: as `in_turn`.
    """
    return in_turn(guests_waiting(db.session), _promote_due)


def _promote_due(guest: Guest) -> int:
    now_ms = now_of(db.session, guest.community_id)
    is_late = now_ms - guest.started_at_ms > WAIT_DAYS * DAY_MS
    if is_late or _member(db.session, guest)[1]:
        return int(_promote(guest, is_late=is_late))
    return 0


def _member(reader: Reader, guest: Guest) -> tuple[str, str]:
    return member_called(reader, guest.community_id, *opened_guest(reader, guest))


@retried
def _promote(guest: Guest, *, is_late: bool) -> bool:
    """The row says whether it is done, so the number of the request is a new one each time."""
    request = Request(JOB, new_id(current().random), "checkin.guest", {"guest": guest.guest_id})
    with perform(guest.community_id, request) as operation:
        row = operation.session.get(GuestRow, (guest.community_id, guest.guest_id))
        is_open = row is not None and row.state == WAITING
        if row is not None and is_open:
            row.state, row.started_book, row.started_seq = GONE, 0, 0
            if not is_late:
                row.state, row.started_seq = ADDED, _enter(operation, guest)
                row.started_book = operation.head.book if row.started_seq else 0
                if not row.started_seq:
                    row.state = GONE
        operation.answer({})
        return row is not None and is_open and row.state == ADDED


def _enter(operation: Operation, guest: Guest) -> int:
    session, here = operation.session, operation.community_id
    shift = door_shift(session, here, guest.shift_id)
    person_id, account = _member(session, guest)
    if shift is None or not account or not age_of(session, person_id, shift.day)[1]:
        return 0
    comer = Comer(person_id, account, WALK_IN, by=guest.admitted_by)
    seq = presences.start(operation, comer, shift, guest.started_at_ms)
    door = door_of(session, here, guest.shift_id)
    is_closed = door is not None and door.state == CLOSED
    if is_closed or guest.ended_at_ms is not None:
        _leave(operation, comer, seq, _until_ms(operation, guest, shift))
    if door is not None and is_closed:
        found = presence(session, here, seq)
        assert found is not None
        line, facts = line_of(found, ()), facts_of(shift, door.opened_by)
        counted = (door.counted_book, door.counted_seq)
        hand_in_late(operation, facts, line, counted, guest.admitted_by, door.sheet_id)
    return seq


def _until_ms(operation: Operation, guest: Guest, shift: DoorShift) -> int:
    if guest.ended_at_ms is not None:
        return guest.ended_at_ms
    return planned_out_ms(guest.started_at_ms, shift.ends_at_ms, operation.at_ms)


def _leave(operation: Operation, comer: Comer, seq: int, until_ms: int) -> None:
    found = presence(operation.session, operation.community_id, seq)
    assert found is not None
    presences.end(operation, comer, found, until_ms)
