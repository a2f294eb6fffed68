"""Hashes of large complete subtrees: they never change, and receipts need the same few again.

Nothing here is trusted: every proof made of it is checked before it goes out.
"""

from ledger.merkle import HashReader
from ledger.tiles import TILE_HEIGHT
from volunteer_credit.shared.runtime import Runtime

BOOKS_MAX = 64
SUBTREES_MAX = 20_000  # of one book: 32 bytes each, those of five million entries


class Subtrees:
    """What this process remembers, by book, level and index; only what is larger than a tile."""

    def __init__(self, _runtime: Runtime) -> None:
        self._known: dict[str, dict[tuple[int, int], bytes]] = {}

    def reader(self, origin: str, hashes: HashReader) -> HashReader:
        """`hashes` of a book, but what is remembered is not read again."""
        if origin not in self._known and len(self._known) >= BOOKS_MAX:
            self._known.clear()
        known = self._known.setdefault(origin, {})

        def read(level: int, index: int, /) -> bytes:
            if level < TILE_HEIGHT:
                return hashes(level, index)
            found = known.get((level, index))
            if found is None:
                if len(known) >= SUBTREES_MAX:
                    known.clear()
                found = known[level, index] = hashes(level, index)
            return found

        return read

    def forget(self, origin: str) -> None:
        """Drop what is remembered of a book: a proof made of it did not hold."""
        self._known.pop(origin, None)
