"""Reads of places and households."""

from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from volunteer_credit.people.models.membership import (
    HouseholdMemberRow,
    HouseholdRow,
    MemberRow,
    PlaceRow,
)
from volunteer_credit.shared.db import Question, Reader
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import all_rows

_members, _places = HouseholdMemberRow.__table__.c, PlaceRow.__table__.c
_HOUSEHOLD = Prepared(
    select(_members.household_id).where(
        _members.community_id == bindparam("community"),
        _members.account == bindparam("account"),
        _members.until_ms.is_(None),
    )
)


class Place(NamedTuple):
    """A place that is there."""

    place_id: str
    kind: str
    name: str
    parent_id: str | None
    grid_id: str | None


def places(reader: Reader, community_id: str) -> list[Place]:
    """All places of a community, by kind and name."""
    chosen = select(
        _places.place_id, _places.kind, _places.name, _places.parent_id, _places.grid_id
    ).where(_places.community_id == community_id, _places.removed_at_ms.is_(None))
    rows = reader.execute(chosen.order_by(_places.kind, _places.name, _places.place_id))
    return [Place(*row) for row in rows]


def place_of(reader: Reader, community_id: str, place_id: str) -> Place | None:
    """One place of a community."""
    chosen = select(
        _places.place_id, _places.kind, _places.name, _places.parent_id, _places.grid_id
    ).where(
        _places.community_id == community_id,
        _places.place_id == place_id,
        _places.removed_at_ms.is_(None),
    )
    row = reader.execute(chosen).one_or_none()
    return None if row is None else Place(*row)


def held_by_place(reader: Reader, community_id: str, place_id: str) -> int:
    """How many places, members and households still belong to a place."""
    inside = select(func.count()).where(
        _places.community_id == community_id,
        _places.removed_at_ms.is_(None),
        (_places.parent_id == place_id) | (_places.grid_id == place_id),
    )
    total = int(reader.execute(inside).scalar_one())
    for table, states in ((MemberRow, ("active",)), (HouseholdRow, ("declared", "confirmed"))):
        counted = select(func.count()).where(
            table.community_id == community_id,
            table.place_id == place_id,
            table.state.in_(states),
        )
        total += int(reader.execute(counted).scalar_one())
    return total


def asked_household(community_id: str, account: str) -> Question:
    """What `household_of` is going to read, for `reading.ahead`."""
    return _HOUSEHOLD, {"community": community_id, "account": account}


def household_of(reader: Reader, community_id: str, account: str) -> str | None:
    """The household that a member belongs to now."""
    rows = all_rows(reader, _HOUSEHOLD, community=community_id, account=account)
    return str(rows[0][0]) if rows else None


def present(reader: Reader, community_id: str, household_id: str) -> dict[str, tuple[str, bool]]:
    """By account: state, and whether it represents, of who belongs to a household now."""
    chosen = select(_members.account, _members.state, _members.is_representative).where(
        _members.community_id == community_id,
        _members.household_id == household_id,
        _members.until_ms.is_(None),
    )
    rows = reader.execute(chosen.order_by(_members.account))
    return {account: (state, bool(first)) for account, state, first in rows}


def same_household(reader: Reader, community_id: str, account: str) -> set[str]:
    """Who lives with a member, by their own word or confirmed; without the member.

    Who was only named by somebody else counts for nothing yet, on either side.
    """
    household_id = household_of(reader, community_id, account)
    inside = present(reader, community_id, household_id) if household_id else {}
    there = {each for each, (state, _) in inside.items() if state != "asked"}
    return there - {account} if account in there else set()
