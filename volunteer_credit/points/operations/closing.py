"""What becomes of points when somebody leaves the community, or is forgotten.

What is in the wallets goes back to the funds, and what waited is given up; both stay in the book.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.points.models.awards import AwardRow, LineRow, TallyRow
from volunteer_credit.points.operations.lines import keep_line
from volunteer_credit.points.operations.places import followed
from volunteer_credit.points.operations.spending import EXPIRED, expiry_transfers, void_expired
from volunteer_credit.points.operations.wallet_accounts import (
    JOB,
    RETURNED,
    is_open,
    this_month,
    wallets_of,
)
from volunteer_credit.points.queries.awards import DEFERRED
from volunteer_credit.points.queries.wallets import family_of, wallet_name
from volunteer_credit.points.rules.recorded import LEFT, Outcome

FORFEITED = "forfeited"
WALLETS_MAX = 30  # in one entry: each needs a transfer, and each may need one back to its fund


def close_wallets(operation: Operation, account: str) -> None:
    """Inside the operation by which an account leaves: give back what is there and what waits."""
    void_expired(operation, account)
    _give_up_waiting(operation, account)
    if not is_open(operation, account):
        return
    batches = [*_batches(operation, account)] or [[]]
    for number, wallets in enumerate(batches):
        if number:
            _append(operation, "reopened", account, RETURNED, [])
        _append(operation, "closed", account, LEFT, _transfers(operation, account, wallets))


def _append(
    operation: Operation, act: str, account: str, reason: str, transfers: list[dict[str, Any]]
) -> None:
    data = {"accounts": [family_of(account)], "reason": reason}
    operation.append(NewEntry(f"account.{act}", data, actor=JOB, transfers=transfers))


def _batches(operation: Operation, account: str) -> Iterator[list[tuple[str, int, int]]]:
    """Fund, month and centipoints of every wallet with something free, a few at a time."""
    found = [
        (fund, month, each.available)
        for (fund, month), each in sorted(wallets_of(operation, account).items())
        if each.available
    ]
    for start in range(0, len(found), WALLETS_MAX):
        yield found[start : start + WALLETS_MAX]


def _transfers(
    operation: Operation, account: str, wallets: Sequence[tuple[str, int, int]]
) -> list[dict[str, Any]]:
    month_now, found = this_month(operation), list[dict[str, Any]]()
    for fund in dict.fromkeys(fund for fund, _, _ in wallets):
        own = [(month, free) for name, month, free in wallets if name == fund]
        moves = expiry_transfers(
            operation, fund, [(wallet_name(account, fund, month), free) for month, free in own]
        )
        for move, (month, _) in zip(moves, own, strict=False):
            move["code"] = EXPIRED if month < month_now else FORFEITED
        found += moves
    return found


def _give_up_waiting(operation: Operation, account: str) -> None:
    """What waits for a fund is not paid any more: an open deferral would stop all later ones."""
    waiting = select(AwardRow).where(
        AwardRow.community_id == operation.community_id,
        AwardRow.account == account,
        AwardRow.state == DEFERRED,
    )
    for row in operation.session.execute(waiting).scalars().all():
        entry = operation.append(
            NewEntry(
                "points.none",
                {"account": account, "reason": LEFT},
                actor=JOB,
                day=row.day,
                rule={"convention": row.convention, "clause": row.clause},
                tier=row.tier,
                refs=[followed(operation, row)],
            )
        )
        outcome = Outcome("none", entry.seq, -row.waiting, LEFT, row.clause)
        row.debt, row.waiting = row.debt - row.waiting, 0
        row.waits_book, row.waits_since = 0, 0
        row.state, row.reason = "none", LEFT
        keep_line(operation, row, outcome, entry, None, minutes_before=row.minutes)


def forget(operation: Operation, account: str) -> None:
    """Delete what this room keeps of an account; the book's entries stay, by number."""
    session = operation.session
    for table in (LineRow, AwardRow, TallyRow):
        own = select(table).where(
            table.community_id == operation.community_id, table.account == account
        )
        for row in session.execute(own).scalars().all():
            session.delete(row)
    session.flush()
