"""Who found a record wrong, what was answered, and what was corrected."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.hours.models import Account, AtMs, Book, Code, CommunityId, Seq, Words
from volunteer_credit.shared.db import Model


class ObjectionRow(Model):
    """One objection to one record."""

    __tablename__ = "hours_objections"
    __table_args__ = (
        Index("hours_objections_line", "community_id", "sheet_id", "position"),
        Index("hours_objections_by", "community_id", "objector"),
    )

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    book: Mapped[Book] = mapped_column(primary_key=True)
    seq: Mapped[Seq] = mapped_column(primary_key=True)  # of hours.objected
    sheet_id: Mapped[Account]
    position: Mapped[int]
    account: Mapped[Account]  # the volunteer's
    objector: Mapped[Account]
    state: Mapped[Code]  # open, upheld, dismissed, withdrawn
    reason: Mapped[Code]
    words: Mapped[Words]
    objected_at_ms: Mapped[AtMs]
    answered_by: Mapped[Account | None]
    answered_at_ms: Mapped[AtMs | None]
    answered_book: Mapped[Book]
    answered_seq: Mapped[Seq] = mapped_column(default=0)
    answer_reason: Mapped[Code] = mapped_column(default="")
    answer_words: Mapped[Words] = mapped_column(default="")
    minutes: Mapped[int] = mapped_column(default=-1)  # what upholding it comes to


class CorrectionRow(Model):
    """A correction that was proposed, and approved or not: all of it in one book."""

    __tablename__ = "hours_corrections"
    __table_args__ = (Index("hours_corrections_line", "community_id", "sheet_id", "position"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    book: Mapped[Book] = mapped_column(primary_key=True)
    proposed_seq: Mapped[Seq] = mapped_column(primary_key=True)
    sheet_id: Mapped[Account]
    position: Mapped[int]
    account: Mapped[Account]
    minutes_before: Mapped[int]
    minutes: Mapped[int]
    reason: Mapped[Code]
    words: Mapped[Words]
    record: Mapped[Seq]  # of hours.recorded, or its place in the opening that restates it
    proposed_by: Mapped[Account]
    state: Mapped[Code]  # open, approved, withdrawn
    approved_seq: Mapped[Seq] = mapped_column(default=0)
    approved_at_ms: Mapped[AtMs | None]
    outcome: Mapped[Code] = mapped_column(default="")
    outcome_seq: Mapped[Seq] = mapped_column(default=0)
    centipoints: Mapped[Seq] = mapped_column(default=0)


class CalendarRow(Model):
    """The days of a year as a community gave them: where the shipped table ends."""

    __tablename__ = "hours_calendar"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    days_off: Mapped[str] = mapped_column(String(1000))  # MMDD of Mondays to Fridays, spaced
    work_days: Mapped[str] = mapped_column(String(1000))  # MMDD of weekend days, spaced
    set_by: Mapped[Account]
    set_at_ms: Mapped[AtMs]
