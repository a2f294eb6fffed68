"""What comes back of a sale: never more than is left of it, and the last months first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from volunteer_credit.redemptions.rules.errors import (
    RefundAmountError,
    RefundPiecesError,
    RefundReasonError,
)
from volunteer_credit.shared.units import points_text

REASONS = ("returned", "spoiled", "mistaken")


@dataclass(frozen=True, slots=True)
class Refund:
    """What is given back: pieces of the basket, or centipoints of an amount that was keyed."""

    pieces: Mapping[str, int] = field(default_factory=dict)
    centipoints: int = 0
    reason: str = REASONS[0]


@dataclass(frozen=True, slots=True)
class Bought:
    """A piece of the basket. `left`: how many were not given back."""

    price_centipoints: int
    left: int


def check_reason(reason: str) -> None:
    """Accept a reason of the list. Raises: RefundReasonError."""
    if reason not in REASONS:
        raise RefundReasonError(reasons=", ".join(REASONS))


def refund_total(refund: Refund, basket: Mapping[str, Bought], left_centipoints: int) -> int:
    """What a refund comes to. Raises: RefundAmountError, RefundPiecesError."""
    total = refund.centipoints
    if basket:
        for offer, count in refund.pieces.items():
            if offer not in basket or not 0 < count <= basket[offer].left:
                raise RefundPiecesError
        total = sum(basket[each].price_centipoints * n for each, n in refund.pieces.items())
        if refund.centipoints not in (0, total):
            raise RefundPiecesError
    elif refund.pieces:
        raise RefundPiecesError
    if not 0 < total <= left_centipoints:
        raise RefundAmountError(left=points_text(left_centipoints))
    return total


def last_first(left: Sequence[int], centipoints: int) -> list[int]:
    """How much of each part comes back: the part that expires last is filled first."""
    found, rest = [0] * len(left), centipoints
    for index in reversed(range(len(left))):
        found[index] = min(rest, left[index])
        rest -= found[index]
    assert not rest, "checked against what is left of the whole"
    return found
