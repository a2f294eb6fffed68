"""How the change of an award is settled: out of what waits, what is held, what was lost before."""

from collections.abc import Mapping
from dataclasses import dataclass

from volunteer_credit.conventions.rules.taking_back import take_back


@dataclass(frozen=True, slots=True)
class Owing:
    """How an award stands, in centipoints, see AwardRow. `month`: 0 where nothing was paid."""

    waiting: int
    debt: int
    month: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What a change comes to. Centipoints.

    `waiting` and `debt` as they are afterwards; `taken` by expiry month; `to_pay` now or later;
    `rest`: the part of the change that moves nothing, now or ever.
    """

    waiting: int
    debt: int
    taken: tuple[tuple[int, int], ...] = ()
    to_pay: int = 0
    rest: int = 0


def lowered(owing: Owing, centipoints: int, available: Mapping[int, int]) -> Settled:
    """Take so much back: first what was lost for good, then what waits, then from the wallet.

    `available` by expiry month of the fund, past months left out.
    """
    lost = min(centipoints, max(-owing.debt, 0))
    unpaid = min(centipoints - lost, owing.waiting)
    back = take_back(centipoints - lost - unpaid, owing.month, available)
    return Settled(
        waiting=owing.waiting - unpaid,
        debt=owing.debt + lost + back.rest,
        taken=back.by_month,
        rest=lost + back.rest,
    )


def heightened(owing: Owing, centipoints: int, *, is_lost: bool = False) -> Settled:
    """Give so much more, less what the same record still owes; nothing where the wallet closed."""
    rest = centipoints if is_lost else min(centipoints, max(owing.debt, 0))
    return Settled(
        waiting=owing.waiting, debt=owing.debt - rest, to_pay=centipoints - rest, rest=rest
    )
