"""Exact arithmetic with whole numbers: rounding of fractions and splits without loss.

No float ever. Used for awards (`floor_to_step`) and for sharing an amount (`split`).
"""

from collections.abc import Mapping
from fractions import Fraction

from ledger.errors import BalanceError


class SplitRefusedError(BalanceError):
    """A split with nothing to split by, or a negative amount or weight."""

    code = "split_refused"
    en = "{amount} cannot be split by the weights {weights}: they must be 0 or more, not all 0."
    zh = "{amount} 无法按权重 {weights} 分摊：权重不能为负，也不能全为 0。"


class StepRefusedError(BalanceError):
    """A step below 1."""

    code = "step_refused"
    en = "The rounding step is {step}; it must be 1 or more."
    zh = "取整步长是 {step}，必须为 1 或更大。"


def floor_to_step(value: Fraction, step: int) -> int:
    """The greatest multiple of `step` (≥ 1) not above `value`; below zero it goes down too."""
    if step < 1:
        raise StepRefusedError(step=step)
    return value // step * step


def split(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share `amount` (≥ 0) by weight so that the shares add up to it exactly.

    Largest remainder; equal remainders go by key, ascending. Keys with weight 0 get 0.
    """
    total = sum(weights.values())
    if amount < 0 or total <= 0 or min(weights.values()) < 0:
        raise SplitRefusedError(amount=amount, weights=dict(weights))
    shares = {key: amount * weight // total for key, weight in weights.items()}
    remainders = {key: amount * weight % total for key, weight in weights.items()}
    left = amount - sum(shares.values())
    for key in sorted(weights, key=lambda key: (-remainders[key], key))[:left]:
        shares[key] += 1
    return shares
