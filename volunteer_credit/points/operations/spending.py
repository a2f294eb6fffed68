"""Transfers of a redemption: held, confirmed, released, refunded. Whoever redeems appends them.

A hold that has run out is voided before anything else touches its wallet; how that is said in the
book is known to the room that redeems, which registers it (`register_due`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from volunteer_credit.journal.operations.balances import open_families
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.merge_hooks import root_of
from volunteer_credit.points.operations.wallet_accounts import (
    available_of,
    open_wallet,
    this_month,
    wallets_of,
)
from volunteer_credit.points.queries.wallets import wallet_name
from volunteer_credit.points.rules.errors import PartsError
from volunteer_credit.points.rules.spending import Part, first_of, refund_month, spend_parts
from volunteer_credit.shared.units import points_text

Due: TypeAlias = Callable[[Operation, str], None]  # appends what is due of an account's holds
Transfers: TypeAlias = list[dict[str, Any]]
HOLD, RELEASE, REFUND, REFUND_LATE = "hold", "release", "refund", "refund_late"
EXPIRED, RETURNED = "expired", "returned"

_due: list[Due] = []


@dataclass(frozen=True, slots=True)
class HeldPart:
    """A part of a hold: the month YYYYMM it came from, and its pending transfer."""

    month: int
    centipoints: int
    seq: int
    index: int


def register_due(due: Due) -> None:
    """Say who voids holds that have run out: once, when that room is loaded."""
    _due.append(due)


def void_expired(operation: Operation, account: str) -> None:
    """Append the voids of an account's holds that have run out."""
    for due in _due:
        due(operation, account)


def hold_transfers(
    operation: Operation,
    account: str,
    fund: str,
    centipoints: int,
    merchant: str,
    timeout_seconds: int,
) -> Transfers:
    """Hold so much for a merchant, earliest month first; the shop's account is opened if need be.

    Raises: PointsShortError.
    """
    void_expired(operation, account)
    free = available_of(operation, account, fund)
    parts = spend_parts(free, centipoints, this_month(operation))
    receivable = f"receivable:{merchant}:{fund}"
    open_families(operation, [receivable])
    return [
        {
            "amount": each.centipoints,
            "code": HOLD,
            "credit": receivable,
            "debit": wallet_name(account, fund, each.month),
            "pending": timeout_seconds,
            "unit": "centipoints",
        }
        for each in parts
    ]


def confirm_transfers(
    operation: Operation, account: str, fund: str, held: Sequence[HeldPart], centipoints: int
) -> Transfers:
    """Post so much of a hold, earliest month first, and release the rest.

    Raises: PartsError when it is more than was held.
    """
    taken = first_of([Part(each.month, each.centipoints) for each in held], centipoints)
    amounts = {each.month: each.centipoints for each in taken}
    posts: Transfers = []
    released: dict[int, int] = {}
    for each in held:
        amount = amounts.get(each.month, 0)
        pair = [each.seq, each.index]
        if amount:
            posts.append({"amount": amount, "code": HOLD, "post": pair})
        else:
            posts.append({"code": RELEASE, "void": pair})
        released[each.month] = each.centipoints - amount
    return posts + _expiring(operation, account, fund, released)


def void_transfers(
    operation: Operation, account: str, fund: str, held: Sequence[HeldPart]
) -> Transfers:
    """Release a whole hold; what came from a month that is past by now expires with it (W4)."""
    voids: Transfers = [{"code": RELEASE, "void": [each.seq, each.index]} for each in held]
    released = {each.month: each.centipoints for each in held}
    return voids + _expiring(operation, account, fund, released)


def refund_transfers(
    operation: Operation,
    account: str,
    fund: str,
    merchant: str,
    parts: Sequence[Part],
) -> Transfers:
    """Give back so much of each month that was confirmed; of a past month into this one (W3).

    What an account paid that was merged since goes to the one that is left.
    Raises: PartsError for nothing at all.
    """
    if not sum(each.centipoints for each in parts):
        raise PartsError(asked=points_text(0), held=points_text(0))
    month_now, root = this_month(operation), root_of(operation, account)
    if root != account:
        open_wallet(operation, root)
    return [
        {
            "amount": each.centipoints,
            "code": REFUND_LATE if each.month < month_now else REFUND,
            "credit": wallet_name(root, fund, refund_month(each.month, month_now)),
            "debit": f"receivable:{merchant}:{fund}",
            "unit": "centipoints",
        }
        for each in parts
        if each.centipoints
    ]


def _expiring(operation: Operation, account: str, fund: str, released: dict[int, int]) -> Transfers:
    """What past months have free once this much is released goes back to the fund."""
    month_now = this_month(operation)
    past = sorted(month for month in released if month < month_now)
    if not past:
        return []
    wallets = wallets_of(operation, account)
    free = {month: wallets[fund, month].available + released[month] for month in past}
    return expiry_transfers(
        operation, fund, [(wallet_name(account, fund, month), free[month]) for month in past]
    )


def expiry_transfers(
    operation: Operation, fund: str, wallets: Sequence[tuple[str, int]], code: str = EXPIRED
) -> Transfers:
    """Wallets, each with its centipoints, into `expired:<fund>` and from there to the fund."""
    kept = [each for each in wallets if each[1]]
    if not kept:
        return []
    expired = f"expired:{fund}"
    open_families(operation, [expired])
    gone: Transfers = [
        {"amount": amount, "code": code, "credit": expired, "debit": name, "unit": "centipoints"}
        for name, amount in kept
    ]
    back = {
        "amount": sum(amount for _, amount in kept),
        "code": RETURNED,
        "credit": f"fund:{fund}",
        "debit": expired,
        "unit": "centipoints",
    }
    return [*gone, back]
