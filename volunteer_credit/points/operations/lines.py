"""The line of an entry: what its owner reads, and how it is told again."""

import json

from volunteer_credit.conventions.rules.award import Award
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.requests import Appended
from volunteer_credit.points.models.awards import AwardRow, LineRow
from volunteer_credit.points.rules.recorded import Outcome


def keep_line(
    operation: Operation,
    row: AwardRow,
    outcome: Outcome,
    entry: Appended,
    made: Award | None,
    *,
    minutes_before: int,
    rest: int = 0,
) -> None:
    """Keep what an entry said of a record whose row is `row`, as it is now."""
    moves = made.moves if made else ()
    before = [
        [each.key.clause, each.key.period, each.key.epoch, each.before.counted, each.before.given]
        for each in moves
    ]
    operation.session.add(
        LineRow(
            community_id=operation.community_id,
            book=operation.head.book,
            seq=entry.seq,
            account=row.account,
            record_book=row.book,
            record_seq=row.record_seq,
            kind=outcome.kind,
            minutes_before=minutes_before,
            minutes=row.minutes,
            centipoints=outcome.centipoints,
            rest=rest,
            reason=outcome.reason,
            before=json.dumps(before, separators=(",", ":")),
            at_ms=entry.at_ms,
        )
    )
    operation.session.flush()
