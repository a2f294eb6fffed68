"""Shifts that nobody has closed a day after their end, and what is forgotten after its time."""

from sqlalchemy import delete

from volunteer_credit.checkins.models.doors import DoorRow
from volunteer_credit.checkins.models.presences import (
    CityPresenceRow,
    GuestRow,
    ScanRow,
    TicketRow,
)
from volunteer_credit.checkins.queries.doors import doors_forgotten
from volunteer_credit.checkins.queries.scans import guests_old
from volunteer_credit.checkins.rules.times import DAY_MS, OVERDUE_MS
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Actor, Request
from volunteer_credit.shared.db import db, retried, transaction
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.jobs_turns import in_turn
from volunteer_credit.shared.runtime import current

JOB = Actor("system:checkins", "system")
KEPT_DAYS = 30


def flag_overdue() -> int:
    """Mark shifts that should have been closed a day ago; how many. Raises: as `in_turn`."""
    found = doors_forgotten(db.session, current().clock.now_ms() - OVERDUE_MS)
    return in_turn(found, lambda door: _flag(door.community_id, door.shift_id))


@retried
def _flag(community_id: str, shift_id: str) -> int:
    request = Request(JOB, f"overdue {shift_id}", "checkin.overdue", {"shift": shift_id})
    with perform(community_id, request) as operation:
        if not operation.replayed:
            row = operation.session.get(DoorRow, (community_id, shift_id))
            if row is not None and row.overdue_at_ms is None:
                row.overdue_at_ms = operation.at_ms
            operation.answer({})
    return 1


def forget_old() -> None:
    """Forget scans, tickets, guests and the city's presences of over thirty days ago.

    Raises: as `in_turn`.
    """
    before_ms = current().clock.now_ms() - KEPT_DAYS * DAY_MS
    _forget_rows(before_ms)
    in_turn(guests_old(db.session, before_ms), lambda each: _forget_guest(*each))


@retried
def _forget_rows(before_ms: int) -> None:
    with transaction() as session:
        for old in (
            delete(ScanRow).where(ScanRow.at_ms < before_ms),
            delete(TicketRow).where(TicketRow.used_at_ms < before_ms),
            delete(CityPresenceRow).where(CityPresenceRow.started_at_ms < before_ms),
        ):
            session.execute(old.execution_options(synchronize_session=False))


@retried
def _forget_guest(community_id: str, guest_id: str) -> int:
    body = {"guest": guest_id}
    with perform(community_id, Request(JOB, new_id(current().random), "checkin.old", body)) as now:
        row = now.session.get(GuestRow, (community_id, guest_id))
        if row is not None:
            now.session.delete(row)
        now.answer({})
    return 1
