"""Where a book is kept: the entries, the newest signed checkpoint, the files to publish.

A `Store` is small, so that a database can be one inside its caller's transaction. It keeps what
it is given; `ledger.seal` computes, and `check_sealed` looks at it once more before it is written.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ledger.checkpoint import Checkpoint, read_checkpoint
from ledger.growing import ReadFile, check_grown, check_unchanged
from ledger.merkle import EMPTY_ROOT
from ledger.store_errors import (
    EntryRangeError,
    HeadMovedError,
    OriginForkError,
    PathRefusedError,
    SealSizeError,
    StartError,
    disk_errors,
)
from ledger.tiles import (
    ENTRIES,
    ENTRY_BYTES_MAX,
    TILE_WIDTH,
    BundleMalformedError,
    Tile,
    TileMissingError,
    decode_bundle,
)

_PART = re.compile(r"[\w+-][\w.+-]*", re.ASCII)
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one sealing writes.

    `expected` is the head that it follows (compare-and-swap), `checkpoint` the new one, `files`
    the tiles and bundles that changed, by published path.
    """

    expected: bytes | None
    checkpoint: bytes
    files: Mapping[str, bytes]


class Store(Protocol):
    """What the writer of a book needs. What returned without an error is durable."""

    def size(self) -> int:
        """How many entries there are, sealed or not."""

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The entries from `start` up to, not with, `stop`. Raises: EntryRangeError."""

    def append(self, start: int, notes: Sequence[bytes]) -> None:
        """Add entries, all or none; `start` is the size so far. Raises: StartError."""

    def head(self) -> bytes | None:
        """The newest signed checkpoint."""

    def seal(self, sealed: Sealed) -> None:
        """Make a checkpoint the head if the head is the expected one, then publish.

        Raises: HeadMovedError, and as `check_sealed`.
        """


def head_size(head: bytes | None) -> int:
    """How many entries a head covers. Raises: as `read_checkpoint` (malformed)."""
    return 0 if head is None else read_checkpoint(head)[0].size


def check_range(start: int, stop: int, size: int) -> None:
    """Accept entries that are there. Raises: EntryRangeError (incomplete)."""
    if not 0 <= start <= stop <= size:
        raise EntryRangeError(start=start, stop=stop, size=size)


def check_append(start: int, notes: Sequence[bytes], size: int) -> None:
    """Accept a batch that follows what is there and that bundles can hold.

    Raises: StartError (store), BundleMalformedError (malformed).
    """
    if start != size:
        raise StartError(start=start, size=size)
    if not all(1 <= len(note) <= ENTRY_BYTES_MAX for note in notes):
        raise BundleMalformedError(count=len(notes))


def check_sealed(sealed: Sealed, head: bytes | None, size: int, read: ReadFile) -> Checkpoint:
    """Accept a sealing that follows `head` in a store of `size` entries; its checkpoint.

    `read` gives what is published. Signatures are not looked at: the writer has just made them.
    Raises: HeadMovedError, SealSizeError (store), OriginForkError, TileChangedError,
    TreeForkError (fork), and as `check_grown`.
    """
    if sealed.expected != head:
        raise HeadMovedError(head=head_size(head), expected=head_size(sealed.expected))
    new, _ = read_checkpoint(sealed.checkpoint)
    old = Checkpoint(new.origin, 0, EMPTY_ROOT) if head is None else read_checkpoint(head)[0]
    if old.origin != new.origin:
        raise OriginForkError(head=old.origin, origin=new.origin)
    if not old.size < new.size <= size:
        raise SealSizeError(size=new.size, old_size=old.size, count=size)
    check_unchanged(sealed.files, read)
    check_grown(sealed.files, read, old, new)
    return new


class MemoryStore:
    """A store that is gone with its process: for tests, and for books made on the way.

    `files` is what a published directory would hold, by path.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._notes: list[bytes] = []
        self._head: bytes | None = None

    def size(self) -> int:
        """How many entries there are."""
        return len(self._notes)

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The entries from `start` up to `stop`. Raises: EntryRangeError (incomplete)."""
        check_range(start, stop, self.size())
        return iter(self._notes[start:stop])

    def append(self, start: int, notes: Sequence[bytes]) -> None:
        """Add entries. Raises: as `check_append`."""
        check_append(start, notes, self.size())
        self._notes += notes

    def head(self) -> bytes | None:
        """The newest signed checkpoint."""
        return self._head

    def seal(self, sealed: Sealed) -> None:
        """Take a sealing in. Raises: as `check_sealed`."""
        new = check_sealed(sealed, self._head, self.size(), self.files.__getitem__)
        self._head = sealed.checkpoint
        self.files |= sealed.files
        self.files[f"checkpoints/{new.size}"] = self.files["checkpoint"] = sealed.checkpoint


class Published:
    """The published files of a book, for whoever reads them; nothing in them is trusted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._real = os.path.realpath(folder)
        self._folders: dict[str, Path] = {}

    def read(self, path: str) -> bytes:
        """The bytes of a published file, named as a web server would.

        Raises: FileNotFoundError where there is no such file, PathRefusedError (malformed) for
        hidden files and whatever leaves the folder, and as `disk_error` (store).
        """
        if not all(_PART.fullmatch(part) for part in path.split("/")):
            raise PathRefusedError(path=path[:80])
        with disk_errors(self.folder / path):
            real = self._place(path)
            if real.is_file():
                return real.read_bytes()
        raise FileNotFoundError(path)

    def _place(self, path: str) -> Path:
        """Where a file really is; links may not lead out of the folder. Raises: as `read`."""
        folder, _, name = path.rpartition("/")
        # A folder holds up to a thousand tiles: it is looked at once.
        place = self._folders.get(folder)
        if place is None:
            place = Path(os.path.realpath(self.folder / folder))
            self._folders[folder] = place
        found = place / name
        if found.is_symlink():
            found = Path(os.path.realpath(found))
        if not found.is_relative_to(self._real):
            raise PathRefusedError(path=path[:80])
        return found

    def checkpoints(self) -> list[int]:
        """The sizes of all published checkpoints, smallest first."""
        folder = self.folder / "checkpoints"
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        return sorted(int(name) for name in names if _SIZE.fullmatch(name))

    def entries(self, start: int, stop: int, size: int | None = None) -> Iterator[bytes]:
        """The entries from `start` up to `stop` out of the bundles of a tree of `size` (`stop`).

        A bundle is read at its width in that tree, or else out of the full one in its place.
        Raises: TileMissingError (incomplete), BundleMalformedError (malformed), as `read`.
        """
        size = stop if size is None else size
        while start < stop:
            index, first = divmod(start, TILE_WIDTH)
            width = min(TILE_WIDTH, size - index * TILE_WIDTH)
            chunk = self._bundle(Tile(ENTRIES, index, width))[first : first + stop - start]
            yield from chunk
            start += len(chunk)

    def _bundle(self, tile: Tile) -> list[bytes]:
        """The entries of a bundle, or as many of the full bundle in its place."""
        for form in (tile, tile.full()):
            try:
                data = self.read(form.path())
            except FileNotFoundError:
                continue
            return decode_bundle(data, form.width)[: tile.width]
        raise TileMissingError(path=tile.path())
