"""Points of past months go back to their fund: a job, once a day, a few wallets at a time."""

from collections.abc import Sequence

from volunteer_credit.fund.queries.days import book_day
from volunteer_credit.journal.operations.balances import balances, class_balances
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.people.queries.communities import communities
from volunteer_credit.points.operations.spending import expiry_transfers, void_expired
from volunteer_credit.points.operations.wallet_accounts import JOB, MONTH, this_month
from volunteer_credit.shared.db import db, end_reading, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.jobs_turns import in_turn
from volunteer_credit.shared.runtime import current

WALLETS_MAX = 60  # an entry has room for 64 transfers


def expire_all() -> int:
    """Let expire what is past in every community; how many wallets. A job. Raises: as `in_turn`."""
    return in_turn([each.community_id for each in communities(db.session)], _expire)


def _expire(community_id: str) -> int:
    month_now = book_day(db.session, community_id) // MONTH
    past: dict[tuple[str, int], list[str]] = {}
    for each in class_balances(db.session, community_id, "wallet"):
        _, _, fund, month = each.name.split(":")
        if int(month) < month_now and each.available:
            past.setdefault((fund, int(month)), []).append(each.name)
    return sum(
        _expire_batch(community_id, fund, month, names[start : start + WALLETS_MAX])
        for (fund, month), names in sorted(past.items())
        for start in range(0, len(names), WALLETS_MAX)
    )


@retried
def _expire_batch(community_id: str, fund: str, month: int, names: Sequence[str]) -> int:
    end_reading()
    body = {"fund": fund, "month": month}
    # What is past is read again under the lock, so a run that was cut off is taken up again.
    request = Request(JOB, new_id(current().random), "points.expire", body)
    with perform(community_id, request) as operation:
        operation.answer(_append(operation, fund, month, names))
    return int(operation.result)


def _append(operation: Operation, fund: str, month: int, names: Sequence[str]) -> int:
    if month >= this_month(operation):
        return 0
    for name in names:
        void_expired(operation, name.split(":")[1])
    free = [(name, each.available) for name, each in balances(operation, names).items()]
    transfers = expiry_transfers(operation, fund, free)
    if transfers:
        data = {"fund": fund, "month": month}
        operation.append(NewEntry("points.expired", data, actor=JOB, transfers=transfers))
    return max(len(transfers) - 1, 0)
