"""What the book's grants say, row by row, and what waits for a second person."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.people.models import Account, AtMs, Code, CommunityId, Digest, Seq, Token
from volunteer_credit.shared.db import Model


class GrantRow(Model):
    """A role of a person in one book: written with its `role.approved` or `book.opened`."""

    __tablename__ = "people_grants"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    account: Mapped[Account] = mapped_column(primary_key=True)
    role: Mapped[Code] = mapped_column(primary_key=True)
    scope: Mapped[Token] = mapped_column(primary_key=True)
    until_day: Mapped[int]
    seq: Mapped[Seq]


class ApprovalRow(Model):
    """A proposal of the book that waits for its second person, or did."""

    __tablename__ = "people_approvals"
    __table_args__ = (Index("people_approvals_due", "state", "due_at_ms"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[Seq] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))  # of the pair: role, account.merge, …
    subject: Mapped[Token]  # what the screen shows first: an account, a fund, a sheet
    proposer: Mapped[Account]
    proposer_device: Mapped[Digest]
    proposed_at_ms: Mapped[AtMs]
    asked: Mapped[Account | None]  # who of the pool has it now
    asked_before: Mapped[str] = mapped_column(String(2000), default="")
    due_at_ms: Mapped[AtMs]
    state: Mapped[Code]  # open, approved, withdrawn
    closed_seq: Mapped[Seq | None]
