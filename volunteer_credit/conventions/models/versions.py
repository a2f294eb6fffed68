"""Conventions as they were adopted, and who has signed them."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.conventions.models import Account, AtMs, Book, Code, CommunityId, Name, Seq
from volunteer_credit.shared.db import Model


class DocumentRow(Model):
    """A document beside the book, byte for byte: a convention, or how one was adopted."""

    __tablename__ = "conventions_documents"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    name: Mapped[Name] = mapped_column(primary_key=True)
    kind: Mapped[Code]  # convention, adoption
    about: Mapped[Name]  # the convention that an adoption is of; of a convention its own name
    data: Mapped[bytes] = mapped_column(LargeBinary)
    added_at_ms: Mapped[AtMs]


class VersionRow(Model):
    """A version that two persons approved; `seq` of the approval, `book` by its number."""

    __tablename__ = "conventions_versions"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[Seq] = mapped_column(primary_key=True)
    name: Mapped[Name]
    effective_day: Mapped[int]  # YYYYMMDD
    approved_at_ms: Mapped[AtMs]


class ContractRow(Model):
    """Somebody's part in the points scheme: by their own act, ended by their own act."""

    __tablename__ = "conventions_contracts"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    account: Mapped[Account] = mapped_column(primary_key=True)
    state: Mapped[Code]  # signed, ended
    convention: Mapped[Name]
    book: Mapped[Book]
    seq: Mapped[Seq]
    since_ms: Mapped[AtMs]
    ended_at_ms: Mapped[AtMs | None]
