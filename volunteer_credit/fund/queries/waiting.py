"""How much waits for a fund: told by the room that defers, which registers it when it is loaded."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from volunteer_credit.shared.db import Reader

Deferred: TypeAlias = Callable[[Reader, str], Mapping[str, int]]  # centipoints by fund

_told: list[Deferred] = []


def register_deferred(told: Deferred) -> None:
    """Say who knows what waits."""
    _told.append(told)


def deferred(reader: Reader, community_id: str) -> dict[str, int]:
    """What waits in a community, in centipoints by fund."""
    found: dict[str, int] = {}
    for told in _told:
        for fund, centipoints in told(reader, community_id).items():
            found[fund] = found.get(fund, 0) + centipoints
    return found
