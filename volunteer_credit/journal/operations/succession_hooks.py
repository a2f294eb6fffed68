"""What the rooms add to the end of a book, and what they learn at the beginning of the next one.

The journal knows neither: a room says at its installation what it states (docs/ledger-format.md
S8) and what it does once a successor stands.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ledger import state
from ledger.canonical import Value
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.pieces import pieces
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.shared.runtime import Runtime, current

STATED = "closing.stated"


@dataclass(frozen=True, slots=True)
class Restated:
    """A line of the closing state, and where the opening of the successor says it.

    `seq` of the entry, `place` of the line in it; `transfer`: the index of what it moves, or -1.
    """

    line: Value
    seq: int
    place: int
    transfer: int = -1


Stating: TypeAlias = Callable[[Operation], Sequence[Value]]
Succeeded: TypeAlias = Callable[[Operation, Sequence[Restated]], None]


class Succession:
    """By room: the lines that it states, and what it is told of the successor."""

    def __init__(self, _runtime: Runtime) -> None:
        self.stating: dict[str, Stating] = {}
        self.succeeded: dict[str, Succeeded] = {}


def stated(operation: Operation) -> Iterator[NewEntry]:
    """The entries that say what the rooms hand on, before a book closes."""
    rooms = current().part(Succession, Succession).stating.values()
    lines = state.order([line for room in rooms for line in room(operation)])
    for piece in pieces(lines):
        yield NewEntry(STATED, {"lines": piece})


def tell(operation: Operation, restated: Sequence[Restated]) -> None:
    """Tell the rooms where the new book says what the one before it left."""
    for room in current().part(Succession, Succession).succeeded.values():
        room(operation, restated)


def placed(seq: int, lines: Sequence[dict[str, Any]]) -> Iterator[Restated]:
    """The lines of one opening entry, each with its place and that of its transfer (S6)."""
    transfer = 0
    for place, line in enumerate(lines):
        moves = line["type"] in ("balance", "pending")
        yield Restated(line, seq, place, transfer if moves else -1)
        transfer += moves
