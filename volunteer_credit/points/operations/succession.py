"""What points hand on to the next book: every record as it stands, every tally, in plain lines.

What each line is: docs/ledger-format.md S8. The rows themselves go on; they learn where the new
book says them, for entries that refer to them.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from volunteer_credit.journal.operations.closing import origin_of
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.operations.succession_hooks import Restated
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.points.models.awards import AwardRow, TallyRow

RECORD = "record"
_SAME = (
    *("account", "category", "centipoints", "clause", "coefficient", "convention", "day", "debt"),
    *("fund", "minutes", "month", "planned_minutes", "tier", "waiting"),
)


def stating(operation: Operation) -> list[dict[str, Any]]:
    """The lines of a community's points, in no order."""
    community_id, head = operation.community_id, operation.head
    if community_id == CITY:
        return []
    lines: list[dict[str, Any]] = [{"form": 1, "type": "service"}]
    turns: Counter[str] = Counter()
    for row in _rows(operation):
        turns[row.fund] += bool(row.waiting)
        line = {name: getattr(row, name) for name in _SAME}
        line["book"], line["record"] = origin_of(head, row.book), row.record_seq
        line["turn"] = turns[row.fund] if row.waiting else 0
        lines.append({**line, "type": RECORD})
    tallies = select(TallyRow).where(TallyRow.community_id == community_id, TallyRow.counted > 0)
    for each in operation.session.execute(tallies).scalars():
        names = ("account", "clause", "counted", "epoch", "given", "period")
        lines.append({**{name: getattr(each, name) for name in names}, "type": "tally"})
    return lines


def succeeded(operation: Operation, restated: Sequence[Restated]) -> None:
    """In a successor: where its opening says each record."""
    head = operation.head
    found = {
        (each.line["book"], each.line["record"]): each
        for each in restated
        if each.line["type"] == RECORD
    }
    for row in _rows(operation):
        here = found.get((origin_of(head, row.book), row.record_seq))
        row.opening_seq, row.opening_line = (here.seq, here.place) if here else (0, 0)
    operation.session.flush()


def _rows(operation: Operation) -> Sequence[AwardRow]:
    """All records of the community; those that wait for a fund in the order of their turn."""
    query = select(AwardRow).where(AwardRow.community_id == operation.community_id)
    order = AwardRow.waits_book, AwardRow.waits_since, AwardRow.book, AwardRow.record_seq
    return operation.session.execute(query.order_by(*order)).scalars().all()
