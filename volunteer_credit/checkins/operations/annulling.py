"""A check-in that should not have been: annulled within fifteen minutes, with a reason."""

from sqlalchemy import select

from volunteer_credit.checkins.models.presences import CityPresenceRow, PresenceRow
from volunteer_credit.checkins.operations.shifts import shift_here, target_of
from volunteer_credit.checkins.queries.doors import CLOSED, door_of
from volunteer_credit.checkins.rules.errors import (
    AnnulLateError,
    AnnulOtherError,
    AnnulReasonError,
    DoorClosedError,
    PresenceUnknownError,
)
from volunteer_credit.checkins.rules.times import ANNUL_MS
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.operations.succession_refs import reference
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried

ACTION = "checkin.admit"
REASONS = ("mistake", "wrong_person", "left_at_once")


@retried
def annul(
    caller: Caller, community_id: str, shift_id: str, started_seq: int, reason: str, key: str
) -> None:
    """Take a check-in back: by the lead who made it, or who opened the door.

    Raises: AnnulReasonError, PresenceUnknownError, AnnulLateError, AnnulOtherError,
    DoorClosedError, NotAllowedError and its like.
    """
    if reason not in REASONS:
        raise AnnulReasonError
    target = target_of(community_id, shift_here(db.session, community_id, shift_id))
    body = {"shift": shift_id, "started": started_seq, "reason": reason}
    request = Request(acting(caller, ACTION, community_id, target), key, "checkin.annul", body)
    with perform(community_id, request) as operation:
        by = authorised(operation, caller, ACTION, target).account
        if not operation.replayed:
            row = _row(operation, shift_id, started_seq)
            _check(operation, row, by)
            _annul(operation, row, reason)
            operation.answer({})


def _row(operation: Operation, shift_id: str, started_seq: int) -> PresenceRow:
    query = select(PresenceRow).where(
        PresenceRow.community_id == operation.community_id,
        PresenceRow.shift_id == shift_id,
        PresenceRow.started_seq == started_seq,
        PresenceRow.annulled_seq == 0,
    )
    newest = query.order_by(PresenceRow.book.desc()).limit(1)
    row = operation.session.execute(newest).scalar_one_or_none()
    if row is None:
        raise PresenceUnknownError
    return row


def _check(operation: Operation, row: PresenceRow, by: str) -> None:
    door = door_of(operation.session, operation.community_id, row.shift_id)
    if door is not None and door.state == CLOSED:
        raise DoorClosedError
    if operation.at_ms - row.started_at_ms > ANNUL_MS:
        raise AnnulLateError
    if by != (row.admitted_by or (door.opened_by if door else "")):
        raise AnnulOtherError


def _annul(operation: Operation, row: PresenceRow, reason: str) -> None:
    data = {"account": row.account, "reason": reason, "shift": row.shift_id}
    refs = [reference(operation, row.book, row.started_seq)]
    entry = NewEntry("presence.annulled", data, day=row.day, refs=refs)
    row.annulled_seq = operation.append(entry).seq
    row.annulled_book = operation.head.book
    person_id = person_of(operation.session, operation.community_id, row.account)
    known = (person_id, operation.community_id, row.started_at_ms)
    city = operation.session.get(CityPresenceRow, known)
    if city is not None:
        operation.session.delete(city)
