"""The files of a witness's state: sealed, and written so that a crash leaves the old or the new.

A sealed file is the hex SHA-256 of its rest, a newline, the rest. A change goes into a new file,
is synced, and takes the old one's place by a rename, which is synced too.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.witness_state_errors import (
    WitnessStateCorruptError,
    WitnessStateIoError,
    WitnessStateSyncError,
)

_SEAL_BYTES = 65


def seal(rest: bytes) -> bytes:
    """Return the bytes of a sealed file."""
    return hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest


def unseal(data: bytes, path: Path) -> bytes:
    """Return the rest of a sealed file. Raises: WitnessStateCorruptError (malformed)."""
    rest = data[_SEAL_BYTES:]
    if seal(rest) != data:
        raise WitnessStateCorruptError(file=path)
    return rest


@contextmanager
def disk() -> Iterator[None]:
    """Turn what the system says into a refusal. Raises: WitnessStateIoError (store)."""
    try:
        yield
    except OSError as error:
        raise WitnessStateIoError(reason=error.strerror) from error


def read_file(path: Path) -> bytes | None:
    """Return the bytes of a file, or None without it. Raises: WitnessStateIoError (store)."""
    with disk():
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """Hold a descriptor of a folder. Raises: OSError."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield fd
    finally:
        os.close(fd)


def sync(fd: int) -> None:
    """Wait until a file or folder is on the disk. Raises: WitnessStateSyncError (store)."""
    try:
        os.fsync(fd)
    except OSError as error:
        raise WitnessStateSyncError(reason=error.strerror) from error


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist, and sync it, but not its folder.

    Raises: OSError, WitnessStateSyncError (store).
    """
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        while data:
            data = data[os.write(fd, data) :]
        sync(fd)
    finally:
        os.close(fd)


def replace(path: Path, folder_fd: int, data: bytes) -> None:
    """Put `data` in the place of a file, whole; the caller alone may write in the folder now.

    Raises: OSError, WitnessStateSyncError (store).
    """
    new = path.with_name(f"{path.name}.new")
    # What a crash left there may not be on the disk, so it is never written on.
    new.unlink(missing_ok=True)
    write_new(new, data)
    new.rename(path)
    sync(folder_fd)
