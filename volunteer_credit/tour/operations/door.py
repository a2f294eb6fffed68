"""The door of the tour's shift, opened by its coordinator and scanned with the same screen."""

from volunteer_credit.checkins.operations.codes import ShownCode, shown_codes
from volunteer_credit.checkins.operations.doors import turn_door
from volunteer_credit.checkins.operations.keys import now_of
from volunteer_credit.checkins.queries.doors import CLOSED, OPEN, door_of
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.tour.operations.cast import leave, visiting
from volunteer_credit.tour.rules import steps
from volunteer_credit.tour.rules.cast import COMMUNITY, COORDINATOR
from volunteer_credit.tour.rules.errors import StepEarlyError


def open_door(shift: DoorShift, address: str, key: str) -> None:
    """Open the door of a shift, unless it is open or over."""
    end_reading()
    door = door_of(db.session, COMMUNITY, shift.shift_id)
    if door is not None and (door.state == CLOSED or (door.state == OPEN and door.openings)):
        return
    caller = visiting(COORDINATOR, address, key)
    turn_door(caller, COMMUNITY, shift.shift_id, OPEN, f"{key} open")
    leave(caller, key)
    end_reading()


def code_shown(shift: DoorShift) -> ShownCode:
    """What the door shows now. Raises: StepEarlyError while it is not open."""
    end_reading()
    door = door_of(db.session, COMMUNITY, shift.shift_id)
    if door is None or door.state != OPEN or not door.site:
        raise StepEarlyError(step=steps.PUBLISH)
    now_ms = now_of(db.session, COMMUNITY)
    return shown_codes(db.session, COMMUNITY, door.site, now_ms)[0]
