"""What the lead's screen shows: the code of now and of the next minute, and how many have come."""

from dataclasses import dataclass

from volunteer_credit.checkins.operations.keys import now_of, place_key
from volunteer_credit.checkins.operations.shifts import led_shift
from volunteer_credit.checkins.queries.doors import OPEN, Door, door_of
from volunteer_credit.checkins.queries.presences import count_come, count_in
from volunteer_credit.checkins.rules.spoken import rescan_at_ms, spoken_code
from volunteer_credit.checkins.rules.venue_codes import STEP_MS, door_code
from volunteer_credit.projects.queries.shifts import DoorShift, signed_up
from volunteer_credit.projects.rules.states import SIGNED
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db
from volunteer_credit.shared.runtime import current

STEPS_SHOWN = 3  # this one and the two after it: a minute without network


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code and when it is shown; times in UTC ms. `address` is what its QR says."""

    address: str
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class ShownDoor:
    """A door as its lead sees it now. `state`: `unopened`, open, stopped, closed.

    `count_expected`: who signed up. `asks_again`: it is time to ask who is still there.
    """

    shift: DoorShift
    door: Door | None
    state: str
    now_ms: int
    codes: tuple[ShownCode, ...]
    spoken: str
    count_in: int
    count_out: int
    count_expected: int
    asks_again: bool


def shown_door(caller: Caller, community_id: str, shift_id: str) -> ShownDoor:
    """The door of a shift. Raises: ShiftUnknownError, NotAllowedError and its like."""
    shift, _ = led_shift(caller, "checkin.open", community_id, shift_id)
    reader = db.session()
    now_ms, door = now_of(reader, community_id), door_of(reader, community_id, shift_id)
    inside, come = (ask(reader, community_id, shift_id) for ask in (count_in, count_come))
    expected = sum(each.state == SIGNED for each in signed_up(reader, community_id, shift_id))
    codes: tuple[ShownCode, ...] = ()
    spoken, moment = "", None
    if door is not None and door.site:
        key = place_key(reader, community_id, door.site)
        moment = rescan_at_ms(key, shift_id, shift.starts_at_ms, shift.planned_minutes)
        if door.state == OPEN:
            spoken = spoken_code(key, shift_id, door.openings)
            codes = shown_codes(reader, community_id, door.site, now_ms)
    return ShownDoor(
        shift,
        door,
        "unopened" if door is None or not door.openings else door.state,
        now_ms,
        codes,
        spoken,
        inside,
        come - inside,
        expected,
        moment is not None and now_ms >= moment and door is not None and not door.asked_at_ms,
    )


def shown_codes(reader: Reader, community_id: str, site: str, now_ms: int) -> tuple[ShownCode, ...]:
    """The codes of this step and the next ones."""
    key, step = place_key(reader, community_id, site), now_ms // STEP_MS
    return tuple(
        ShownCode(address(door_code(key, site, each)), each * STEP_MS, (each + 1) * STEP_MS)
        for each in range(step, step + STEPS_SHOWN)
    )


def address(code: str) -> str:
    """What a code's QR says: in capitals, so that the QR is small."""
    return f"{current().settings.public_url}/V/{code}".upper()
