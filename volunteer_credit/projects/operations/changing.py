"""Changing what was published: when, where, how many, insurance; cancelling with a reason."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.projects.models.activities import ShiftRow
from volunteer_credit.projects.operations.moving import moved
from volunteer_credit.projects.operations.organisers import CHANGE, as_own, named, target_of
from volunteer_credit.projects.operations.signing_up import move_up
from volunteer_credit.projects.operations.times import offset_minutes
from volunteer_credit.projects.queries.activities import organiser_of
from volunteer_credit.projects.queries.shifts import door_shift
from volunteer_credit.projects.queries.used import has_come
from volunteer_credit.projects.rules.drafts import check_capacity
from volunteer_credit.projects.rules.errors import (
    ShiftCancelledError,
    ShiftOverError,
    ShiftUnknownError,
)
from volunteer_credit.projects.rules.states import CANCELLED, ENDED
from volunteer_credit.projects.rules.texts import INSURANCE, PLACE, REASON, clean
from volunteer_credit.projects.rules.times import check_covers, check_length, check_starts
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried


@dataclass(frozen=True, slots=True)
class Change:
    """A shift as it shall be. Raises: as `clean` and `check_length`; NumberRangeError."""

    starts_at_ms: int
    ends_at_ms: int
    place: str
    capacity: int
    insurance: str = ""

    def __post_init__(self) -> None:
        """Keep what was parsed."""
        object.__setattr__(self, "place", clean(PLACE, self.place))
        object.__setattr__(self, "insurance", clean(INSURANCE, self.insurance))
        check_length(self.starts_at_ms, self.ends_at_ms)
        check_capacity(self.capacity)


@retried
def change_shift(
    caller: Caller, community_id: str, shift_id: str, change: Change, key: str
) -> None:
    """Change a shift that is not over; who signed up sees what it was before, and keeps a place.

    Raises: StartPastError, StartFarError, ShiftBegunError, ShiftCancelledError, ShiftOverError,
    ShiftUnknownError, and as `authorised` and `perform`.
    """
    shift = door_shift(db.session, community_id, shift_id)
    if shift is None:
        raise ShiftUnknownError
    body = {"shift": shift_id, "change": request_digest(db.session, asdict(change))}

    def work(operation: Operation) -> None:
        row = operation.session.get(ShiftRow, (community_id, shift_id))
        if row is None:
            raise ShiftUnknownError
        _check_running(row, operation.at_ms)
        if row.starts_at_ms != change.starts_at_ms:  # one under way may still be made longer
            check_starts([change.starts_at_ms], operation.at_ms)
        was, wanted = (row.starts_at_ms, row.ends_at_ms), (change.starts_at_ms, change.ends_at_ms)
        if was != wanted:
            if has_come(operation.session, community_id, shift_id):
                check_covers(was, wanted, offset_minutes())
            moved(operation, shift_id, wanted)
        _change(row, change)
        operation.session.flush()
        move_up(operation, shift_id)

    _perform(caller, (community_id, shift.organiser), ("project.change_shift", body, key), work)


@retried
def cancel_activity(
    caller: Caller, community_id: str, activity_id: str, reason: str, key: str, shift_id: str = ""
) -> None:
    """Cancel all shifts of an activity that are still to come, or one of them.

    Who signed up reads why. Raises: ShiftOverError where none is left, ShiftUnknownError, as
    `clean`, and as `authorised` and `perform`.
    """
    why = clean(REASON, reason)
    organiser = organiser_of(db.session, community_id, activity_id)
    body = {
        "activity": activity_id,
        "shift": shift_id,
        "reason": request_digest(db.session, {"reason": why}),
    }

    def work(operation: Operation) -> None:
        chosen = select(ShiftRow).where(
            ShiftRow.community_id == community_id, ShiftRow.activity_id == activity_id
        )
        if shift_id:
            chosen = chosen.where(ShiftRow.shift_id == shift_id)
        rows = operation.session.execute(chosen).scalars().all()
        left = [each for each in rows if _is_running(each, operation.at_ms)]
        if not left:
            raise ShiftOverError if rows else ShiftUnknownError
        for row in left:
            row.state, row.reason, row.revision = CANCELLED, why, row.revision + 1
            row.told_revision = row.revision

    _perform(caller, (community_id, organiser), ("project.cancel", body, key), work)


def _perform(
    caller: Caller,
    where: tuple[str, str],
    asked: tuple[str, dict[str, str], str],
    work: Callable[[Operation], None],
) -> None:
    community_id, organiser = where
    name, body, key = asked
    caller, target = as_own(caller, organiser), target_of(community_id, organiser)
    request = Request(acting(caller, CHANGE, community_id, target), key, name, body)
    with perform(community_id, request) as operation:
        authority = authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            named(operation.session, authority, organiser, is_announced=True)
            work(operation)
            operation.answer({})


def _is_running(row: ShiftRow, at_ms: int) -> bool:
    return row.state not in (CANCELLED, ENDED) and at_ms < row.ends_at_ms


def _check_running(row: ShiftRow, at_ms: int) -> None:
    if row.state == CANCELLED:
        raise ShiftCancelledError(reason=row.reason)
    if not _is_running(row, at_ms):
        raise ShiftOverError


def _change(row: ShiftRow, change: Change) -> None:
    was = row.starts_at_ms, row.ends_at_ms, row.place
    if (row.starts_at_ms, row.ends_at_ms) != (change.starts_at_ms, change.ends_at_ms):
        if row.was_starts_at_ms is None:
            row.was_starts_at_ms, row.was_ends_at_ms = row.starts_at_ms, row.ends_at_ms
        row.starts_at_ms, row.ends_at_ms = change.starts_at_ms, change.ends_at_ms
        row.day = local_day(change.starts_at_ms, offset_minutes())
    if row.place != change.place:
        row.was_place = row.place if row.was_place is None else row.was_place
        row.place = change.place
    row.capacity, row.insurance = change.capacity, change.insurance
    row.revision += 1
    if was != (row.starts_at_ms, row.ends_at_ms, row.place):
        row.told_revision = row.revision
