"""The end of a shift: its door was closed, and what follows is hours."""

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.projects.models.activities import ShiftRow
from volunteer_credit.projects.rules.errors import ShiftUnknownError
from volunteer_credit.projects.rules.states import ENDED


def end_shift(operation: Operation, shift_id: str) -> None:
    """Inside the community's operation that closes the door: the shift is over. Twice is once.

    A cancelled shift ends too, if people came all the same. Raises: ShiftUnknownError.
    """
    row = operation.session.get(ShiftRow, (operation.community_id, shift_id))
    if row is None:
        raise ShiftUnknownError
    if row.state != ENDED:
        row.state, row.ended_at_ms = ENDED, operation.at_ms
