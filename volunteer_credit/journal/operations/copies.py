"""Where the published entries of a book still stand: its archive, and its publication.

Nothing in them is trusted: the entries are replayed, and roots and signatures compared at the end.
"""

from pathlib import Path

from ledger.book import Book
from ledger.checkpoint import Checkpoint, read_checkpoint
from ledger.errors import LedgerError
from ledger.store import Published
from ledger.tiles import TILE_WIDTH, TileHashes, tile_bytes, tiles_for
from volunteer_credit.journal.rules.recovery_errors import ArchiveDamagedError

CHECKPOINT = "checkpoint"


class Copy:
    """One folder of a book. `size` is what its checkpoint says; 0 where there is none.

    Raises: ArchiveDamagedError when the checkpoint does not read.
    """

    def __init__(self, where: str, folder: Path, origin: str) -> None:
        self.where = where
        self.folder = folder
        self.published = Published(folder)
        self.damage: ArchiveDamagedError | None = None
        self.newest: bytes | None = None
        self.checkpoint: Checkpoint | None = None
        try:
            self.newest = self.published.read(CHECKPOINT)
            self.checkpoint = read_checkpoint(self.newest)[0]
        except FileNotFoundError:
            pass
        except LedgerError as problem:
            raise self._damaged(CHECKPOINT, problem) from problem
        if self.checkpoint is not None and self.checkpoint.origin != origin:
            raise self._damaged(CHECKPOINT, f"of {self.checkpoint.origin}")
        self.size = 0 if self.checkpoint is None else self.checkpoint.size

    def _damaged(self, path: str, reason: object) -> ArchiveDamagedError:
        return ArchiveDamagedError(path=self.folder / path, reason=reason)

    def entries(self, start: int) -> list[bytes]:
        """The notes of the bundle that begins at `start`; none where it does not read."""
        stop = min(start + TILE_WIDTH, self.size)
        if start >= stop:
            return []
        try:
            return list(self.published.entries(start, stop, self.size))
        except LedgerError as problem:
            path = f"tile/entries, entries {start} to {stop - 1}"
            self.damage = self.damage or self._damaged(path, problem)
            return []

    def check(self, book: Book) -> None:
        """See that the book's own keys signed the checkpoint. Raises: ArchiveDamagedError."""
        if self.newest is not None:
            try:
                book.open_checkpoint(self.newest)
            except LedgerError as problem:
                raise self._damaged(CHECKPOINT, problem) from problem

    def history(self) -> list[int]:
        """The sizes of all its checkpoints, smallest first."""
        return self.published.checkpoints()

    def signed(self, size: int) -> bytes | None:
        """One of its checkpoints; None where it does not read."""
        try:
            return self.published.read(f"checkpoints/{size}")
        except (FileNotFoundError, LedgerError):
            return None

    def tiles(self) -> dict[str, bytes]:
        """The hash tiles of its tree, as far as they read."""
        hashes, found = TileHashes(self.published.read, self.size), {}
        for tile in tiles_for(self.size):
            try:
                found[tile.path()] = tile_bytes(hashes, tile)
            except LedgerError:
                continue
        return found
