"""Places with codes, and the doors of shifts."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.checkins.models import Account, AtMs, Book, Code, CommunityId, Id, Seq, Site
from volunteer_credit.shared.db import Model


class SiteRow(Model):
    """A place that has a code: where shifts meet, or a point of a round."""

    __tablename__ = "checkins_sites"
    __table_args__ = (Index("checkins_sites_site", "site"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    site: Mapped[Site] = mapped_column(primary_key=True)
    organiser: Mapped[Id]
    kind: Mapped[Code]  # venue, point
    name: Mapped[str] = mapped_column(String(200))
    made_at_ms: Mapped[AtMs]
    ended_at_ms: Mapped[AtMs | None]


class DoorRow(Model):
    """The door of a shift, from its first opening to its closing."""

    __tablename__ = "checkins_doors"
    __table_args__ = (
        Index("checkins_doors_site", "community_id", "site"),
        Index("checkins_doors_state", "state", "ends_at_ms"),
    )

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    shift_id: Mapped[Id] = mapped_column(primary_key=True)
    organiser: Mapped[Id]
    site: Mapped[Site]
    state: Mapped[Code]  # open, stopped, closed
    openings: Mapped[int]  # of which each has other spoken digits
    opened_by: Mapped[Account]
    opened_at_ms: Mapped[AtMs]
    starts_at_ms: Mapped[AtMs]
    ends_at_ms: Mapped[AtMs]
    asked_at_ms: Mapped[AtMs | None]  # when everybody was asked to scan again
    overdue_at_ms: Mapped[AtMs | None]
    closed_at_ms: Mapped[AtMs | None]
    closed_by: Mapped[Account] = mapped_column(default="")
    counted_book: Mapped[Book]
    counted_seq: Mapped[Seq] = mapped_column(default=0)
    heads: Mapped[int] = mapped_column(default=0)
    present: Mapped[int] = mapped_column(default=0)
    sheet_id: Mapped[Id] = mapped_column(default="")
