"""What a lead reads: who is in, what was scanned in vain, which doors are still open."""

from dataclasses import dataclass

from volunteer_credit.checkins.operations.guests import opened_guest
from volunteer_credit.checkins.operations.keys import now_of
from volunteer_credit.checkins.operations.offers import AROUND_MS
from volunteer_credit.checkins.operations.people_shown import masked, shown_names
from volunteer_credit.checkins.operations.shifts import HOUR_MS, ROUND, VISIT, led_shift, may_lead
from volunteer_credit.checkins.queries.doors import POINT, Door, door_of, doors_unclosed, sites_of
from volunteer_credit.checkins.queries.presences import Presence, presences_of
from volunteer_credit.checkins.queries.scans import (
    Around,
    Scan,
    Visit,
    guests_of,
    scans_of,
    served_of,
    visits_open,
)
from volunteer_credit.checkins.rules.errors import NoDoorsError
from volunteer_credit.checkins.rules.times import ANNUL_MS
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.queries.communities import Community, community
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.projects.queries.shifts import (
    DoorShift,
    door_shift,
    shifts_around,
    shifts_led_by,
    signed_up,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db
from volunteer_credit.shared.errors import DeniedError, SignInError

SOON_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Somebody:
    """One who came. `can_annul`: the caller may still take it back. `visit`: how it stands."""

    name: str
    presence: Presence
    can_annul: bool
    visit: str | None = None


@dataclass(frozen=True, slots=True)
class LeadView:
    """A shift as its lead sees it. `guests`: masked name, and when they came and went."""

    shift: DoorShift
    door: Door | None
    people: tuple[Somebody, ...]
    guests: tuple[tuple[str, int, int | None], ...]
    scans: tuple[tuple[str, Scan], ...]
    help: Community | None
    now_ms: int

    @property
    def inside(self) -> tuple[Somebody, ...]:
        """Who is in now."""
        return tuple(each for each in self.people if not each.presence.ended_seq)

    @property
    def count(self) -> int:
        """How many people came."""
        return len({each.presence.account for each in self.people})


def lead_view(
    caller: Caller, community_id: str, shift_id: str, *, is_named: bool = True
) -> LeadView:
    """Everything of a shift for its lead, names masked. Raises: as `led_shift`.

    `is_named`: without names nothing is opened, however many came.
    """
    shift, authority = led_shift(caller, "checkin.admit", community_id, shift_id)
    reader, now_ms = db.session(), now_of(db.session(), community_id)
    door = door_of(reader, community_id, shift_id)
    found = presences_of(reader, community_id, shift_id)
    tried = scans_of(reader, community_id, shift_id, _around(reader, community_id, shift, door))
    accounts = [each.account for each in found] + [each.account for each in tried]
    names = shown_names(reader, community_id, (each for each in accounts if each and is_named))
    visits = served_of(reader, community_id, [each.place for each in found])
    is_open = door is None or door.closed_at_ms is None
    people = tuple(
        Somebody(
            names.get(each.account, ""),
            each,
            is_open
            and now_ms - each.started_at_ms <= ANNUL_MS
            and authority.account == (each.admitted_by or (door.opened_by if door else "")),
            visits[each.place][1] if each.place in visits else None,
        )
        for each in found
    )
    guests = tuple(
        (
            masked(opened_guest(reader, each)[0]) if is_named else "",
            each.started_at_ms,
            each.ended_at_ms,
        )
        for each in guests_of(reader, community_id, shift_id)
    )
    scans = tuple((names.get(each.account, ""), each) for each in tried)
    return LeadView(shift, door, people, guests, scans, community(reader, community_id), now_ms)


def _around(reader: Reader, community_id: str, shift: DoorShift, door: Door | None) -> Around:
    """Where and when somebody may have scanned for this shift without a door that took it."""
    sites, visitors = [door.site] if door and door.site else [], list[str]()
    if shift.kind == ROUND:
        sites = [each.site for each in sites_of(reader, community_id, shift.organiser, POINT)]
    elif shift.kind == VISIT:
        visitors = [each.account for each in signed_up(reader, community_id, shift.shift_id)]
    from_ms, until_ms = shift.starts_at_ms - AROUND_MS, shift.ends_at_ms + AROUND_MS
    return Around(sites, visitors, from_ms, until_ms)


@dataclass(frozen=True, slots=True)
class DoorLine:
    """A shift in the list of a lead. `state`: that of its door; `is_forgotten`: see overdue.py."""

    shift: DoorShift
    state: str
    is_forgotten: bool


def own_doors(caller: Caller, community_id: str) -> list[DoorLine]:
    """What the caller may open or close: everything unclosed, and what begins within a day.

    Raises: NoDoorsError.
    """
    reader, now_ms = db.session(), now_of(db.session(), community_id)
    account = _own_account(caller, community_id)
    doors = {each.shift_id: each for each in doors_unclosed(reader, community_id)}
    near = shifts_around(reader, community_id, now_ms - SOON_MS, now_ms + SOON_MS)
    led = shifts_led_by(reader, community_id, account, now_ms - SOON_MS, now_ms + SOON_MS)
    shifts = {each.shift_id: each for each in [*led, *near] if each.state == "open"}
    for each in doors:
        shift = shifts.get(each) or door_shift(reader, community_id, each)
        if shift is not None:
            shifts[each] = shift
    lines = [
        DoorLine(
            each,
            doors[each.shift_id].state if each.shift_id in doors else "unopened",
            each.shift_id in doors and doors[each.shift_id].overdue_at_ms is not None,
        )
        for each in shifts.values()
        if _may(caller, community_id, each)
    ]
    return sorted(lines, key=lambda each: each.shift.starts_at_ms)


def _own_account(caller: Caller, community_id: str) -> str:
    """The caller's, who may lead in bodies everywhere but writes only where they belong."""
    found = account_of(db.session(), caller.person_id, community_id)
    if found is None or community_id == CITY:
        raise NoDoorsError
    return found


def _may(caller: Caller, community_id: str, shift: DoorShift) -> bool:
    try:
        may_lead(caller, "checkin.open", community_id, shift)
    except (DeniedError, SignInError):
        return False
    return True


def visits_to_call(caller: Caller, community_id: str) -> list[tuple[str, str, Visit, DoorShift]]:
    """(resident, volunteer, visit, shift) of visits that wait for a call-back by the caller.

    Raises: NoDoorsError.
    """
    reader, found = db.session(), []
    own = _own_account(caller, community_id)
    for each in visits_open(reader, community_id):
        shift = door_shift(reader, community_id, each.shift_id)
        if shift is not None and each.account != own and _may(caller, community_id, shift):
            names = shown_names(reader, community_id, (each.served, each.account))
            found.append((names[each.served], names[each.account], each, shift))
    return found
