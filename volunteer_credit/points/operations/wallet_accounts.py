"""Somebody's wallets under the lock, what the operation itself has done included."""

from volunteer_credit.journal.operations.balances import (
    Balance,
    balances,
    family_balances,
    open_families,
)
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.requests import Actor, NewEntry
from volunteer_credit.points.queries.wallets import family_of

JOB = Actor("system:points", "system")
RETURNED = "returned"
MONTH = 100  # days per month in a number YYYYMMDD


def this_month(operation: Operation) -> int:
    """The local month YYYYMM of the operation."""
    return operation.day // MONTH


def wallets_of(operation: Operation, account: str) -> dict[tuple[str, int], Balance]:
    """Every wallet of an account, by fund and month. Raises: RowChangedError."""
    family = family_of(account)
    stored = family_balances(operation.session, operation.community_id, family)
    new = (name for name in operation.writing.rows.accounts.accounts if name.startswith(family))
    found = balances(operation, [*(each.name for each in stored), *new])
    parts = ((name.split(":"), each) for name, each in found.items())
    return {(fund, int(month)): each for (_, _, fund, month), each in parts}


def available_of(operation: Operation, account: str, fund: str) -> dict[int, int]:
    """What can be taken from an account's wallets of a fund: by month, past ones left out."""
    if is_closed(operation, account):
        return {}
    month_now = this_month(operation)
    return {
        month: each.available
        for (name, month), each in wallets_of(operation, account).items()
        if name == fund and month >= month_now
    }


def is_closed(operation: Operation, account: str) -> bool:
    """Whether the wallets were closed: by leaving the community."""
    return _state(operation, account) is True


def is_open(operation: Operation, account: str) -> bool:
    """Whether there are wallets, and none were closed."""
    return _state(operation, account) is False


def _state(operation: Operation, account: str) -> bool | None:
    """Whether the wallets are closed; None where there never were any."""
    family = family_of(account)
    operation.writing.rows.load([], [family], ())
    found = operation.writing.rows.accounts.families.get(family)
    return None if found is None else found.closed


def open_wallet(operation: Operation, account: str) -> None:
    """Have wallets that take points; those of somebody who came back are opened again."""
    family = family_of(account)
    open_families(operation, [family])
    if is_closed(operation, account):
        data = {"accounts": [family], "reason": RETURNED}
        operation.append(NewEntry("account.reopened", data, actor=JOB))
