"""The end of a shift: heads counted, the forgetful checked out, and all of it handed in at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from volunteer_credit.checkins.models.doors import DoorRow
from volunteer_credit.checkins.models.presences import GuestRow
from volunteer_credit.checkins.operations import presences
from volunteer_credit.checkins.operations.doors import EARLY_HOURS, ensure_door
from volunteer_credit.checkins.operations.judgement import Comer
from volunteer_credit.checkins.operations.shifts import facts_of, shift_here, target_of
from volunteer_credit.checkins.queries.doors import CLOSED
from volunteer_credit.checkins.queries.presences import Presence, presences_of
from volunteer_credit.checkins.queries.scans import guests_of, served_of
from volunteer_credit.checkins.rules.errors import CountsError, TooEarlyError
from volunteer_credit.checkins.rules.flags import joined
from volunteer_credit.checkins.rules.reasons import OK
from volunteer_credit.checkins.rules.times import EARLY_MS, parse_out, planned_out_ms
from volunteer_credit.hours.operations.handing_in import hand_in
from volunteer_credit.hours.rules.evidence import Line
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.projects.operations.ending import end_shift
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.runtime import current

ACTION = "checkin.count"
HEADS_MAX = 100_000
CONFIRMED = ("pin", "tap", "call")


@dataclass(frozen=True, slots=True)
class Counted:
    """What a lead says at the end. `left_at`: by check-in, a time like 11:30 or empty.

    `all_stayed`: whoever is not named left as planned.
    """

    heads: int
    all_stayed: bool = False
    left_at: Mapping[int, str] = field(default_factory=dict)

    def value(self) -> dict[str, object]:
        """As a request's body says it."""
        times = {str(seq): text for seq, text in self.left_at.items() if text.strip()}
        return {"heads": self.heads, "all_stayed": self.all_stayed, "left_at": times}


@dataclass(frozen=True, slots=True)
class Closed:
    """How a closing ended. `reason` `count_missing`: nothing was written; say who left when."""

    reason: str
    sheet_id: str = ""
    counted_seq: int = 0
    present: int = 0
    heads: int = 0


@retried
def close_shift(
    caller: Caller, community_id: str, shift_id: str, counted: Counted, key: str
) -> Closed:
    """Count, check out, hand in and end a shift, in one operation; twice is once.

    Raises: CountsError, TooEarlyError, OutTimeError, ShiftUnknownError, LawFieldsError (hours),
    NotAllowedError and its like.
    """
    if not 0 <= counted.heads <= HEADS_MAX:
        raise CountsError
    shift = shift_here(db.session, community_id, shift_id)
    target = target_of(community_id, shift)
    body = {"shift": shift_id, **counted.value()}
    request = Request(acting(caller, ACTION, community_id, target), key, "checkin.close", body)
    with perform(community_id, request) as operation:
        by = authorised(operation, caller, ACTION, target).account
        if not operation.replayed:
            shift = shift_here(operation.session, community_id, shift_id)
            if operation.at_ms < shift.starts_at_ms - EARLY_MS:
                raise TooEarlyError(hours=EARLY_HOURS)  # it would end for good
            door = ensure_door(operation, shift, by)
            reason = OK
            if door.state != CLOSED:
                reason = _close(operation, shift, door, counted, (by, caller))
            found = [reason, door.sheet_id, door.counted_seq, door.present, door.heads]
            operation.answer(found)
        return Closed(*operation.result)


def _close(
    operation: Operation,
    shift: DoorShift,
    door: DoorRow,
    counted: Counted,
    by: tuple[str, Caller],
) -> str:
    here = operation.community_id
    there = presences_of(operation.session, here, shift.shift_id)
    still_in = [each for each in there if not each.ended_seq]
    ends = _ends(operation, shift, still_in, counted)
    if ends is None:
        return "count_missing"
    for each in still_in:
        person_id = person_of(operation.session, here, each.account)
        comer = Comer(person_id, each.account, "closing", by=by[0])
        presences.end(operation, comer, each, ends[each.place])
    _end_guests(operation, shift)
    present = len({each.account for each in there})
    data = {"heads": counted.heads, "present": present, "shift": shift.shift_id}
    seq = operation.append(NewEntry("shift.counted", data, day=shift.day)).seq
    lines = _lines(operation, shift, door, is_short=counted.heads < present)
    facts = facts_of(shift, by[0])
    sheet_id = hand_in(operation, facts, lines, seq, by[0], by[1])
    end_shift(operation, shift.shift_id)
    door.state, door.closed_at_ms, door.closed_by = CLOSED, operation.at_ms, by[0]
    door.counted_seq, door.heads, door.present = seq, counted.heads, present
    door.counted_book = operation.head.book
    door.sheet_id = sheet_id
    return OK


def _ends(
    operation: Operation, shift: DoorShift, still_in: Sequence[Presence], counted: Counted
) -> dict[tuple[int, int], int] | None:
    """Until when each stayed; None where nobody said. Raises: OutTimeError."""
    offset, found = current().settings.utc_offset_minutes, dict[tuple[int, int], int]()
    for each in still_in:
        text = counted.left_at.get(each.started_seq, "").strip()
        if text:
            found[each.place] = parse_out(text, each.started_at_ms, operation.at_ms, offset)
        elif counted.all_stayed:
            found[each.place] = planned_out_ms(
                each.started_at_ms, shift.ends_at_ms, operation.at_ms
            )
        else:
            return None
    return found


def _end_guests(operation: Operation, shift: DoorShift) -> None:
    for each in guests_of(operation.session, operation.community_id, shift.shift_id):
        row = operation.session.get(GuestRow, (operation.community_id, each.guest_id))
        if row is not None and row.ended_at_ms is None:
            row.ended_at_ms = planned_out_ms(row.started_at_ms, shift.ends_at_ms, operation.at_ms)


def _lines(operation: Operation, shift: DoorShift, door: DoorRow, *, is_short: bool) -> list[Line]:
    """What the hours get: every check-in with what the door wondered about."""
    session, here = operation.session, operation.community_id
    found = presences_of(session, here, shift.shift_id)
    visits = served_of(session, here, [each.place for each in found])
    lines = []
    for each in found:
        more = {
            "heads_fewer": is_short,
            "not_seen_again": _missed(each, door.asked_at_ms),
            "unconfirmed_visit": each.place in visits and visits[each.place][1] not in CONFIRMED,
        }
        lines.append(line_of(each, [name for name, holds in more.items() if holds]))
    return lines


def _missed(each: Presence, asked_at_ms: int | None) -> bool:
    """Whether somebody who scanned themselves was asked again and did not."""
    if asked_at_ms is None or each.how != "door":
        return False
    was_in = each.started_at_ms < asked_at_ms < (each.ended_at_ms or 0)
    return was_in and (each.seen_at_ms or 0) < asked_at_ms


def line_of(each: Presence, more: Sequence[str]) -> Line:
    """One check-in as the hours take it."""
    assert each.ended_at_ms is not None, "everybody was checked out"
    return Line(
        each.account,
        each.started_seq,
        each.ended_seq,
        each.started_at_ms,
        each.ended_at_ms,
        each.tier,
        each.minutes,
        joined(each.flag_codes, more),
        each.book,
        each.ended_book,
    )
