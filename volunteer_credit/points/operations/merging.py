"""Two accounts of one person become one: what moves in the book, and whose the rows are then."""

from typing import Any

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.merge_hooks import CODE
from volunteer_credit.points.models.awards import AwardRow, LineRow, TallyRow
from volunteer_credit.points.operations.spending import void_expired
from volunteer_credit.points.operations.wallet_accounts import (
    is_closed,
    open_wallet,
    this_month,
    wallets_of,
)
from volunteer_credit.points.queries.wallets import wallet_name
from volunteer_credit.points.rules.errors import MergeHeldError


def moves(operation: Operation, source: str, into: str) -> list[dict[str, Any]]:
    """Each month's points of `source` that are free, for `into`; past months expire as ever.

    Raises: MergeHeldError while a hold could still give points back to `source`.
    """
    void_expired(operation, source)
    wallets = wallets_of(operation, source)
    if any(each.debits_pending for each in wallets.values()):
        raise MergeHeldError
    if is_closed(operation, source):
        return []
    month_now = this_month(operation)
    found = [
        {
            "amount": each.available,
            "code": CODE,
            "credit": wallet_name(into, fund, month),
            "debit": wallet_name(source, fund, month),
            "unit": "centipoints",
        }
        for (fund, month), each in sorted(wallets.items())
        if month >= month_now and each.available
    ]
    if found:
        open_wallet(operation, into)
    return found


def hand_over(operation: Operation, source: str, into: str) -> None:
    """Add up the tallies, so that no cap is given twice; awards and lines are of `into`."""
    session, community_id = operation.session, operation.community_id
    own = select(TallyRow).where(TallyRow.community_id == community_id, TallyRow.account == source)
    for old in session.execute(own).scalars().all():
        key = (community_id, into, old.clause, old.period, old.epoch)
        row = session.get(TallyRow, key)
        if row is None:
            names = ("community_id", "account", "clause", "period", "epoch")
            row = TallyRow(**dict(zip(names, key, strict=True)), counted=0, given=0)
            session.add(row)
        row.counted, row.given = row.counted + old.counted, row.given + old.given
        session.delete(old)
    tables: tuple[Any, ...] = (AwardRow, LineRow)
    for table in tables:
        rows = select(table).where(table.community_id == community_id, table.account == source)
        for each in session.execute(rows).scalars().all():
            each.account = into
    session.flush()
