"""One-time codes: asked for, sent after the transaction, checked, and good for one choice.

A phone that nobody has gets the same answer by the same statements and the same hashing; what goes
to the outbox ends there. The choice is needed because a family may share a phone.
"""

import hmac
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, text
from sqlalchemy.orm import Session

from volunteer_credit.people.models.sessions import CodeRow
from volunteer_credit.people.operations.digests import digest
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.senders import outbox
from volunteer_credit.people.operations.tries import count, count_address, count_code_address
from volunteer_credit.people.queries.sessions import active_by_phone, knows_device
from volunteer_credit.people.rules.codes import (
    CODE_LIFE_MS,
    CODE_TRIES_MAX,
    PROOF_LIFE_MS,
    new_code,
    typed_digits,
)
from volunteer_credit.people.rules.handles import handle
from volunteer_credit.people.rules.phones import parse_phone
from volunteer_credit.people.rules.reasons import masked_name
from volunteer_credit.people.rules.sign_in_errors import (
    NoCodesError,
    SignInRefusedError,
    TooManyTriesError,
)
from volunteer_credit.people.rules.tries import CODE_OWN, CODE_PHONE
from volunteer_credit.shared.db import Reader, db, retried, transaction
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

ID_LETTERS = 32
ASKED_LETTERS = 2 * ID_LETTERS
PROOF_LETTERS = ID_LETTERS + 64

_TRY = text("""
    UPDATE people_codes SET tries = tries + 1
    WHERE code_id = :code_id AND used_at_ms IS NULL AND expires_at_ms > :at_ms
    RETURNING tries, code_digest, target_digest
""")
_USE = text("UPDATE people_codes SET used_at_ms = :at_ms WHERE code_id = :code_id")
_codes = CodeRow.__table__.c
_SPEND = (
    delete(CodeRow)
    .where(_codes.code_id == bindparam("code"), _codes.used_at_ms > bindparam("since_ms"))
    .returning(_codes.target_digest)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """A code that was sent, or seems to be. `code_id` goes back with what the person types.

    From the browser that asked: anywhere else it is good for nothing, and no try is spent.
    """

    code_id: str
    expires_at_ms: int


@dataclass(frozen=True, slots=True)
class PhoneProved:
    """Who of those that share the phone may be chosen: (person, masked name). For five minutes."""

    proof: str
    persons: tuple[tuple[str, str], ...]


def ask_code(phone: str, address: str, device_id: str = "") -> CodeAsked:
    """Send a code to a phone, if somebody has it; the answer does not say.

    A device on which somebody with this phone was signed in has limits of its own, so that
    strangers who know the number cannot use up its owner's codes.
    Raises: NoCodesError, PhoneError, TooManyTriesError.
    """
    if outbox().sender is None:
        raise NoCodesError
    number, now_ms = parse_phone(phone), current().clock.now_ms()
    target = digest(db.session, "phone", number)
    count_code_address(address, now_ms)
    is_own = knows_device(db.session, target, device_id)
    count(CODE_PHONE, f"{target}\n{device_id}" if is_own else target, now_ms)
    if is_own:
        count(CODE_OWN, target, now_ms)
    code = new_code(current().random(8))
    asked, is_known = _keep(target, code, device_id, now_ms)
    outbox().post(number if is_known else None, code)
    return asked


@retried
def _keep(target: str, code: str, device_id: str, at_ms: int) -> tuple[CodeAsked, bool]:
    code_id, expires_at_ms = new_id(current().random), at_ms + CODE_LIFE_MS
    with transaction() as session:
        person_count = len(active_by_phone(session, target))
        session.add(
            CodeRow(
                code_id=code_id,
                target_digest=target,
                code_digest=_code_digest(session, code_id, code),
                person_count=person_count,
                sent_at_ms=at_ms,
                expires_at_ms=expires_at_ms,
            )
        )
        named = code_id + _device_code(session, code_id, device_id)
    return CodeAsked(named, expires_at_ms), person_count > 0


def prove_phone(asked: str, code: str, address: str, device_id: str = "") -> PhoneProved:
    """Check a code, which is used up by that, in the browser that asked for it.

    Raises: SignInRefusedError, TooManyTriesError.
    """
    now_ms, asked = current().clock.now_ms(), handle(asked, ASKED_LETTERS)
    count_address(address, now_ms)
    code_id = asked[:ID_LETTERS]
    if not hmac.compare_digest(asked, code_id + _device_code(db.session, code_id, device_id)):
        raise SignInRefusedError
    target = _check(code_id, typed_digits(code), now_ms)
    persons = active_by_phone(db.session, target)
    if not persons:
        raise SignInRefusedError
    named = ((each, masked_name(read_person(db.session, each).fields.name)) for each in persons)
    return PhoneProved(code_id + _proof_code(db.session, code_id), tuple(named))


@retried
def _check(code_id: str, code: str, at_ms: int) -> str:
    """The digest of the phone that the code went to; a wrong try is committed, then refused."""
    with transaction() as session:
        values = {"code_id": code_id, "at_ms": at_ms}
        row = session.execute(_TRY, values).one_or_none()
        typed = _code_digest(session, code_id, code)
        is_right = row is not None and hmac.compare_digest(row.code_digest, typed)
        is_tried_out = row is not None and row.tries > CODE_TRIES_MAX
        if is_right and not is_tried_out:
            session.execute(_USE, values)
    if is_tried_out:
        raise TooManyTriesError(seconds=CODE_LIFE_MS // 1000)
    if row is None or not is_right:
        raise SignInRefusedError
    target: str = row.target_digest
    return target


def spend_proof(session: Session, proof: str, person_id: str, at_ms: int) -> None:
    """Inside the transaction of a sign-in: use up a proof for one of its persons.

    Raises: SignInRefusedError.
    """
    proof = handle(proof, PROOF_LETTERS)
    code_id = proof[:ID_LETTERS]
    if not hmac.compare_digest(proof, code_id + _proof_code(session, code_id)):
        raise SignInRefusedError
    since = {"code": code_id, "since_ms": at_ms - PROOF_LIFE_MS}
    target = session.execute(_SPEND, since).scalar_one_or_none()
    if target is None or person_id not in active_by_phone(session, target):
        raise SignInRefusedError


def _code_digest(reader: Reader, code_id: str, code: str) -> str:
    return digest(reader, "code", f"{code_id}\n{code}")


def _proof_code(reader: Reader, code_id: str) -> str:
    return digest(reader, "proof", code_id)


def _device_code(reader: Reader, code_id: str, device_id: str) -> str:
    return digest(reader, "code_device", f"{code_id}\n{device_id}")[:ID_LETTERS]
