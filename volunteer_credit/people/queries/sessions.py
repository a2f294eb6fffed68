"""Reads of sessions and of what somebody signs in with."""

from typing import NamedTuple

from sqlalchemy import select, true

from volunteer_credit.people.models.credentials import DeviceRow, PasskeyRow, TotpRow
from volunteer_credit.people.models.organisations import OrganisationMemberRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.models.vault import ContactRow, LinkRow, PersonRow
from volunteer_credit.people.rules.spans import DESK
from volunteer_credit.shared.db import Reader

ACTIVE = "active"
_sessions = SessionRow.__table__.c
_devices = DeviceRow.__table__.c
_passkeys = PasskeyRow.__table__.c


class SessionSeen(NamedTuple):
    """A session as its owner sees it. `device_id` says which ones are of one browser."""

    session_id: str
    device_id: str
    method: str
    is_shared_phone: bool
    label: str
    began_at_ms: int
    seen_at_ms: int


class DeviceSeen(NamedTuple):
    """An enrolled device, not revoked."""

    device_id: str
    label: bytes | None  # sealed
    enrolled_at_ms: int


class PasskeySeen(NamedTuple):
    """A passkey, not removed."""

    passkey_id: str
    label: bytes | None  # sealed
    added_at_ms: int


class DeviceKept(NamedTuple):
    """An enrolled device as signing in needs it."""

    device_id: str
    person_id: str
    pin_hash: bytes
    secret_digest: str


class PasskeyKept(NamedTuple):
    """A passkey as signing in needs it."""

    person_id: str
    credential: bytes
    public_key: bytes


def sessions_of(reader: Reader, person_id: str, at_ms: int) -> list[SessionSeen]:
    """A person's sessions that are not over, the last used first."""
    query = (
        select(
            _sessions.session_id,
            _sessions.device_id,
            _sessions.method,
            _sessions.is_shared_phone,
            _sessions.label,
            _sessions.began_at_ms,
            _sessions.seen_at_ms,
        )
        .where(
            _sessions.person_id == person_id,
            _sessions.revoked_at_ms.is_(None),
            _sessions.ends_at_ms > at_ms,
            _sessions.seen_at_ms + _sessions.idle_ms > at_ms,
        )
        .order_by(_sessions.seen_at_ms.desc(), _sessions.session_id)
    )
    return [
        SessionSeen(*row)._replace(is_shared_phone=bool(row.is_shared_phone))
        for row in reader.execute(query)
    ]


def devices_of(reader: Reader, person_id: str) -> list[DeviceSeen]:
    """A person's enrolled devices that are not revoked, newest first."""
    query = (
        select(_devices.device_id, _devices.sealed_label, _devices.enrolled_at_ms)
        .where(_devices.person_id == person_id, _devices.revoked_at_ms.is_(None))
        .order_by(_devices.enrolled_at_ms.desc(), _devices.device_id)
    )
    return [DeviceSeen(*row) for row in reader.execute(query)]


def device_kept(
    reader: Reader, *, secret_digest: str = "", device_id: str = "", hold: bool = False
) -> DeviceKept | None:
    """The device with this secret or id, unless it is revoked; `hold`: nor can it be meanwhile."""
    named = (
        _devices.secret_digest == secret_digest
        if secret_digest
        else _devices.device_id == device_id
    )
    columns = _devices.device_id, _devices.person_id, _devices.pin_hash, _devices.secret_digest
    query = select(*columns).where(named, _devices.revoked_at_ms.is_(None))
    if hold:
        query = query.with_for_update(read=True)
    row = reader.execute(query).one_or_none()
    return None if row is None else DeviceKept(*row)


def passkeys_of(reader: Reader, person_id: str) -> list[PasskeySeen]:
    """A person's passkeys, newest first."""
    query = (
        select(_passkeys.passkey_id, _passkeys.sealed_label, _passkeys.added_at_ms)
        .where(_passkeys.person_id == person_id, _passkeys.removed_at_ms.is_(None))
        .order_by(_passkeys.added_at_ms.desc(), _passkeys.passkey_id)
    )
    return [PasskeySeen(*row) for row in reader.execute(query)]


def passkey_kept(reader: Reader, credential_digest: str) -> PasskeyKept | None:
    """The passkey with this digest, unless it was removed."""
    query = select(_passkeys.person_id, _passkeys.credential, _passkeys.public_key).where(
        _passkeys.credential_digest == credential_digest, _passkeys.removed_at_ms.is_(None)
    )
    row = reader.execute(query).one_or_none()
    return None if row is None else PasskeyKept(*row)


def credentials_of(reader: Reader, person_id: str) -> list[bytes]:
    """The ids of a person's passkeys, so that none is added twice."""
    query = select(_passkeys.credential).where(
        _passkeys.person_id == person_id, _passkeys.removed_at_ms.is_(None)
    )
    return [bytes(each) for each in reader.execute(query).scalars()]


def totp_of(reader: Reader, person_id: str) -> tuple[bytes, int | None] | None:
    """The sealed secret of a person's code generator, and when it was confirmed."""
    query = select(TotpRow.sealed, TotpRow.confirmed_at_ms).where(TotpRow.person_id == person_id)
    row = reader.execute(query).one_or_none()
    return None if row is None else (bytes(row.sealed), row.confirmed_at_ms)


def totps_by_phone(reader: Reader, phone_digest: str) -> list[tuple[str, bytes]]:
    """Who of the active persons with this phone has a code generator, and its sealed secret."""
    query = (
        select(TotpRow.person_id, TotpRow.sealed)
        .join(ContactRow, ContactRow.person_id == TotpRow.person_id)
        .join(PersonRow, PersonRow.person_id == TotpRow.person_id)
        .where(
            ContactRow.kind == "phone",
            ContactRow.digest == phone_digest,
            PersonRow.state == ACTIVE,
            TotpRow.confirmed_at_ms.is_not(None),
        )
        .order_by(TotpRow.person_id)
    )
    return [(row.person_id, bytes(row.sealed)) for row in reader.execute(query)]


def active_by_phone(reader: Reader, phone_digest: str) -> list[str]:
    """The active persons with this phone."""
    query = (
        select(ContactRow.person_id)
        .join(PersonRow, PersonRow.person_id == ContactRow.person_id)
        .where(
            ContactRow.kind == "phone",
            ContactRow.digest == phone_digest,
            PersonRow.state == ACTIVE,
        )
        .order_by(ContactRow.person_id)
    )
    return list(reader.execute(query).scalars())


def knows_device(reader: Reader, phone_digest: str, device_id: str) -> bool:
    """Whether somebody with this phone has, or lately had, a session on a device."""
    query = (
        select(SessionRow.session_id)
        .join(ContactRow, ContactRow.person_id == SessionRow.person_id)
        .where(
            ContactRow.kind == "phone",
            ContactRow.digest == phone_digest,
            SessionRow.device_id == device_id,
        )
    )
    return reader.execute(query.limit(1)).first() is not None


def signed_in_on(reader: Reader, person_id: str, device_id: str) -> bool:
    """Whether a person has, or lately had, a session on a device."""
    query = select(SessionRow.session_id).where(
        SessionRow.person_id == person_id, SessionRow.device_id == device_id
    )
    return reader.execute(query.limit(1)).first() is not None


def is_active(reader: Reader, person_id: str, *, hold: bool = False) -> bool:
    """Whether this is a person who may sign in; `hold`: until this transaction ends, too."""
    query = select(PersonRow.state).where(PersonRow.person_id == person_id)
    if hold:
        query = query.with_for_update(read=True)
    return reader.execute(query).scalar_one_or_none() == ACTIVE


def roles_of(reader: Reader, person_id: str, day: int, community_id: str = "") -> set[str]:
    """The roles that a person holds on a day, in any community or in one; places in bodies too."""
    here = LinkRow.community_id == community_id if community_id else true()
    granted = (
        select(GrantRow.role)
        .join(
            LinkRow,
            (LinkRow.community_id == GrantRow.community_id) & (LinkRow.account == GrantRow.account),
        )
        .where(LinkRow.person_id == person_id, GrantRow.until_day >= day, here)
    )
    placed = select(OrganisationMemberRow.position).where(
        OrganisationMemberRow.person_id == person_id, OrganisationMemberRow.until_ms.is_(None)
    )
    return set(reader.execute(granted.union(placed)).scalars())


def has_link(reader: Reader, person_id: str, community_id: str) -> bool:
    """Whether a person has an account number in a book."""
    query = select(LinkRow.account).where(
        LinkRow.person_id == person_id,
        LinkRow.community_id == community_id,
        LinkRow.is_current == 1,
    )
    return reader.execute(query.limit(1)).first() is not None


def works_at_desk(reader: Reader, person_id: str, day: int) -> bool:
    """Whether a person holds a role of the desk anywhere: one who can be a second person."""
    return bool(DESK & roles_of(reader, person_id, day))
