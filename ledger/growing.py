"""The tree while it grows: old hashes out of published tiles, new ones out of new leaves.

Nothing here is stored: what is computed is written by a store, after `check_grown` has looked at
it from the other side.
"""

from collections.abc import Callable, Iterator, Mapping

from ledger.checkpoint import Checkpoint
from ledger.merkle import HashReader, leaf_hash, node_hash, root_from
from ledger.store_errors import TileChangedError, TileContentError, TreeForkError
from ledger.tiles import (
    ENTRIES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    TileHashes,
    TileMissingError,
    decode_bundle,
    parse_tile_path,
    tile_bytes,
    tiles_between,
)
from ledger.treehash import (
    check_complete,
    join_hashes,
)

ReadFile = Callable[[str], bytes]  # raises KeyError or FileNotFoundError


class GrowingHashes:
    """A `HashReader` over a tree of `old_size` that `old` reads, and the leaves appended since.

    Of the new hashes it keeps those that stand in tiles.
    """

    __slots__ = ("_edge", "_old", "_old_size", "_rows", "size")

    def __init__(self, old: HashReader, old_size: int) -> None:
        """Read the right edge of the old tree. Raises: as `old`."""
        self._old, self._old_size = old, old_size
        self.size = old_size
        self._rows: list[list[bytes]] = [[]]
        self._edge: list[bytes] = []
        start = 0
        for level in range(old_size.bit_length() - 1, -1, -1):
            if old_size >> level & 1:
                self._edge.append(old(level, start >> level))
                start += 1 << level

    def append(self, leaf: bytes) -> None:
        """Add the leaf with the hash `leaf`."""
        self._rows[0].append(leaf)
        size, level, node = self.size, 0, leaf
        while size >> level & 1:
            node = node_hash(self._edge.pop(), node)
            level += 1
            if level % TILE_HEIGHT == 0:
                if level // TILE_HEIGHT == len(self._rows):
                    self._rows.append([])
                self._rows[level // TILE_HEIGHT].append(node)
        self._edge.append(node)
        self.size = size + 1

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        return join_hashes(self._edge)

    def __call__(self, level: int, index: int, /) -> bytes:
        """Return the hash of a complete subtree. Raises: SubtreeMissingError, or as `old`."""
        check_complete(level, index, self.size)
        if (index + 1) << level <= self._old_size:
            return self._old(level, index)
        row, height = divmod(level, TILE_HEIGHT)
        if height:
            return node_hash(self(level - 1, index * 2), self(level - 1, index * 2 + 1))
        return self._rows[row][index - (self._old_size >> level)]


def overlay(files: Mapping[str, bytes], read: ReadFile) -> ReadFile:
    """Read out of `files`, and what is not there by `read`."""

    def both(path: str) -> bytes:
        return files[path] if path in files else read(path)

    return both


def forms_between(old_size: int, size: int) -> Iterator[Tile]:
    """Give the tiles and the bundles to write when a tree grows. Raises: TreeSizeError (proof)."""
    for tile in tiles_between(old_size, size):
        yield tile
        if tile.level == 0:
            yield tile.bundle()


def check_unchanged(files: Mapping[str, bytes], read: ReadFile) -> None:
    """Accept files that are not published yet, or with the same bytes.

    Raises: TilePathError (malformed), TileChangedError (fork).
    """
    for path, data in files.items():
        parse_tile_path(path)
        try:
            there = read(path)
        except (KeyError, FileNotFoundError):
            continue
        if there != data:
            raise TileChangedError(path=path)


def check_grown(
    files: Mapping[str, bytes], read: ReadFile, old: Checkpoint, new: Checkpoint
) -> None:
    """Accept `files` as all that the published tree `old` lacks to be the tree `new`.

    From the bottom up: entries give the leaf tiles, full tiles give the hash in the tile above,
    and the edge gives both roots.
    Raises: TileMissingError (incomplete), TileContentError (proof), TreeForkError (fork), and as
    `decode_bundle` and `TileHashes` (malformed, proof).
    """
    both = overlay(files, read)
    reader = TileHashes(both, new.size)
    for path in dict.fromkeys(
        [*files, *(form.path() for form in forms_between(old.size, new.size))]
    ):
        try:
            data = both(path)
        except (KeyError, FileNotFoundError):
            raise TileMissingError(path=path) from None
        if not _fits(reader, parse_tile_path(path), data):
            raise TileContentError(path=path)
    for checkpoint in (new, old):
        if root_from(reader, checkpoint.size) != checkpoint.root:
            raise TreeForkError(checkpoint=checkpoint.size)


def _fits(reader: TileHashes, tile: Tile, data: bytes) -> bool:
    """Whether a tile or bundle is what the tree has in its place."""
    if tile.level == ENTRIES:
        leaves = [leaf_hash(entry) for entry in decode_bundle(data, tile.width)]
        return b"".join(leaves) == tile_bytes(reader, Tile(0, tile.index, tile.width))
    if tile_bytes(reader, tile) != data:
        return False
    if tile.width < TILE_WIDTH:
        return True
    above = (tile.level + 1) * TILE_HEIGHT
    left, right = (reader(above - 1, tile.index * 2 + side) for side in (0, 1))
    return node_hash(left, right) == reader(above, tile.index)
