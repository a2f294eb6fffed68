"""Slips: issued by staff, good for one person, once.

The letters are made from the request's key, so that a repeated request prints the same slip; the
database has only their digest.
"""

import hmac
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.credentials import SlipRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import digest, key_for
from volunteer_credit.people.operations.sealed import FOUND_STATES
from volunteer_credit.people.queries.persons import state_of
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.people.rules.sign_in_errors import SignInRefusedError
from volunteer_credit.people.rules.slips import (
    DEVICE,
    INVITATION,
    LIFE_MS,
    Slip,
    check_slip,
    parse_slip,
    slip_code,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, retried
from volunteer_credit.shared.runtime import current

OPERATOR = Actor("operator:1", "operator")
ACTIONS = {INVITATION: "slip.issue", DEVICE: "device.enrol"}


@retried
def issue_slip(
    caller: Caller | None,
    kind: str,
    person_id: str,
    community_id: str,
    key: str,
    life_ms: int = 0,
) -> Slip:
    """Issue a slip: `invitation` signs a person in, `device` enrols one for them.

    `caller` None: whoever has the machine's shell. `community_id` empty: for the city's own people.
    `life_ms`: shorter than usual.
    Raises: NotAllowedError and its like.
    """
    target, action = Target(community_id, person_id), ACTIONS[kind]
    actor = OPERATOR if caller is None else acting(caller, action, CITY, target)
    body = {"kind": kind, "person": person_id, "community": community_id}
    with perform(CITY, Request(actor, key, "slip.issue", body)) as operation:
        if caller is not None:
            authorised(operation, caller, action, target)
        if operation.replayed:
            return slip_made(operation, kind, person_id, operation.result["expires_at_ms"])
        issued_by = "" if caller is None else caller.person_id
        made = issue(operation, kind, person_id, community_id, issued_by, life_ms)
        operation.answer({"expires_at_ms": made.expires_at_ms})
        return made


@retried
def end_slips(caller: Caller, person_id: str, community_id: str, key: str) -> int:
    """End all slips of a person that nobody has used yet; how many. Raises: NotAllowedError."""
    target = Target(community_id, person_id)
    actor = acting(caller, "slip.issue", CITY, target)
    body = {"person": person_id, "community": community_id}
    with perform(CITY, Request(actor, key, "slip.end", body)) as operation:
        authorised(operation, caller, "slip.issue", target)
        if not operation.replayed:
            count = end_slips_of(operation.session, person_id, current().clock.now_ms())
            operation.answer({"count": count})
        ended: int = operation.result["count"]
        return ended


def issue(
    operation: Operation,
    kind: str,
    person_id: str,
    community_id: str,
    issued_by: str,
    life_ms: int = 0,
) -> Slip:
    """Inside an operation on the city: a slip for a person; one of each kind for each request.

    Raises: PersonUnknownError for who was erased or merged, or has left.
    """
    if state_of(operation.session, person_id) not in FOUND_STATES:
        raise PersonUnknownError
    now_ms = current().clock.now_ms()
    made = slip_made(operation, kind, person_id, now_ms + (life_ms or LIFE_MS[kind]))
    operation.session.add(
        SlipRow(
            slip_digest=_digest(operation.session, made.code),
            kind=kind,
            person_id=person_id,
            community_id=community_id,
            issued_by=issued_by,
            issued_at_ms=now_ms,
            expires_at_ms=made.expires_at_ms,
        )
    )
    return made


def end_slips_of(session: Session, person_id: str, at_ms: int) -> int:
    """Inside an operation on the city that locks or erases a person: end their unused slips."""
    query = select(SlipRow).where(
        SlipRow.person_id == person_id, SlipRow.used_at_ms.is_(None), SlipRow.ended_at_ms.is_(None)
    )
    rows = session.execute(query).scalars().all()
    for row in rows:
        row.ended_at_ms = at_ms
    return len(rows)


def slip_digest(reader: Reader, code: str) -> str:
    """What stands for a typed or scanned slip. Raises: SignInRefusedError for what is none."""
    letters = parse_slip(code)
    if letters is None:
        raise SignInRefusedError
    return _digest(reader, letters)


def use_slip(operation: Operation, code: str, kind: str) -> SlipRow:
    """Inside an operation on the city: use up a slip of a kind; its row says for whom it was.

    Raises: SignInRefusedError, SlipUsedError, SlipOverError.
    """
    row = operation.session.get(SlipRow, slip_digest(operation.session, code))
    if row is None or row.kind != kind:
        raise SignInRefusedError
    # The clock of sessions, not of the book: a demonstration's book may be days ahead.
    now_ms = current().clock.now_ms()
    check_slip(row.used_at_ms, row.ended_at_ms, row.expires_at_ms, now_ms)
    row.used_at_ms = now_ms
    return row


def slip_made(operation: Operation, kind: str, person_id: str, expires_at_ms: int) -> Slip:
    """The slip of this kind and person that a request makes, the same at each repetition."""
    asked = operation.request
    named = f"{asked.actor.account}\n{asked.key}\n{kind}\n{person_id}".encode()
    mac = hmac.new(key_for(operation.session, "slip_code"), named, sha256).digest()
    return Slip(slip_code(mac), expires_at_ms)


def _digest(reader: Reader, letters: str) -> str:
    return digest(reader, "slip", letters)
