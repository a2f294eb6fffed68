"""Passkeys of a person: added on this origin, listed, removed."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.credentials import PasskeyRow
from volunteer_credit.people.operations.authority import acting, authorise, authorised
from volunteer_credit.people.operations.challenges import (
    ADD,
    new_challenge,
    seen_challenge,
    take_challenge,
)
from volunteer_credit.people.operations.counters import forget_counter, grow
from volunteer_credit.people.operations.digests import personal_digest
from volunteer_credit.people.operations.labels import open_label, seal_label
from volunteer_credit.people.operations.passkey_proof import (
    ANSWER_LENGTH_MAX,
    FORGED,
    PASSKEY,
    PasskeyAsked,
    credential_digest,
    origin,
    rp_id,
    user_handle,
)
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.sessions import credentials_of, passkeys_of
from volunteer_credit.people.rules.handles import handle
from volunteer_credit.people.rules.reasons import masked_name
from volunteer_credit.people.rules.sign_in_errors import (
    CredentialMissingError,
    PasskeyRefusedError,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

RP_NAME = "社区志愿服务"


def ask_new_passkey(caller: Caller) -> PasskeyAsked:
    """Ask a browser to make a passkey for the caller. Raises: NotSignedInError and its like."""
    now_ms, reader = current().clock.now_ms(), db.session()
    authorise(reader, caller, "self.credentials", at_ms=now_ms, day=day_of(now_ms))
    name = masked_name(read_person(reader, caller.person_id).fields.name)
    handle = user_handle(reader, caller.person_id)
    known = credentials_of(reader, caller.person_id)
    made = new_challenge(ADD, caller.person_id)
    options = generate_registration_options(
        rp_id=rp_id(),
        rp_name=RP_NAME,
        user_id=handle,
        user_name=name,
        challenge=made.challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return PasskeyAsked(made.challenge_id, options_to_json(options))


@retried
def add_passkey(caller: Caller, challenge_id: str, answer: str, label: str, key: str) -> str:
    """Keep the passkey that a browser made; its number.

    Raises: PasskeyRefusedError, NotSignedInError and its like.
    """
    if len(answer) > ANSWER_LENGTH_MAX or not answer.isascii():
        raise PasskeyRefusedError
    verified = _verified(caller, challenge_id, answer)
    actor = acting(caller, "self.credentials", CITY)
    body = {"request": personal_digest(caller.person_id, {"answer": answer, "label": label})}
    try:
        with perform(CITY, Request(actor, key, "passkey.add", body)) as operation:
            authorised(operation, caller, "self.credentials")
            if not operation.replayed:
                if verified is None or not take_challenge(operation.session, challenge_id):
                    raise PasskeyRefusedError
                made = _keep(operation, caller.person_id, verified, label)
                operation.answer({"passkey_id": made})
    except IntegrityError as problem:  # the same passkey, added at the same moment
        raise PasskeyRefusedError from problem
    passkey_id: str = operation.result["passkey_id"]
    return passkey_id


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """A passkey as its owner sees it."""

    passkey_id: str
    label: str
    added_at_ms: int


def own_passkeys(caller: Caller) -> list[OwnPasskey]:
    """The caller's passkeys, newest first."""
    person_id = caller.person_id
    return [
        OwnPasskey(name, open_label(person_id, name, label), since_ms)
        for name, label, since_ms in passkeys_of(db.session, person_id)
    ]


@retried
def remove_passkey(caller: Caller, passkey_id: str, key: str) -> None:
    """Remove one of the caller's passkeys. Raises: CredentialMissingError, as `authorised`."""
    actor = acting(caller, "self.credentials", CITY)
    with perform(CITY, Request(actor, key, "passkey.remove", {"passkey": passkey_id})) as operation:
        authorised(operation, caller, "self.credentials")
        if not operation.replayed:
            row = operation.session.get(PasskeyRow, handle(passkey_id, 32))
            if row is None or row.person_id != caller.person_id or row.removed_at_ms is not None:
                raise CredentialMissingError
            row.removed_at_ms = current().clock.now_ms()
            forget_counter(operation.session, PASSKEY, row.credential_digest)
            operation.answer({})


def _verified(caller: Caller, challenge_id: str, answer: str) -> VerifiedRegistration | None:
    """What the browser made; None when it is no such thing, or the challenge is used up."""
    now_ms = current().clock.now_ms()
    asked = seen_challenge(db.session, challenge_id, ADD, caller.person_id, now_ms)
    if asked is None:
        return None
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=asked.challenge,
            expected_rp_id=rp_id(),
            expected_origin=origin(),
            require_user_verification=True,
        )
    except FORGED:
        return None


def _keep(operation: Operation, person_id: str, verified: VerifiedRegistration, label: str) -> str:
    session, passkey_id = operation.session, new_id(current().random)
    owner = credential_digest(session, verified.credential_id)
    session.add(
        PasskeyRow(
            passkey_id=passkey_id,
            person_id=person_id,
            credential_digest=owner,
            credential=verified.credential_id,
            public_key=verified.credential_public_key,
            sealed_label=seal_label(person_id, passkey_id, label),
            added_at_ms=current().clock.now_ms(),
        )
    )
    session.flush()
    if verified.sign_count > 0:
        grow(session, PASSKEY, owner, verified.sign_count, current().clock.now_ms())
    return passkey_id
