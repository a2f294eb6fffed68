"""The ways in: each proves who somebody is, and then a session begins.

Whatever does not match gets one answer, after the same work: phones, cards and devices that nobody
has can't be told from those that somebody has.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.credentials import SlipRow
from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.challenges import SIGN_IN
from volunteer_credit.people.operations.codes import spend_proof
from volunteer_credit.people.operations.devices import secret_digest
from volunteer_credit.people.operations.digests import digest
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
from volunteer_credit.people.operations.senders import outbox
from volunteer_credit.people.operations.sessions import Browser, SignedIn, begin_session
from volunteer_credit.people.operations.slips import slip_digest, use_slip
from volunteer_credit.people.operations.totps import decoy_step, matched_step, use_step
from volunteer_credit.people.operations.tries import count, count_address
from volunteer_credit.people.queries.cards import CardSeen, active_card
from volunteer_credit.people.queries.sessions import (
    device_kept,
    knows_device,
    signed_in_on,
    totps_by_phone,
)
from volunteer_credit.people.rules.card_errors import CardNumberError, CardUnknownError
from volunteer_credit.people.rules.card_numbers import parse_number
from volunteer_credit.people.rules.codes import typed_digits
from volunteer_credit.people.rules.handles import handle
from volunteer_credit.people.rules.phones import parse_phone
from volunteer_credit.people.rules.pins import parse_pin
from volunteer_credit.people.rules.sign_in_errors import SignInRefusedError, SlipUsedError
from volunteer_credit.people.rules.slips import INVITATION, REPEAT_MS
from volunteer_credit.people.rules.tries import TOTP, TOTP_OWN
from volunteer_credit.shared.db import db, retried, transaction
from volunteer_credit.shared.runtime import current

CODE = "code"
WAYS = ("passkey", "slip", "card", "device", "totp")
ACTOR = Actor("system:sign_in", "system")
SECRET_LETTERS = 64


def ways() -> tuple[str, ...]:
    """The ways in that this installation has, for the screens: `code` only with a sender."""
    return WAYS if outbox().sender is None else (CODE, *WAYS)


@retried
def sign_in_by_code(proof: str, person_id: str, browser: Browser) -> SignedIn:
    """As one of the persons that `prove_phone` named. Raises: SignInRefusedError."""
    now_ms = current().clock.now_ms()
    with transaction() as session:
        spend_proof(session, proof, person_id, now_ms)
        return begin_session(session, person_id, CODE, browser, now_ms)


@retried
def sign_in_by_slip(slip: str, browser: Browser, key: str) -> SignedIn:
    """As the person of an invitation slip, once.

    Raises: SignInRefusedError, SlipUsedError, SlipOverError, TooManyTriesError.
    """
    now_ms = current().clock.now_ms()
    count_address(browser.address, now_ms)
    named = slip_digest(db.session, slip)
    with perform(CITY, Request(ACTOR, key, "slip.redeem", {"slip": named})) as operation:
        session = operation.session
        if not operation.replayed:
            use_slip(operation, slip, INVITATION)
            operation.answer({})
        row = session.get(SlipRow, named)
        # The next user of a shared phone can have its browser send the form again.
        if row is None or row.used_at_ms is None or now_ms - row.used_at_ms > REPEAT_MS:
            raise SlipUsedError
        return begin_session(session, row.person_id, "slip", browser, now_ms)


@retried
def sign_in_by_card(card: str, pin: str, browser: Browser) -> SignedIn:
    """With a card, typed or scanned, and its PIN.

    Wrong ones are counted for the card, and apart on a device where its owner was signed in.
    Raises: SignInRefusedError, TooManyTriesError, PinFormError, CardNumberError, CardCodeError.
    """
    now_ms, pin = current().clock.now_ms(), parse_pin(pin)
    count_address(browser.address, now_ms)
    seen = _card(card)
    number, pin_hash, person_id = (
        (_spelled(card), None, "") if seen is None else (seen.number, seen.pin_hash, seen.person_id)
    )
    device_id = browser.device_id
    place = own_device(device_id) if signed_in_on(db.session, person_id, device_id) else ""
    owner = card_owner(db.session, number, place)

    def stands(session: Session) -> bool:
        return active_card(session, number=number, hold=True) == seen

    return _by_pin(owner, pin, pin_hash, Entering(person_id, "card", browser, stands))


@retried
def sign_in_by_device(secret: str, pin: str, browser: Browser) -> SignedIn:
    """With an enrolled device and its PIN. The caller's `device_id` is then that of the device.

    Raises: SignInRefusedError, TooManyTriesError, PinFormError.
    """
    now_ms, pin = current().clock.now_ms(), parse_pin(pin)
    count_address(browser.address, now_ms)
    named = secret_digest(db.session, handle(secret, SECRET_LETTERS))
    kept = device_kept(db.session, secret_digest=named)
    owner = device_owner(db.session, named)

    def stands(session: Session) -> bool:
        return device_kept(session, secret_digest=named, hold=True) == kept

    if kept is None:
        return _by_pin(owner, pin, None, Entering("", "device", browser, stands))
    browser = replace(browser, device_id=kept.device_id)
    return _by_pin(owner, pin, kept.pin_hash, Entering(kept.person_id, "device", browser, stands))


def ask_passkey_sign_in(address: str) -> PasskeyAsked:
    """Ask a browser for any passkey of this site. Raises: TooManyTriesError."""
    count_address(address, current().clock.now_ms())
    return ask_passkey(SIGN_IN)


@retried
def sign_in_by_passkey(challenge_id: str, answer: str, browser: Browser) -> SignedIn:
    """With what the browser answered, JSON. Raises: SignInRefusedError, TooManyTriesError."""
    now_ms = current().clock.now_ms()
    count_address(browser.address, now_ms)
    proof = check_passkey(SIGN_IN, challenge_id, answer)
    with transaction() as session:
        count_use(session, proof, now_ms)
        return begin_session(session, proof.person_id, "passkey", browser, now_ms)


@retried
def sign_in_by_totp(phone: str, code: str, browser: Browser) -> SignedIn:
    """With a phone number and a confirmed code generator, where a passkey does not work.

    Raises: SignInRefusedError, TooManyTriesError, PhoneError.
    """
    now_ms, number = current().clock.now_ms(), parse_phone(phone)
    target, typed = digest(db.session, "phone", number), typed_digits(code)
    count_address(browser.address, now_ms)
    is_known = knows_device(db.session, target, browser.device_id)
    count(TOTP, f"{target}\n{browser.device_id}" if is_known else target, now_ms)
    if is_known:
        count(TOTP_OWN, target, now_ms)
    found = totps_by_phone(db.session, target)
    steps = [(each, matched_step(each, sealed, typed, now_ms)) for each, sealed in found]
    if not found:
        decoy_step(typed, now_ms)
    matches = [(each, step) for each, step in steps if step is not None]
    if not matches:
        raise SignInRefusedError
    person_id, step = matches[0]
    with transaction() as session:
        use_step(session, person_id, step, now_ms)
        return begin_session(session, person_id, "totp", browser, now_ms)


@dataclass(frozen=True, slots=True)
class Entering:
    """Who enters, how and where. `stands`: the card or device is still what it was."""

    person_id: str
    method: str
    browser: Browser
    stands: Callable[[Session], bool]


def _by_pin(owner: Owner, pin: str, pin_hash: bytes | None, who: Entering) -> SignedIn:
    now_ms = current().clock.now_ms()
    count_try(owner, now_ms)
    if not pin_matches(db.session, pin, pin_hash):
        raise SignInRefusedError
    with transaction() as session:
        if not who.stands(session):  # it ended while the PIN was hashed
            raise SignInRefusedError
        forget_tries(session, owner)
        return begin_session(session, who.person_id, who.method, who.browser, now_ms)


def _spelled(card: str) -> str:
    """What was typed for a card that nobody has, in one spelling: its tries are counted too."""
    try:
        return parse_number(card)
    except CardNumberError:
        return card.strip().upper()


def _card(text: str) -> CardSeen | None:
    try:
        return card_of(db.session, text)
    except CardUnknownError:
        return None
