"""The places of a community as its staff see them."""

from dataclasses import dataclass

from sqlalchemy import select

from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.queries.households import Place, places
from volunteer_credit.people.rules.place_paths import Named, place_path
from volunteer_credit.people.rules.places import GRID, PARENT, PlaceUnknownError
from volunteer_credit.shared.db import db


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """One place, what lies in it, and the grids that it could lie in."""

    place: Place
    path: str
    parent_id: str
    inside: list[Place]
    grids: list[Place]
    child_kind: str  # of what can be added in it; empty for units and grids


def outer_places(community_id: str) -> tuple[list[Place], list[Place]]:
    """The estates and the grids of a community, by name."""
    found = places(db.session, community_id)
    grids = [each for each in found if each.kind == GRID]
    return [each for each in found if each.parent_id is None and each.kind != GRID], grids


def place_seen(community_id: str, place_id: str) -> PlaceSeen:
    """One place of a community. Raises: PlaceUnknownError."""
    found = places(db.session, community_id)
    place = next((each for each in found if each.place_id == place_id), None)
    if place is None:
        raise PlaceUnknownError
    return PlaceSeen(
        place,
        place_path(_named(found), place_id),
        place.parent_id or "",
        [each for each in found if place_id in (each.parent_id, each.grid_id)],
        [each for each in found if each.kind == GRID],
        next((kind for kind, parent in PARENT.items() if parent == place.kind), ""),
    )


def place_paths_of(community_id: str) -> dict[str, str]:
    """By id, the whole name of each place where somebody can live; sorted by name."""
    found = places(db.session, community_id)
    named = _named(found)
    paths = {each.place_id: place_path(named, each.place_id) for each in found}
    return dict(sorted(paths.items(), key=lambda each: each[1]))


def grid_names(community_id: str) -> dict[str, str]:
    """By the scope of a role that is held for a grid: the grid's name."""
    return {f"{GRID}:{each.place_id}": each.name for each in outer_places(community_id)[1]}


def place_where(community_id: str, account: str) -> str:
    """The place where a member lives; empty where none is entered."""
    rows = MemberRow.__table__.c
    query = select(rows.place_id).where(rows.community_id == community_id, rows.account == account)
    return db.session.execute(query).scalar_one_or_none() or ""


def _named(found: list[Place]) -> dict[str, Named]:
    return {each.place_id: Named(each.name, each.parent_id) for each in found}
