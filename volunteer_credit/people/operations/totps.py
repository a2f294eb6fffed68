"""Code generators (TOTP, RFC 6238): staff's way in where a passkey does not work.

One secret for a person, sealed under the person's key. A code counts once, in its step of 30 s or
the one before or after.
"""

import hmac

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.credentials import TotpRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.counters import forget_counter, grow
from volunteer_credit.people.operations.digests import digest
from volunteer_credit.people.operations.passkey_proof import rp_id
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.tries import count
from volunteer_credit.people.queries.sessions import totp_of
from volunteer_credit.people.rules.codes import CODE_DIGITS, typed_digits
from volunteer_credit.people.rules.reasons import masked_name
from volunteer_credit.people.rules.sign_in_errors import CredentialMissingError, SignInRefusedError
from volunteer_credit.people.rules.tries import TOTP as LIMITS
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

SECRET_BYTES = 20
STEP_SECONDS = 30
KIND = "totp"
NOBODY = "0" * 32
_STEPS = (0, -1, 1)


@retried
def set_up_totp(caller: Caller, key: str) -> str:
    """A new secret as an `otpauth:` address for a QR; it counts once `confirm_totp` has seen it.

    The one before stops at once. Raises: as `authorised`.
    """
    person_id = caller.person_id
    secret = current().random(SECRET_BYTES)
    sealed = person_keys(current()).seal(person_id, KIND, secret)
    with perform(
        CITY, Request(acting(caller, "self.credentials", CITY), key, "totp.new")
    ) as operation:
        authorised(operation, caller, "self.credentials")
        if not operation.replayed:
            operation.session.merge(
                TotpRow(
                    person_id=person_id,
                    sealed=sealed,
                    added_at_ms=current().clock.now_ms(),
                    confirmed_at_ms=None,
                )
            )
            operation.answer({})
    kept = totp_of(db.session, person_id)
    if kept is None:
        raise CredentialMissingError
    name = masked_name(read_person(db.session, person_id).fields.name)
    return _totp(_opened(person_id, kept[0])).get_provisioning_uri(name, rp_id())


@retried
def confirm_totp(caller: Caller, code: str, key: str) -> None:
    """The generator shows the right code: from now on it counts.

    Raises: SignInRefusedError, TooManyTriesError, CredentialMissingError, as `authorised`.
    """
    actor = acting(caller, "self.credentials", CITY)
    step = _tried(caller, code)
    with perform(CITY, Request(actor, key, "totp.confirm")) as operation:
        authorised(operation, caller, "self.credentials")
        if not operation.replayed:
            row = operation.session.get(TotpRow, caller.person_id)
            if row is None:
                raise CredentialMissingError
            use_step(operation.session, caller.person_id, step, current().clock.now_ms())
            row.confirmed_at_ms = current().clock.now_ms()
            operation.answer({})


@retried
def remove_totp(caller: Caller, key: str) -> None:
    """Remove the caller's code generator. Raises: CredentialMissingError, as `authorised`."""
    actor = acting(caller, "self.credentials", CITY)
    with perform(CITY, Request(actor, key, "totp.remove")) as operation:
        authorised(operation, caller, "self.credentials")
        if not operation.replayed:
            row = operation.session.get(TotpRow, caller.person_id)
            if row is None:
                raise CredentialMissingError
            operation.session.delete(row)
            forget_counter(operation.session, KIND, totp_owner(operation.session, row.person_id))
            operation.answer({})


def matched_step(person_id: str, sealed: bytes, code: str, at_ms: int) -> int | None:
    """The step in which a person's generator shows this code: now, just before, or next."""
    totp = _totp(_opened(person_id, sealed))
    now = at_ms // 1000 // STEP_SECONDS
    shown = {now + each: totp.generate((now + each) * STEP_SECONDS) for each in _STEPS}
    matches = [step for step, each in shown.items() if hmac.compare_digest(each, code.encode())]
    return max(matches, default=None)


def decoy_step(code: str, at_ms: int) -> None:
    """The work of `matched_step` for a phone that nobody has."""
    person_keys(current()).has(NOBODY)
    totp = _totp(current().random(SECRET_BYTES))
    for each in _STEPS:
        hmac.compare_digest(totp.generate(at_ms // 1000 + each * STEP_SECONDS), code.encode())


def use_step(session: Session, person_id: str, step: int, at_ms: int) -> None:
    """Inside a transaction: no code of this step or before counts again.

    Raises: SignInRefusedError.
    """
    if not grow(session, KIND, totp_owner(session, person_id), step, at_ms):
        raise SignInRefusedError


def totp_owner(reader: Reader, person_id: str) -> str:
    """Under what a person's last step is counted."""
    return digest(reader, KIND, person_id)


def check_own_totp(caller: Caller, code: str) -> int:
    """The step of the caller's confirmed generator that shows this code.

    Raises: SignInRefusedError, TooManyTriesError.
    """
    kept = totp_of(db.session, caller.person_id)
    if kept is not None and kept[1] is None:
        raise SignInRefusedError
    return _tried(caller, code)


def _tried(caller: Caller, code: str) -> int:
    now_ms, person_id = current().clock.now_ms(), caller.person_id
    count(LIMITS, totp_owner(db.session, person_id), now_ms)
    kept = totp_of(db.session, person_id)
    step = None if kept is None else matched_step(person_id, kept[0], typed_digits(code), now_ms)
    if step is None:
        raise SignInRefusedError
    return step


def _opened(person_id: str, sealed: bytes) -> bytes:
    return person_keys(current()).open(person_id, KIND, sealed)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, CODE_DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - what generators speak
