"""The door of a shift: opened, stopped, opened again; and when everybody is asked to scan again."""

from volunteer_credit.checkins.models.doors import DoorRow
from volunteer_credit.checkins.operations.shifts import (
    CANCELLED,
    HOUR_MS,
    shift_here,
    target_of,
)
from volunteer_credit.checkins.operations.sites import site_for
from volunteer_credit.checkins.queries.doors import CLOSED, OPEN, STOPPED, VENUE
from volunteer_credit.checkins.rules.errors import (
    DoorClosedError,
    DoorNotOpenError,
    ShiftCancelledError,
    TooEarlyError,
)
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried

EARLY_HOURS = 12
ASK = "ask"
ACTIONS = {OPEN: "checkin.open", STOPPED: "checkin.stop", ASK: "checkin.count"}


@retried
def turn_door(caller: Caller, community_id: str, shift_id: str, act: str, key: str) -> None:
    """Open the door of a shift, stop it, open it again; or ask everybody to scan again (ASK).

    Raises: ShiftUnknownError, ShiftCancelledError, TooEarlyError, DoorClosedError,
    NotAllowedError and its like.
    """
    shift = shift_here(db.session, community_id, shift_id)
    target, action = target_of(community_id, shift), ACTIONS[act]
    actor = acting(caller, action, community_id, target)
    body = {"shift": shift_id, "act": act}
    with perform(community_id, Request(actor, key, "checkin.door", body)) as operation:
        by = authorised(operation, caller, action, target).account
        if not operation.replayed:
            shift = shift_here(operation.session, community_id, shift_id)
            row = operation.session.get(DoorRow, (community_id, shift_id))
            if row is not None and row.state == CLOSED:
                raise DoorClosedError
            if act == OPEN:
                _open(operation, shift, row, by)
            else:
                _turn(row, act, operation.at_ms)
            operation.answer({})


def _open(operation: Operation, shift: DoorShift, row: DoorRow | None, by: str) -> None:
    if row is None:
        if shift.state == CANCELLED:
            raise ShiftCancelledError
        if operation.at_ms < shift.starts_at_ms - EARLY_HOURS * HOUR_MS:
            raise TooEarlyError(hours=EARLY_HOURS)
        row = ensure_door(operation, shift, by)
    if not row.site:
        row.site = site_for(operation, shift.organiser, VENUE, shift.place)
    if row.state != OPEN or not row.openings:
        row.openings += 1
    row.state, row.opened_by, row.opened_at_ms = OPEN, by, operation.at_ms


def _turn(row: DoorRow | None, act: str, at_ms: int) -> None:
    if row is None:
        raise DoorNotOpenError
    if act == STOPPED:
        row.state = STOPPED
    else:
        row.asked_at_ms = row.asked_at_ms or at_ms


def ensure_door(operation: Operation, shift: DoorShift, by: str = "") -> DoorRow:
    """Inside a community's operation: the shift's row, so that somebody closes it one day.

    Visits and rounds have no code of their own, but a closing.
    """
    found = operation.session.get(DoorRow, (operation.community_id, shift.shift_id))
    if found is None:
        found = DoorRow(
            community_id=operation.community_id,
            shift_id=shift.shift_id,
            organiser=shift.organiser,
            site="",
            state=OPEN,
            openings=0,
            opened_by=by or (shift.leads[0] if shift.leads else ""),
            opened_at_ms=operation.at_ms,
            starts_at_ms=shift.starts_at_ms,
            ends_at_ms=shift.ends_at_ms,
        )
        operation.session.add(found)
        operation.session.flush()
    return found
