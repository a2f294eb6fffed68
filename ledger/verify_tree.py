"""The tree of a published book, rebuilt while its entries stream by (V5, V6)."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from ledger.errors import ProofError
from ledger.merkle import Edge, leaf_hash
from ledger.tiles import Tile, decode_bundle
from ledger.treehash import (
    join_hashes,
)
from ledger.verify_errors import FileMissingError

TILE_WIDTH = 256


class TileMismatchError(ProofError):
    """V5: a published hash tile that is not what the entries give."""

    code = "tile_mismatch"
    en = "The tile {path} is not what the entries give."
    zh = "哈希块 {path} 与条目不符。"


class TreeStream:
    """Takes leaves bundle by bundle, compares every hash tile, and knows each root on the way."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._edge = Edge()  # over the roots of whole bundles
        self._levels: list[list[bytes]] = [[]]  # hashes of the last tile of each level
        self._counts: list[int] = [0]  # whole tiles of each level
        self.size = 0

    def add(
        self, leaves: Sequence[bytes], root: bytes, sizes: Iterable[int] = ()
    ) -> dict[int, bytes]:
        """Take a bundle's leaf hashes and the root over them; only the last may be partial.

        Gives the roots of the tree at those of `sizes` that end within this bundle.
        """
        start, before = self.size, self._edge.hashes()
        roots: dict[int, bytes] = {}
        for size in sizes:
            edge = Edge()
            for leaf in leaves[: size - start]:
                edge.append(leaf)
            roots[size] = join_hashes([*before, *edge.hashes()])
            self._older(leaves[: size - start])
        self._levels[0] = list(leaves)
        self.size += len(leaves)
        if len(leaves) == TILE_WIDTH:
            self._edge.append(root)
            self._whole(0, root)
        return roots

    def finish(self) -> None:
        """Compare the partial tiles at the right edge."""
        for level, hashes in enumerate(self._levels):
            if hashes:
                self._compare(Tile(level, self._counts[level], len(hashes)), hashes)

    def _older(self, leaves: Sequence[bytes]) -> None:
        """Compare the partial files of an older checkpoint, where they still are (tlog-tiles)."""
        if len(leaves) == TILE_WIDTH:
            return
        for level, hashes in enumerate([leaves, *self._levels[1:]]):
            if hashes:
                with suppress(FileMissingError):
                    self._compare(Tile(level, self._counts[level], len(hashes)), hashes)
        bundle = Tile(0, self._counts[0], len(leaves)).bundle().path()
        with suppress(FileMissingError):
            notes = decode_bundle(self._read(bundle), len(leaves))
            if [leaf_hash(note) for note in notes] != list(leaves):
                raise TileMismatchError(path=bundle)

    def _whole(self, level: int, root: bytes) -> None:
        self._compare(Tile(level, self._counts[level], TILE_WIDTH), self._levels[level])
        self._counts[level] += 1
        self._levels[level] = []
        if level + 1 == len(self._levels):
            self._levels.append([])
            self._counts.append(0)
        above = self._levels[level + 1]
        above.append(root)
        if len(above) == TILE_WIDTH:
            edge = Edge()
            for each in above:
                edge.append(each)
            self._whole(level + 1, edge.root())

    def _compare(self, tile: Tile, hashes: Sequence[bytes]) -> None:
        if self._read(tile.path()) != b"".join(hashes):
            raise TileMismatchError(path=tile.path())
