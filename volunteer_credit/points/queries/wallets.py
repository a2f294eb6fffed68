"""Reads of wallets, month by month: for show, and for who asks again under the lock."""

from typing import NamedTuple

from volunteer_credit.journal.operations.balances import family_balances
from volunteer_credit.shared.db import Reader


class WalletMonth(NamedTuple):
    """What somebody has of a fund that expires at the end of a month YYYYMM (999912: never).

    `posted` and `available` in centipoints; between them is what is held for a redemption.
    """

    fund: str
    month: int
    posted: int
    available: int


def family_of(account: str) -> str:
    """The family of somebody's wallets."""
    return f"wallet:{account}"


def wallet_name(account: str, fund: str, month: int) -> str:
    """One wallet as the book names it."""
    return f"wallet:{account}:{fund}:{month}"


def wallet(reader: Reader, community_id: str, account: str) -> list[WalletMonth]:
    """What somebody has in a community, earliest month first; empty months are left out."""
    found = []
    for each in family_balances(reader, community_id, family_of(account)):
        _, _, fund, month = each.name.split(":")
        if each.posted:
            found.append(WalletMonth(fund, int(month), each.posted, each.available))
    return sorted(found, key=lambda one: (one.month, one.fund))
