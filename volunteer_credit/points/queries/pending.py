"""Hours that stand in the public notice and will become points: told by the room that has them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from volunteer_credit.shared.db import Reader


@dataclass(frozen=True, slots=True)
class Pending:
    """An hour in notice. `centipoints`: about how many points, by today's count.

    `seq`: of its entry, in the book with this number; `day` of service and `until_day` of the
    notice: YYYYMMDD; `title`: what it was, for its owner to read.
    """

    seq: int
    day: int
    until_day: int
    minutes: int
    centipoints: int
    title: str = ""
    clause: str = ""
    book: int = 1


Told: TypeAlias = Callable[[Reader, str, str], Sequence[Pending]]  # reader, community, account

_told: list[Told] = []


def register_pending(told: Told) -> None:
    """Say who knows what stands in the notice: once, when that room is loaded."""
    _told.append(told)


def pending(reader: Reader, community_id: str, account: str) -> list[Pending]:
    """What somebody may expect, soonest first."""
    found = [each for told in _told for each in told(reader, community_id, account)]
    return sorted(found, key=lambda each: (each.until_day, each.seq))
