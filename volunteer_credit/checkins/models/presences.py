"""Who was where, from when to when; and what of it is kept in the city."""

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.checkins.models import (
    EPHEMERAL,
    Account,
    AtMs,
    Book,
    Code,
    CommunityId,
    Digest,
    Flags,
    Id,
    PersonId,
    Seq,
    Site,
)
from volunteer_credit.shared.db import Model


class PresenceRow(Model):
    """One check-in with what followed: entries, each with the number of its book.

    `book` is that of `started_seq`.
    """

    __tablename__ = "checkins_presences"
    __table_args__ = (
        Index("checkins_presences_shift", "community_id", "shift_id", "account"),
        Index("checkins_presences_account", "community_id", "account", "started_at_ms"),
        Index("checkins_presences_site", "community_id", "site", "started_at_ms"),
    )

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    book: Mapped[Book] = mapped_column(primary_key=True)
    started_seq: Mapped[Seq] = mapped_column(primary_key=True)
    shift_id: Mapped[Id]
    account: Mapped[Account]
    day: Mapped[int]
    tier: Mapped[int]  # the worse of in and out
    how: Mapped[Code]  # door, poster, card, pass, number, walk_in, visit, round
    site: Mapped[Site]
    sites: Mapped[str] = mapped_column(String(400))  # of a round, with a space between
    started_at_ms: Mapped[AtMs]
    admitted_by: Mapped[Account]  # the lead; empty where they scanned themselves
    device: Mapped[Digest]  # empty where a lead scanned
    flags: Mapped[Flags]  # sorted, with a space between
    seen_book: Mapped[Book]
    seen_seq: Mapped[Seq] = mapped_column(default=0)
    seen_at_ms: Mapped[AtMs | None]
    ended_book: Mapped[Book]
    ended_seq: Mapped[Seq] = mapped_column(default=0)
    ended_at_ms: Mapped[AtMs | None]
    ended_how: Mapped[Code] = mapped_column(default="")
    ended_by: Mapped[Account] = mapped_column(default="")
    minutes: Mapped[int] = mapped_column(default=0)
    annulled_book: Mapped[Book]
    annulled_seq: Mapped[Seq] = mapped_column(default=0)


class VisitRow(Model):
    """Whom a check-in visited, and whether they said so."""

    __tablename__ = "checkins_visits"
    __table_args__ = (Index("checkins_visits_served", "community_id", "served"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    book: Mapped[Book] = mapped_column(primary_key=True)
    started_seq: Mapped[Seq] = mapped_column(primary_key=True)
    served: Mapped[Account]
    started_at_ms: Mapped[AtMs]
    confirmed_how: Mapped[Code] = mapped_column(default="")  # pin, tap, call, no
    confirmed_at_ms: Mapped[AtMs | None]
    confirmed_by: Mapped[Account] = mapped_column(default="")


class GuestRow(Model):
    """Somebody who came with a name and a phone that nobody here has yet."""

    __tablename__ = "checkins_guests"
    __table_args__ = (Index("checkins_guests_shift", "community_id", "shift_id"),)

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    guest_id: Mapped[Id] = mapped_column(primary_key=True)
    shift_id: Mapped[Id]
    phone: Mapped[Digest]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # name and phone
    admitted_by: Mapped[Account]
    started_at_ms: Mapped[AtMs]
    ended_at_ms: Mapped[AtMs | None]
    state: Mapped[Code]  # waiting, added, gone
    started_book: Mapped[Book]
    started_seq: Mapped[Seq] = mapped_column(default=0)


class CityPresenceRow(Model):
    """That a person was present somewhere: no shift, and never beside an account number."""

    __tablename__ = "checkins_presence_city"
    __table_args__ = (
        Index("checkins_presence_city_started", "started_at_ms"),
        {"info": {"class": "city", "sidecar": False}},
    )

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    started_at_ms: Mapped[AtMs] = mapped_column(primary_key=True)
    ended_at_ms: Mapped[AtMs | None]


class TicketRow(Model):
    """A scan that was used."""

    __tablename__ = "checkins_tickets"
    __table_args__ = (
        Index("checkins_tickets_account", "community_id", "account", "used_at_ms"),
        {"info": EPHEMERAL},
    )

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    nonce: Mapped[Id] = mapped_column(primary_key=True)
    account: Mapped[Account]
    used_at_ms: Mapped[AtMs]


class ScanRow(Model):
    """A scan that did not check anybody in or out, with its reason."""

    __tablename__ = "checkins_scans"
    __table_args__ = (
        Index("checkins_scans_shift", "community_id", "shift_id"),
        Index("checkins_scans_at", "at_ms"),
        {"info": EPHEMERAL},
    )

    community_id: Mapped[CommunityId] = mapped_column(primary_key=True)
    scan_id: Mapped[Id] = mapped_column(primary_key=True)
    at_ms: Mapped[AtMs]
    shift_id: Mapped[Id]
    site: Mapped[Site]
    account: Mapped[Account]  # whose check-in it would have been; empty where not known
    by_account: Mapped[Account]  # who scanned
    how: Mapped[Code]
    status: Mapped[Code]
    reason: Mapped[Code]
    device: Mapped[Digest]
