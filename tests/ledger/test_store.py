"""The store in memory, what every store checks, what a reader gets, and a real disk."""

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.checkpoint import Checkpoint
from ledger.durable import Disk, make_folders, put
from ledger.durable import replace as replace_file
from ledger.errors import LedgerError, StoreError
from ledger.merkle import leaf_hash
from ledger.seal import seal
from ledger.store import MemoryStore, Published, Sealed, Store, head_size
from ledger.store_errors import disk_errors
from ledger.tiles import encode_bundle, tile_bytes, tiles_for
from tests.ledger.make import AT_MS, ORIGIN
from tests.ledger.test_crash import KEYS, known

SIZES = (1, 5, 256, 259)


class Recording(MemoryStore):
    """A store that keeps what it was last asked to seal."""

    asked: Sealed

    def seal(self, sealed: Sealed) -> None:
        self.asked = sealed
        super().seal(sealed)


def sealed_at(store: MemoryStore, size: int) -> bytes:
    """Append what is missing and seal."""
    store.append(store.size(), known().notes[store.size() : size])
    return seal(
        store,
        store.files.__getitem__,
        ORIGIN,
        logs=[KEYS.log],
        cosigners=[KEYS.cosign],
        at_seconds=AT_MS // 1000,
        size=size,
    )


def asked_at(old_size: int, size: int) -> tuple[MemoryStore, Sealed]:
    """A store sealed at one size with the entries up to another, and what would seal them."""
    recording, store = Recording(), MemoryStore()
    for each in sorted({old_size, size} - {0}):
        head = store.head()
        if each == size:
            store.append(store.size(), known().notes[store.size() : size])
        sealed_at(recording, each)
        if each == old_size:
            store.append(0, known().notes[:each])
            store.seal(recording.asked)
        else:
            assert head == recording.asked.expected
    return store, recording.asked


def refuses(store: Store, sealed: Sealed, code: str) -> None:
    """A store refuses to seal and stays as it was."""
    before = store.head(), store.size()
    with pytest.raises(LedgerError) as caught:
        store.seal(sealed)
    assert caught.value.code == code, caught.value
    assert caught.value.sentence("zh")
    assert (store.head(), store.size()) == before


def test_memory_keeps_what_a_directory_would() -> None:
    """Entries come back, and the files are the tiles and bundles of each size, and no others."""
    store: MemoryStore = MemoryStore()
    assert store.head() is None
    assert head_size(store.head()) == 0
    expected: dict[str, bytes] = {}
    for size in SIZES:
        head = sealed_at(store, size)
        assert store.head() == head == store.files["checkpoint"]
        expected |= {f"checkpoints/{size}": head, "checkpoint": head}
        for tile in tiles_for(size):
            expected[tile.path()] = tile_bytes(known().hashes, tile)
            if tile.level == 0:
                first = tile.index * 256
                entries = known().notes[first : first + tile.width]
                expected[tile.bundle().path()] = encode_bundle(entries)
        assert store.files == expected
        assert known().book.open_checkpoint(head).checkpoint.root == known().roots[size]
    assert list(store.read(3, 258)) == known().notes[3:258]
    assert list(store.read(259, 259)) == []


@pytest.mark.parametrize("span", [(-1, 1), (2, 1), (0, 6), (6, 6)])
def test_entries_that_are_not_there(span: tuple[int, int]) -> None:
    """Reading outside of the book is refused before the first entry comes."""
    store = MemoryStore()
    store.append(0, known().notes[:5])
    with pytest.raises(LedgerError, match="There are no entries"):
        store.read(*span)


@pytest.mark.parametrize(
    ("start", "notes", "code"),
    [
        (4, [b"a"], "store_start"),
        (6, [b"a"], "store_start"),
        (5, [b"a", b""], "bundle_malformed"),
        (5, [b"a", b"b" * 65_536], "bundle_malformed"),
    ],
)
def test_a_wrong_batch_leaves_nothing(start: int, notes: list[bytes], code: str) -> None:
    """A batch at another place, or with an entry that no bundle holds, is refused whole."""
    store = MemoryStore()
    store.append(0, known().notes[:5])
    with pytest.raises(LedgerError) as caught:
        store.append(start, notes)
    assert caught.value.code == code
    assert store.size() == 5


def test_what_follows_the_head_is_taken() -> None:
    """The sealing that the refusals below are made from is itself right."""
    for old_size, size in ((0, 1), (0, 259), (5, 259), (256, 259), (255, 256)):
        store, sealed = asked_at(old_size, size)
        assert head_size(store.head()) == old_size
        store.seal(sealed)
        assert store.head() == sealed.checkpoint


def signed(origin: str, size: int, root: bytes) -> bytes:
    """A checkpoint without a signature that anyone knows."""
    note = KEYS.log.sign(Checkpoint(origin, size, root).text())
    return Checkpoint(origin, size, root).text() + b"\n" + note.encode()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expected": None}, "head_moved"),
        ({"expected": signed(ORIGIN, 5, known().roots[5])}, "head_moved"),
        ({"checkpoint": signed("other.example/a/1", 259, known().roots[259])}, "origin_fork"),
        ({"checkpoint": signed(ORIGIN, 5, known().roots[5])}, "seal_size"),
        ({"checkpoint": signed(ORIGIN, 4, known().roots[4])}, "seal_size"),
        ({"checkpoint": signed(ORIGIN, 260, known().roots[260])}, "seal_size"),
        ({"checkpoint": signed(ORIGIN, 259, known().roots[258])}, "tree_fork"),
        ({"checkpoint": b"no checkpoint"}, "note_text_malformed"),
    ],
)
def test_a_wrong_head(changes: dict[str, Any], code: str) -> None:
    """What doesn't follow the head is refused."""
    store, sealed = asked_at(5, 259)
    refuses(store, replace(sealed, **changes), code)


def changed(files: Mapping[str, bytes], path: str, at: int) -> dict[str, bytes]:
    """The files with one byte of one of them changed."""
    data = bytearray(files[path])
    data[at] ^= 1
    return {**files, path: bytes(data)}


def test_each_file_must_be_there() -> None:
    """Without any one of its files a sealing is refused: its entries would be lost."""
    store, sealed = asked_at(5, 259)
    assert len(sealed.files) == 5
    for path in sealed.files:
        files = {name: data for name, data in sealed.files.items() if name != path}
        refuses(store, replace(sealed, files=files), "tile_missing")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("tile/entries/000", "tile_content"),
        ("tile/entries/001.p/3", "tile_content"),
        ("tile/0/000", "tile_content"),
        ("tile/0/001.p/3", "tile_content"),
        ("tile/1/000.p/1", "tile_content"),
    ],
)
def test_each_file_must_fit(path: str, code: str) -> None:
    """A changed byte in any file is noticed, wherever in the tree it stands."""
    store, sealed = asked_at(5, 259)
    for at in (-1, len(sealed.files[path]) // 2):
        refuses(store, replace(sealed, files=changed(sealed.files, path, at)), code)


def test_an_entry_and_its_leaf_changed_together() -> None:
    """Bundle and leaf tile that agree with each other are refused by the tile above."""
    store, sealed = asked_at(5, 259)
    entries = [*known().notes[:200], b"another entry", *known().notes[201:256]]
    files = {
        **sealed.files,
        "tile/entries/000": encode_bundle(entries),
        "tile/0/000": b"".join(map(leaf_hash, entries)),
    }
    refuses(store, replace(sealed, files=files), "tile_content")
    root = leaf_hash(b"some root")
    files = {**files, "tile/1/000.p/1": root}
    refuses(store, replace(sealed, files=files), "tile_content")


def test_the_edge_changed_together() -> None:
    """On the edge, where no tile is above, the roots decide."""
    store, sealed = asked_at(256, 259)
    entries = [*known().notes[256:258], b"another entry"]
    files = {
        **sealed.files,
        "tile/entries/001.p/3": encode_bundle(entries),
        "tile/0/001.p/3": b"".join(map(leaf_hash, entries)),
    }
    refuses(store, replace(sealed, files=files), "tree_fork")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("checkpoint", "tile_path_malformed"),
        ("../tile/0/000", "tile_path_malformed"),
        ("tile/0/000.p/5", "tile_changed"),
        ("tile/0/002", "subtree_missing"),
    ],
)
def test_a_file_that_is_not_asked_for(path: str, code: str) -> None:
    """No path but a tile's, no change of a published tile, no tile beyond the tree."""
    store, sealed = asked_at(5, 259)
    refuses(store, replace(sealed, files={**sealed.files, path: b"a" * 8192}), code)


def test_a_tile_too_wide() -> None:
    """A tile with more than its hashes doesn't fit."""
    store, sealed = asked_at(5, 259)
    files = {**sealed.files, "tile/0/000.p/7": tile_bytes(known().hashes, next(tiles_for(8)))}
    refuses(store, replace(sealed, files=files), "tile_content")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A published directory of 258 entries, also with the files of size 5."""
    memory = MemoryStore()
    for size in (5, 258):
        sealed_at(memory, size)
    for path, data in memory.files.items():
        (tmp_path / "book" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "book" / path).write_bytes(data)
    return tmp_path / "book"


def test_published_files_are_read(folder: Path) -> None:
    """A reader gets the files, the sizes in order of number, and entries at any size."""
    published = Published(folder)
    (folder / "checkpoints" / "06").write_bytes(b"")
    (folder / "checkpoints" / "7.new").write_bytes(b"")
    assert published.checkpoints() == [5, 258]
    assert Published(folder / "nothing").checkpoints() == []
    assert head_size(published.read("checkpoint")) == 258
    assert list(published.entries(0, 5)) == known().notes[:5]
    assert list(published.entries(3, 258)) == known().notes[3:258]
    assert list(published.entries(250, 257, 258)) == known().notes[250:257]
    assert list(published.entries(0, 100)) == known().notes[:100]  # out of the full bundle
    assert list(published.entries(9, 9)) == []
    with pytest.raises(LedgerError, match=r"tile/entries/001.p/1 is missing"):
        list(published.entries(0, 257))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/etc/passwd",
        "..",
        "../book/checkpoint",
        "tile/../checkpoint",
        "tile//0",
        "./checkpoint",
        ".ledger/head",
        "tile/.hidden",
        "a\\b",
        "a\0b",
        "checkpoint\n",
        "\ud800",
        "leaving",
    ],
)
def test_no_path_leaves_the_folder(folder: Path, path: str) -> None:
    """Neither a spelling nor a link leads to what isn't published."""
    (folder / "leaving").symlink_to(folder.parent)
    with pytest.raises(LedgerError) as caught:
        Published(folder).read(path)
    assert caught.value.code == "path_refused"


@pytest.mark.parametrize("path", ["nothing", "tile", "checkpoint/5", "loop", "pipe"])
def test_what_is_no_file_is_not_there(folder: Path, path: str) -> None:
    """A missing file, a folder, a loop and a pipe are all no files; a reader never waits."""
    (folder / "loop").symlink_to(folder / "loop")
    os.mkfifo(folder / "pipe")
    with pytest.raises(FileNotFoundError):
        Published(folder).read(path)


def test_a_path_that_no_disk_takes(folder: Path) -> None:
    """What the file system reports becomes a sentence."""
    with pytest.raises(LedgerError, match="File name too long"):
        Published(folder).read("a" * 5000)


def test_errors_of_a_real_disk_name_the_path(tmp_path: Path) -> None:
    """Each step of the real disk says which path it failed at."""
    disk, gone = Disk(), tmp_path / "gone" / "file"
    steps: list[Callable[[], None]] = [
        lambda: disk.create(gone, b"a"),
        lambda: disk.append(gone, b"a"),
        lambda: disk.truncate(gone, 1),
        lambda: disk.rename(tmp_path / "gone", gone),
        lambda: disk.remove(gone),
        lambda: disk.make_folder(gone),
        lambda: disk.sync_folder(gone),
        lambda: put(disk, gone, b"a"),
    ]
    for step in steps:
        with pytest.raises(StoreError, match="gone/file") as caught, disk_errors(tmp_path):
            step()
        assert caught.value.code == "disk_failed"
    with pytest.raises(StoreError, match="/dev/full") as caught, disk_errors(tmp_path):
        disk.append(Path("/dev/full"), b"a")
    assert caught.value.code == "disk_full"
    with pytest.raises(StoreError, match="book"), disk_errors(Path("book")):
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_files_replaced_on_a_real_disk(tmp_path: Path) -> None:
    """A replaced file has the new content, and nothing else stays."""
    target = tmp_path / "a" / "b"
    make_folders(Disk(), target.parent)
    for data in (b"first", b"second"):
        replace_file(Disk(), target, data)
        assert target.read_bytes() == data
        assert list(target.parent.iterdir()) == [target]


def test_a_real_disk_syncs_each_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is whole when it is synced, and it is the right file that is synced."""
    synced: list[tuple[Path, bytes]] = []

    def fsync(number: int) -> None:
        path = Path(f"/proc/self/fd/{number}").readlink()
        synced.append((path, path.read_bytes() if path.is_file() else b""))

    monkeypatch.setattr("os.fsync", fsync)
    disk, path = Disk(), tmp_path / "a"
    disk.create(path, b"one")
    disk.append(path, b" two")
    disk.truncate(path, 5)
    disk.sync_folder(tmp_path)
    assert synced == [(path, b"one"), (path, b"one two"), (path, b"one t"), (tmp_path, b"")]
