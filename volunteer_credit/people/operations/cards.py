"""Cards and passes: issued, lost, replaced. The old card dies at once; nothing hangs on it.

A card's id is made from the request's key, so that a repeated request prints the same card, and it
stands on the card alone: the database has its digest.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.credentials import CardRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import digest, key_for, request_digest
from volunteer_credit.people.operations.sealed import FOUND_STATES
from volunteer_credit.people.operations.session_ends import end_by_card
from volunteer_credit.people.queries.cards import (
    ACTIVE,
    ENDED,
    LOST,
    PAPER,
    PASS,
    REPLACED,
    CardSeen,
    active_card,
    number_of,
    owner_of,
)
from volunteer_credit.people.queries.persons import state_of
from volunteer_credit.people.rules.card_errors import CardNumbersTakenError, CardUnknownError
from volunteer_credit.people.rules.card_numbers import (
    card_id,
    card_number,
    parse_card,
    parse_number,
    pass_code,
    pass_number,
)
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.runtime import current

OPERATOR = Actor("operator:1", "operator")
REASONS = (LOST, ENDED)
NUMBER_TRIES = 20


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed: `card_id` for the QR, the number for whom it doesn't scan."""

    card_id: str
    number: str


@retried
def issue_card(
    caller: Caller | None,
    person_id: str,
    community_id: str,
    key: str,
    pin_hash: bytes | None = None,
) -> Card:
    """A new paper card; the one before dies. `caller` None: whoever has the machine's shell.

    Raises: NotAllowedError and its like, PersonUnknownError, CardNumbersTakenError.
    """
    target = Target(community_id, person_id)
    actor = OPERATOR if caller is None else acting(caller, "card.issue", CITY, target)
    request = Request(actor, key, "card.issue", {"person": person_id, "community": community_id})
    with perform(CITY, request) as operation:
        if caller is not None:
            authorised(operation, caller, "card.issue", target)
        if not operation.replayed:
            issued_by = "" if caller is None else caller.person_id
            issue(operation, person_id, PAPER, issued_by, pin_hash)
            operation.answer({})
        return card_made(operation.session, person_id, key, PAPER)


@retried
def own_pass(caller: Caller, key: str) -> str:
    """The number of the caller's pass, made when it is first asked for."""
    request = Request(acting(caller, "self.card", CITY), key, "card.pass", {})
    with perform(CITY, request) as operation:
        authorised(operation, caller, "self.card")
        if not operation.replayed:
            if number_of(operation.session, caller.person_id, PASS) is None:
                issue(operation, caller.person_id, PASS, caller.person_id)
            operation.answer({})
        found = number_of(operation.session, caller.person_id, PASS)
    if found is None:
        raise CardUnknownError
    return found


def pass_shown(caller: Caller) -> str | None:
    """What the caller's pass shows now; it is good for 30 to 60 s. None before `own_pass`."""
    number = number_of(db.session, caller.person_id, PASS)
    if number is None:
        return None
    return pass_code(key_for(db.session, "pass"), number, current().clock.now_ms())


@retried
def end_card(
    caller: Caller | None, number: str, community_id: str, key: str, reason: str = LOST
) -> None:
    """End a card or pass at once, by its number: at the desk, by its owner, or from the shell.

    Raises: CardNumberError, CardUnknownError, NotAllowedError and its like.
    """
    number = parse_number(number)
    assert reason in REASONS
    owner = owner_of(db.session, number)  # also of one that ended: a retry must find it
    is_own = caller is not None and owner == caller.person_id
    action = "self.card" if is_own else "card.end"
    target = Target("", owner) if is_own else Target(community_id, owner)
    actor = OPERATOR if caller is None else acting(caller, action, CITY, target)
    body = {"number": request_digest(db.session, {"number": number})}
    with perform(CITY, Request(actor, key, "card.end", body)) as operation:
        if caller is not None:
            authorised(operation, caller, action, target)
        if not operation.replayed:
            if not end(operation.session, number, reason, operation.at_ms):
                raise CardUnknownError
            operation.answer({})


def issue(
    operation: Operation,
    person_id: str,
    kind: str,
    issued_by: str,
    pin_hash: bytes | None = None,
) -> None:
    """Inside an operation on the city: a new card or pass of a person; the old one is replaced.

    Raises: PersonUnknownError for who was erased or merged, or has left; CardNumbersTakenError.
    """
    session, key = operation.session, operation.request.key
    if state_of(session, person_id) not in FOUND_STATES:
        raise PersonUnknownError
    if kind == PAPER:
        end_by_card(session, person_id, current().clock.now_ms())
    old = session.execute(
        select(CardRow).where(
            CardRow.person_id == person_id, CardRow.kind == kind, CardRow.state == ACTIVE
        )
    ).scalars()
    for each in old:
        each.state, each.ended_at_ms = REPLACED, operation.at_ms
    session.add(
        CardRow(
            card_digest=digest(session, "card", _id(session, person_id, key, kind)),
            number=_free_number(session),
            kind=kind,
            person_id=person_id,
            state=ACTIVE,
            issued_at_ms=operation.at_ms,
            issued_by=issued_by,
            pin_hash=pin_hash,
        )
    )


def card_made(session: Session, person_id: str, key: str, kind: str) -> Card:
    """The card that `issue` made under a key. Raises: CardUnknownError when it has ended since."""
    session.flush()
    made = _id(session, person_id, key, kind)
    seen = active_card(session, card_digest=digest(session, "card", made))
    if seen is None:
        raise CardUnknownError
    return Card(made, seen.number)


def end(session: Session, number: str, reason: str, at_ms: int) -> bool:
    """Inside an operation on the city: end the card in use with this number, if there is one."""
    row = session.execute(
        select(CardRow).where(CardRow.number == number, CardRow.state == ACTIVE)
    ).scalar_one_or_none()
    if row is None:
        return False
    row.state, row.ended_at_ms = reason, at_ms
    if row.kind == PAPER:
        end_by_card(session, row.person_id, current().clock.now_ms())
    return True


def card_of(reader: Reader, text: str) -> CardSeen:
    """The card in use that was typed (8 digits) or scanned, a pass included, as of now.

    Raises: CardNumberError, CardCodeError, CardUnknownError.
    """
    if sum(each.isdecimal() for each in text) == len(text.strip().replace(" ", "")) > 0:
        seen = active_card(reader, number=parse_number(text))
    elif "/P/" in text.upper():
        now_ms = current().clock.now_ms()
        number = pass_number(key_for(reader, "pass"), text, now_ms)
        seen = active_card(reader, number=number)
    else:
        seen = active_card(reader, card_digest=digest(reader, "card", parse_card(text)))
    if seen is None:
        raise CardUnknownError
    return seen


def _id(reader: Reader, person_id: str, key: str, kind: str) -> str:
    named = f"{kind}\n{person_id}\n{key}".encode()
    return card_id(hmac.new(key_for(reader, "card_id"), named, sha256).digest())


def _free_number(session: Session) -> str:
    for _ in range(NUMBER_TRIES):
        number = card_number(int.from_bytes(current().random(8)))
        taken = select(CardRow.number).where(CardRow.number == number)
        if session.execute(taken).scalar_one_or_none() is None:
            return number
    raise CardNumbersTakenError
