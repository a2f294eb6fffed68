"""Whether a passkey was really used: here, just now, by somebody who unlocked it."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    options_to_json,
    verify_authentication_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from volunteer_credit.people.operations.challenges import (
    Challenge,
    new_challenge,
    seen_challenge,
    take_challenge,
)
from volunteer_credit.people.operations.counters import counter, grow
from volunteer_credit.people.operations.digests import digest
from volunteer_credit.people.queries.persons import merged_into
from volunteer_credit.people.queries.sessions import PasskeyKept, passkey_kept
from volunteer_credit.people.rules.sign_in_errors import SignInRefusedError
from volunteer_credit.shared.db import Reader, db, retried, transaction
from volunteer_credit.shared.runtime import current

PASSKEY = "passkey"
ANSWER_LENGTH_MAX = 16_384
# What the library raises for bytes that somebody made up: its own errors, and those of the parsers
# below it (CBOR, ASN.1, keys), which are of many kinds.
FORGED = (Exception,)


@dataclass(frozen=True, slots=True)
class PasskeyAsked:
    """What a browser is asked: `options` is JSON for `navigator.credentials`."""

    challenge_id: str
    options: str


@dataclass(frozen=True, slots=True)
class PasskeyProof:
    """A passkey that was used. It counts once `count_use` has grown its counter."""

    person_id: str
    owner: str
    sign_count: int


def origin() -> str:
    """Where the service is reached; a passkey works there only."""
    return current().settings.public_url


def rp_id() -> str:
    """The host of the service, which a passkey is bound to."""
    host = urlsplit(origin()).hostname
    assert host is not None
    return host


def user_handle(reader: Reader, person_id: str) -> bytes:
    """What a passkey knows its person by: it says nothing."""
    return bytes.fromhex(digest(reader, "passkey_user", person_id))


def credential_digest(reader: Reader, credential: bytes) -> str:
    """What a passkey is found by."""
    return digest(reader, PASSKEY, credential.hex())


def ask_passkey(
    purpose: str, person_id: str = "", credentials: Iterable[bytes] = ()
) -> PasskeyAsked:
    """Ask a browser to use a passkey: any of this site, or one of those named."""
    made = new_challenge(purpose, person_id)
    options = generate_authentication_options(
        rp_id=rp_id(),
        challenge=made.challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in credentials],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return PasskeyAsked(made.challenge_id, options_to_json(options))


def check_passkey(
    purpose: str, challenge_id: str, answer: str, person_id: str = ""
) -> PasskeyProof:
    """Check what the browser answered; the challenge is used up, right or wrong.

    Raises: SignInRefusedError.
    """
    challenge = _taken(purpose, challenge_id, person_id)
    found = None if challenge is None else _checked(db.session, challenge, answer)
    if found is None or person_id not in ("", found.person_id):
        raise SignInRefusedError
    return found


def count_use(session: Session, proof: PasskeyProof, at_ms: int) -> None:
    """Inside the transaction of a sign-in: the counter must have grown, unless it has none.

    Raises: SignInRefusedError: a copy of the passkey, or the same answer twice.
    """
    is_counted = proof.sign_count > 0
    if is_counted and not grow(session, PASSKEY, proof.owner, proof.sign_count, at_ms):
        raise SignInRefusedError


@retried
def _taken(purpose: str, challenge_id: str, person_id: str) -> Challenge | None:
    now_ms = current().clock.now_ms()
    with transaction() as session:
        seen = seen_challenge(session, challenge_id, purpose, person_id, now_ms)
        return seen if seen is not None and take_challenge(session, challenge_id) else None


def _checked(reader: Reader, challenge: Challenge, answer: str) -> PasskeyProof | None:
    if len(answer) > ANSWER_LENGTH_MAX or not answer.isascii():
        return None
    try:
        parsed = parse_authentication_credential_json(answer)
        owner = credential_digest(reader, parsed.raw_id)
        kept = passkey_kept(reader, owner)
        if kept is None or not _is_theirs(reader, kept, parsed.response.user_handle):
            return None
        verified = verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge.challenge,
            expected_rp_id=rp_id(),
            expected_origin=origin(),
            credential_public_key=kept.public_key,
            credential_current_sign_count=counter(reader, PASSKEY, owner),
            require_user_verification=True,
        )
    except FORGED:
        return None
    return PasskeyProof(kept.person_id, owner, verified.new_sign_count)


def _is_theirs(reader: Reader, kept: PasskeyKept, handle: bytes | None) -> bool:
    # A passkey of a row that was merged into this person carries the handle of that row.
    persons = (kept.person_id, *merged_into(reader, kept.person_id))
    return handle is None or handle in {user_handle(reader, each) for each in persons}
