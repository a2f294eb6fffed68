"""Who came with nothing but a name and a phone: known by them, or kept until the desk adds them."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from volunteer_credit.checkins.models.presences import GuestRow
from volunteer_credit.checkins.operations.admitting import ACTION, admitted, member_account
from volunteer_credit.checkins.operations.doors import ensure_door
from volunteer_credit.checkins.operations.failures import kept
from volunteer_credit.checkins.operations.judgement import Comer
from volunteer_credit.checkins.operations.keys import guest_key
from volunteer_credit.checkins.operations.shifts import CANCELLED, shift_here, target_of
from volunteer_credit.checkins.queries.doors import CLOSED, door_of
from volunteer_credit.checkins.queries.scans import WAITING, Guest, guests_of
from volunteer_credit.checkins.rules.acts import AUTO
from volunteer_credit.checkins.rules.errors import WalkInError
from volunteer_credit.checkins.rules.reasons import Outcome
from volunteer_credit.checkins.rules.times import is_its_time
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import digest, request_digest
from volunteer_credit.people.operations.sealed import FOUND_STATES, read_person
from volunteer_credit.people.queries.persons import found_by, state_of
from volunteer_credit.people.rules import spelling
from volunteer_credit.people.rules.identity_errors import PhoneError
from volunteer_credit.people.rules.names import parse_name
from volunteer_credit.people.rules.phones import parse_phone
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

NONCE_BYTES = 12
WALK_IN = "walk_in"


@retried
def walk_in(
    caller: Caller, community_id: str, shift_id: str, given: tuple[str, str], key: str
) -> Outcome:
    """Check in or out by (name, phone); whoever is not known here is kept as a guest.

    Raises: WalkInError, ShiftUnknownError, NotAllowedError and its like.
    """
    name, phone = _parsed(*given)
    shift = shift_here(db.session, community_id, shift_id)
    target = target_of(community_id, shift)
    asked = request_digest(db.session, {"name": name, "phone": phone})
    body = {"shift": shift_id, "asked": asked}
    request = Request(acting(caller, ACTION, community_id, target), key, "checkin.walk_in", body)
    with perform(community_id, request) as operation:
        by = authorised(operation, caller, ACTION, target).account
        if not operation.replayed:
            outcome = _come(operation, shift, (name, phone), by)
            operation.answer([outcome.reason, outcome.seq])
        reason, seq = operation.result
    return Outcome(reason, community_id, shift_id, seq)


def _parsed(name: str, phone: str) -> tuple[str, str]:
    try:
        return parse_name(name), parse_phone(phone)
    except (ServiceError, PhoneError):
        raise WalkInError from None


def _come(operation: Operation, shift: DoorShift, given: tuple[str, str], by: str) -> Outcome:
    person_id, account = member_called(operation.session, operation.community_id, *given)
    if account:
        comer = Comer(person_id, account, WALK_IN, by=by)
        return admitted(operation, comer, shift, AUTO)
    session, here = operation.session, operation.community_id
    reason = _refusal(operation, shift)
    if reason:
        refused = Outcome(reason, here, shift.shift_id)
        return kept(session, refused, Comer("", "", WALK_IN, by=by), operation.at_ms)
    phone = digest(session, "checkins_guest", given[1])
    for each in guests_of(session, here, shift.shift_id):
        if each.phone == phone and each.ended_at_ms is None:
            row = session.get(GuestRow, (here, each.guest_id))
            assert row is not None
            row.ended_at_ms = operation.at_ms
            return Outcome("guest", here, shift.shift_id)
    ensure_door(operation, shift, by)
    guest_id = new_id(current().random)
    session.add(
        GuestRow(
            community_id=here,
            guest_id=guest_id,
            shift_id=shift.shift_id,
            phone=phone,
            sealed=_seal(session, guest_id, given),
            admitted_by=by,
            started_at_ms=operation.at_ms,
            state=WAITING,
        )
    )
    return Outcome("guest", here, shift.shift_id)


def _refusal(operation: Operation, shift: DoorShift) -> str:
    door = door_of(operation.session, operation.community_id, shift.shift_id)
    if door is not None and door.state == CLOSED:
        return "closed"
    if door is None and shift.state == CANCELLED:
        return "cancelled"
    is_now = is_its_time(shift.starts_at_ms, shift.ends_at_ms, operation.at_ms)
    return "" if door is not None or is_now else "not_open"


def member_called(reader: Reader, community_id: str, name: str, phone: str) -> tuple[str, str]:
    """(person, account) of the one member with this phone and name; empty where there is none."""
    found = []
    for person_id in found_by(reader, "phone", digest(reader, "phone", phone)):
        account = member_account(reader, person_id, community_id)
        is_here = account and state_of(reader, person_id) in FOUND_STATES
        if is_here and read_person(reader, person_id).fields.name == name:
            found.append((person_id, account))
    return found[0] if len(found) == 1 else ("", "")


def opened_guest(reader: Reader, guest: Guest) -> tuple[str, str]:
    """Name and phone of a guest."""
    data = bytes(guest.sealed)
    plain = AESGCM(guest_key(reader)).decrypt(
        data[:NONCE_BYTES], data[NONCE_BYTES:], guest.guest_id.encode()
    )
    known = spelling.read(plain.decode())
    return known["name"], known["phone"]


def _seal(reader: Reader, guest_id: str, given: tuple[str, str]) -> bytes:
    nonce, (name, phone) = current().random(NONCE_BYTES), given
    plain = spelling.spell({"name": name, "phone": phone}).encode()
    return nonce + AESGCM(guest_key(reader)).encrypt(nonce, plain, guest_id.encode())
