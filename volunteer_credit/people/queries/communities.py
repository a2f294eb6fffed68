"""Reads of the communities of the city."""

from dataclasses import dataclass

from sqlalchemy import select

from volunteer_credit.people.models.membership import CommunityRow
from volunteer_credit.shared.db import Reader


@dataclass(frozen=True, slots=True)
class Community:
    """A community as pages and lists name it. `state`: founding, open, closed."""

    community_id: str
    name: str
    subdistrict: str
    help_phone: str
    state: str


_COLUMNS = [getattr(CommunityRow, name) for name in Community.__dataclass_fields__]


def communities(reader: Reader) -> list[Community]:
    """All of them, by code."""
    rows = reader.execute(select(*_COLUMNS).order_by(CommunityRow.community_id))
    return [Community(*row) for row in rows]


def community(reader: Reader, community_id: str) -> Community | None:
    """One of them."""
    query = select(*_COLUMNS).where(CommunityRow.community_id == community_id)
    row = reader.execute(query).one_or_none()
    return None if row is None else Community(*row)
