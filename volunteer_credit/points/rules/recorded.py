"""What hours hand to points, and what comes back. Amounts: centipoints; days: YYYYMMDD."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["awarded", "deferred", "corrected", "none"]

# Why no points came of it, beside the reasons of an award (conventions/rules/award.py).
NO_CONVENTION = "no_convention"
NOT_SIGNED = "not_signed"
NO_COEFFICIENT = "no_coefficient"  # the convention of that day does not know this kind of work
LEFT = "left"  # deferred points of somebody who has left the community


@dataclass(frozen=True, slots=True)
class Recorded:
    """An `hours.recorded` entry at `seq`. `tier` 1 to 4: how presence was proved."""

    seq: int
    account: str
    day: int
    category: str
    coefficient: str
    minutes: int
    planned_minutes: int
    tier: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction at `seq` of the record at `record_seq`; day, category and the like are its.

    `record_book`: the number of the record's book in its community, 0 for the book now.
    """

    seq: int
    record_seq: int
    account: str
    day: int
    category: str
    coefficient: str
    minutes_before: int
    minutes: int
    planned_minutes: int
    tier: int
    record_book: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The entry that followed. `centipoints`: awarded, deferred, or what a correction changed."""

    kind: Kind
    seq: int
    centipoints: int = 0
    reason: str = ""
    clause: str = ""
