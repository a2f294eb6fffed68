"""How a place is called from the outside in: its estate, its building, its unit."""

from collections.abc import Mapping
from typing import NamedTuple

BETWEEN = " · "
DEPTH_MAX = 5  # more than any kind of place has; rows that lie in each other end here


class Named(NamedTuple):
    """A place's own name, and what it lies in."""

    name: str
    parent_id: str | None


def place_path(places: Mapping[str, Named], place_id: str) -> str:
    """The names from the outermost place to this one; empty for a place that is not there."""
    names: list[str] = []
    at: str | None = place_id
    while at is not None and at in places and len(names) < DEPTH_MAX:
        names.append(places[at].name)
        at = places[at].parent_id
    return BETWEEN.join(reversed(names))
