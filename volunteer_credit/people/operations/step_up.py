"""Proving again who one is, for what needs it: good for ten minutes."""

from dataclasses import replace

from volunteer_credit.people.operations.challenges import STEP_UP
from volunteer_credit.people.operations.passkey_proof import (
    PasskeyAsked,
    ask_passkey,
    check_passkey,
    count_use,
)
from volunteer_credit.people.operations.pins import (
    Owner,
    card_owner,
    count_try,
    device_owner,
    forget_tries,
    own_device,
    pin_matches,
)
from volunteer_credit.people.operations.sessions import step_up_session
from volunteer_credit.people.operations.totps import check_own_totp, use_step
from volunteer_credit.people.queries.cards import PAPER, active_card, number_of
from volunteer_credit.people.queries.sessions import credentials_of, device_kept
from volunteer_credit.people.rules.pins import parse_pin
from volunteer_credit.people.rules.roles import STRONG_METHODS
from volunteer_credit.people.rules.sign_in_errors import SignInRefusedError
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried, transaction
from volunteer_credit.shared.runtime import current


@retried
def step_up_by_pin(caller: Caller, pin: str) -> Caller:
    """With the PIN of the enrolled device that this is, else of the caller's card.

    The card's is for residents: at the desk a colleague may have set it.

    Raises: SignInRefusedError, TooManyTriesError, PinFormError, NotSignedInError.
    """
    now_ms, pin = current().clock.now_ms(), parse_pin(pin)
    owner, pin_hash = _pin_of(caller)
    count_try(owner, now_ms)
    if not pin_matches(db.session, pin, pin_hash):
        raise SignInRefusedError
    with transaction() as session:
        forget_tries(session, owner)
        return replace(caller, stepped_up_until_ms=step_up_session(session, caller, now_ms))


def ask_passkey_step_up(caller: Caller) -> PasskeyAsked:
    """Ask the caller's browser for one of their passkeys."""
    credentials = credentials_of(db.session, caller.person_id)
    return ask_passkey(STEP_UP, caller.person_id, credentials)


@retried
def step_up_by_passkey(caller: Caller, challenge_id: str, answer: str) -> Caller:
    """With what the browser answered, JSON. Raises: SignInRefusedError, NotSignedInError."""
    now_ms = current().clock.now_ms()
    proof = check_passkey(STEP_UP, challenge_id, answer, caller.person_id)
    with transaction() as session:
        count_use(session, proof, now_ms)
        return replace(caller, stepped_up_until_ms=step_up_session(session, caller, now_ms))


@retried
def step_up_by_totp(caller: Caller, code: str) -> Caller:
    """With the caller's code generator.

    Raises: SignInRefusedError, TooManyTriesError, NotSignedInError.
    """
    now_ms, step = current().clock.now_ms(), check_own_totp(caller, code)
    with transaction() as session:
        use_step(session, caller.person_id, step, now_ms)
        return replace(caller, stepped_up_until_ms=step_up_session(session, caller, now_ms))


def _pin_of(caller: Caller) -> tuple[Owner, bytes | None]:
    """Under what tries are counted, and the hash; there may be none."""
    kept = device_kept(db.session, device_id=caller.device_id)
    if kept is not None and kept.person_id == caller.person_id:
        return device_owner(db.session, kept.secret_digest), kept.pin_hash
    is_strong = caller.method in STRONG_METHODS
    number = "" if is_strong else number_of(db.session, caller.person_id, PAPER) or ""
    card = active_card(db.session, number=number) if number else None
    owner = card_owner(db.session, number or caller.person_id, own_device(caller.device_id))
    return owner, None if card is None else card.pin_hash
