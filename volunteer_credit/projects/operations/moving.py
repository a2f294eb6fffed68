"""That a shift's times change: the room of the door registers what it keeps of them."""

from collections.abc import Callable
from typing import TypeAlias

from volunteer_credit.journal.operations.perform import Operation

Moved: TypeAlias = Callable[[Operation, str, tuple[int, int]], None]

_told: list[Moved] = []


def register_moved(told: Moved) -> None:
    """Say who keeps a shift's begin and end beside it: once, when it is loaded."""
    if told not in _told:
        _told.append(told)


def moved(operation: Operation, shift_id: str, span: tuple[int, int]) -> None:
    """Inside the operation that changes a shift: tell its new begin and end, UTC ms."""
    for told in _told:
        told(operation, shift_id, span)
