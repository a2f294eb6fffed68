"""A change of a fund: points from a sponsor or back, and money beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from volunteer_credit.fund.rules.errors import NothingGivenError, ReasonError, SponsorNameError

PAIR = "fund.budget"
# Public money, a gift, a contribution by agreement, a mistake put right, something given back.
REASONS = ("grant", "donation", "contribution", "mistaken", "returned")
SPONSOR_NAME_MAX = 80


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """What is asked for; `is_back`: from the fund to the sponsor.

    Raises: NothingGivenError, ReasonError.
    """

    fund: str
    centipoints: int
    fen: int
    reason: str
    is_back: bool = False

    def __post_init__(self) -> None:
        if min(self.centipoints, self.fen) < 0 or not (self.centipoints or self.fen):
            raise NothingGivenError
        if self.reason not in REASONS:
            raise ReasonError(reasons=", ".join(REASONS))

    def transfers(self, sponsor_id: str) -> list[dict[str, Any]]:
        """The way of the points and of the money, as the pair's data carries them."""
        code = "budget_back" if self.is_back else "budget"
        ways = (
            (f"sponsor:{sponsor_id}", f"fund:{self.fund}", self.centipoints, "centipoints"),
            (f"donor:{sponsor_id}", f"cash:{self.fund}", self.fen, "fen"),
        )
        return [
            {
                "amount": amount,
                "code": code,
                "credit": source if self.is_back else into,
                "debit": into if self.is_back else source,
                "unit": unit,
            }
            for source, into, amount, unit in ways
            if amount
        ]


class Moved(NamedTuple):
    """What a fund gained; negative where it gave back."""

    centipoints: int
    fen: int


def moved(fund: str, transfers: Iterable[Mapping[str, Any]]) -> Moved:
    """What these transfers bring to a fund."""
    sums = {f"fund:{fund}": 0, f"cash:{fund}": 0}
    for each in transfers:
        if each["credit"] in sums:
            sums[each["credit"]] += each["amount"]
        if each["debit"] in sums:
            sums[each["debit"]] -= each["amount"]
    return Moved(*sums.values())


def sponsor_name(text: str) -> str:
    """A sponsor's name without needless spaces. Raises: SponsorNameError."""
    name = " ".join(text.split())
    if not (0 < len(name) <= SPONSOR_NAME_MAX and name.isprintable()):
        raise SponsorNameError(length=SPONSOR_NAME_MAX)
    return name
