"""The desk, in one visit: a lost card, a lost phone, a forgotten PIN. What is left stays.

One operation does all of it, so that nobody leaves the desk with half of it done.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.credentials import CardRow, DeviceRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.cards import Card, card_made, end, issue
from volunteer_credit.people.operations.pins import forget_card_tries, hash_pin
from volunteer_credit.people.operations.session_ends import end_all, end_by_card
from volunteer_credit.people.queries.cards import ACTIVE, LOST, PAPER, PASS, number_of
from volunteer_credit.people.rules.card_errors import CardUnknownError, NothingLostError
from volunteer_credit.people.rules.pins import check_new_pin
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.runtime import current


@dataclass(frozen=True, slots=True)
class Visit:
    """What was lost, and the PIN that the person has chosen at the desk (or none).

    `card`: the paper card; a new one is printed. `phone`: its pass, its enrolled devices and all
    sessions end.
    """

    card: bool = False
    phone: bool = False
    pin: str = ""


@retried
def desk_visit(
    caller: Caller, person_id: str, community_id: str, visit: Visit, key: str
) -> Card | None:
    """Do what a visit to the desk needs; the new card, if one is to be printed.

    Raises: NothingLostError, PinFormError, WeakPinError, CardUnknownError (a PIN needs a card),
    NotAllowedError and its like.
    """
    if visit == Visit():
        raise NothingLostError
    # Argon2id takes its time: before the lock.
    pin_hash = hash_pin(db.session, check_new_pin(visit.pin)) if visit.pin else None
    action = "card.issue" if visit.card else "card.pin_reset"
    target = Target(community_id, person_id)
    body = {"person": person_id, "card": visit.card, "phone": visit.phone, "pin": bool(visit.pin)}
    request = Request(acting(caller, action, CITY, target), key, "desk.visit", body)
    with perform(CITY, request) as operation:
        for each in (action, "session.end", "device.revoke"):
            authorised(operation, caller, each, target)
        if not operation.replayed:
            _do(operation, person_id, visit, pin_hash, caller.person_id)
            operation.answer({})
        if not visit.card:
            return None
        return card_made(operation.session, person_id, key, PAPER)


def _do(
    operation: Operation, person_id: str, visit: Visit, pin_hash: bytes | None, by_person: str
) -> None:
    session, at_ms = operation.session, operation.at_ms
    if visit.phone:
        _lose_phone(session, person_id, at_ms)
    number = number_of(session, person_id, PAPER)
    if visit.card:
        if number is not None:
            end(session, number, LOST, at_ms)
        issue(operation, person_id, PAPER, by_person, pin_hash)
    elif pin_hash is not None:
        if number is None:
            raise CardUnknownError
        row = session.execute(
            select(CardRow).where(CardRow.number == number, CardRow.state == ACTIVE)
        ).scalar_one()
        row.pin_hash = pin_hash
        forget_card_tries(session, number)
        end_by_card(session, person_id, current().clock.now_ms())


def _lose_phone(session: Session, person_id: str, at_ms: int) -> None:
    number = number_of(session, person_id, PASS)
    if number is not None:
        end(session, number, LOST, at_ms)
    devices = select(DeviceRow).where(
        DeviceRow.person_id == person_id, DeviceRow.revoked_at_ms.is_(None)
    )
    for device in session.execute(devices).scalars():
        device.revoked_at_ms = at_ms
    end_all(session, person_id, current().clock.now_ms())
