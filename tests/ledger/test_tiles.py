"""Tiles: paths, the examples of tlog-tiles, bundles, and proofs read out of files."""

from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import merkle, tiles, tree_errors
from ledger.errors import LedgerError
from ledger.tiles import ENTRIES, Tile

FULL = tiles.TILE_WIDTH
BIG = 70_000


@cache
def big() -> tiles.MemoryHashes:
    """All hashes of the 70,000-leaf tree of the specification's example."""
    hashes = tiles.MemoryHashes()
    for number in range(BIG):
        hashes.append(merkle.leaf_hash(b"%d" % number))
    return hashes


def published(*sizes: int) -> dict[str, bytes]:
    """Return the files of a log that grew through `sizes`."""
    files: dict[str, bytes] = {}
    old_size = 0
    for size in sizes:
        for tile in tiles.tiles_between(old_size, size):
            files[tile.path()] = tiles.tile_bytes(big(), tile)
        old_size = size
    return files


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1_234_067, 112), "tile/0/x001/x234/067.p/112"),
        (Tile(0, 1_234_067, FULL), "tile/0/x001/x234/067"),
        (Tile(63, 0, 1), "tile/63/000.p/1"),
        (Tile(2, 999, 255), "tile/2/999.p/255"),
        (Tile(10, 1000, FULL), "tile/10/x001/000"),
        (Tile(ENTRIES, 1_234_067, 112), "tile/entries/x001/x234/067.p/112"),
        (Tile(ENTRIES, tiles.INDEX_MAX, FULL), "tile/entries/x035/x184/x372/x088/831"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    """Tiles and bundles have the published paths, and the paths read back."""
    assert tile.path() == path
    assert tiles.parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "/tile/0/000",
        "tile/0/0",
        "tile/0/00",
        "tile/00/000",
        "tile/-1/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/001/001",
        "tile/0/x001",
        "tile/0/x001/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000.p/1 ",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "tile/data/000",
        "tile/8/0/000",
        "tile/0/x999/x999/x999/x999/999",
        "tile/0/x001/x000/x000/x000/x000/000",
    ],
)
def test_bad_paths(path: str) -> None:
    """Every other spelling is refused."""
    with pytest.raises(tiles.TilePathError):
        tiles.parse_tile_path(path)


@pytest.mark.parametrize("parts", [(64, 0, 1), (-2, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_bad_tiles(parts: tuple[int, int, int]) -> None:
    """A tile outside of the ranges cannot be named."""
    with pytest.raises(tiles.TilePathError):
        Tile(*parts)


def test_tiles_of_the_examples() -> None:
    """Sizes 70,000 and 256 have exactly the tiles that the specification counts."""
    shape = list(tiles.tiles_for(BIG))
    assert [tile.index for tile in shape if tile.level == 0] == list(range(274))
    assert [tile for tile in shape if tile.width < FULL] == [
        Tile(0, 273, 112),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert len(shape) == 274 + 2 + 1
    assert list(tiles.tiles_for(256)) == [Tile(0, 0, FULL), Tile(1, 0, 1)]
    assert list(tiles.tiles_for(0)) == []
    assert Tile(0, 273, 112).bundle().path() == "tile/entries/273.p/112"


@given(st.integers(0, 200_000), st.integers(0, 3_000))
def test_growth_writes_what_is_new(old_size: int, more: int) -> None:
    """What growth writes is what the larger tree has and the smaller one has not."""
    size = old_size + more
    before, after = set(tiles.tiles_for(old_size)), set(tiles.tiles_for(size))
    assert set(tiles.tiles_between(old_size, size)) == after - before


@pytest.mark.parametrize("sizes", [(-1, 1), (2, 1), (0, 2**53)])
def test_growth_out_of_range(sizes: tuple[int, int]) -> None:
    """A tree does not shrink, nor pass 2^53-1."""
    with pytest.raises(tree_errors.TreeSizeError):
        list(tiles.tiles_between(*sizes))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512, 65_535, 65_536, 65_537, BIG])
def test_proofs_out_of_files(size: int) -> None:
    """Root, inclusion and consistency proofs from files are those from memory."""
    reader = tiles.TileHashes(published(size).__getitem__, size)
    root = merkle.root_from(big(), size)
    assert merkle.root_from(reader, size) == root
    for index in {0, size // 3, size // 2, size - 1}:
        proof = merkle.inclusion_proof(reader, index, size)
        assert proof == merkle.inclusion_proof(big(), index, size)
        merkle.verify_inclusion(big()(0, index), index, size, proof, root)
    for old_size in {1, size // 3, size // 2, size - 1}:
        proof = merkle.consistency_proof(reader, old_size, size)
        merkle.verify_consistency(old_size, merkle.root_from(big(), old_size), size, root, proof)


def test_every_subtree_out_of_files() -> None:
    """Every complete subtree of a 600-leaf tree has its hash, and no other subtree has one."""
    reader = tiles.TileHashes(published(600).__getitem__, 600)
    for level in range(12):
        count = 600 >> level
        for index in range(count):
            assert reader(level, index) == big()(level, index)
        with pytest.raises(tree_errors.SubtreeMissingError):
            reader(level, count)
    for level, index in ((-1, 0), (0, -1), (2**70, 0)):
        with pytest.raises(tree_errors.SubtreeMissingError):
            reader(level, index)
        with pytest.raises(tree_errors.SubtreeMissingError):
            big()(level, index)


def test_full_tile_stands_in_for_a_removed_partial() -> None:
    """An old size still reads when its partial tiles are gone, and each file is read once."""
    files = published(300, 70_000)
    del files["tile/0/001.p/44"]
    asked: list[str] = []

    def read(path: str) -> bytes:
        asked.append(path)
        return files[path]

    reader = tiles.TileHashes(read, 300)
    assert merkle.root_from(reader, 300) == merkle.root_from(big(), 300)
    merkle.inclusion_proof(reader, 299, 300)
    assert len(asked) == len(set(asked))
    assert {"tile/0/001.p/44", "tile/0/001"} <= set(asked)


def test_missing_and_wrong_tiles() -> None:
    """A tile that is nowhere, or of another length, or missing on disk, is refused by name."""
    files = published(300)
    for gone in (KeyError, FileNotFoundError):

        def read(path: str, gone: type[Exception] = gone) -> bytes:
            raise gone(path)

        with pytest.raises(tiles.TileMissingError, match=r"tile/0/001\.p/44"):
            tiles.TileHashes(read, 300)(0, 256)
    for wrong in (b"", files["tile/0/001.p/44"][:-1], files["tile/0/001.p/44"] + b"x"):
        files["tile/0/001.p/44"] = wrong
        with pytest.raises(tiles.TileLengthError):
            tiles.TileHashes(files.__getitem__, 300)(0, 256)


def test_every_changed_tile_byte_is_noticed() -> None:
    """One byte changed in any tile that the root needs gives another root."""
    root = merkle.root_from(big(), 300)
    files = published(300)
    for path in ("tile/0/001.p/44", "tile/1/000.p/1"):
        data = files[path]
        for at in range(len(data)):
            files[path] = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            assert merkle.root_from(tiles.TileHashes(files.__getitem__, 300), 300) != root
        files[path] = data


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=256))
def test_bundle_round_trip(entries: list[bytes]) -> None:
    """Entries come back, only at their count, and with nothing cut or added."""
    data = tiles.encode_bundle(entries)
    assert tiles.decode_bundle(data, len(entries)) == entries
    for bad, count in (
        (data, len(entries) + 1),
        (data, len(entries) - 1),
        (data[:-1], len(entries)),
        (data + b"\x00", len(entries)),
        (data + b"\x00\x00", len(entries) + 1),
    ):
        with pytest.raises(tiles.BundleMalformedError):
            tiles.decode_bundle(bad, count)


def test_bundle_limits() -> None:
    """An entry has 1 to 65,535 bytes, a bundle 1 to 256 entries."""
    longest = [b"x" * tiles.ENTRY_BYTES_MAX] * FULL
    assert tiles.decode_bundle(tiles.encode_bundle(longest), FULL) == longest
    for entries in ([], [b""], [b"x" * 65_536], [b"x"] * 257):
        with pytest.raises(tiles.BundleMalformedError):
            tiles.encode_bundle(entries)
    for data, count in ((b"", 0), (b"", 1), (b"\x00\x01a" * 257, 257), (b"\x00\x00", 1)):
        with pytest.raises(tiles.BundleMalformedError):
            tiles.decode_bundle(data, count)


def test_memory_hashes_refuse_another_length() -> None:
    """Only a 32-byte hash is a leaf."""
    with pytest.raises(tree_errors.HashLengthError):
        tiles.MemoryHashes().append(b"x")


PATHS = st.from_regex(r"tile/[0-9]{1,2}/(x[0-9]{3}/)*[0-9]{3}", fullmatch=True)


@given(st.text(max_size=40) | PATHS)
def test_any_path_is_canonical_or_refused(path: str) -> None:
    """What is read writes back as it was."""
    with suppress(LedgerError):
        assert tiles.parse_tile_path(path).path() == path
