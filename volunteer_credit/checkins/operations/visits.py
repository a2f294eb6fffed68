"""A visit at somebody's home: confirmed by their PIN, a tap on their phone, or a call-back.

The volunteer scans the resident's own card when they come and when they go.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from volunteer_credit.checkins.models.presences import VisitRow
from volunteer_credit.checkins.operations.shifts import shift_here, target_of
from volunteer_credit.checkins.queries.presences import presence
from volunteer_credit.checkins.queries.scans import Visit, visits_open
from volunteer_credit.checkins.rules.acts import OUT
from volunteer_credit.checkins.rules.errors import VisitUnknownError
from volunteer_credit.checkins.rules.tickets import Ticket
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.pins import (
    Owner,
    card_owner,
    count_try,
    forget_tries,
    pin_matches,
)
from volunteer_credit.people.queries.cards import PAPER, active_card, number_of
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.queries.settings import belongings
from volunteer_credit.people.rules.pins import parse_pin
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.people.rules.sign_in_errors import PinFormError, TooManyTriesError
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.runtime import current

PIN, TAP, CALL, NO = "pin", "tap", "call", "no"
ACTIVE = "active"
OWN, COUNT = "checkin.scan", "checkin.count"


@dataclass(frozen=True, slots=True)
class Confirming:
    """That the PIN of who was visited is right: under what its tries are counted, and whose.

    `is_locked`: after too many tries it was not looked at.
    """

    owner: Owner
    served: str
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A visit that one is asked about."""

    community_id: str
    name: str
    visit: Visit


def confirming(ticket: Ticket, pin: str, visitor_id: str) -> Confirming | None:
    """Before the lock, because a PIN costs time: whether it is right. Nothing typed is nothing.

    Wrong ones are counted for this visitor: another one finds the card as it was.
    """
    if not (ticket.served and pin and ticket.act == OUT):
        return None
    reader = db.session()
    person_id = person_of(reader, ticket.community_id, ticket.served)
    number = number_of(reader, person_id, PAPER) or ""
    card = active_card(reader, number=number) if number else None
    owner = card_owner(reader, number or ticket.served, f"visit\n{visitor_id}")
    try:
        count_try(owner, current().clock.now_ms())
    except TooManyTriesError:  # what the resident cannot confirm now keeps nobody at their door
        return Confirming(owner, ticket.served, is_locked=True)
    try:
        typed = parse_pin(pin)
    except PinFormError:
        return None
    is_right = pin_matches(db.session(), typed, card.pin_hash if card else None)
    return Confirming(owner, ticket.served) if is_right else None


def confirm_by_pin(
    operation: Operation, place: tuple[int, int], confirmed: Confirming | None
) -> None:
    """Inside the operation that ends a visit: the resident has agreed at their own door."""
    if confirmed is None or confirmed.is_locked:
        return
    row = operation.session.get(VisitRow, (operation.community_id, *place))
    if row is not None and row.served == confirmed.served:
        _confirm(operation, row, PIN, row.served)
        forget_tries(operation.session, confirmed.owner)


def own_visits(caller: Caller) -> list[OwnVisit]:
    """Visits that the caller received and nobody has confirmed."""
    return [
        OwnVisit(each.community_id, each.name, visit)
        for each in belongings(db.session, caller.person_id)
        if each.state == ACTIVE
        for visit in visits_open(db.session, each.community_id, each.account)
    ]


@retried
def answer_visit(
    caller: Caller, community_id: str, started_seq: int, key: str, *, was_there: bool
) -> None:
    """Yes, they were here; or no, nobody came. Raises: VisitUnknownError, as `authorised`.

    Of two books that have a visit at `started_seq` it is the newest that is one's own.
    """
    target = Target(community_id)
    body = {"visit": started_seq, "was_there": was_there}
    request = Request(acting(caller, OWN, community_id, target), key, "checkin.visit", body)
    with perform(community_id, request) as operation:
        account = authorised(operation, caller, OWN, target).account
        if not operation.replayed:
            row = _open(operation, VisitRow.started_seq == started_seq, VisitRow.served == account)
            _confirm(operation, row, TAP if was_there else NO, account)
            operation.answer({})


@retried
def call_back(
    caller: Caller, community_id: str, started_seq: int, key: str, *, was_there: bool, book: int = 0
) -> None:
    """Somebody called the resident and asked; never the volunteer themselves.

    `book`: the number of the visit's book; 0: the newest that has one at `started_seq`.

    Raises: VisitUnknownError, as `authorised`.
    """
    known = presence(db.session, community_id, started_seq, book=book)
    if known is None or known.account == account_of(db.session, caller.person_id, community_id):
        raise VisitUnknownError
    target = target_of(community_id, shift_here(db.session, community_id, known.shift_id))
    body = {"visit": started_seq, "was_there": was_there}
    actor = acting(caller, COUNT, community_id, target)
    with perform(community_id, Request(actor, key, "checkin.call", body)) as operation:
        account = authorised(operation, caller, COUNT, target).account
        if not operation.replayed:
            at = VisitRow.started_seq == started_seq, VisitRow.book == known.book
            row = _open(operation, *at)
            _confirm(operation, row, CALL if was_there else NO, account)
            operation.answer({})


def _open(operation: Operation, *which: ColumnElement[bool]) -> VisitRow:
    here = VisitRow.community_id == operation.community_id
    query = select(VisitRow).where(here, VisitRow.confirmed_how == "", *which)
    newest = query.order_by(VisitRow.book.desc()).limit(1)
    row = operation.session.execute(newest).scalar_one_or_none()
    if row is None:
        raise VisitUnknownError
    return row


def _confirm(operation: Operation, row: VisitRow, how: str, by: str) -> None:
    row.confirmed_how, row.confirmed_at_ms, row.confirmed_by = how, operation.at_ms, by
