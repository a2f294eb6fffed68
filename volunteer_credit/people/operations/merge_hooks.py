"""What higher rooms add to a merge of two accounts of a book; wiring hands it in."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.rules.merging import MergeTooMuchError
from volunteer_credit.shared.runtime import Runtime, current

TRANSFERS_MAX = 64  # of one entry
CODE = "merged"

# operation, from, into → the transfers that move what `from` has; it opens what they name
Moving: TypeAlias = Callable[[Operation, str, str], Sequence[dict[str, Any]]]
# operation, from, into: rows of a room that become those of `into`, right after the approval
HandingOver: TypeAlias = Callable[[Operation, str, str], None]


class MergeHooks:
    """The functions, by the name of the room that gave them."""

    def __init__(self, _runtime: Runtime) -> None:
        self.moving: dict[str, Moving] = {}
        self.handing_over: dict[str, HandingOver] = {}


def merge_transfers(operation: Operation, source: str, into: str) -> list[dict[str, Any]]:
    """All that a merge moves, as the balances stand. Raises: MergeTooMuchError, and as the rooms'.

    What is pending stays where it is.
    """
    rooms = current().part(MergeHooks, MergeHooks).moving.values()
    found = [each for room in rooms for each in room(operation, source, into)]
    if len(found) > TRANSFERS_MAX:
        raise MergeTooMuchError(count=len(found), most=TRANSFERS_MAX)
    return found


def hand_over_rooms(operation: Operation, source: str, into: str) -> None:
    """Give what the rooms keep of one account to the other."""
    for room in current().part(MergeHooks, MergeHooks).handing_over.values():
        room(operation, source, into)


def root_of(operation: Operation, account: str) -> str:
    """The account that is left of somebody after all merges of the locked book."""
    return operation.writing.log.book.parties.root(account)
