"""The directory of a book: what is refused, one writer, batches, and what a reader gets."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ledger.checkpoint import read_checkpoint
from ledger.durable import Batches, Lock
from ledger.errors import ForkError, LedgerError
from ledger.files import DirectoryStore
from ledger.note import Note
from ledger.seal import seal
from ledger.store import Sealed
from ledger.store_errors import EntryRangeError, StoreBrokenError, StoreLockedError
from tests.ledger.make import AT_MS, ORIGIN
from tests.ledger.publish import WITNESS
from tests.ledger.test_crash import KEYS, ROOT, Crash, FaultyDisk, check_published, known, seal_at
from tests.ledger.test_store import asked_at

WORK = Path(".ledger")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A book of 260 entries, sealed at 5 and 258."""
    with DirectoryStore.create(tmp_path / "book", FaultyDisk()) as store:
        store.append(0, known().notes[:259])
        seal_at(store, 5)
        seal_at(store, 258)
        store.append(259, known().notes[259:260])
    return tmp_path / "book"


def files_of(folder: Path) -> dict[str, bytes]:
    """All files of a book but the lock, by path."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: path.read_bytes()
        for name, path in found.items()
        if path.is_file() and path.name != "lock"
    }


def refuses(folder: Path, code: str, action: Callable[[], Any]) -> LedgerError:
    """An action is refused with this code, and no file has changed."""
    before = files_of(folder)
    with pytest.raises(LedgerError) as caught:
        action()
    assert caught.value.code == code, caught.value
    assert caught.value.sentence("zh")
    assert files_of(folder) == before
    return caught.value


def opening(folder: Path) -> Callable[[], None]:
    """Open a book, and close it if that was possible."""
    return lambda: DirectoryStore(folder, FaultyDisk()).close()


def test_a_book_on_a_real_disk(tmp_path: Path) -> None:
    """With all its syncing a book is begun, written, sealed and opened again."""
    folder = tmp_path / "a" / "b"
    with DirectoryStore.create(folder) as store:
        assert store.head() is None
        store.append(0, [])
        store.append(0, known().notes[:4])
        head = seal_at(store, 3)
        assert list(store.read(0, 4)) == known().notes[:4]
    with DirectoryStore(folder) as store:
        assert (store.size(), store.head()) == (4, head)
        assert list(store.read(1, 4)) == known().notes[1:4]
    assert check_published(folder) == 3
    assert (folder / WORK).stat().st_mode & 0o777 == 0o700


def test_the_same_as_in_memory(folder: Path) -> None:
    """A directory publishes just the files that a store in memory gives."""
    memory, sealed = asked_at(5, 258)
    memory.seal(sealed)
    published = {path for path in files_of(folder) if not path.startswith(".ledger/")}
    assert published == set(memory.files)
    signed = {path for path in published if path.startswith("checkpoint")}
    for path in published - signed:
        assert (folder / path).read_bytes() == memory.files[path]


def test_only_an_empty_folder_becomes_a_book(folder: Path, tmp_path: Path) -> None:
    """A new book is begun neither over another one nor beside other files."""
    refuses(folder, "folder_not_empty", lambda: DirectoryStore.create(folder))
    for path in folder.iterdir():
        if path.name != ".ledger":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    refuses(folder, "folder_not_empty", lambda: DirectoryStore.create(folder))
    (folder / WORK / "unsealed").unlink()
    refuses(folder, "folder_not_empty", lambda: DirectoryStore.create(folder))
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter").write_text("not a book")
    refuses(other, "folder_not_empty", lambda: DirectoryStore.create(other))
    refuses(other, "no_book", lambda: DirectoryStore(other))
    refuses(tmp_path, "disk_failed", lambda: DirectoryStore.create(other / "letter"))


def test_a_second_writer_in_this_process(folder: Path) -> None:
    """Neither a second store nor one in another thread gets in; after closing the next one does."""
    caught: list[BaseException] = []

    def second() -> None:
        try:
            DirectoryStore(folder)
        except StoreLockedError as error:
            caught.append(error)

    with DirectoryStore(folder) as store:
        refuses(folder, "store_locked", opening(folder))
        thread = Thread(target=second)
        thread.start()
        thread.join()
        assert len(caught) == 1
        store.append(260, known().notes[260:261])
    with pytest.raises(StoreBrokenError, match="it was closed"):
        store.append(261, known().notes[261:262])
    store.close()  # closing twice does nothing
    opening(folder)()


OTHER = """
import sys
from pathlib import Path
from ledger.errors import LedgerError
from ledger.files import DirectoryStore
try:
    with DirectoryStore(Path(sys.argv[1])) as store:
        print(store.size(), flush=True)
        sys.stdin.read()
except LedgerError as error:
    print(error.code)
"""


def other_process(folder: Path) -> "subprocess.Popen[str]":
    """Another process that opens the book and keeps it until its input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", OTHER, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_second_writer_in_another_process(folder: Path) -> None:
    """Two processes exclude each other, whichever came first, until the first one ends."""
    with DirectoryStore(folder), other_process(folder) as child:
        assert child.communicate()[0] == "store_locked\n"
    with other_process(folder) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "260\n"
        refuses(folder, "store_locked", opening(folder))
        child.kill()
    opening(folder)()


def test_a_store_locked_out_by_the_file_system(tmp_path: Path) -> None:
    """A lock that can't be made, here on a folder, says where and why."""
    error = refuses(tmp_path, "disk_failed", lambda: Lock(tmp_path))
    assert str(tmp_path) in error.sentence()


def test_a_lock_that_does_not_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without locks is refused, for two writers would ruin the book."""

    def flock(number: int, how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", flock)
    with pytest.raises(LedgerError, match="No locks available") as caught:
        Lock(tmp_path / "lock")
    assert caught.value.code == "disk_failed"


def test_a_torn_append_is_cut_off_at_opening(folder: Path) -> None:
    """What a crash left of a batch is gone, and the next one follows the last whole one."""
    unsealed = folder / WORK / "unsealed"
    unsealed.write_bytes(unsealed.read_bytes()[:-1])
    with DirectoryStore(folder) as store:
        assert store.size() == 259
        store.append(259, known().notes[259:262])
        assert list(store.read(0, 262)) == known().notes


@pytest.mark.parametrize("size", [1, 255, 256, 257])
def test_entries_from_another_time(folder: Path, tmp_path: Path, size: int) -> None:
    """Unsealed entries that don't reach the head, or start behind it, are refused."""
    unsealed = folder / WORK / "unsealed"
    for start, stop in ((0, size), (259, 262)):
        unsealed.write_bytes(b"")
        Batches(unsealed, FaultyDisk(), start).append(known().notes[start:stop])
        refuses(folder, "unsealed_damaged", opening(folder))


def test_a_head_from_a_backup(folder: Path, tmp_path: Path) -> None:
    """A head older than what is published, or lost, is refused, with or without its staging."""
    head = folder / WORK / "head"
    head.write_bytes((folder / "checkpoints" / "5").read_bytes())
    error = refuses(folder, "rollback", opening(folder))
    assert isinstance(error, ForkError)
    assert "(258)" in error.sentence()
    staged = folder / WORK / "staging" / "checkpoint"
    staged.write_bytes(head.read_bytes())
    refuses(folder, "rollback", opening(folder))
    head.unlink()
    refuses(folder, "rollback", opening(folder))


def test_a_publication_from_a_backup(folder: Path) -> None:
    """A published checkpoint older than the head, or lost, is refused."""
    (folder / "checkpoint").write_bytes((folder / "checkpoints" / "5").read_bytes())
    refuses(folder, "rollback", opening(folder))
    (folder / "checkpoint").unlink()
    refuses(folder, "rollback", opening(folder))


def fork_of(size: int, origin: str = ORIGIN, root: int = 7) -> bytes:
    """A checkpoint of that size with the root of another."""
    line = KEYS.log.sign(text := b"%b\n%d\n" % (origin.encode(), size) + root_text(root))
    return Note(text, (line,)).encode()


def root_text(size: int) -> bytes:
    """The line with the root."""
    head = read_checkpoint(asked_at(0, size)[1].checkpoint)[0]
    return head.text().split(b"\n")[2] + b"\n"


def test_a_published_fork_while_the_head_is_staged(folder: Path) -> None:
    """A crash doesn't hide that what is published is no beginning of the head."""
    files = staged(folder, 259)
    for name, each in files.items():
        (folder / WORK / "staging" / name).write_bytes(each)
    (folder / WORK / "head").write_bytes(files["checkpoint"])
    for size in (5, 258, 260):
        (folder / "checkpoint").write_bytes(fork_of(size))
        refuses(folder, "rollback", opening(folder))
    # One that is only older, out of a backup, is brought forward to the head.
    (folder / "checkpoint").write_bytes((folder / "checkpoints" / "5").read_bytes())
    opening(folder)()
    assert check_published(folder) == 259


def test_a_head_that_no_tree_gives(folder: Path) -> None:
    """A head and staging that agree, but not with the tiles, are not published."""
    for name, each in {**staged(folder, 259), "checkpoint": fork_of(259)}.items():
        (folder / WORK / "staging" / name).write_bytes(each)
    (folder / WORK / "head").write_bytes(fork_of(259))
    refuses(folder, "tree_fork", opening(folder))


def test_a_fork_of_equal_size(folder: Path) -> None:
    """A published checkpoint of the size of the head with another root is refused."""
    (folder / "checkpoint").write_bytes(fork_of(258))
    refuses(folder, "rollback", opening(folder))
    (folder / WORK / "staging" / "checkpoint").write_bytes((folder / WORK / "head").read_bytes())
    refuses(folder, "rollback", opening(folder))


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("checkpoint", fork_of(259)),
        ("checkpoint", fork_of(258, "other.example/a/1")),
        ("checkpoints/259", fork_of(259)),
    ],
)
def test_a_fork_that_appears_while_writing(folder: Path, path: str, data: bytes) -> None:
    """A foreign checkpoint in the published folder stops the sealing before anything is staged."""
    with DirectoryStore(folder, FaultyDisk()) as store:
        (folder / path).write_bytes(data)
        refuses(folder, "rollback", lambda: seal_at(store, 259))


def test_a_published_tile_of_another_book(folder: Path) -> None:
    """Foreign bytes in a place that a sealing needs, or writes, stop it, and stay as they are."""
    for path, code in (("tile/0/001.p/2", "tree_fork"), ("tile/1/000.p/1", "tree_fork")):
        good = (folder / path).read_bytes()
        (folder / path).write_bytes(good[::-1])
        with DirectoryStore(folder, FaultyDisk()) as store:
            refuses(folder, code, partial(seal_at, store, 259))
            (folder / path).write_bytes(good[:-9])  # half-written, as by another program
            refuses(folder, "tile_length", partial(seal_at, store, 259))
        (folder / path).write_bytes(good)
    for path in ("tile/0/001.p/3", "tile/entries/001.p/3"):
        with DirectoryStore(folder, FaultyDisk()) as store:
            (folder / path).write_bytes(b"of another book")
            refuses(folder, "tile_changed", partial(seal_at, store, 259))
            (folder / path).unlink()
    with DirectoryStore(folder, FaultyDisk()) as store:
        seal_at(store, 259)  # nothing of this has broken the store
    assert check_published(folder) == 259


def test_a_missing_bundle(folder: Path) -> None:
    """Sealed entries that are gone are named when they are read, and no further one is sealed."""
    (folder / "tile/entries/001.p/2").unlink()
    with DirectoryStore(folder, FaultyDisk()) as store:
        assert list(store.read(250, 256)) == known().notes[250:256]
        assert list(store.read(258, 260)) == known().notes[258:260]
        refuses(folder, "tile_missing", lambda: list(store.read(250, 260)))
        refuses(folder, "tile_missing", lambda: seal_at(store, 259))


def staged(folder: Path, size: int) -> dict[str, bytes]:
    """The staging of the next sealing, as a crash leaves it before the head is swapped."""
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    # The opening has one step, two tiles and a checkpoint are staged and synced, the head fails.
    with DirectoryStore(copy, FaultyDisk(5)) as store, pytest.raises(Crash):
        seal_at(store, size)
    assert (copy / WORK / "head").read_bytes() == (folder / WORK / "head").read_bytes()
    staging = copy / WORK / "staging"
    found = {path.name: path.read_bytes() for path in staging.iterdir()}
    shutil.rmtree(copy)
    return found


def test_a_staging_from_another_time(folder: Path) -> None:
    """A staging that isn't of the head is dropped; what is unsealed is sealed anew."""
    before = files_of(folder)
    for name, data in staged(folder, 259).items():
        (folder / WORK / "staging" / name).write_bytes(data)
    (folder / WORK / "head.new").write_bytes(b"half a he")
    opening(folder)()
    assert files_of(folder) == before
    (folder / WORK / "staging").rmdir()  # an empty folder gets lost in some backups
    opening(folder)()
    assert files_of(folder) == before


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("tile+0+001.p+3", None, "tile_missing"),
        ("tile+entries+001.p+3", None, "tile_missing"),
        ("tile+0+001.p+3", b"a" * 96, "tile_content"),
        ("tile+entries+001.p+3", b"\0\1a\0\1b\0\1c", "tile_content"),
        ("tile+0+000", b"a" * 8192, "tile_changed"),
        ("letter", b"not a tile", "tile_path_malformed"),
    ],
)
def test_a_staging_that_changed(folder: Path, path: str, data: bytes | None, code: str) -> None:
    """With the head swapped, a staging is published whole and right or not at all."""
    staging = folder / WORK / "staging"
    files = staged(folder, 259)
    for name, each in files.items():
        (staging / name).write_bytes(each)
    (folder / WORK / "head").write_bytes(files["checkpoint"])
    right = files.get(path)
    (staging / path).unlink(missing_ok=True)
    if data is not None:
        (staging / path).write_bytes(data)
    refuses(folder, code, opening(folder))
    (staging / path).unlink(missing_ok=True)
    if right is not None:
        (staging / path).write_bytes(right)
    opening(folder)()
    assert check_published(folder) == 259
    assert not list(staging.iterdir())


def test_a_head_moved_by_another_writer(folder: Path) -> None:
    """Where a lock doesn't work, the compare-and-swap still refuses the later writer."""
    with DirectoryStore(folder, FaultyDisk()) as store:
        head = store.head()
        (folder / WORK / "head").write_bytes(fork_of(259))
        with pytest.raises(LedgerError) as caught:
            seal_at(store, 260)
        assert caught.value.code == "head_moved"
        assert caught.value.where == {"head": 259, "expected": 258}
        with pytest.raises(StoreBrokenError, match="The head is 259"):
            store.size()
    assert (folder / WORK / "head").read_bytes() == fork_of(259)
    (folder / WORK / "head").write_bytes(head or b"")
    opening(folder)()
    with DirectoryStore(folder, FaultyDisk()) as store:
        assert store.head() == head
        sealed = Sealed(fork_of(5), fork_of(259), {})
        refuses(folder, "head_moved", lambda: store.seal(sealed))
        assert store.size() == 260  # refused before the first step: nothing is broken


def test_lines_of_witnesses_stay(folder: Path) -> None:
    """A published checkpoint with lines added is still the head's, also after a crash."""
    data = (folder / "checkpoint").read_bytes()
    checkpoint, note = read_checkpoint(data)
    cosigned = Note(note.text, (*note.lines, WITNESS.cosign(checkpoint, AT_MS // 1000))).encode()
    with DirectoryStore(folder, FaultyDisk()) as store:
        for path in ("checkpoint", "checkpoints/258"):
            store.put(path, cosigned)
    (folder / WORK / "staging" / "checkpoint").write_bytes(data)
    opening(folder)()
    assert (folder / "checkpoint").read_bytes() == cosigned
    assert (folder / "checkpoints/258").read_bytes() == cosigned
    with DirectoryStore(folder, FaultyDisk()) as store:
        seal_at(store, 260)
    assert (folder / WORK / "unsealed").read_bytes() == b""  # all is in the bundles now
    assert check_published(folder) == 260
    assert (folder / "checkpoints/258").read_bytes() == cosigned


def test_other_files_are_put_beside_the_tree(folder: Path) -> None:
    """Policies and documents may change; tiles may not, nor what a checkpoint says."""
    with DirectoryStore(folder, FaultyDisk()) as store:
        for data in (b"first", b"second"):
            store.put("policy", data)
            store.put("document/abc", data)
            assert store.published.read("policy") == store.published.read("document/abc") == data
        refuses(folder, "path_refused", lambda: store.put("tile/0/000", b""))
        refuses(folder, "path_refused", lambda: store.put(".ledger/head", b""))
        for path, data in (("checkpoint", fork_of(258)), ("checkpoints/9", fork_of(9))):
            refuses(folder, "rollback", partial(store.put, path, data))
    refuses(folder, "store_broken", lambda: store.put("policy", b"third"))


def test_reading_goes_on_through_a_sealing(folder: Path) -> None:
    """Whoever reads while entries are sealed gets each of them once."""
    with DirectoryStore(folder, FaultyDisk()) as store:
        reader = store.read(0, 260)
        notes = [next(reader) for _ in range(259)]
        seal_at(store, 260)
        assert [*notes, *reader] == known().notes[:260]
        with pytest.raises(EntryRangeError):
            store.read(0, 261)


def test_unreadable_entries_say_where(folder: Path) -> None:
    """A file that vanishes under the writer is an error of the disk."""
    with DirectoryStore(folder, FaultyDisk()) as store:
        (folder / WORK / "unsealed").unlink()
        refuses(folder, "disk_failed", lambda: list(store.read(258, 260)))


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_read_only_folder(folder: Path, number: int) -> None:
    """Where nothing may be written, the sentence names the path and the reason."""
    refuses(folder, "disk_read_only", lambda: DirectoryStore(folder, FaultyDisk(0, number=number)))
    with DirectoryStore(folder, FaultyDisk(1, number=number)) as store:
        error = refuses(folder, "disk_read_only", lambda: store.append(260, known().notes[260:261]))
        assert str(folder / WORK / "unsealed") in error.sentence()
        assert os.strerror(number) in error.sentence("zh")
        refuses(folder, "store_broken", lambda: list(store.read(0, 1)))


def test_nothing_new_writes_nothing(folder: Path) -> None:
    """A seal without a change to make answers with the head."""
    with DirectoryStore(folder, FaultyDisk()) as store:
        seal_at(store, 260)
        head = store.head()
        before = files_of(folder)
        again = seal(
            store,
            store.published.read,
            ORIGIN,
            logs=[KEYS.log],
            cosigners=[],
            at_seconds=0,
        )
        assert again == head
        assert files_of(folder) == before
