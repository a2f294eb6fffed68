"""City tables of consents, of who looked at whose record, and of erasures under way."""

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.people.models import AtMs, Code, CommunityId, PersonId, Token
from volunteer_credit.shared.db import Model


class ConsentRow(Model):
    """A consent for one purpose; another text needs another consent."""

    __tablename__ = "people_consents"

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    purpose: Mapped[Code] = mapped_column(primary_key=True)
    subject: Mapped[Token] = mapped_column(primary_key=True)  # a community, an organisation, or -
    given_at_ms: Mapped[AtMs] = mapped_column(primary_key=True)
    text_version: Mapped[int]
    given_by: Mapped[PersonId]  # the person, a guardian, or who wrote it down at the desk
    given_how: Mapped[Code]  # own, guardian, desk_paper
    withdrawn_at_ms: Mapped[AtMs | None]
    withdrawn_by: Mapped[PersonId | None]


class AccessRow(Model):
    """Somebody looked at a person's record, and why."""

    __tablename__ = "people_accesses"
    __table_args__ = (
        Index("people_accesses_person", "person_id", "at_ms"),
        Index("people_accesses_by", "by_person", "at_ms"),
    )

    access_id: Mapped[PersonId] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId]
    by_person: Mapped[PersonId]
    by_role: Mapped[Code]
    community_id: Mapped[CommunityId]
    action: Mapped[Code]
    reason: Mapped[Code]
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)  # under the person's key
    at_ms: Mapped[AtMs]


class ErasureRow(Model):
    """An erasure: asked for, under way, done. It forgets the person when it is done."""

    __tablename__ = "people_erasures"

    erasure_id: Mapped[PersonId] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId | None]
    reason: Mapped[Code]  # own_wish, retention_over
    state: Mapped[Code]  # asked, running, done, refused
    phase: Mapped[Code]
    asked_at_ms: Mapped[AtMs]
    done_at_ms: Mapped[AtMs | None]
