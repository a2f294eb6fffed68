"""Holds go on in the next book: where its opening says what is reserved.

A hold that had run out is not restated: nothing is reserved for it, so its end moves nothing.
"""

from collections.abc import Sequence

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.operations.succession_hooks import Restated
from volunteer_credit.redemptions.models.redemptions import PartRow, RedemptionRow
from volunteer_credit.redemptions.rules.selling import HELD


def succeeded(operation: Operation, restated: Sequence[Restated]) -> None:
    """In a successor: where its opening reserves the points of each hold."""
    waiting = {tuple(e.line["pending"]): e for e in restated if e.line["type"] == "pending"}
    query = (
        select(PartRow)
        .join(
            RedemptionRow,
            (RedemptionRow.community_id == PartRow.community_id)
            & (RedemptionRow.redemption_id == PartRow.redemption_id),
        )
        .where(
            PartRow.community_id == operation.community_id,
            PartRow.held_book == operation.head.book - 1,
            RedemptionRow.state == HELD,
        )
    )
    for part in operation.session.execute(query).scalars().all():
        found = waiting.get((part.held_seq, part.held_index))
        if found is not None:
            part.held_book = operation.head.book
            part.held_seq, part.held_index = found.seq, found.transfer
    operation.session.flush()
