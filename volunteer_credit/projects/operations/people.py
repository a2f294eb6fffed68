"""Who comes to a shift, for those who run its door: names as the door has them."""

from typing import NamedTuple

from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.projects.operations.names import DoorName, door_name
from volunteer_credit.projects.operations.organisers import as_own, target_of
from volunteer_credit.projects.operations.times import today
from volunteer_credit.projects.queries.shifts import DoorShift, door_shift, signed_up
from volunteer_credit.projects.queries.sign_ups import dropped_late
from volunteer_credit.projects.rules.errors import ShiftUnknownError
from volunteer_credit.projects.rules.states import SIGNED
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current

OPEN_DOOR = "checkin.open"


class People(NamedTuple):
    """A shift's lists, in the order of signing up; `late`: who dropped after the start."""

    shift: DoorShift
    signed: list[DoorName]
    waiting: list[DoorName]
    late: list[DoorName]


def people_of(caller: Caller, community_id: str, shift_id: str) -> People:
    """Raises: ShiftUnknownError, and as `authorise`."""
    reader, at_ms = db.session, current().clock.now_ms()
    shift = door_shift(reader, community_id, shift_id)
    if shift is None:
        raise ShiftUnknownError
    target = target_of(community_id, shift.organiser)
    own = as_own(caller, shift.organiser)
    day = today(reader, community_id)
    authorise(reader, own, OPEN_DOOR, target, at_ms=at_ms, day=day)
    rows = signed_up(reader, community_id, shift_id)
    signed = [each.account for each in rows if each.state == SIGNED]
    waiting = [each.account for each in rows if each.state != SIGNED]
    late = sorted(dropped_late(reader, community_id, [shift_id]))
    named = [
        [door_name(reader, community_id, each) for each in accounts]
        for accounts in (signed, waiting, late)
    ]
    return People(shift, *named)
