"""Sealing: the same tree as from scratch, however it grew, and nothing on a wrong foundation."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.growing import GrowingHashes
from ledger.merkle import consistency_proof, leaf_hash, root_from, verify_consistency
from ledger.seal import seal
from ledger.store import MemoryStore, head_size
from ledger.tiles import MemoryHashes, TileHashes, tile_bytes, tiles_for
from tests.ledger.make import AT_MS, ORIGIN
from tests.ledger.test_crash import KEYS, known
from tests.ledger.test_store import sealed_at

BIG = 66_000  # beyond one tile of the second level


def do_seal(store: MemoryStore, **changes: Any) -> bytes:
    """Seal all entries with the keys of the book."""
    arguments = {
        "read": store.files.__getitem__,
        "origin": ORIGIN,
        "logs": [KEYS.log],
        "cosigners": [KEYS.cosign],
        "at_seconds": AT_MS // 1000,
        **changes,
    }
    return seal(store, **arguments)


def refuses(store: MemoryStore, code: str, **changes: Any) -> None:
    """The sealing is refused, and the store stays as it was."""
    before = store.head(), dict(store.files)
    with pytest.raises(LedgerError) as caught:
        do_seal(store, **changes)
    assert caught.value.code == code, caught.value
    assert (store.head(), store.files) == before


@given(st.lists(st.integers(1, 130), min_size=1, max_size=5))
def test_however_it_grew(steps: list[int]) -> None:
    """Sealed in any steps, the newest tiles and the root are those of the whole tree."""
    store, size = MemoryStore(), 0
    for step in steps:
        size = min(size + step, 262)
        head = sealed_at(store, size)
        assert known().book.open_checkpoint(head).checkpoint.root == known().roots[size]
    for tile in tiles_for(size):
        assert store.files[tile.path()] == tile_bytes(known().hashes, tile)


def test_growing_hashes_beyond_two_levels() -> None:
    """Grown out of tiles, each hash of a tree with three levels of tiles is as from scratch."""
    hashes, files = MemoryHashes(), {}
    for number in range(BIG):
        hashes.append(leaf_hash(b"%d" % number))
    for old_size in (0, 1, 255, 256, 65_535, 65_536):
        files = {tile.path(): tile_bytes(hashes, tile) for tile in tiles_for(old_size)}
        growing = GrowingHashes(TileHashes(files.__getitem__, old_size), old_size)
        for number in range(old_size, BIG):
            growing.append(hashes(0, number))
        assert growing.size == BIG
        assert growing.root() == root_from(hashes, BIG) == root_from(growing, BIG)
        for level in range(17):
            for index in {0, old_size >> level, (BIG >> level) - 1}:
                if (index + 1) << level <= BIG:
                    assert growing(level, index) == hashes(level, index)
        if old_size:
            proof = consistency_proof(growing, old_size, BIG)
            old_root = root_from(hashes, old_size)
            verify_consistency(old_size, old_root, BIG, growing.root(), proof)
        with pytest.raises(LedgerError, match="no complete subtree"):
            growing(0, BIG)


def test_nothing_new() -> None:
    """Where the head covers all, it is the answer and nothing is signed."""
    store = MemoryStore()
    head = sealed_at(store, 5)
    before = dict(store.files)
    assert do_seal(store, at_seconds=AT_MS // 1000 + 60) is head
    assert store.files == before


def test_an_empty_book() -> None:
    """Without an entry nobody's key is in force."""
    refuses(MemoryStore(), "nothing_to_seal")


def test_some_of_what_is_there() -> None:
    """A seal may leave entries over for the next one."""
    store = MemoryStore()
    store.append(0, known().notes[:9])
    assert head_size(do_seal(store, size=4)) == 4
    assert head_size(do_seal(store)) == 9


@pytest.mark.parametrize("size", [-1, 4, 7])
def test_a_size_that_cannot_be_sealed(size: int) -> None:
    """Neither back behind the head nor beyond the entries."""
    store = MemoryStore()
    sealed_at(store, 5)
    store.append(5, known().notes[5:6])
    refuses(store, "seal_size", size=size)


def test_a_store_that_lost_entries() -> None:
    """Fewer entries than the head covers are never sealed."""
    store = MemoryStore()
    sealed_at(store, 5)
    del store._notes[3:]
    refuses(store, "seal_size")


def test_the_wrong_keys() -> None:
    """The head of another book, and keys of another book, are refused."""
    store = MemoryStore()
    sealed_at(store, 5)
    store.append(5, known().notes[5:6])
    refuses(store, "origin_fork", origin="other.example/a/1")
    refuses(store, "checkpoint_signers", logs=[])
    refuses(store, "checkpoint_signers", logs=[KEYS.entry])
    refuses(store, "cosignature_timestamp", at_seconds=-1)


@pytest.mark.parametrize(
    ("path", "change", "code"),
    [
        ("tile/0/001.p/2", lambda _: None, "tile_missing"),
        ("tile/1/000.p/1", lambda _: None, "tile_missing"),
        ("tile/0/001.p/2", lambda data: data[:40], "tile_length"),
        ("tile/0/001.p/2", lambda data: data + b"a", "tile_length"),
        ("tile/0/001.p/2", lambda _: leaf_hash(b"a") * 2, "tree_fork"),  # a tile of another book
        ("tile/1/000.p/1", lambda _: leaf_hash(b"a"), "tree_fork"),
    ],
)
def test_a_wrong_foundation(path: str, change: Any, code: str) -> None:
    """Published tiles that don't give the root of the head stop the sealing."""
    store = MemoryStore()
    sealed_at(store, 258)
    store.append(258, known().notes[258:260])
    assert head_size(do_seal(store, size=259)) == 259  # with the right tiles it goes on
    store = MemoryStore()
    sealed_at(store, 258)
    store.append(258, known().notes[258:260])
    data = change(store.files.pop(path))
    store.files |= {} if data is None else {path: data}
    refuses(store, code)


def test_a_sealed_entry_that_changed() -> None:
    """An entry that is sealed already and reads otherwise now goes into no further bundle."""
    store = MemoryStore()
    sealed_at(store, 258)
    store.append(258, known().notes[258:260])
    store._notes[257] = known().notes[256]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "seal", None)  # a store that doesn't look has no say in this
        refuses(store, "tile_content")
    store._notes[257] = known().notes[257]
    do_seal(store)
