"""What adds up in every fund, from gross flows and balances (docs/ledger-format.md §9)."""

from collections.abc import Mapping
from typing import NamedTuple

from ledger import chart
from ledger.accounts import Accounts
from ledger.errors import BalanceError

CENTIPOINTS_PER_POINT = 100
_HELD = ("wallet", "receivable")


class IdentityError(BalanceError):
    """§9: a fund whose flows do not give its balances."""

    code = "identity"
    en = "Fund {fund} does not add up: {flows} by its flows, {balances} by its balances."
    zh = "基金 {fund} 对不上：按流水应为 {flows}，按余额为 {balances}。"


class Identity(NamedTuple):
    """One fund's identity, all in centipoints, net of what went back."""

    fund: str
    issued: int
    expired: int
    settled: int
    corrections: int
    opened: int
    other: int
    wallets: int
    receivables: int

    @property
    def flows(self) -> int:
        """What the wallets and receivables should hold."""
        return (
            self.issued - self.expired - self.settled + self.corrections + self.opened + self.other
        )

    @property
    def outstanding(self) -> int:
        """What the wallets and receivables do hold."""
        return self.wallets + self.receivables


def identities(accounts: Accounts) -> list[Identity]:
    """The identity of every fund, by name.

    Raises: `identity` when one does not hold, which no sequence of transfers can bring about.
    """
    held: dict[str, dict[str, int]] = {}
    for account in accounts.accounts.values():
        name = account.name
        if name.fund and name.class_name in chart.CLASSES and account.family.unit == "centipoints":
            sums = held.setdefault(name.fund, dict.fromkeys(_HELD, 0))
            if name.class_name in _HELD:
                sums[name.class_name] += account.posted
    found = [_identity(fund, held[fund], accounts.flows) for fund in sorted(held)]
    for identity in found:
        if identity.flows != identity.outstanding:
            raise IdentityError(
                fund=identity.fund, flows=identity.flows, balances=identity.outstanding
            )
    return found


def cover_fen(identity: Identity, cash_available_fen: int, fen_per_point_max: int) -> int:
    """Cash less what the outstanding points could cost at most; below 0 a fund is not covered."""
    owed = -(-identity.outstanding * fen_per_point_max // CENTIPOINTS_PER_POINT)
    return cash_available_fen - owed


def _identity(
    fund: str, held: Mapping[str, int], flows: Mapping[tuple[str, str, str], int]
) -> Identity:
    def net(debit: str, credit: str) -> int:
        return flows.get((fund, debit, credit), 0) - flows.get((fund, credit, debit), 0)

    def into_held(source: str) -> int:
        return sum(net(source, credit) for credit in _HELD)

    classes = {name for flow in flows if flow[0] == fund for name in flow[1:]}
    unknown = classes - chart.CLASSES.keys() - {chart.OPENING}
    return Identity(
        fund,
        issued=net("fund", "wallet"),
        expired=net("wallet", "expired"),
        settled=net("receivable", "settled"),
        corrections=into_held("correction"),
        opened=into_held(chart.OPENING),
        other=sum(map(into_held, unknown)),
        wallets=held["wallet"],
        receivables=held["receivable"],
    )
