"""City tables that are worth nothing after a recovery: sessions, codes, challenges, counters."""

from sqlalchemy import BigInteger, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.people.models import EPHEMERAL, AtMs, Code, CommunityId, Digest, PersonId
from volunteer_credit.shared.db import Model


class SessionRow(Model):
    """A session of the server; the cookie holds a secret of which the digest stands here."""

    __tablename__ = "people_sessions"
    __table_args__ = (
        Index("people_sessions_person", "person_id"),
        Index("people_sessions_ends", "ends_at_ms"),
        {"info": EPHEMERAL},
    )

    session_id: Mapped[PersonId] = mapped_column(primary_key=True)
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    person_id: Mapped[PersonId]
    device_id: Mapped[PersonId]
    method: Mapped[Code]
    is_shared_phone: Mapped[int]
    community_id: Mapped[CommunityId] = mapped_column(default="")
    face: Mapped[Code] = mapped_column(default="")
    label: Mapped[str] = mapped_column(String(60), default="")
    began_at_ms: Mapped[AtMs]
    seen_at_ms: Mapped[AtMs]
    idle_ms: Mapped[AtMs]
    ends_at_ms: Mapped[AtMs]
    stepped_up_until_ms: Mapped[AtMs] = mapped_column(default=0)
    revoked_at_ms: Mapped[AtMs | None]


class CodeRow(Model):
    """A one-time code that was sent, or seemed to be."""

    __tablename__ = "people_codes"
    __table_args__ = (Index("people_codes_expires", "expires_at_ms"), {"info": EPHEMERAL})

    code_id: Mapped[PersonId] = mapped_column(primary_key=True)
    target_digest: Mapped[Digest]
    code_digest: Mapped[Digest]
    person_count: Mapped[int]
    sent_at_ms: Mapped[AtMs]
    expires_at_ms: Mapped[AtMs]
    tries: Mapped[int] = mapped_column(default=0)
    used_at_ms: Mapped[AtMs | None]


class ChallengeRow(Model):
    """A challenge that a passkey has to sign, once."""

    __tablename__ = "people_challenges"
    __table_args__ = (Index("people_challenges_expires", "expires_at_ms"), {"info": EPHEMERAL})

    challenge_id: Mapped[PersonId] = mapped_column(primary_key=True)
    purpose: Mapped[Code]  # add, sign_in, step_up
    person_id: Mapped[PersonId | None]
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at_ms: Mapped[AtMs]


class CounterRow(Model):
    """What only grows: a passkey's counter, the last step of a TOTP, wrong PINs of a card."""

    __tablename__ = "people_counters"
    __table_args__ = ({"info": EPHEMERAL},)

    kind: Mapped[Code] = mapped_column(primary_key=True)  # passkey, totp, pin
    owner: Mapped[Digest] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
    changed_at_ms: Mapped[AtMs]
