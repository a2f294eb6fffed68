"""City tables of what a person has: cards and passes, devices, passkeys, TOTP, slips."""

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.people.models import AtMs, Code, CommunityId, Digest, PersonId
from volunteer_credit.shared.db import Model


class CardRow(Model):
    """A paper card, or the pass on a phone. The opaque id itself is only on the card."""

    __tablename__ = "people_cards"
    __table_args__ = (Index("people_cards_person", "person_id"),)

    card_digest: Mapped[Digest] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(8), unique=True)
    kind: Mapped[Code]  # paper, pass
    person_id: Mapped[PersonId]
    state: Mapped[Code]  # active, lost, replaced, ended
    issued_at_ms: Mapped[AtMs]
    issued_by: Mapped[PersonId]
    ended_at_ms: Mapped[AtMs | None]
    pin_hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class DeviceRow(Model):
    """A device that staff enrolled for a person: it opens with its secret and a PIN."""

    __tablename__ = "people_devices"
    __table_args__ = (Index("people_devices_person", "person_id"),)

    device_id: Mapped[PersonId] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId]
    secret_digest: Mapped[Digest] = mapped_column(unique=True)
    pin_hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_label: Mapped[bytes | None] = mapped_column(LargeBinary)  # under the person's key
    enrolled_at_ms: Mapped[AtMs]
    enrolled_by: Mapped[PersonId]
    revoked_at_ms: Mapped[AtMs | None]


class PasskeyRow(Model):
    """A passkey (WebAuthn); its counter stands in people_counters."""

    __tablename__ = "people_passkeys"
    __table_args__ = (Index("people_passkeys_person", "person_id"),)

    passkey_id: Mapped[PersonId] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId]
    credential_digest: Mapped[Digest] = mapped_column(unique=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_label: Mapped[bytes | None] = mapped_column(LargeBinary)  # under the person's key
    added_at_ms: Mapped[AtMs]
    removed_at_ms: Mapped[AtMs | None]


class TotpRow(Model):
    """A TOTP secret, sealed under the person's key."""

    __tablename__ = "people_totps"

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    added_at_ms: Mapped[AtMs]
    confirmed_at_ms: Mapped[AtMs | None]


class SlipRow(Model):
    """A slip (or QR) that lets one person in once: an invitation, an enrolment."""

    __tablename__ = "people_slips"

    slip_digest: Mapped[Digest] = mapped_column(primary_key=True)
    kind: Mapped[Code]  # invitation (a person signs in), device (enrols one), admin (founding)
    person_id: Mapped[PersonId]
    community_id: Mapped[CommunityId]
    issued_by: Mapped[PersonId]
    issued_at_ms: Mapped[AtMs]
    expires_at_ms: Mapped[AtMs]
    used_at_ms: Mapped[AtMs | None]
    ended_at_ms: Mapped[AtMs | None]
