"""A shift as it was handed in, and what each person did in it."""

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.hours.models import (
    Account,
    AtMs,
    Book,
    Code,
    CommunityId,
    Day,
    Digest,
    Id,
    Seq,
    Words,
)
from volunteer_credit.shared.db import Model


class SheetRow(Model):
    """One shift handed in by the door, or a paper sheet that two persons sign."""

    __tablename__ = "hours_sheets"
    __table_args__ = (Index("hours_sheets_state", "community_id", "state", "day"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    sheet_id: Mapped[Account] = mapped_column(primary_key=True)
    source: Mapped[Code]  # door, paper
    state: Mapped[Code]  # waiting, proposed, decided, withdrawn
    shift: Mapped[Id]
    activity: Mapped[Id]
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(String(1000))
    category: Mapped[Code]
    coefficient: Mapped[Code]
    organiser: Mapped[Id]
    organiser_name: Mapped[str] = mapped_column(String(200))
    lead: Mapped[Account]
    day: Mapped[Day]
    planned_minutes: Mapped[int]
    starts_at_ms: Mapped[AtMs]
    ends_at_ms: Mapped[AtMs]
    handed_at_ms: Mapped[AtMs]
    counted_by: Mapped[Account]  # who counted heads, or proposed the paper sheet
    counted_device: Mapped[Digest]  # under that person's key; empty where it is not known
    counted_openers: Mapped[Words]  # who opened that person's sign-in, as digests
    counted_book: Mapped[Book]
    counted_seq: Mapped[Seq]  # 0 for paper
    proposed_book: Mapped[Book]
    proposed_seq: Mapped[Seq]  # 0 for a shift of the door


class LineRow(Model):
    """One person's part in a sheet, from what was counted to what the book says.

    Each entry with the number of its book. What an earlier book left is
    restated by the opening of the book now: `opening_seq` and `opening_line` say where.
    """

    __tablename__ = "hours_lines"
    __table_args__ = (
        Index("hours_lines_account", "community_id", "account", "state"),
        Index("hours_lines_due", "community_id", "state", "until_day"),
    )

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    sheet_id: Mapped[Account] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)  # from 1
    account: Mapped[Account]
    state: Mapped[Code]  # waiting, proposed, noticed, refused, voided, recorded, withdrawn
    started_book: Mapped[Book]
    started_seq: Mapped[Seq]
    ended_book: Mapped[Book]
    ended_seq: Mapped[Seq]
    started_at_ms: Mapped[AtMs]
    ended_at_ms: Mapped[AtMs]
    tier: Mapped[int]
    counted_minutes: Mapped[int]
    minutes: Mapped[int]  # as approved, and as corrected since
    flags: Mapped[Words]  # codes, sorted, between spaces
    reason: Mapped[Code] = mapped_column(default="")  # why shortened, refused or voided
    words: Mapped[Words] = mapped_column(default="")
    decided_by: Mapped[Account | None]
    decided_at_ms: Mapped[AtMs | None]
    noticed_book: Mapped[Book]
    noticed_seq: Mapped[Seq] = mapped_column(default=0)  # or that of the approved sheet
    transfer: Mapped[int] = mapped_column(default=0)  # its index there, or in the opening
    until_day: Mapped[Day] = mapped_column(default=0)
    recorded_book: Mapped[Book]  # and of the outcome
    recorded_seq: Mapped[Seq] = mapped_column(default=0)
    recorded_at_ms: Mapped[AtMs | None]
    committed_book: Mapped[Book]
    committed_seq: Mapped[Seq] = mapped_column(default=0)
    opening_seq: Mapped[Seq] = mapped_column(default=0)  # that restates it in the book now
    opening_line: Mapped[int] = mapped_column(default=0)  # its place there
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # the commitment's opening
    outcome: Mapped[Code] = mapped_column(default="")  # awarded, deferred, none, corrected
    outcome_seq: Mapped[Seq] = mapped_column(default=0)
    centipoints: Mapped[Seq] = mapped_column(default=0)
    outcome_reason: Mapped[Code] = mapped_column(default="")
    clause: Mapped[Id] = mapped_column(default="")
