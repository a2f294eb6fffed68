"""Reads of how persons want to read, and of where they belong."""

from typing import NamedTuple

from sqlalchemy import select

from volunteer_credit.people.models.membership import CommunityRow, MemberRow
from volunteer_credit.people.models.vault import LinkRow, PersonRow
from volunteer_credit.shared.db import Reader


class Belonging(NamedTuple):
    """A community that a person belongs to, or left. `state`: active, left."""

    community_id: str
    name: str
    account: str
    state: str


def settings_of(reader: Reader, person_id: str) -> tuple[str, bool]:
    """Language, empty where none was chosen, and whether print is large."""
    rows = PersonRow.__table__.c
    query = select(rows.language, rows.large_print).where(rows.person_id == person_id)
    row = reader.execute(query).one_or_none()
    return ("", False) if row is None else (row[0], bool(row[1]))


def belongings(reader: Reader, person_id: str) -> list[Belonging]:
    """The communities of a person, by code; the city is none."""
    query = (
        select(MemberRow.community_id, CommunityRow.name, MemberRow.account, MemberRow.state)
        .join(
            LinkRow,
            (LinkRow.community_id == MemberRow.community_id)
            & (LinkRow.account == MemberRow.account),
        )
        .join(CommunityRow, CommunityRow.community_id == MemberRow.community_id)
        .where(LinkRow.person_id == person_id, LinkRow.is_current == 1)
        .order_by(MemberRow.community_id)
    )
    return [Belonging(*row) for row in reader.execute(query)]
