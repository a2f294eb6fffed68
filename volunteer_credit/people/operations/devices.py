"""Devices that staff enrol for a person by a QR: shops' and coordinators' phones, desk computers.

The cookie holds the device's secret, which is made from slip and request, so that a repeated
request gives the same one. The secret and a PIN together sign in; a stolen device is revoked at
once, and its sessions end with it.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.credentials import DeviceRow, SlipRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import digest, key_for
from volunteer_credit.people.operations.labels import open_label, seal_label
from volunteer_credit.people.operations.pins import hash_pin
from volunteer_credit.people.operations.session_ends import end_on_device
from volunteer_credit.people.operations.slips import slip_digest, use_slip
from volunteer_credit.people.operations.tries import count_address
from volunteer_credit.people.queries.sessions import (
    device_kept,
    devices_of,
    is_active,
    works_at_desk,
)
from volunteer_credit.people.rules.authority_errors import DeskDeviceError
from volunteer_credit.people.rules.handles import handle
from volunteer_credit.people.rules.pins import check_new_pin
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.people.rules.sign_in_errors import (
    CredentialMissingError,
    SignInRefusedError,
    SlipUsedError,
)
from volunteer_credit.people.rules.slips import DEVICE, REPEAT_MS
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

SIGN_IN = Actor("system:sign_in", "system")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A device that was enrolled; the secret goes into its cookie and nowhere else."""

    device_id: str
    secret: str
    person_id: str


@dataclass(frozen=True, slots=True)
class OwnDevice:
    """An enrolled device as its owner sees it."""

    device_id: str
    label: str
    enrolled_at_ms: int


@retried
def enrol_device(slip: str, pin: str, label: str, address: str, key: str) -> Enrolled:
    """Enrol the browser that shows a slip's QR, with a PIN that its person chooses.

    Raises: PinFormError, WeakPinError, SignInRefusedError, SlipUsedError, SlipOverError,
    TooManyTriesError, DeskDeviceError.
    """
    count_address(address, current().clock.now_ms())
    pin_hash = hash_pin(db.session, check_new_pin(pin))
    named = slip_digest(db.session, slip)
    # Neither the slip nor the PIN may stand in the request: both could be tried out there.
    request = Request(SIGN_IN, key, "device.enrol", {"slip": named})
    with perform(CITY, request) as operation:
        session = operation.session
        secret = _secret(session, named, key)
        if not operation.replayed:
            used = use_slip(operation, slip, DEVICE)
            _check_person(operation, used)
            device_id = new_id(current().random)
            session.add(
                DeviceRow(
                    device_id=device_id,
                    person_id=used.person_id,
                    secret_digest=secret_digest(session, secret),
                    pin_hash=pin_hash,
                    sealed_label=seal_label(used.person_id, device_id, label),
                    enrolled_at_ms=current().clock.now_ms(),
                    enrolled_by=used.issued_by,
                )
            )
            operation.answer({"device_id": device_id})
        found = operation.result["device_id"]
        kept = session.get(DeviceRow, found)
        if kept is None or kept.revoked_at_ms is not None:
            raise SignInRefusedError
        if current().clock.now_ms() - kept.enrolled_at_ms > REPEAT_MS:
            raise SlipUsedError
        return Enrolled(found, secret, kept.person_id)


def _check_person(operation: Operation, used: SlipRow) -> None:
    """The role may be newer than the slip."""
    if not is_active(operation.session, used.person_id):
        raise SignInRefusedError
    is_by_another = used.issued_by not in ("", used.person_id)
    if is_by_another and works_at_desk(operation.session, used.person_id, operation.day):
        raise DeskDeviceError


def own_devices(caller: Caller) -> list[OwnDevice]:
    """The caller's enrolled devices, newest first."""
    person_id = caller.person_id
    return [
        OwnDevice(name, open_label(person_id, name, label), since_ms)
        for name, label, since_ms in devices_of(db.session, person_id)
    ]


@retried
def revoke_device(caller: Caller, device_id: str, community_id: str, key: str) -> None:
    """End a device and its sessions at once: its owner, or staff of a community that they are in.

    Raises: CredentialMissingError, NotAllowedError and its like.
    """
    device_id = handle(device_id, 32)
    seen = device_kept(db.session, device_id=device_id)
    owner = "" if seen is None else seen.person_id
    is_own = owner in ("", caller.person_id)
    action = "self.sessions" if is_own else "device.revoke"
    target = Target() if is_own else Target(community_id, owner)
    actor = acting(caller, action, CITY, target)
    with perform(CITY, Request(actor, key, "device.revoke", {"device": device_id})) as operation:
        authorised(operation, caller, action, target)
        if not operation.replayed:
            row = operation.session.get(DeviceRow, device_id)
            if row is None or row.person_id != owner or row.revoked_at_ms is not None:
                raise CredentialMissingError
            _revoke(operation.session, row, current().clock.now_ms())
            operation.answer({})


def _revoke(session: Session, row: DeviceRow, at_ms: int) -> None:
    row.revoked_at_ms = at_ms
    end_on_device(session, row.device_id, at_ms)


def secret_digest(reader: Reader, secret: str) -> str:
    """What stands for a device's secret."""
    return digest(reader, "device", secret)


def _secret(reader: Reader, named: str, key: str) -> str:
    about = f"{named}\n{key}".encode()
    return hmac.new(key_for(reader, "device_secret"), about, sha256).hexdigest()
