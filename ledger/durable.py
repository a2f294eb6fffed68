"""What a writer asks of the file system: durable steps, an exclusive lock, a file of batches.

`Disk` is the only way by which a writer changes files, so a test can let each step fail in turn.
After a step has failed nobody knows what is on the disk: the caller starts over by opening again.
"""

import fcntl
import os
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from ledger.store_errors import StoreLockedError, UnsealedDamagedError, disk_errors

NEW = ".new"  # how the names of files end that are not in their place yet
LENGTH_BYTES = 2

_HEADER = struct.Struct(">QI32s")  # first seq, payload bytes, SHA-256 of the payload


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors of a block name `path`; those of writing and syncing name nothing by themselves."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


class Disk:
    """Changes files; each method is one step, and what it wrote is durable when it returns.

    A name in a folder is durable after `sync_folder`. All methods raise OSError with the path.
    """

    def create(self, path: Path, data: bytes) -> None:
        """Write a new file; what a crash left under that name is overwritten."""
        with _named(path), path.open("wb") as file:
            self._write(file, data)

    def append(self, path: Path, data: bytes) -> None:
        """Add to the end of a file that is there."""
        with _named(path), path.open("r+b") as file:
            file.seek(0, os.SEEK_END)
            self._write(file, data)

    def truncate(self, path: Path, size: int) -> None:
        """Cut a file to `size` bytes."""
        with _named(path), path.open("r+b") as file:
            file.truncate(size)
            self._sync(file.fileno())

    def rename(self, old: Path, new: Path) -> None:
        """Put a file in the place of another."""
        with _named(new):
            old.replace(new)

    def remove(self, path: Path) -> None:
        """Remove a file."""
        with _named(path):
            path.unlink()

    def make_folder(self, path: Path, mode: int = 0o777) -> None:
        """Make a folder in one that is there."""
        with _named(path):
            path.mkdir(mode)

    def sync_folder(self, path: Path) -> None:
        """Make durable which names a folder has."""
        with _named(path):
            number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
            try:
                self._sync(number)
            finally:
                os.close(number)

    def _write(self, file: BinaryIO, data: bytes) -> None:
        file.write(data)
        file.flush()
        self._sync(file.fileno())

    def _sync(self, number: int) -> None:
        os.fsync(number)


def put(disk: Disk, path: Path, data: bytes) -> None:
    """Put a whole file in its place, so that nobody ever sees half of it; not yet durable."""
    new = path.with_name(path.name + NEW)
    disk.create(new, data)
    disk.rename(new, path)


def replace(disk: Disk, path: Path, data: bytes) -> None:
    """Put a whole file in its place for good."""
    put(disk, path, data)
    disk.sync_folder(path.parent)


def make_folders(disk: Disk, folder: Path) -> None:
    """Make a folder and those above it that are missing."""
    if not folder.is_dir():
        make_folders(disk, folder.parent)
        disk.make_folder(folder)
        disk.sync_folder(folder.parent)


class Lock:
    """An exclusive lock on a file, held until `release` or the end of the process.

    Raises: StoreLockedError where another has it, in this process or in any other, and as
    `disk_error` (store).
    """

    def __init__(self, path: Path) -> None:
        with disk_errors(path):
            self._number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                self.release()
                if isinstance(error, BlockingIOError):
                    raise StoreLockedError(path=path) from None
                raise

    def release(self) -> None:
        """Let the next writer in."""
        if self._number >= 0:
            os.close(self._number)
            self._number = -1


def _frame(start: int, notes: Sequence[bytes]) -> bytes:
    """One batch as it stands in the file; its entries are coded as in a bundle."""
    payload = b"".join([len(note).to_bytes(LENGTH_BYTES, "big") + note for note in notes])
    return _HEADER.pack(start, len(payload), sha256(payload).digest()) + payload


def _entries(payload: bytes) -> Iterator[bytes]:
    """The entries of a batch."""
    at = 0
    while at < len(payload):
        start = at + LENGTH_BYTES
        at = start + int.from_bytes(payload[at:start], "big")
        yield payload[start:at]


def _read_frame(file: BinaryIO) -> tuple[int, list[bytes]] | None:
    """The batch at the file's position, or None where none is whole."""
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    start, length, digest = _HEADER.unpack(header)
    payload = file.read(length)
    if len(payload) < length or sha256(payload).digest() != digest:
        return None
    return start, list(_entries(payload))


def _is_torn(rest: bytes, start: int) -> bool:
    """Whether `rest` is the beginning of a batch from `start` that a crash cut short.

    Blocks that never reached the disk may read as zeros. Whatever is not clearly such a beginning
    is damage, for it may be the remains of something that was acknowledged.
    """
    there = rest.rstrip(b"\0")
    if not start.to_bytes(8, "big").startswith(there[:8]):
        return False
    if len(there) < _HEADER.size:
        return True
    _, length, digest = _HEADER.unpack(there[: _HEADER.size])
    payload = there[_HEADER.size :]
    if len(payload) >= length or sha256(payload).digest() == digest:
        return False
    at = 0
    while at + LENGTH_BYTES <= len(payload):
        count = int.from_bytes(payload[at : at + LENGTH_BYTES], "big")
        if count == 0:  # no entry is empty: this is the seq of a next batch, swallowed by this one
            return False
        at += LENGTH_BYTES + count
    return True


class Batches:
    """A file of batches, each one frame: whole, or cut off when the file is opened next.

    `start` is the first entry, `stop` the one after the last. Frames follow each other without a
    gap. `start_if_empty` is where a file without a whole frame starts.
    Raises: UnsealedDamagedError (store), OSError.
    """

    def __init__(self, path: Path, disk: Disk, start_if_empty: int) -> None:
        self._path = path
        self._disk = disk
        self._empty(start_if_empty)
        with path.open("rb") as file:
            bytes_all = os.fstat(file.fileno()).st_size
            while self._bytes < bytes_all:
                frame = _read_frame(file)
                if frame is None or (self._starts and frame[0] != self.stop):
                    file.seek(self._bytes)
                    if frame is not None or not _is_torn(file.read(), self.stop):
                        raise UnsealedDamagedError(path=path, offset=self._bytes, seq=self.stop)
                    break
                self._take(frame[0], len(frame[1]), file.tell())
        if bytes_all:  # cut, and what a writer wrote but did not live to sync is durable now
            disk.truncate(path, self._bytes)

    def append(self, notes: Sequence[bytes]) -> None:
        """Add one batch, all of it or nothing."""
        frame = _frame(self.stop, notes)
        self._disk.append(self._path, frame)
        self._take(self.stop, len(notes), self._bytes + len(frame))

    def read_from(self, seq: int) -> list[bytes]:
        """The entries from `seq`, which is there, to the end of its batch."""
        at = bisect_right(self._starts, seq) - 1
        with self._path.open("rb") as file:
            file.seek(self._offsets[at])
            frame = _read_frame(file)
        if frame is None:
            raise UnsealedDamagedError(path=self._path, offset=self._offsets[at], seq=seq)
        return frame[1][seq - frame[0] :]

    def restart(self, start: int) -> None:
        """Begin the file anew with the entries from `start` on."""
        notes: list[bytes] = []
        while start + len(notes) < self.stop:
            notes += self.read_from(start + len(notes))
        frame = _frame(start, notes) if notes else b""
        replace(self._disk, self._path, frame)
        self._empty(start)
        if notes:
            self._take(start, len(notes), len(frame))

    def _empty(self, start: int) -> None:
        self.start = self.stop = start
        self._bytes = 0
        self._starts: list[int] = []
        self._offsets: list[int] = []

    def _take(self, start: int, count: int, bytes_after: int) -> None:
        """Take a frame into the index."""
        if not self._starts:
            self.start = start
        self._starts.append(start)
        self._offsets.append(self._bytes)
        self.stop, self._bytes = start + count, bytes_after
