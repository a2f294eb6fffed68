"""The two folders of a book, archive and publication: opened by one sealer, brought forward."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.durable import Disk
from ledger.errors import LedgerError, StoreError
from ledger.files import WORK, DirectoryStore
from ledger.store import Sealed, head_size
from ledger.store_errors import StoreLockedError
from volunteer_credit.journal.rules.seal_errors import (
    FolderChangedError,
    FolderFailedError,
    SealBusyError,
)
from volunteer_credit.journal.rules.tree import bundle_start, files_between

ARCHIVE, PUBLICATION = "archive", "publication"
POLL_SECONDS = 0.01

ReadEntries = Callable[[int, int], Iterable[bytes]]


@contextmanager
def folder_errors(where: str, origin: str) -> Iterator[None]:
    """Say what a folder refuses in the service's words.

    Raises: SealBusyError, FolderFailedError, FolderChangedError.
    """
    try:
        yield
    except StoreLockedError as problem:
        raise SealBusyError(origin=origin) from problem
    except StoreError as problem:
        raise FolderFailedError(origin=origin, where=where, reason=problem) from problem
    except LedgerError as problem:
        raise FolderChangedError(origin=origin, where=where, reason=problem) from problem


def is_there(folder: Path) -> bool:
    """Whether a folder holds a book that can be written."""
    return (folder / WORK / "unsealed").is_file()


def opened(folder: Path, disk: Disk, timeout_seconds: float) -> DirectoryStore:
    """Open a book's folder, or make it; another sealer is waited for. Raises: LedgerError."""
    never = threading.Event()
    for _ in range(int(timeout_seconds / POLL_SECONDS)):
        try:
            return _open(folder, disk)
        except StoreLockedError:
            never.wait(POLL_SECONDS)
    return _open(folder, disk)


def _open(folder: Path, disk: Disk) -> DirectoryStore:
    return DirectoryStore(folder, disk) if is_there(folder) else DirectoryStore.create(folder, disk)


def fill(store: DirectoryStore, size: int, entries: ReadEntries) -> None:
    """See that a folder holds as many entries as a checkpoint will cover."""
    start = store.size()
    if start < size:
        store.append(start, list(entries(start, size)))


def bring(store: DirectoryStore, checkpoint: bytes, entries: ReadEntries) -> None:
    """Bring a folder forward to a checkpoint that was signed before. Raises: LedgerError."""
    old_size, size = head_size(store.head()), head_size(checkpoint)
    notes = [*store.read(bundle_start(old_size), old_size), *entries(old_size, size)]
    fill(store, size, lambda start, stop: notes[start - bundle_start(old_size) :][: stop - start])
    files = files_between(store.published.read, notes, old_size, size)
    store.seal(Sealed(store.head(), checkpoint, files))
