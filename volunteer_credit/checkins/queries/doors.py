"""Reads of places and doors."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from volunteer_credit.checkins.models.doors import DoorRow, SiteRow
from volunteer_credit.shared.db import Question, Reader
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import all_rows

OPEN, STOPPED, CLOSED = "open", "stopped", "closed"
VENUE, POINT = "venue", "point"
_sites, _doors = SiteRow.__table__.c, DoorRow.__table__.c


class Site(NamedTuple):
    """A place with a code."""

    community_id: str
    site: str
    organiser: str
    kind: str
    name: str
    ended_at_ms: int | None


class Door(NamedTuple):
    """The door of a shift."""

    community_id: str
    shift_id: str
    organiser: str
    site: str
    state: str
    openings: int
    opened_by: str
    opened_at_ms: int
    starts_at_ms: int
    ends_at_ms: int
    asked_at_ms: int | None
    overdue_at_ms: int | None
    closed_at_ms: int | None
    counted_book: int
    counted_seq: int
    heads: int
    present: int
    sheet_id: str


_SITE = [_sites[name] for name in Site._fields]
_DOOR = [_doors[name] for name in Door._fields]
_DOOR_OF = Prepared(
    select(*_DOOR).where(
        _doors.community_id == bindparam("community"), _doors.shift_id == bindparam("shift")
    )
)


def asked_door(community_id: str, shift_id: str) -> Question:
    """What `door_of` is going to read, for `reading.ahead`."""
    return _DOOR_OF, {"community": community_id, "shift": shift_id}


def sites_named(reader: Reader, site: str) -> list[Site]:
    """The places with this number, of any community: the code's MAC says which is meant."""
    query = select(*_SITE).where(_sites.site == site).order_by(_sites.community_id)
    return [Site(*row) for row in reader.execute(query)]


def site_of(reader: Reader, community_id: str, site: str) -> Site | None:
    """One place of a community."""
    query = select(*_SITE).where(_sites.community_id == community_id, _sites.site == site)
    row = reader.execute(query).one_or_none()
    return None if row is None else Site(*row)


def sites_of(reader: Reader, community_id: str, organiser: str, kind: str) -> list[Site]:
    """The places in use of an organiser, by name."""
    query = (
        select(*_SITE)
        .where(
            _sites.community_id == community_id,
            _sites.organiser == organiser,
            _sites.kind == kind,
            _sites.ended_at_ms.is_(None),
        )
        .order_by(_sites.name, _sites.site)
    )
    return [Site(*row) for row in reader.execute(query)]


def door_of(reader: Reader, community_id: str, shift_id: str) -> Door | None:
    """The door of a shift; None before it is opened."""
    rows = all_rows(reader, _DOOR_OF, community=community_id, shift=shift_id)
    return next((Door(*row) for row in rows), None)


def doors_at(reader: Reader, community_id: str, site: str, since_ms: int) -> list[Door]:
    """The doors at a place that end after a time, by their beginning."""
    query = (
        select(*_DOOR)
        .where(
            _doors.community_id == community_id,
            _doors.site == site,
            (_doors.ends_at_ms > since_ms) | (_doors.state != CLOSED),
        )
        .order_by(_doors.starts_at_ms, _doors.shift_id)
    )
    return [Door(*row) for row in reader.execute(query)]


def doors_unclosed(reader: Reader, community_id: str) -> list[Door]:
    """What a community has not closed yet, the longest waiting first."""
    query = (
        select(*_DOOR)
        .where(_doors.community_id == community_id, _doors.state != CLOSED)
        .order_by(_doors.ends_at_ms, _doors.shift_id)
    )
    return [Door(*row) for row in reader.execute(query)]


def doors_forgotten(reader: Reader, before_ms: int) -> list[Door]:
    """Doors of every community that should have been closed before a time and were not flagged."""
    query = (
        select(*_DOOR)
        .where(
            _doors.state != CLOSED,
            _doors.ends_at_ms < before_ms,
            _doors.overdue_at_ms.is_(None),
        )
        .order_by(_doors.community_id, _doors.ends_at_ms)
    )
    return [Door(*row) for row in reader.execute(query)]
