"""Which months a wallet pays from, and where what is released or refunded goes. Centipoints."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from volunteer_credit.points.rules.errors import PartsError, PointsShortError
from volunteer_credit.shared.units import points_text

PARTS_MAX = 30  # of one spending; an entry has room for 64 transfers


class Part(NamedTuple):
    """So many centipoints of an expiry month YYYYMM."""

    month: int
    centipoints: int


def spend_parts(available: Mapping[int, int], centipoints: int, this_month: int) -> list[Part]:
    """Take from the earliest month first, never from a past one. Raises: PointsShortError."""
    usable = [
        (month, free)
        for month, free in sorted(available.items())
        if month >= this_month and free > 0
    ][:PARTS_MAX]
    total = sum(free for _, free in usable)
    if not 0 < centipoints <= total:
        missing = points_text(max(centipoints - total, 0))
        raise PointsShortError(
            available=points_text(total), asked=points_text(centipoints), missing=missing
        )
    return first_of((Part(*each) for each in usable), centipoints)


def first_of(parts: Iterable[Part], centipoints: int) -> list[Part]:
    """So much of these parts, in their order. Raises: PartsError when they are less."""
    taken, left = list[Part](), centipoints
    for part in parts:
        take = min(left, part.centipoints)
        if take > 0:
            taken.append(Part(part.month, take))
            left -= take
    if left:
        held = points_text(centipoints - left)
        raise PartsError(asked=points_text(centipoints), held=held)
    return taken


def refund_month(month: int, this_month: int) -> int:
    """Where a refund goes: back where it came from, out of a past month into this one."""
    return max(month, this_month)
