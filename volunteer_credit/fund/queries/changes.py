"""Reads of who gave what to a community's funds."""

from typing import NamedTuple

from sqlalchemy import select

from volunteer_credit.fund.models.budgets import ChangeRow, SponsorRow
from volunteer_credit.shared.db import Reader

_changes, _sponsors = ChangeRow.__table__.c, SponsorRow.__table__.c
SHOWN_MAX = 200


class Change(NamedTuple):
    """An approved change of a fund; negative where it went back. `sponsor`: the name."""

    book: int
    seq: int
    fund: str
    sponsor_id: str
    sponsor: str
    centipoints: int
    fen: int
    reason: str
    at_ms: int


class Sponsor(NamedTuple):
    """A body that gives."""

    sponsor_id: str
    name: str


def changes(reader: Reader, community_id: str) -> list[Change]:
    """The changes of all funds of a community, newest first."""
    query = (
        select(
            _changes.book,
            _changes.seq,
            _changes.fund,
            _changes.sponsor_id,
            _sponsors.name,
            _changes.centipoints,
            _changes.fen,
            _changes.reason,
            _changes.at_ms,
        )
        .join(
            SponsorRow.__table__,
            (_sponsors.community_id == _changes.community_id)
            & (_sponsors.sponsor_id == _changes.sponsor_id),
        )
        .where(_changes.community_id == community_id)
        .order_by(_changes.book.desc(), _changes.seq.desc())
        .limit(SHOWN_MAX)
    )
    return [Change(*row) for row in reader.execute(query)]


def sponsors(reader: Reader, community_id: str) -> list[Sponsor]:
    """Everybody who gives to a community, by name."""
    query = (
        select(_sponsors.sponsor_id, _sponsors.name)
        .where(_sponsors.community_id == community_id)
        .order_by(_sponsors.name, _sponsors.sponsor_id)
    )
    return [Sponsor(*row) for row in reader.execute(query)]


def sponsor_named(reader: Reader, community_id: str, sponsor_id: str) -> str | None:
    """The name behind a sponsor's id; None for who is no sponsor here."""
    query = select(_sponsors.name).where(
        _sponsors.community_id == community_id, _sponsors.sponsor_id == sponsor_id
    )
    return reader.execute(query).scalar_one_or_none()
