"""Where points that a correction takes back come from."""

from collections.abc import Mapping
from dataclasses import dataclass

from volunteer_credit.conventions.rules.award_errors import PaymentError


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Centipoints by expiry month, and what could not be had: it stands in `correction:<fund>`."""

    by_month: tuple[tuple[int, int], ...]
    rest: int


def take_back(centipoints: int, own_month: int, available: Mapping[int, int]) -> TakenBack:
    """Take from the award's own expiry month, then from later ones, never below 0.

    `available`: what can be spent of each wallet of the fund, by expiry month YYYYMM, past months
    left out. Raises: PaymentError.
    """
    if min(centipoints, *available.values(), 0) < 0:
        raise PaymentError(centipoints=centipoints)
    taken: list[tuple[int, int]] = []
    for month in sorted(available):
        part = min(centipoints, available[month]) if month >= own_month else 0
        if part:
            taken.append((month, part))
            centipoints -= part
    return TakenBack(tuple(taken), centipoints)
