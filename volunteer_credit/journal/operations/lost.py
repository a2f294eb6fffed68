"""A successor for a book whose published entries are nowhere any more (design §3.5)."""

from collections.abc import Sequence

from volunteer_credit.journal.operations.recover import recover
from volunteer_credit.journal.operations.succession import Opened, Succession, open_successor
from volunteer_credit.journal.rules.recovery_errors import NothingLostError
from volunteer_credit.journal.rules.requests import Request


def succeed_lost(
    community_id: str, founders: Sequence[tuple[str, str]], request: Request
) -> Opened:
    """Recover what is left of a community's book, and carry it on in the next one.

    The old book stays as it is, with the loss; the new one restates its last good state.
    Raises: NothingLostError, and as `recover` and `open_successor`.
    """
    found = recover(community_id, accept_loss=True)
    if found.last_state is None:
        raise NothingLostError(origin=found.head.origin)
    last = found.last_state
    succession = Succession([last.previous], [last.lines], founders, lost=True)
    return open_successor(community_id, succession, request)
