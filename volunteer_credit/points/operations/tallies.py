"""Tallies under the lock: read before an award, written after it."""

from collections.abc import Iterable

from volunteer_credit.conventions.rules.tallies import Move, Tally, TallyKey
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.points.models.awards import TallyRow


def read_tallies(operation: Operation, keys: Iterable[TallyKey]) -> dict[TallyKey, Tally]:
    """These tallies; one that is not there yet is left out."""
    found = ((key, _row(operation, key)) for key in keys)
    return {key: Tally(row.counted, row.given) for key, row in found if row is not None}


def write_tallies(operation: Operation, moves: Iterable[Move]) -> None:
    """Keep what they came to."""
    for move in moves:
        row = _row(operation, move.key)
        if row is None:
            key = move.key
            row = TallyRow(
                community_id=operation.community_id,
                account=key.account,
                clause=key.clause,
                period=key.period,
                epoch=key.epoch,
            )
            operation.session.add(row)
        row.counted, row.given = move.after.counted, move.after.given
    operation.session.flush()


def _row(operation: Operation, key: TallyKey) -> TallyRow | None:
    name = (operation.community_id, key.account, key.clause, key.period, key.epoch)
    return operation.session.get(TallyRow, name)
