"""A shift as the door needs it: found or refused, and what a lead's role must reach."""

from volunteer_credit.checkins.operations.keys import now_of
from volunteer_credit.checkins.rules.errors import ShiftUnknownError
from volunteer_credit.hours.rules.evidence import ShiftFacts, scope_of
from volunteer_credit.people.operations.authority import Authority, authorise
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.projects.queries.shifts import DoorShift, door_shift
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db
from volunteer_credit.shared.runtime import current

HOUR_MS = 3_600_000
CANCELLED = "cancelled"
VENUE, VISIT, ROUND = "venue", "visit", "round"


def shift_here(reader: Reader, community_id: str, shift_id: str) -> DoorShift:
    """A shift of this community. Raises: ShiftUnknownError."""
    found = door_shift(reader, community_id, shift_id)
    if found is None:
        raise ShiftUnknownError
    return found


def target_of(community_id: str, shift: DoorShift) -> Target:
    """What a lead's role must reach: the organiser, or the community where it organises itself."""
    return Target(community_id, organisation_id=scope_of(shift.organiser))


def led_shift(
    caller: Caller, action: str, community_id: str, shift_id: str
) -> tuple[DoorShift, Authority]:
    """A shift that the caller may see as its lead, for reading. Raises: as `authorise`."""
    shift = shift_here(db.session, community_id, shift_id)
    return shift, may_lead(caller, action, community_id, shift)


def may_lead(caller: Caller, action: str, community_id: str, shift: DoorShift) -> Authority:
    """What lets the caller lead it, on the day of the book. Raises: as `authorise`."""
    reader, target = db.session(), target_of(community_id, shift)
    day = day_of(now_of(reader, community_id))
    return authorise(reader, caller, action, target, at_ms=current().clock.now_ms(), day=day)


def facts_of(shift: DoorShift, lead: str) -> ShiftFacts:
    """What the hours must know of a shift. `lead`: who closed it, where none was named."""
    return ShiftFacts(
        shift=shift.shift_id,
        activity=shift.activity_id,
        title=shift.title,
        place=shift.place,
        content=shift.content or shift.title,
        category=shift.category,
        coefficient=shift.coefficient,
        organiser=shift.organiser,
        organiser_name=shift.organiser_name,
        lead=shift.leads[0] if shift.leads else lead,
        day=shift.day,
        planned_minutes=shift.planned_minutes,
        starts_at_ms=shift.starts_at_ms,
        ends_at_ms=shift.ends_at_ms,
    )
