"""A book as a directory: published files for any web server, working files for one writer (T4).

    checkpoint, checkpoints/<size>, tile/…    published
    .ledger/lock                              one writer at a time
    .ledger/unsealed                          batches of entries, from the head on
    .ledger/head                              the signed checkpoint that was compare-and-swapped
    .ledger/staging/                          what the head publishes, `+` for `/` in the names

Sealing stages, swaps the head, publishes tiles and bundles, then the checkpoint, and drops the
staging. Opening after a crash runs the same code from where the head was swapped, or drops what
was staged for a head that never came. Nothing published is ever overwritten by other content.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from ledger.checkpoint import Checkpoint, read_checkpoint
from ledger.durable import NEW, Batches, Disk, Lock, make_folders, put, replace
from ledger.growing import check_grown, check_unchanged
from ledger.merkle import EMPTY_ROOT
from ledger.store import Published, Sealed, check_append, check_range, check_sealed, head_size
from ledger.store_errors import (
    FolderNotEmptyError,
    HeadMovedError,
    NoBookError,
    PathRefusedError,
    RollbackError,
    StoreBrokenError,
    TreeForkError,
    UnsealedDamagedError,
    disk_errors,
)
from ledger.tiles import TILE_WIDTH

__all__ = ["CHECKPOINT", "WORK", "DirectoryStore", "Published"]

WORK = ".ledger"
CHECKPOINT = "checkpoint"


def _text(checkpoint: bytes | None) -> bytes | None:
    """What a checkpoint says, whoever signed it: witnesses add lines to the published one."""
    return None if checkpoint is None else read_checkpoint(checkpoint)[1].text


class DirectoryStore:
    """The writer of a book in `folder`; opening takes the lock and finishes what a crash left.

    After a failed step, and after `close`, every call raises StoreBrokenError.
    Raises: NoBookError, StoreLockedError, UnsealedDamagedError, as `disk_error` (store),
    RollbackError, TileChangedError, TreeForkError (fork), and as `check_grown`.
    """

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self.folder = folder
        self.published = Published(folder)
        self._disk = Disk() if disk is None else disk
        self._work = folder / WORK
        self._broken = ""
        self._head: bytes | None = None
        self._unsealed: Batches
        with self._steps():
            if not (self._work / "unsealed").is_file():
                raise NoBookError(path=folder)
        self._lock = Lock(self._work / "lock")
        try:
            with self._steps():
                self._open()
        except BaseException:
            self._lock.release()
            raise

    @classmethod
    def create(cls, folder: Path, disk: Disk | None = None) -> Self:
        """Begin a book in a folder that is empty or not there, and open it.

        What a crash left of an earlier beginning is no obstacle.
        Raises: FolderNotEmptyError, StoreLockedError, as `disk_error` (store).
        """
        disk = Disk() if disk is None else disk
        work = folder / WORK
        with disk_errors(folder):
            make_folders(disk, folder)
            _check_holds_only(folder, {WORK})
            if not work.is_dir():
                disk.make_folder(work, 0o700)
            disk.sync_folder(folder)
            disk.sync_folder(folder.parent)
            lock = Lock(work / "lock")
            try:
                _check_holds_only(work, {"lock", "staging", "unsealed" + NEW})
                make_folders(disk, work / "staging")
                # From here on it is a book: whatever is missing before this is made again.
                replace(disk, work / "unsealed", b"")
            finally:
                lock.release()
        return cls(folder, disk)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the next writer in; nothing is written."""
        self._broken = self._broken or "it was closed"
        self._lock.release()

    def size(self) -> int:
        """How many entries are durable."""
        self._check_usable()
        return self._unsealed.stop

    def head(self) -> bytes | None:
        """The newest signed checkpoint."""
        self._check_usable()
        return self._head

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The entries from `start` up to `stop`. Raises: EntryRangeError, as `Published`."""
        check_range(start, stop, self.size())
        return self._read(start, stop)

    def append(self, start: int, notes: Sequence[bytes]) -> None:
        """Add entries, all or none. Raises: as `check_append`, StoreBrokenError, `disk_error`."""
        check_append(start, notes, self.size())
        if notes:
            with self._steps():
                self._unsealed.append(notes)

    def put(self, path: str, data: bytes) -> None:
        """Publish a file that is no part of the tree: the policy, a checkpoint with more lines.

        Raises: PathRefusedError (malformed), RollbackError (fork) for a checkpoint that says
        anything else than the published one, StoreBrokenError, `disk_error` (store).
        """
        self._check_usable()
        there = self._published(path)
        if path.startswith("tile/"):
            raise PathRefusedError(path=path)
        if path.startswith(CHECKPOINT) and _text(data) != _text(there):
            raise RollbackError(published=head_size(there), head=head_size(data))
        with self._steps():
            make_folders(self._disk, (self.folder / path).parent)
            replace(self._disk, self.folder / path, data)

    def seal(self, sealed: Sealed) -> None:
        """Make a checkpoint the head and publish it with its files.

        Raises: as `check_sealed`, RollbackError (fork), StoreBrokenError, `disk_error` (store).
        """
        new = check_sealed(sealed, self._head, self.size(), self.published.read)
        self._check_agreed()
        self._check_published(new)
        with self._steps():
            self._stage(sealed)
            head = self._read_work("head")
            if head != sealed.expected:  # somebody has written in spite of the lock
                raise HeadMovedError(head=head_size(head), expected=head_size(sealed.expected))
            replace(self._disk, self._work / "head", sealed.checkpoint)
            self._head = sealed.checkpoint
            self._publish(sealed.files, new)
            self._finish()

    def _check_usable(self) -> None:
        if self._broken:
            raise StoreBrokenError(path=self.folder, reason=self._broken)

    @contextmanager
    def _steps(self) -> Iterator[None]:
        """Steps that leave the store broken when one of them fails, in whatever way."""
        try:
            with disk_errors(self.folder):
                yield
        except BaseException as error:
            self._broken = f"an earlier step failed ({error or type(error).__name__})"
            raise

    def _read_work(self, name: str) -> bytes | None:
        path = self._work / name
        return path.read_bytes() if path.is_file() else None

    def _read(self, start: int, stop: int) -> Iterator[bytes]:
        """Bundle by bundle, then batch by batch: sealing in between changes nothing."""
        while start < stop:
            self._check_usable()
            sealed_size = head_size(self._head)
            if start < sealed_size:
                end = min(stop, sealed_size, start - start % TILE_WIDTH + TILE_WIDTH)
                chunk = list(self.published.entries(start, end, sealed_size))
            else:
                with disk_errors(self.folder):
                    chunk = self._unsealed.read_from(start)[: stop - start]
            yield from chunk
            start += len(chunk)

    def _open(self) -> None:
        """Finish or drop what was staged, then see that head, entries and publication agree."""
        self._head = self._read_work("head")
        staging = self._work / "staging"
        make_folders(self._disk, staging)  # a backup may have left out an empty folder
        staged = {
            each.name.replace("+", "/"): each.read_bytes() for each in sorted(staging.iterdir())
        }
        if self._head is not None and staged.pop(CHECKPOINT, None) == self._head:
            self._publish_again(staged, read_checkpoint(self._head)[0])
        self._check_agreed()
        for left in sorted(self._work.glob("*" + NEW)):
            self._disk.remove(left)
        size = head_size(self._head)
        self._unsealed = Batches(self._work / "unsealed", self._disk, size)
        if not self._unsealed.start <= size <= self._unsealed.stop:
            raise UnsealedDamagedError(path=self._work / "unsealed", offset=0, seq=size)
        self._finish()

    def _published(self, path: str) -> bytes | None:
        try:
            return self.published.read(path)
        except FileNotFoundError:
            return None

    def _check_agreed(self) -> None:
        """What is published is the head. Raises: RollbackError (fork)."""
        published = self._published(CHECKPOINT)
        if _text(published) != _text(self._head):
            raise RollbackError(published=head_size(published), head=head_size(self._head))

    def _check_published(self, new: Checkpoint) -> Checkpoint:
        """The published checkpoint, which `new` may follow or be. Raises: RollbackError (fork)."""
        data = self._published(CHECKPOINT)
        old = Checkpoint(new.origin, 0, EMPTY_ROOT) if data is None else read_checkpoint(data)[0]
        same = self._published(f"checkpoints/{new.size}")
        if old.origin != new.origin or old.size > new.size or _text(same) not in (None, new.text()):
            raise RollbackError(published=old.size, head=new.size)
        return old

    def _publish_again(self, staged: Mapping[str, bytes], new: Checkpoint) -> None:
        """Publish the head after a crash, as `seal` would have done."""
        old = self._check_published(new)
        check_unchanged(staged, self.published.read)
        try:
            check_grown(staged, self.published.read, old, new)
        except TreeForkError as error:
            if error.where["checkpoint"] == new.size != old.size:
                raise
            raise RollbackError(published=old.size, head=new.size) from error
        self._disk.sync_folder(self._work)  # the head is seen, but it may not be durable yet
        self._publish(staged, new)

    def _stage(self, sealed: Sealed) -> None:
        staging = self._work / "staging"
        for path, data in sealed.files.items():
            self._disk.create(staging / path.replace("/", "+"), data)
        self._disk.create(staging / CHECKPOINT, sealed.checkpoint)
        self._disk.sync_folder(staging)

    def _publish(self, files: Mapping[str, bytes], new: Checkpoint) -> None:
        """Publish the files of the head, all durable before its checkpoint is seen."""
        folders = {self.folder}
        for path, data in files.items():
            target = self.folder / path
            make_folders(self._disk, target.parent)
            check_unchanged({path: data}, self.published.read)
            if not target.is_file():
                put(self._disk, target, data)
            folders.update(each for each in target.parents if each.is_relative_to(self.folder))
        for folder in sorted(folders):
            self._disk.sync_folder(folder)
        make_folders(self._disk, self.folder / "checkpoints")
        for path in (f"checkpoints/{new.size}", CHECKPOINT):
            there = self._published(path)
            # Of one that says the same the lines stay: witnesses may have added theirs.
            if _text(there) == new.text():
                self._disk.sync_folder((self.folder / path).parent)
            else:
                replace(self._disk, self.folder / path, self._head or b"")

    def _finish(self) -> None:
        """Drop the staging, and of the unsealed entries what is sealed now.

        Staged files that come back when the power fails are the head's, or dropped again: the
        next staging makes their absence durable before it swaps the head.
        """
        for path in sorted((self._work / "staging").iterdir()):
            self._disk.remove(path)
        size = head_size(self._head)
        if self._unsealed.start < size:
            self._unsealed.restart(size)


def _check_holds_only(folder: Path, names: set[str]) -> None:
    """Accept a folder with nothing but these. Raises: FolderNotEmptyError (store)."""
    for each in sorted(folder.iterdir()):
        if each.name not in names:
            raise FolderNotEmptyError(path=folder, name=each.name)
