"""Signing up and taking it back, for oneself or for whom one stands for. The lock makes it exact.

A full shift has a wait-list; when somebody leaves before the start, the first of it moves up.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.ages import CHILD_YEARS, Stage, stage_on
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.projects.models.activities import ShiftRow, SignUpRow
from volunteer_credit.projects.queries.activities import counts
from volunteer_credit.projects.queries.shifts import DoorShift, door_shift
from volunteer_credit.projects.queries.sign_ups import (
    ON_LIST,
    last_turn,
    overlapping,
    position_of,
)
from volunteer_credit.projects.rules.errors import (
    GuardianSignsError,
    InsuranceMissingError,
    NotSignedUpError,
    ShiftCancelledError,
    ShiftOverError,
    ShiftUnknownError,
    TooYoungError,
)
from volunteer_credit.projects.rules.standings import (
    ALREADY,
    FREE,
    FULL_WAITING,
    INSURANCE_MISSING,
    IS_CANCELLED,
    IS_ENDED,
    OVERLAPS,
    Terms,
    closed,
    is_too_young,
)
from volunteer_credit.projects.rules.states import DROPPED, SIGNED, WAITING
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried

SIGN_UP = "project.sign_up"
GUARDIAN = "guardian"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands now. `cause`: free, full_waiting, overlaps or already.

    `position`: on the wait-list, from 1; 0 for who has a place.
    """

    state: str
    position: int
    cause: str


@retried
def sign_up(
    caller: Caller, community_id: str, shift_id: str, key: str, person_id: str = ""
) -> Standing:
    """Sign somebody up; who is on the list already stays where they are.

    `person_id`: whom the caller stands for, or empty. Raises: ShiftUnknownError,
    ShiftCancelledError, ShiftOverError, InsuranceMissingError, TooYoungError, GuardianSignsError,
    and as `authorised` and `perform`.
    """
    target = Target(community_id, person_id)
    request = request_of(caller, target, shift_id, key, "project.sign_up")
    with perform(community_id, request) as operation:
        authority = authorised(operation, caller, SIGN_UP, target)
        if not operation.replayed:
            account = authority.target.account or authority.account
            shift = shift_of(operation, shift_id)
            birth_day = read_person(
                operation.session, person_id or caller.person_id
            ).fields.birth_day
            cause = put_on_list(operation, shift, account, birth_day, authority.role)
            state = operation.session.get_one(SignUpRow, (community_id, shift_id, account)).state
            place = position_of(operation.session, community_id, shift_id, account)
            operation.answer([state, place, cause])
        return Standing(*operation.result)


@retried
def drop(caller: Caller, community_id: str, shift_id: str, key: str, person_id: str = "") -> None:
    """Take a sign-up back; before the start the next of the wait-list moves up.

    After the start the lead sees it. Raises: ShiftUnknownError, NotSignedUpError, ShiftOverError,
    and as `authorised` and `perform`.
    """
    target = Target(community_id, person_id)
    request = request_of(caller, target, shift_id, key, "project.drop")
    with perform(community_id, request) as operation:
        authority = authorised(operation, caller, SIGN_UP, target)
        if not operation.replayed:
            account = authority.target.account or authority.account
            shift = shift_of(operation, shift_id)
            if closed(terms_of(operation.session, community_id, shift), operation.at_ms) == (
                IS_ENDED
            ):
                raise ShiftOverError
            take_off_list(operation, shift, account)
            operation.answer({})


def put_on_list(
    operation: Operation, shift: DoorShift, account: str, birth_day: int, role: str
) -> str:
    """Inside an operation: put an account on a shift's list; the cause, as `Standing` says it.

    `role`: by which it is asked, or `list`. Raises: as `sign_up`.
    """
    session, community_id = operation.session, operation.community_id
    terms = terms_of(session, community_id, shift)
    row = session.get(SignUpRow, (community_id, shift.shift_id, account))
    if row is not None and row.state in ON_LIST:
        return ALREADY
    _check_open(terms, shift, operation.at_ms)
    _check_age(terms, birth_day, role)
    is_full = terms.signed >= terms.capacity
    if row is None:
        row = SignUpRow(community_id=community_id, shift_id=shift.shift_id, account=account)
    row.turn = last_turn(session, community_id, shift.shift_id) + 1
    row.state, row.how = WAITING if is_full else SIGNED, role
    row.since_ms, row.dropped_at_ms = operation.at_ms, None
    row.seen_revision, row.moved_up_at_ms = shift.revision, None
    session.add(row)
    session.flush()
    if is_full:
        return FULL_WAITING
    return OVERLAPS if overlapping(session, community_id, account, shift) else FREE


def take_off_list(operation: Operation, shift: DoorShift, account: str) -> None:
    """Inside an operation: take an account off a shift's list. Raises: NotSignedUpError."""
    session, community_id = operation.session, operation.community_id
    row = session.get(SignUpRow, (community_id, shift.shift_id, account))
    if row is None or row.state not in ON_LIST:
        raise NotSignedUpError
    row.state, row.dropped_at_ms = DROPPED, operation.at_ms
    session.flush()
    move_up(operation, shift.shift_id)


def move_up(operation: Operation, shift_id: str) -> None:
    """Inside an operation: fill free places from the wait-list, in its order, before the start."""
    session, community_id = operation.session, operation.community_id
    shift = session.get_one(ShiftRow, (community_id, shift_id))
    if operation.at_ms >= shift.starts_at_ms:
        return
    signed = counts(session, community_id, [shift_id]).get(shift_id)
    free = shift.capacity - (signed.signed if signed else 0)
    waiting = (
        select(SignUpRow)
        .where(
            SignUpRow.community_id == community_id,
            SignUpRow.shift_id == shift_id,
            SignUpRow.state == WAITING,
        )
        .order_by(SignUpRow.turn)
    )
    if free > 0:
        for row in session.execute(waiting.limit(free)).scalars():
            row.state, row.since_ms = SIGNED, operation.at_ms
            row.moved_up_at_ms = operation.at_ms
    session.flush()


def terms_of(session: Session, community_id: str, shift: DoorShift) -> Terms:
    """What decides about a shift now."""
    there = counts(session, community_id, [shift.shift_id]).get(shift.shift_id)
    return terms_with(shift, there.signed if there else 0)


def terms_with(shift: DoorShift, signed: int) -> Terms:
    """The same, when it is known how many have signed up."""
    return Terms(
        shift.state,
        shift.ends_at_ms,
        shift.day,
        shift.capacity,
        shift.min_age,
        shift.risk,
        shift.insurance,
        signed,
    )


def request_of(caller: Caller, target: Target, shift_id: str, key: str, name: str) -> Request:
    """What is asked of somebody's place on a list, as who asks. Raises: as `acting`."""
    community_id = target.community_id
    account = account_of(db.session, target.person_id or caller.person_id, community_id) or ""
    actor = acting(caller, SIGN_UP, community_id, target)
    return Request(actor, key, name, {"shift": shift_id, "account": account})


def shift_of(operation: Operation, shift_id: str) -> DoorShift:
    """Inside an operation: a shift of its community. Raises: ShiftUnknownError."""
    found = door_shift(operation.session, operation.community_id, shift_id)
    if found is None:
        raise ShiftUnknownError
    return found


def _check_open(terms: Terms, shift: DoorShift, at_ms: int) -> None:
    why = closed(terms, at_ms)
    if why == IS_CANCELLED:
        raise ShiftCancelledError(reason=shift.reason)
    if why == IS_ENDED:
        raise ShiftOverError
    if why == INSURANCE_MISSING:
        raise InsuranceMissingError


def _check_age(terms: Terms, birth_day: int, role: str) -> None:
    if is_too_young(birth_day, terms):
        raise TooYoungError(age=terms.min_age)
    if stage_on(birth_day, terms.day) is Stage.CHILD and role != GUARDIAN:
        raise GuardianSignsError(age=CHILD_YEARS)
