"""What a replay knows of funds and wallets: enough to say whether points had to wait."""

from dataclasses import dataclass, field

from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.policies import fund_verdict
from volunteer_credit.journal.rules.replayed import Replayed

MONTH = 100
HELD = ("wallet", "receivable")  # points that somebody has


@dataclass(slots=True)
class FundsSeen:
    """Points outstanding by fund, and the months of each wallet. Amounts: centipoints."""

    outstanding: dict[str, int] = field(default_factory=dict)
    months: dict[tuple[str, str], set[int]] = field(default_factory=dict)

    def take(self, entry: Replayed) -> None:
        """The transfers of an entry; a hold and its end change nothing that is outstanding."""
        for each in entry.transfers:
            debit, credit = str(each.get("debit", "")), str(each.get("credit", ""))
            for name in (debit, credit):
                class_name, *parts = name.split(":")
                if class_name == "wallet":
                    self.months.setdefault((parts[0], parts[1]), set()).add(int(parts[2]))
            if "pending" in each or not debit:
                continue
            change = (credit.split(":", maxsplit=1)[0] in HELD) - (
                debit.split(":", maxsplit=1)[0] in HELD
            )
            if change:
                fund = _fund_of(credit if change > 0 else debit)
                now = self.outstanding.get(fund, 0)
                self.outstanding[fund] = now + change * int(each["amount"])

    def must_wait(
        self, entry: Replayed, convention: Convention, fund: str, centipoints: int
    ) -> bool:
        """Whether the fund could not give so much, as it stood before the entry."""
        given = sum(
            int(each["amount"]) for each in entry.transfers if each.get("debit") == f"fund:{fund}"
        )
        available = entry.free(f"fund:{fund}") + given
        outstanding = self.outstanding.get(fund, 0)
        return fund_verdict(convention, fund, centipoints, outstanding, available) == "defer"

    def wallets_before(self, entry: Replayed, account: str, fund: str) -> dict[int, int]:
        """What could be taken of a wallet before an entry, by month; past months left out."""
        found: dict[int, int] = {}
        for month in sorted(self.months.get((account, fund), ())):
            name = f"wallet:{account}:{fund}:{month}"
            taken = sum(int(e["amount"]) for e in entry.transfers if e.get("debit") == name)
            if month >= entry.local_day // MONTH:
                found[month] = entry.free(name) + taken
        return found


def _fund_of(name: str) -> str:
    """The fund that a wallet or a receivable is of."""
    return name.split(":")[2]


def _is_held(name: str) -> bool:
    """Whether an account is of points that somebody has."""
    return name.partition(":")[0] in HELD
