"""Every step of the directory store fails once, in every way a disk has, and nothing is lost."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import count
from pathlib import Path

import pytest

from ledger.book import Book
from ledger.checkpoint import read_checkpoint
from ledger.durable import Batches, Disk
from ledger.errors import LedgerError, StoreError
from ledger.files import DirectoryStore, Published
from ledger.merkle import leaf_hash
from ledger.seal import seal
from ledger.store import head_size
from ledger.store_errors import (
    DiskFailedError,
    DiskFullError,
    NoBookError,
    ReadOnlyError,
    StoreBrokenError,
)
from ledger.tiles import MemoryHashes, tile_bytes, tiles_for
from ledger.treehash import (
    Edge,
)
from tests.ledger.make import AT_MS, ORIGIN, Keys, Maker, SteadyCosigner, seed

ROOT = Path(__file__).resolve().parents[2]
KEYS = Keys(ORIGIN)
COSIGNER = SteadyCosigner(KEYS.cosign.verifier_key.name, seed(f"{ORIGIN} cosign 0"))
# Partial tiles that grow, a seal that leaves entries over, one beyond a full tile, a rest.
SCRIPT = [
    ("append", 1),
    ("seal", 1),
    ("append", 254),
    ("append", 256),
    ("seal", 255),
    ("append", 259),
    ("seal", 259),
    ("append", 262),
]
LAST = 262
# The same in few steps, for what adds nothing to a crash but its cause or another crash.
SHORT = [("append", 1), ("seal", 1), ("append", 3), ("seal", 2)]


class Crash(BaseException):
    """The machine stops here."""


class FaultyDisk(Disk):
    """Counts its steps and dies at one of them; without a step it only saves the syncing.

    `mode` is what of that step happened all the same: `failed` nothing, `persisted` all of it,
    `half` half of the bytes, `power` nothing, and names in folders that were not synced are gone.
    """

    def __init__(self, step: int = -1, mode: str = "failed", number: int = 0) -> None:
        self.step, self.mode, self.number = step, mode, number
        self.steps = 0
        self.dead = False
        self.unsynced: list[tuple[Path, Callable[[], None]]] = []

    def create(self, path: Path, data: bytes) -> None:
        before = self._keep(path)
        self._do(path, lambda part: Disk.create(self, path, part), data, before)

    def append(self, path: Path, data: bytes) -> None:
        self._do(path, lambda part: Disk.append(self, path, part), data)

    def truncate(self, path: Path, size: int) -> None:
        self._do(path, lambda _: Disk.truncate(self, path, size))

    def rename(self, old: Path, new: Path) -> None:
        undo_new, undo_old = self._keep(new), self._keep(old)

        def undo() -> None:
            undo_new()
            undo_old()

        self._do(new, lambda _: Disk.rename(self, old, new), undo=undo)

    def remove(self, path: Path) -> None:
        self._do(path, lambda _: Disk.remove(self, path), undo=self._keep(path))

    def make_folder(self, path: Path, mode: int = 0o777) -> None:
        action = lambda _: Disk.make_folder(self, path, mode)  # noqa: E731 - as its neighbours
        self._do(path, action, undo=lambda: shutil.rmtree(path))

    def sync_folder(self, path: Path) -> None:
        self._do(path, lambda _: Disk.sync_folder(self, path))
        self.unsynced = [(folder, undo) for folder, undo in self.unsynced if folder != path]

    def lose_power(self) -> None:
        """Names that no syncing made durable are as before."""
        for _, undo in reversed(self.unsynced):
            undo()

    def _sync(self, number: int) -> None:
        pass

    def _keep(self, path: Path) -> Callable[[], None]:
        """What puts a file back as it is now."""
        data = path.read_bytes() if path.is_file() else None
        return lambda: path.unlink(missing_ok=True) if data is None else _write(path, data)

    def _do(
        self,
        path: Path,
        action: Callable[[bytes], None],
        data: bytes | None = None,
        undo: Callable[[], None] | None = None,
    ) -> None:
        assert not self.dead, "a step after the one that failed"
        self.steps += 1
        self.dead = self.steps - 1 == self.step
        if not self.dead or self.mode == "persisted":
            action(data or b"")
            if undo is not None:
                self.unsynced.append((path.parent, undo))
        elif self.mode == "half" and data is not None:
            action(data[: len(data) // 2])
        elif self.mode == "power":
            self.lose_power()
        if not self.dead:
            return
        if self.number:
            raise OSError(self.number, os.strerror(self.number), str(path))
        raise Crash


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


@dataclass
class Known:
    """A book of which everything is known: every entry was read, every root computed."""

    book: Book
    notes: list[bytes]
    roots: list[bytes]
    hashes: MemoryHashes


@cache
def known() -> Known:
    """The book that the script writes."""
    maker = Maker(ORIGIN)
    maker.open()
    while maker.book.size < LAST:
        maker.add("note.example", {"number": maker.book.size})
    book, edge, hashes = Book(ORIGIN), Edge(), MemoryHashes()
    roots = [edge.root()]
    for note in maker.notes:
        book.read(note)
        edge.append(leaf_hash(note))
        hashes.append(leaf_hash(note))
        roots.append(edge.root())
    return Known(book, maker.notes, roots, hashes)


@dataclass
class Acknowledged:
    """What the store has promised so far."""

    size: int = 0
    head: int = 0


def seal_at(store: DirectoryStore, size: int) -> bytes:
    """Seal the first entries with the keys of the book."""
    return seal(
        store,
        store.published.read,
        ORIGIN,
        logs=[KEYS.log],
        cosigners=[COSIGNER],
        at_seconds=AT_MS // 1000,
        size=size,
    )


def play(
    store: DirectoryStore, acknowledged: Acknowledged, script: list[tuple[str, int]] = SCRIPT
) -> None:
    """What is not done yet of the script."""
    notes = known().notes
    for step, size in script:
        if step == "append" and store.size() < size:
            store.append(store.size(), notes[store.size() : size])
            acknowledged.size = size
        if step == "seal" and head_size(store.head()) < size:
            seal_at(store, size)
            acknowledged.head = size


@cache
def root_of(data: bytes) -> bytes:
    """The root that a checkpoint gives, if every line of ours on it is right."""
    return known().book.open_checkpoint(data).checkpoint.root


@cache
def right_tiles(size: int) -> dict[str, bytes]:
    """The hash tiles of the tree at a size, by path."""
    return {tile.path(): tile_bytes(known().hashes, tile) for tile in tiles_for(size)}


def check_published(folder: Path) -> int:
    """All that a stranger can see is of the book and complete; the size of the checkpoint."""
    published = Published(folder)
    sizes = published.checkpoints()
    newest = sizes[-1] if sizes else 0
    if not (folder / "checkpoint").is_file():
        assert sizes in ([], [1])  # `checkpoints/1` is there a moment before
        return 0
    size = head_size(published.read("checkpoint"))
    assert newest == size or sizes[-2] == size
    for path in ["checkpoint", *[f"checkpoints/{each}" for each in sizes]]:
        data = published.read(path)
        assert root_of(data) == known().roots[head_size(data)]
        assert path in ("checkpoint", f"checkpoints/{head_size(data)}")
    for path, data in right_tiles(size).items():
        assert published.read(path) == data
    assert list(published.entries(0, size)) == known().notes[:size]
    return size


def check(store: DirectoryStore, acknowledged: Acknowledged) -> None:
    """Nothing acknowledged is lost, and the head is what is published."""
    assert store.size() >= acknowledged.size
    assert list(store.read(0, store.size())) == known().notes[: store.size()]
    size = check_published(store.folder)
    assert head_size(store.head()) == size >= acknowledged.head
    assert not list(store.folder.rglob("*.new"))
    assert not list((store.folder / ".ledger" / "staging").iterdir())


def open_again(folder: Path, acknowledged: Acknowledged, disk: Disk) -> DirectoryStore:
    """The book as after a restart; one that was never acknowledged may have to begin again."""
    try:
        return DirectoryStore(folder, disk)
    except NoBookError:
        assert acknowledged == Acknowledged()
        return DirectoryStore.create(folder, disk)


def crashes(
    folder: Path, mode: str, number: int = 0, script: list[tuple[str, int]] = SCRIPT
) -> Iterator[tuple[Acknowledged, str, FaultyDisk]]:
    """The script with each step failing in turn; what it had promised, and how it ended."""
    for step in count():
        shutil.rmtree(folder.parent, ignore_errors=True)
        disk, acknowledged, store = FaultyDisk(step, mode, number), Acknowledged(), None
        try:
            store = DirectoryStore.create(folder, disk)
            play(store, acknowledged, script)
        except Crash:
            code = "crash"
        except LedgerError as error:
            code = error.code if str(folder.parents[1]) in error.sentence() else "no path"
        else:
            store.close()
            assert step == disk.steps > 12 * len(script)
            return
        assert disk.dead
        if store is not None:
            for call in (store.size, store.head, partial(store.append, 0, [])):
                with pytest.raises(StoreBrokenError):
                    call()
            store.close()
        yield acknowledged, code, disk


@pytest.mark.parametrize(
    ("mode", "number", "code"),
    [
        pytest.param("failed", 0, "crash", marks=pytest.mark.untraced),
        pytest.param("persisted", 0, "crash", marks=pytest.mark.untraced),
        pytest.param("half", 0, "crash", marks=pytest.mark.untraced),
        pytest.param("power", 0, "crash", marks=pytest.mark.untraced),
        ("failed", errno.EIO, DiskFailedError.code),
        ("persisted", errno.EIO, DiskFailedError.code),
        ("half", errno.ENOSPC, DiskFullError.code),
        ("failed", errno.ENOSPC, DiskFullError.code),
        ("failed", errno.EROFS, ReadOnlyError.code),
        ("failed", errno.EACCES, ReadOnlyError.code),
    ],
)
def test_each_step_fails(tmp_path: Path, mode: str, number: int, code: str) -> None:
    """After a failure at any step the book is whole, and is written on to its end."""
    folder = tmp_path / "books" / "one"
    script = SHORT if number else SCRIPT
    last = dict(script)
    for acknowledged, ended, _ in crashes(folder, mode, number, script):
        assert ended == code
        check_published(folder)  # a reader in between sees a whole book too
        with open_again(folder, acknowledged, FaultyDisk()) as store:
            check(store, acknowledged)
            play(store, acknowledged, script)
            check(store, Acknowledged(last["append"], last["seal"]))


@pytest.mark.untraced
def test_the_power_fails_in_the_next_opening(tmp_path: Path) -> None:
    """What an opening finds is made durable before anything is built on it."""
    folder, copy = tmp_path / "books" / "one", tmp_path / "copies"
    died_last = 0
    for acknowledged, _, disk in crashes(folder, "persisted", script=SCRIPT[:2]):
        shutil.rmtree(copy, ignore_errors=True)
        if folder.parent.exists():
            shutil.copytree(folder.parent, copy)
        for step in count():
            later = FaultyDisk(step, "power")
            later.unsynced = [*disk.unsynced]
            seen, died = acknowledged, False
            try:
                with open_again(folder, acknowledged, later) as store:
                    seen = Acknowledged(store.size(), head_size(store.head()))
                later.lose_power()
            except Crash:
                died, died_last = True, max(died_last, step)
            with open_again(folder, seen, FaultyDisk()) as store:
                check(store, seen)
            if not died:
                break
            shutil.rmtree(folder.parent, ignore_errors=True)
            if copy.exists():
                shutil.copytree(copy, folder.parent)
    assert died_last > 20


@pytest.mark.untraced
@pytest.mark.parametrize("stride", [3, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize(("mode", "again"), [("persisted", "failed"), ("power", "persisted")])
def test_each_step_of_the_opening_fails(tmp_path: Path, mode: str, again: str, stride: int) -> None:
    """A crash while opening after a crash loses nothing either, at any step of both.

    After each third crash; `make soak` takes each.
    """
    folder, copy = tmp_path / "books" / "one", tmp_path / "copies" / "one"
    seen = 0
    for number, (acknowledged, _, _) in enumerate(crashes(folder, mode, script=SHORT)):
        for step in count() if number % stride == 0 else ():
            shutil.rmtree(copy.parent, ignore_errors=True)
            if folder.exists():
                shutil.copytree(folder, copy)
            disk = FaultyDisk(step, again)
            try:
                open_again(copy, acknowledged, disk).close()
            except Crash:
                seen += 1
            else:
                break
            check_published(copy)
            with open_again(copy, acknowledged, FaultyDisk()) as store:
                check(store, acknowledged)
    assert seen > 500 / stride


KILLED = """
import sys
from pathlib import Path
from ledger.files import DirectoryStore
store = DirectoryStore.create(Path(sys.argv[1]))
while True:
    size = store.size()
    store.append(size, [b"entry %d" % seq for seq in range(size, size + 3)])
    print(store.size(), flush=True)
"""


def test_a_killed_writer_keeps_its_word(tmp_path: Path) -> None:
    """A process killed while it appends has lost nothing of what it acknowledged."""
    folder = tmp_path / "one"
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    with child, child.stdout as lines:
        acknowledged = [int(next(lines)) for _ in range(40)]
        child.kill()
        acknowledged += map(int, lines.read().split(b"\n")[:-1])
    with DirectoryStore(folder) as store:
        size = store.size()
        assert size >= acknowledged[-1]
        assert size % 3 == 0
        assert list(store.read(0, size)) == [b"entry %d" % seq for seq in range(size)]


def test_the_script_reaches_every_form(tmp_path: Path) -> None:
    """The script that is broken off has partial and full tiles on two levels, and a rest."""
    with DirectoryStore.create(tmp_path / "one", FaultyDisk()) as store:
        play(store, Acknowledged())
        assert store.published.checkpoints() == [1, 255, 259]
        assert read_checkpoint(store.head() or b"")[0].size == 259 < store.size() == LAST
        paths = {path.relative_to(store.folder).as_posix() for path in store.folder.rglob("*")}
    assert {
        "tile/0/000.p/1",
        "tile/0/000.p/255",
        "tile/0/000",
        "tile/0/001.p/3",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/3",
    } <= paths


THREE = [[b"one", b"two"], [b"t" * 256], [b"four\n", b"five\n", b"six\n"]]


@pytest.fixture
def batches(tmp_path: Path) -> Path:
    """A file of three batches, which starts at entry 7."""
    path = tmp_path / "unsealed"
    path.write_bytes(b"")
    file = Batches(path, FaultyDisk(), 7)
    for notes in THREE:
        file.append(notes)
    return path


def whole(file: Batches) -> list[bytes]:
    """All entries of a file of batches."""
    notes: list[bytes] = []
    while file.start + len(notes) < file.stop:
        notes += file.read_from(file.start + len(notes))
    return notes


def test_batches_come_back(batches: Path) -> None:
    """Opened again, entries come from any place on; begun anew, those that are asked for stay."""
    file = Batches(batches, FaultyDisk(), 0)
    notes = [note for batch in THREE for note in batch]
    assert (file.start, file.stop) == (7, 13)
    assert [file.read_from(seq)[0] for seq in range(7, 13)] == notes
    for start in (7, 9, 11, 13):
        file.restart(start)
        for each in (file, Batches(batches, FaultyDisk(), start)):
            assert (each.start, each.stop, whole(each)) == (start, 13, notes[start - 7 :])
    file.append([b"seven"])
    assert whole(Batches(batches, FaultyDisk(), 13)) == [b"seven"]


def test_a_torn_batch_is_cut_off(batches: Path) -> None:
    """Cut anywhere, also where blocks read as zeros, whole batches stay and writing goes on."""
    data = batches.read_bytes()
    ends = [0, 44 + 2 * 2 + 6]
    ends += [ends[1] + 44 + 2 + 256, len(data)]
    for cut in range(len(data)):
        for rest in (b"", bytes(len(data) - cut), bytes(len(data))):
            batches.write_bytes(data[:cut] + rest)
            file = Batches(batches, FaultyDisk(), 7)
            count = sum(end <= cut for end in ends) - 1
            assert whole(file) == [note for batch in THREE[:count] for note in batch], cut
            file.append([b"next"])
            again = Batches(batches, FaultyDisk(), 7)
            assert whole(again)[-1] == b"next"
            assert again.stop == file.stop


def test_a_changed_batch_is_not_cut_off(batches: Path) -> None:
    """A changed byte anywhere is damage and never taken for a torn end: it was acknowledged."""
    data = batches.read_bytes()
    for at in range(len(data)):
        for change in (1, 0xFF):
            changed = bytearray(data)
            changed[at] ^= change
            batches.write_bytes(changed)
            if (
                at < 8
            ):  # the first seq is for the store to compare with its head; here a gap follows
                batches.write_bytes(changed[:54])
                assert Batches(batches, FaultyDisk(), 7).start != 7
                batches.write_bytes(changed)
            with pytest.raises(StoreError, match="damaged at byte"):
                Batches(batches, FaultyDisk(), 7)
            assert batches.read_bytes() == changed
    batches.write_bytes(data[:50])  # cut short, but not where this file goes on
    with pytest.raises(StoreError, match="damaged at byte 0"):
        Batches(batches, FaultyDisk(), 8)


def test_a_batch_that_changes_under_the_writer(batches: Path) -> None:
    """Entries are checked again whenever they are read."""
    file = Batches(batches, FaultyDisk(), 7)
    batches.write_bytes(batches.read_bytes()[:-1] + b"x")
    assert file.read_from(7) == THREE[0]
    with pytest.raises(StoreError, match="damaged at byte"):
        file.read_from(11)
