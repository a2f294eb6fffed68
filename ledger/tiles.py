"""Tiles and entry bundles: the tree as immutable files (C2SP tlog-tiles; step T4).

A tile is up to 256 neighbouring hashes of 32 bytes at one level; level L holds the roots of
complete subtrees of 256**L leaves. A bundle is the entries under a level 0 tile, each behind a
big-endian uint16 length. Fewer than 256 make a partial file with its width in the path.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ledger.errors import IncompleteError, MalformedError, ProofError
from ledger.merkle import HASH_BYTES, SIZE_MAX, HashReader
from ledger.tree_errors import (
    HashLengthError,
)
from ledger.treehash import (
    check_complete,
    check_sizes,
    node_hash,
)

TILE_HEIGHT = 8
NODE_BYTES = 2 * HASH_BYTES
TILE_WIDTH = 1 << TILE_HEIGHT
LEVEL_MAX = 63
ENTRIES = -1  # the level of a bundle
INDEX_MAX = SIZE_MAX >> TILE_HEIGHT
ENTRY_BYTES_MAX = 65_535

_PATH = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([0-9]{1,3}))?"
)


class TilePathError(MalformedError):
    """A path that names no tile."""

    code = "tile_path_malformed"
    en = "{path!r} is not the path of a tile or an entry bundle."
    zh = "{path!r} 不是哈希瓦片或条目包的路径。"


class BundleMalformedError(MalformedError):
    """A bundle that does not hold exactly its entries."""

    code = "bundle_malformed"
    en = "The entry bundle does not hold exactly {count} entries of 1 to 65,535 bytes (1 to 256)."
    zh = "条目包中不是恰好 {count} 条（1 至 256 条）、每条 1 至 65535 字节的条目。"


class TileLengthError(ProofError):
    """A tile file of another length than its width."""

    code = "tile_length"
    en = "The tile {path} has {count} bytes instead of {expected}."
    zh = "瓦片 {path} 为 {count} 字节，应为 {expected} 字节。"


class TileMissingError(IncompleteError):
    """A tile that the tree of this size must have."""

    code = "tile_missing"
    en = "The tile {path} is missing."
    zh = "缺少瓦片 {path}。"


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One tile or bundle: `level` 0 to 63 (`ENTRIES` for a bundle), `index`, `width` 1 to 256.

    Raises: TilePathError (malformed).
    """

    level: int
    index: int
    width: int

    def __post_init__(self) -> None:
        """Check the ranges."""
        level_right = ENTRIES <= self.level <= LEVEL_MAX
        if not (level_right and 0 <= self.index <= INDEX_MAX and 1 <= self.width <= TILE_WIDTH):
            raise TilePathError(path=f"{self.level}/{self.index}/{self.width}")

    def path(self) -> str:
        """Return the path, such as `tile/0/x001/x234/067.p/112`."""
        groups = f"{self.index:,}".split(",")
        groups = [f"x{group:0>3}" for group in groups]
        groups[-1] = groups[-1][1:]
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{partial}"

    def full(self) -> "Tile":
        """Return the full tile at this place."""
        return Tile(self.level, self.index, TILE_WIDTH)

    def bundle(self) -> "Tile":
        """Return the bundle of the entries under this level 0 tile."""
        return Tile(ENTRIES, self.index, self.width)


def parse_tile_path(path: str) -> Tile:
    """Read the path of a tile or bundle; only the one right spelling is accepted.

    Raises: TilePathError (malformed).
    """
    match = _PATH.fullmatch(path)
    if not match:
        raise TilePathError(path=path[:80])
    level = ENTRIES if match[1] == "entries" else int(match[1])
    index = int(match[2].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(match[3] or TILE_WIDTH))
    if tile.path() != path:
        raise TilePathError(path=path)
    return tile


def tiles_between(old_size: int, size: int) -> Iterator[Tile]:
    """Give the hash tiles to write when a tree grows, level by level, widest form only.

    Raises: TreeSizeError (proof).
    """
    check_sizes(old_size, size)
    level, old_count, count = 0, old_size, size
    while count:
        if count > old_count:
            for index in range(old_count // TILE_WIDTH, -(-count // TILE_WIDTH)):
                yield Tile(level, index, min(TILE_WIDTH, count - index * TILE_WIDTH))
        level, old_count, count = level + 1, old_count // TILE_WIDTH, count // TILE_WIDTH


def tiles_for(size: int) -> Iterator[Tile]:
    """Give all hash tiles of a tree of `size`. Raises: TreeSizeError (proof)."""
    return tiles_between(0, size)


def tile_bytes(reader: HashReader, tile: Tile) -> bytes:
    """Return the content of a hash tile, `width` * 32 bytes. Raises: as `reader`."""
    height, first = tile.level * TILE_HEIGHT, tile.index * TILE_WIDTH
    return b"".join(reader(height, first + offset) for offset in range(tile.width))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bundle of 1 to 256 `entries`. Raises: BundleMalformedError (malformed)."""
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise BundleMalformedError(count=len(entries))
    if not all(1 <= len(entry) <= ENTRY_BYTES_MAX for entry in entries):
        raise BundleMalformedError(count=len(entries))
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes, count: int) -> list[bytes]:
    """Read exactly `count` entries, 1 to 256. Raises: BundleMalformedError (malformed)."""
    entries, at = [], 0
    for _ in range(count if 1 <= count <= TILE_WIDTH else 0):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        # An entry is never empty, so this also ends a read beyond the data.
        if at == start or at > len(data):
            raise BundleMalformedError(count=count)
        entries.append(data[start:at])
    if not entries or at != len(data):
        raise BundleMalformedError(count=count)
    return entries


class TileHashes:
    """A `HashReader` over tile files for a tree of `size`.

    `read(path)` returns a file or raises KeyError or FileNotFoundError. Partial tiles are taken
    at the width of `size`, or out of the full tile when a log has removed them. Nothing here is
    trusted: compare `root_from` with a signed root, or verify the proofs made from it.
    """

    __slots__ = ("_cache", "_read", "size")

    def __init__(self, read: Callable[[str], bytes], size: int) -> None:
        """Read nothing yet. Raises: TreeSizeError (proof)."""
        check_sizes(0, size)
        self._read = read
        self.size = size
        self._cache: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int, /) -> bytes:
        """Return the hash of a complete subtree.

        Raises: SubtreeMissingError, TileLengthError (proof), TileMissingError (incomplete).
        """
        check_complete(level, index, self.size)
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, first = divmod(index << height, TILE_WIDTH)
        data = self._tile(tile_level, tile_index)
        row = data[first * HASH_BYTES : (first + (1 << height)) * HASH_BYTES]
        while len(row) > HASH_BYTES:
            pairs = range(0, len(row), NODE_BYTES)
            # As `node_hash`, without a call for each of up to 255 hashes.
            row = b"".join([sha256(b"\x01" + row[at : at + NODE_BYTES]).digest() for at in pairs])
        return row

    def _tile(self, level: int, index: int) -> bytes:
        """Return the bytes of a tile, at least as wide as this size has it."""
        if (level, index) not in self._cache:
            count = self.size >> (level * TILE_HEIGHT)
            width = min(TILE_WIDTH, count - index * TILE_WIDTH)
            self._cache[level, index] = self._fetch(Tile(level, index, width))
        return self._cache[level, index]

    def _fetch(self, tile: Tile) -> bytes:
        """Read `tile`, or else the full tile in its place."""
        for form in (tile, tile.full()):
            try:
                data = self._read(form.path())
            except (KeyError, FileNotFoundError):
                continue
            if len(data) != form.width * HASH_BYTES:
                raise TileLengthError(
                    path=form.path(), count=len(data), expected=form.width * HASH_BYTES
                )
            return data
        raise TileMissingError(path=tile.path())


class MemoryHashes:
    """A `HashReader` that keeps every hash, grown leaf by leaf: for tests and small logs."""

    __slots__ = ("_levels",)

    def __init__(self) -> None:
        """Start with an empty tree."""
        self._levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add the leaf with the hash `leaf`. Raises: HashLengthError (proof)."""
        if len(leaf) != HASH_BYTES:
            raise HashLengthError(count=len(leaf))
        level, node = 0, leaf
        self._levels[0].append(leaf)
        while len(self._levels[level]) % 2 == 0:
            node = node_hash(self._levels[level][-2], node)
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(node)

    def __call__(self, level: int, index: int, /) -> bytes:
        """Return the hash of a complete subtree. Raises: SubtreeMissingError (proof)."""
        check_complete(level, index, self.size)
        return self._levels[level][index]
