"""Reads of scans in vain, of visits, and of guests."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select

from volunteer_credit.checkins.models.presences import GuestRow, PresenceRow, ScanRow, VisitRow
from volunteer_credit.shared.db import Reader

WAITING, ADDED, GONE = "waiting", "added", "gone"
VISIT = "visit"
_scans, _visits, _guests = ScanRow.__table__.c, VisitRow.__table__.c, GuestRow.__table__.c
_presences = PresenceRow.__table__.c


class Scan(NamedTuple):
    """A scan in vain."""

    at_ms: int
    account: str
    how: str
    status: str
    reason: str


class Visit(NamedTuple):
    """A visit, and whether the resident said so."""

    book: int
    started_seq: int
    served: str
    account: str
    shift_id: str
    started_at_ms: int
    ended_at_ms: int | None
    confirmed_how: str


class Guest(NamedTuple):
    """Somebody who waits to be added."""

    community_id: str
    guest_id: str
    shift_id: str
    phone: str
    sealed: bytes
    admitted_by: str
    started_at_ms: int
    ended_at_ms: int | None
    state: str


_SCAN = [_scans[name] for name in Scan._fields]
_GUEST = [_guests[name] for name in Guest._fields]


class Around(NamedTuple):
    """Scans in vain that name no shift and may be of this one: where, by whom, and when."""

    sites: Sequence[str]
    visitors: Sequence[str]
    from_ms: int
    until_ms: int


NOT_AROUND = Around((), (), 0, 0)


def scans_of(
    reader: Reader,
    community_id: str,
    shift_id: str,
    around: Around = NOT_AROUND,
    most: int = 50,
) -> list[Scan]:
    """The newest scans in vain of a shift, or around it."""
    unnamed = and_(
        _scans.shift_id == "",
        _scans.at_ms.between(around.from_ms, around.until_ms),
        or_(
            _scans.site.in_(around.sites),
            and_(_scans.how == VISIT, _scans.account.in_(around.visitors)),
        ),
    )
    query = (
        select(*_SCAN)
        .where(
            _scans.community_id == community_id,
            or_(_scans.shift_id == shift_id, unnamed),
        )
        .order_by(_scans.at_ms.desc(), _scans.scan_id)
        .limit(most)
    )
    return [Scan(*row) for row in reader.execute(query)]


def reasons_of(reader: Reader, community_id: str, shift_id: str) -> dict[str, int]:
    """How often each reason was given at a shift."""
    query = (
        select(_scans.reason, func.count())
        .where(_scans.community_id == community_id, _scans.shift_id == shift_id)
        .group_by(_scans.reason)
        .order_by(_scans.reason)
    )
    return {str(reason): int(count) for reason, count in reader.execute(query)}


def visits_open(reader: Reader, community_id: str, served: str = "") -> list[Visit]:
    """Visits that nobody has confirmed, of one resident or of all; annulled ones are left out."""
    query = (
        select(
            _visits.book,
            _visits.started_seq,
            _visits.served,
            _presences.account,
            _presences.shift_id,
            _presences.started_at_ms,
            _presences.ended_at_ms,
            _visits.confirmed_how,
        )
        .join(
            PresenceRow.__table__,
            (_presences.community_id == _visits.community_id)
            & (_presences.book == _visits.book)
            & (_presences.started_seq == _visits.started_seq),
        )
        .where(
            _visits.community_id == community_id,
            _visits.confirmed_how == "",
            _presences.annulled_seq == 0,
        )
        .order_by(_visits.book, _visits.started_seq)
    )
    if served:
        query = query.where(_visits.served == served)
    return [Visit(*row) for row in reader.execute(query)]


def served_of(
    reader: Reader, community_id: str, places: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], tuple[str, str]]:
    """Of check-ins that were visits: whom they visited, and how that was confirmed.

    `places`: the number of the book, and the entry in it.
    """
    query = select(_visits.book, _visits.started_seq, _visits.served, _visits.confirmed_how).where(
        _visits.community_id == community_id, _visits.started_seq.in_([seq for _, seq in places])
    )
    found = {(book, seq): (served, how) for book, seq, served, how in reader.execute(query)}
    return {place: found[place] for place in places if place in found}


def guests_of(reader: Reader, community_id: str, shift_id: str) -> list[Guest]:
    """Who waits at a shift to be added."""
    query = (
        select(*_GUEST)
        .where(
            _guests.community_id == community_id,
            _guests.shift_id == shift_id,
            _guests.state == WAITING,
        )
        .order_by(_guests.started_at_ms, _guests.guest_id)
    )
    return [Guest(*row) for row in reader.execute(query)]


def guests_waiting(reader: Reader) -> list[Guest]:
    """Who waits anywhere, by community."""
    query = select(*_GUEST).where(_guests.state == WAITING)
    ordered = query.order_by(_guests.community_id, _guests.started_at_ms, _guests.guest_id)
    return [Guest(*row) for row in reader.execute(ordered)]


def guests_old(reader: Reader, before_ms: int) -> list[tuple[str, str]]:
    """(community, guest) of those who came before a time, in whatever state."""
    query = select(_guests.community_id, _guests.guest_id).where(_guests.started_at_ms < before_ms)
    ordered = query.order_by(_guests.community_id, _guests.guest_id)
    return [(community, guest) for community, guest in reader.execute(ordered)]
