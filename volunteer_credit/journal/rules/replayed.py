"""An entry of a published book as higher rooms replay it: without the book's own classes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Replayed:
    """An entry, and what accounts hold free after it.

    `local_day` YYYYMMDD of its time; `refs` of this book only, `has_older_refs` where others are
    left out; `transfers` as the entry spells them; `free(name)`: posted less reserved;
    `is_closed(family)`.
    """

    seq: int
    kind: str
    local_day: int
    day: int
    rule: tuple[str, str] | None  # convention, clause
    tier: int
    refs: tuple[int, ...]
    has_older_refs: bool
    data: Mapping[str, Any]
    transfers: tuple[Mapping[str, Any], ...]
    free: Callable[[str], int]
    is_closed: Callable[[str], bool]
    origin: str = ""  # of its book
