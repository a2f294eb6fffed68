"""Wallets by expiry month: when they may move, and in which order they are spent (§9, W1 to W5)."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from ledger import account_errors as refused
from ledger.chart import AccountName


class _Held(Protocol):
    """An account, as far as this module looks at it."""

    name: AccountName

    @property
    def available(self) -> int: ...


def check_months(debit: AccountName, credit: AccountName, code: str, month: int) -> None:
    """Refuse a plain or pending transfer that breaks W1, W2 or W3 in the local month YYYYMM."""
    past = 0 < debit.month < month
    if past and credit.class_name != "expired":
        raise refused.MonthPastError(name=debit.name)
    if 0 < credit.month < month:
        raise refused.MonthPastError(name=credit.name)
    if debit.month and credit.class_name == "expired":
        wanted = "expired" if past else "forfeited"
        if code != wanted:
            raise refused.ExpiryCodeError(name=debit.name, code=wanted)
    late = code == "refund_late" and debit.class_name == "receivable"
    if late and credit.month and credit.month != month:
        raise refused.LateRefundMonthError(name=credit.name, month=month)


def check_past_months_empty(touched: Iterable[_Held], month: int) -> None:
    """Refuse an entry that leaves something available in a past month it touched (W4)."""
    for account in touched:
        if 0 < account.name.month < month and account.available:
            raise refused.PastMonthNotEmptyError(
                name=account.name.name, available=account.available
            )


def spend_plan(
    available: Mapping[AccountName, int], amount_centipoints: int, month: int
) -> list[tuple[AccountName, int]]:
    """Which wallets a spending takes from: earliest month first, then by fund; past months never.

    Raises: `exceeds_credits` when all of them together do not hold the amount.
    """
    plan: list[tuple[AccountName, int]] = []
    left = amount_centipoints
    usable = [name for name in available if name.month >= month]
    for name in sorted(usable, key=lambda name: (name.month, name.fund)):
        take = min(left, available[name])
        if take > 0:
            plan.append((name, take))
            left -= take
    if left:
        raise refused.ExceedsCreditsError(
            name="wallet", available=amount_centipoints - left, amount=amount_centipoints
        )
    return plan
