"""A book's rows as a `ledger.store.Store`: entries out of the database, a sealing into all places.

The order is that of design §3.5: the archive is durable first, then the checkpoint is compared and
swapped in the database; publication comes after (publish.py). Only the swap holds the head's lock.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import delete, insert

from ledger.checkpoint import read_checkpoint
from ledger.files import DirectoryStore
from ledger.store import Sealed, check_range, head_size
from ledger.store_errors import TreeForkError
from ledger.tiles import ENTRIES, TILE_WIDTH, Tile, parse_tile_path
from volunteer_credit.journal import queries
from volunteer_credit.journal.models import CheckpointRow, TileRow
from volunteer_credit.journal.operations.folders import ARCHIVE, fill, folder_errors
from volunteer_credit.journal.rules.head import Head, head_of
from volunteer_credit.journal.rules.seal_errors import SealBusyError, TreeChangedError
from volunteer_credit.shared.db import Reader, end_reading, opened, retried

_tiles = TileRow.__table__.c


class SqlStore:
    """One step of sealing: `root` is what the examined entries give at its end."""

    def __init__(
        self,
        session: Reader,
        head: Head,
        archive: DirectoryStore,
        newest: bytes | None,
        root: bytes,
    ) -> None:
        self.newest = newest
        self._session = session
        self._head = head
        self._archive = archive
        self._root = root

    def size(self) -> int:
        """How many entries the head counts."""
        return self._head.size

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The notes from `start` up to `stop`. Raises: EntryRangeError."""
        check_range(start, stop, self.size())
        return (row.note for row in queries.entries(self._session, self._head, start, stop))

    def append(self, start: int, notes: Sequence[bytes]) -> None:
        """Nothing comes in this way: `perform` appends."""
        raise NotImplementedError

    def head(self) -> bytes | None:
        """The newest checkpoint in the database."""
        return self.newest

    def seal(self, sealed: Sealed) -> None:
        """Archive a checkpoint with its files, then make it the newest one.

        Raises: TreeChangedError, SealBusyError, and as `folder_errors`.
        """
        new = read_checkpoint(sealed.checkpoint)[0]
        if new.root != self._root:  # rows were changed after they were examined
            raise TreeChangedError(origin=self._head.origin, size=new.size)
        with folder_errors(ARCHIVE, self._head.origin):
            self._to_archive(sealed)
        end_reading()
        swap(self._head, sealed)
        self.newest = sealed.checkpoint

    def _to_archive(self, sealed: Sealed) -> None:
        """Archive it, unless a sealer that died before the swap has done so."""
        there, new = self._archive.head(), read_checkpoint(sealed.checkpoint)[0]
        if there is not None and head_size(there) == new.size:
            if read_checkpoint(there)[0] != new:
                raise TreeForkError(checkpoint=new.size)
            return
        fill(self._archive, new.size, self.read)
        self._archive.seal(Sealed(there, sealed.checkpoint, sealed.files))


@retried
def swap(head: Head, sealed: Sealed) -> None:
    """Compare and swap: store a checkpoint and its hash tiles if the newest is the expected one.

    Raises: SealBusyError.
    """
    new = read_checkpoint(sealed.checkpoint)[0]
    with opened(book=head.community_id) as now:
        connection, locked = now.connection, head_of(now.head_row)
        newest = queries.newest_checkpoint(connection, locked)
        if locked.origin != head.origin or newest != sealed.expected:
            raise SealBusyError(origin=head.origin)
        names = {"community_id": head.community_id, "book": head.book}
        tiles = {path: data for path, data in sealed.files.items() if _is_hashes(path)}
        connection.execute(
            delete(TileRow).where(
                _tiles.community_id == head.community_id,
                _tiles.book == head.book,
                _tiles.path.in_([*tiles, *_partial(head_size(newest))]),
            )
        )
        rows = [{**names, "path": path, "data": data} for path, data in tiles.items()]
        connection.execute(insert(TileRow), rows)
        row = {**names, "size": new.size, "note": sealed.checkpoint}
        connection.execute(insert(CheckpointRow), [row])


def _is_hashes(path: str) -> bool:
    return parse_tile_path(path).level != ENTRIES


def _partial(size: int) -> list[str]:
    """The partial tiles of a tree, which no newer checkpoint needs."""
    found, level = [], 0
    while size:
        if size % TILE_WIDTH:
            found.append(Tile(level, size // TILE_WIDTH, size % TILE_WIDTH).path())
        level, size = level + 1, size // TILE_WIDTH
    return found
