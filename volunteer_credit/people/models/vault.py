"""City tables of the vault: persons, how they are found, who stands for whom, who is the same."""

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.people.models import (
    EPHEMERAL,
    Account,
    AtMs,
    Code,
    CommunityId,
    Digest,
    PersonId,
)
from volunteer_credit.shared.db import Model


class PersonRow(Model):
    """One person of the city; `sealed` holds fields and account numbers under the person's key."""

    __tablename__ = "people_persons"

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    state: Mapped[Code]  # pending, active, locked (kept only), merged
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at_ms: Mapped[AtMs]
    changed_at_ms: Mapped[AtMs]
    merged_into: Mapped[PersonId | None]
    language: Mapped[str] = mapped_column(String(8), default="")
    large_print: Mapped[int] = mapped_column(default=0)


class LinkRow(Model):
    """Which account numbers are whose; made again from the vault rows."""

    __tablename__ = "people_links"
    __table_args__ = (Index("people_links_person", "person_id"), {"info": EPHEMERAL})

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    account: Mapped[Account] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId]
    is_current: Mapped[int] = mapped_column(default=1)  # 0: merged into another of the same book


class ContactRow(Model):
    """The blind index: phone, ID number or volunteer number → person; made again from the vault."""

    __tablename__ = "people_contacts"
    __table_args__ = (Index("people_contacts_person", "person_id"), {"info": EPHEMERAL})

    kind: Mapped[Code] = mapped_column(primary_key=True)  # phone, id_number, volunteer_number
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId] = mapped_column(primary_key=True)


class GuardianRow(Model):
    """Who is the guardian of a minor."""

    __tablename__ = "people_guardians"
    __table_args__ = (Index("people_guardians_guardian", "guardian_id"),)

    minor_id: Mapped[PersonId] = mapped_column(primary_key=True)
    guardian_id: Mapped[PersonId] = mapped_column(primary_key=True)
    since_ms: Mapped[AtMs] = mapped_column(primary_key=True)
    until_ms: Mapped[AtMs | None]
    confirmed_by: Mapped[PersonId]


class ProxyRow(Model):
    """Who of the family may act for a person, with that person's written consent."""

    __tablename__ = "people_proxies"
    __table_args__ = (Index("people_proxies_proxy", "proxy_id"),)

    principal_id: Mapped[PersonId] = mapped_column(primary_key=True)
    proxy_id: Mapped[PersonId] = mapped_column(primary_key=True)
    since_ms: Mapped[AtMs] = mapped_column(primary_key=True)
    until_ms: Mapped[AtMs | None]
    consent_how: Mapped[Code]  # own, desk_paper
    confirmed_by: Mapped[PersonId]


class ProxyAskRow(Model):
    """A person asks one of the family to act for them; the desk confirms what both want.

    `proxy_id`: nobody, where what was typed is nobody's: who asked is not told.
    """

    __tablename__ = "people_proxy_asks"
    __table_args__ = (
        Index("people_proxy_asks_principal", "principal_id"),
        Index("people_proxy_asks_proxy", "proxy_id"),
        Index("people_proxy_asks_desk", "community_id", "state"),
    )

    ask_id: Mapped[PersonId] = mapped_column(primary_key=True)
    principal_id: Mapped[PersonId]
    proxy_id: Mapped[PersonId | None]
    community_id: Mapped[CommunityId]  # whose desk confirms it
    number_end: Mapped[str] = mapped_column(String(8))  # of what was typed
    state: Mapped[Code]  # asked, accepted, refused, withdrawn, confirmed, declined
    asked_at_ms: Mapped[AtMs]
    decided_at_ms: Mapped[AtMs | None]
    decided_by: Mapped[PersonId | None]  # at the desk
    reason: Mapped[Code] = mapped_column(default="")  # why the desk declined


class MergeRow(Model):
    """Two vault rows of one person, made one by two members of staff."""

    __tablename__ = "people_merges"

    merge_id: Mapped[PersonId] = mapped_column(primary_key=True)
    from_id: Mapped[PersonId]
    into_id: Mapped[PersonId]
    state: Mapped[Code]  # proposed, approved, withdrawn
    proposed_by: Mapped[PersonId]
    proposed_at_ms: Mapped[AtMs]
    decided_by: Mapped[PersonId | None]
    decided_at_ms: Mapped[AtMs | None]
