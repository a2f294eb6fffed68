"""What higher rooms do when a fund has risen: inside the operation that raised it."""

from collections.abc import Callable
from typing import TypeAlias

from volunteer_credit.journal.operations.perform import Operation

Raised: TypeAlias = Callable[[Operation, str], object]  # the operation, and the fund that rose

on_raised: list[Raised] = []


def raised(operation: Operation, fund: str) -> None:
    """Tell everybody who asked to be told."""
    for work in on_raised:
        work(operation, fund)
