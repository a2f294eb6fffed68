"""Giving and withdrawing consent: the same form, the same one step, in person or at the desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.privacy import ConsentRow
from volunteer_credit.people.operations.authority import Authority, acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.sealed import person, put, read_person
from volunteer_credit.people.queries.persons import guardians_of
from volunteer_credit.people.rules.ages import age_on
from volunteer_credit.people.rules.consent_errors import (
    ConsentSubjectError,
    ConsentTextChangedError,
    GuardianMustConsentError,
    NoConsentError,
    NoSuchPurposeError,
)
from volunteer_credit.people.rules.purposes import (
    NO_SUBJECT,
    PERSON,
    PURPOSES,
    Purpose,
    guardian_gives,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried

OWN, BY_GUARDIAN, DESK_PAPER = "own", "guardian", "desk_paper"


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """What is agreed to, or no longer.

    `text_version`: of the text that was shown. `subject`: the community or organisation it is for.
    `person_id`: whose consent; empty for the caller's own. `community_id`: at whose desk a signed
    paper was written down; empty where the person, or a guardian, acts. `guardian_id`: who signed
    a paper that a guardian has to sign.
    """

    purpose: str
    text_version: int = 0
    subject: str = NO_SUBJECT
    person_id: str = ""
    community_id: str = ""
    guardian_id: str = ""


@retried
def give_consent(caller: Caller, asked: ConsentAsked, key: str) -> int:
    """Agree to a purpose; who agreed already changes nothing. The time it holds since, UTC ms.

    Raises: NoSuchPurposeError, ConsentSubjectError, ConsentTextChangedError,
    GuardianMustConsentError, and as `authorised` and `perform`.
    """
    purpose = _purpose(asked)
    with _consenting(caller, asked, "consent_give", key) as (operation, authority):
        if not operation.replayed:
            check_version(purpose, asked.text_version)
            whose, how = _whose(authority), how_given(authority, asked.community_id)
            check_giver(operation, whose, authority.person_id, asked, how)
            operation.answer(record_consent(operation, whose, authority.person_id, asked, how))
    since_ms: int = operation.result
    return since_ms


@retried
def withdraw_consent(caller: Caller, asked: ConsentAsked, key: str) -> int:
    """Withdraw a consent; what was kept with it only goes at once. How many were withdrawn.

    Raises: NoConsentError, and as `give_consent`; the text's version does not matter.
    """
    purpose = _purpose(asked)
    with _consenting(caller, asked, "consent_withdraw", key) as (operation, authority):
        if not operation.replayed:
            how = how_given(authority, asked.community_id)
            check_giver(operation, _whose(authority), authority.person_id, asked, how)
            rows = _open(operation.session, _whose(authority), asked)
            if not rows:
                raise NoConsentError
            for row in rows:
                row.withdrawn_at_ms = max(operation.at_ms, row.given_at_ms)
                row.withdrawn_by = authority.person_id
            _drop_fields(operation, _whose(authority), purpose)
            operation.answer(len(rows))
    count: int = operation.result
    return count


def _purpose(asked: ConsentAsked) -> Purpose:
    purpose = PURPOSES.get(asked.purpose)
    if purpose is None:
        raise NoSuchPurposeError(purpose=asked.purpose[:32])
    if (purpose.subject == PERSON) != (asked.subject == NO_SUBJECT) or not asked.subject:
        raise ConsentSubjectError(purpose=purpose.code, subject=purpose.subject)
    return purpose


@contextmanager
def _consenting(
    caller: Caller, asked: ConsentAsked, name: str, key: str
) -> Iterator[tuple[Operation, Authority]]:
    """The city's lock, and who may do this: the person, a guardian, or the desk."""
    action = "consent.record" if asked.community_id else "self.consent"
    target = Target(asked.community_id, asked.person_id)
    body = {"request": request_digest(db.session, asdict(asked))}
    request = Request(acting(caller, action, CITY, target), key, name, body)
    with perform(CITY, request) as operation:
        yield operation, authorised(operation, caller, action, target)


def _whose(authority: Authority) -> str:
    return authority.target.person_id or authority.person_id


def how_given(authority: Authority, community_id: str) -> str:
    """How a consent comes: `community_id` is the desk that wrote it down, empty for none."""
    if community_id:
        return DESK_PAPER
    return OWN if _whose(authority) == authority.person_id else BY_GUARDIAN


def check_version(purpose: Purpose, text_version: int) -> None:
    """Accept a consent to the text as it is now. Raises: ConsentTextChangedError."""
    if text_version != purpose.version:
        raise ConsentTextChangedError(version=purpose.version)


def check_giver(
    operation: Operation, person_id: str, by_person: str, asked: ConsentAsked, how: str
) -> None:
    """Where the law asks for a guardian, let nobody else give it: also on paper.

    Raises: GuardianMustConsentError.
    """
    session, purpose = operation.session, PURPOSES[asked.purpose]
    born = read_person(session, person_id).fields.birth_day
    if not guardian_gives(purpose, age_on(born, operation.day) if born else None):
        return
    signer = asked.guardian_id if how == DESK_PAPER else by_person
    if signer not in guardians_of(session, person_id):
        raise GuardianMustConsentError


def record_consent(
    operation: Operation, person_id: str, by_person: str, asked: ConsentAsked, how: str
) -> int:
    """Add the consent, unless it holds already; since when, UTC milliseconds."""
    session = operation.session
    before = _rows(session, person_id, asked)
    for row in before:
        if row.withdrawn_at_ms is None and row.text_version == asked.text_version:
            return row.given_at_ms
    last_ms = max((row.given_at_ms for row in before), default=0)
    row = ConsentRow(
        person_id=person_id,
        purpose=asked.purpose,
        subject=asked.subject,
        given_at_ms=max(operation.at_ms, last_ms + 1),
        text_version=asked.text_version,
        given_by=by_person,
        given_how=how,
    )
    session.add(row)
    return row.given_at_ms


def _rows(session: Session, person_id: str, asked: ConsentAsked) -> list[ConsentRow]:
    chosen = select(ConsentRow).where(
        ConsentRow.person_id == person_id,
        ConsentRow.purpose == asked.purpose,
        ConsentRow.subject == asked.subject,
    )
    return list(session.execute(chosen).scalars())


def _open(session: Session, person_id: str, asked: ConsentAsked) -> list[ConsentRow]:
    return [row for row in _rows(session, person_id, asked) if row.withdrawn_at_ms is None]


def _drop_fields(operation: Operation, person_id: str, purpose: Purpose) -> None:
    """Delete what may be kept with this consent only."""
    if not purpose.fields:
        return
    row, vault = person(operation.session, person_id)
    empty: dict[str, Any] = dict.fromkeys(purpose.fields, "")
    left = replace(vault, fields=replace(vault.fields, **empty))
    if left != vault:
        put(operation.session, row, left, operation.at_ms)
