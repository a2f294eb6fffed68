"""The tree as files: its right edge out of tiles, and the files by which it grew."""

from collections.abc import Sequence

from ledger.growing import GrowingHashes, ReadFile, forms_between
from ledger.merkle import Edge, HashReader, leaf_hash
from ledger.tiles import ENTRIES, TILE_WIDTH, TileHashes, encode_bundle, tile_bytes


def edge_at(hashes: HashReader, size: int) -> Edge:
    """The right edge of a tree of `size`. Raises: as the reader."""
    found: list[bytes] = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append(hashes(level, start >> level))
            start += 1 << level
    return Edge(size, found)


def bundle_start(size: int) -> int:
    """The first entry of the bundle that a tree of `size` goes on with."""
    return size - size % TILE_WIDTH


def files_between(
    read: ReadFile, entries: Sequence[bytes], old_size: int, size: int
) -> dict[str, bytes]:
    """The tiles and bundles to write when a published tree grows.

    `entries` begin at `bundle_start(old_size)`. Raises: as `TileHashes`.
    """
    hashes = GrowingHashes(TileHashes(read, old_size), old_size)
    start = bundle_start(old_size)
    for entry in entries[old_size - start :]:
        hashes.append(leaf_hash(entry))
    files: dict[str, bytes] = {}
    for form in forms_between(old_size, size):
        first = form.index * TILE_WIDTH - start
        if form.level == ENTRIES:
            files[form.path()] = encode_bundle(entries[first : first + form.width])
        else:
            files[form.path()] = tile_bytes(hashes, form)
    return files
