"""What was counted, what each record came to, and each entry about it. Amounts: centipoints."""

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.points.models import Account, Amount, AtMs, Book, Code, CommunityId, Name, Seq
from volunteer_credit.shared.db import Model


class TallyRow(Model):
    """What somebody has of a clause in a period: all that was counted, all that it gave.

    It is the community's, and goes on in a successor of its book.
    """

    __tablename__ = "points_tallies"

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    account: Mapped[Account] = mapped_column(primary_key=True)
    clause: Mapped[Name] = mapped_column(primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    counted: Mapped[Amount]  # thousandths of weighted minutes, or centipoints before a cap
    given: Mapped[Amount]


class AwardRow(Model):
    """One record of service and its points as last corrected.

    `state` is `deferred` just while something is `waiting`. `debt`: what a correction could not
    take back; negative where points were lost for good, and so are never taken back again.
    """

    __tablename__ = "points_awards"
    __table_args__ = (
        Index("points_awards_waiting", "state", "community_id", "fund"),
        Index("points_awards_account", "community_id", "account"),
    )

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    record_seq: Mapped[Seq] = mapped_column(primary_key=True)
    account: Mapped[Account]
    day: Mapped[int]  # YYYYMMDD
    category: Mapped[Code]
    coefficient: Mapped[Code]
    planned_minutes: Mapped[int]
    minutes: Mapped[int]
    tier: Mapped[int]
    convention: Mapped[Name]  # empty: no rule applies, also to corrections
    clause: Mapped[Name]
    fund: Mapped[Name]
    centipoints: Mapped[Amount]
    waiting: Mapped[Amount]
    debt: Mapped[Amount]
    month: Mapped[int]  # YYYYMM in which what was paid expires; 0: nothing was paid
    state: Mapped[Code]  # awarded, deferred, paid, none, corrected
    reason: Mapped[Code]
    seq: Mapped[Seq]  # of the entry that followed the record
    waits_book: Mapped[Book]
    waits_since: Mapped[Seq]  # the entry from which on it waits; 0: it does not
    paid_book: Mapped[int | None]
    paid_seq: Mapped[Seq | None]
    paid_at_ms: Mapped[AtMs | None]
    opening_seq: Mapped[Seq] = mapped_column(
        default=0
    )  # that restates it in the book now; 0: it is of that book itself
    opening_line: Mapped[int] = mapped_column(default=0)  # its place there


class LineRow(Model):
    """An entry about a record: what it changed, and every tally as it was before."""

    __tablename__ = "points_lines"
    __table_args__ = (Index("points_lines_account", "community_id", "account", "at_ms"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    book: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[Seq] = mapped_column(primary_key=True)
    account: Mapped[Account]
    record_book: Mapped[Book]
    record_seq: Mapped[Seq]
    kind: Mapped[Code]  # awarded, deferred, none, corrected
    minutes_before: Mapped[int]
    minutes: Mapped[int]
    centipoints: Mapped[Amount]
    rest: Mapped[Amount]
    reason: Mapped[Code]
    before: Mapped[str] = mapped_column(Text)  # JSON: clause, period, epoch, counted, given
    at_ms: Mapped[AtMs]
