"""Whether anything happened at a shift yet: told by the room of the door, which registers it."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from volunteer_credit.shared.db import Reader

Used: TypeAlias = Callable[[Reader, str, Sequence[str]], bool]  # reader, community, shifts

_told: list[Used] = []
_come: list[Used] = []


def register_used(told: Used) -> None:
    """Say who knows whether a door was opened or somebody came: once, when it is loaded."""
    if told not in _told:
        _told.append(told)


def register_come(told: Used) -> None:
    """Say who knows whether somebody has come to a shift: once, when it is loaded."""
    if told not in _come:
        _come.append(told)


def is_used(reader: Reader, community_id: str, shift_ids: Sequence[str]) -> bool:
    """Whether one of these shifts has a door, or anybody was there; under the lock."""
    return any(told(reader, community_id, shift_ids) for told in _told)


def has_come(reader: Reader, community_id: str, shift_id: str) -> bool:
    """Whether somebody checked in at a shift, and it was not annulled; under the lock."""
    return any(told(reader, community_id, [shift_id]) for told in _come)
