"""How a process seals: its folders, its disks, and the two functions of higher rooms."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ledger.durable import Disk
from ledger.files import DirectoryStore
from volunteer_credit.journal.operations.folders import (
    ARCHIVE,
    PUBLICATION,
    folder_errors,
    opened,
)
from volunteer_credit.journal.rules.seal_errors import SealBusyError
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import Runtime, current

STEP_ENTRIES = 20_000

PersonsBackedUp = Callable[[Reader, str, range], bool]
NamedFile = Callable[[Reader, str, str], bytes | None]


class Sealing:
    """How this process seals. Wiring sets the two functions that come from higher rooms.

    `persons_backed_up(session, community, seqs)`: whether the key of every person in these entries
    is in its second store. `named_file(session, community, path)`: the bytes of `document/<hash>`
    or `state/<hash>`, or None.
    """

    def __init__(self, runtime: Runtime) -> None:
        settings = runtime.settings
        self.folders = {ARCHIVE: settings.archive_dir, PUBLICATION: settings.export_dir}
        self.timeout_seconds = settings.lock_timeout_seconds
        self.step = STEP_ENTRIES
        self.disks = {ARCHIVE: Disk(), PUBLICATION: Disk()}
        self.persons_backed_up: PersonsBackedUp = lambda _session, _community, _seqs: True
        self.named_file: NamedFile = lambda _session, _community, _path: None
        self._turns: dict[tuple[int, str], threading.Lock] = {}

    @contextmanager
    def turn(self, community_id: str) -> Iterator[None]:
        """Let one thread of this process seal a community. Raises: SealBusyError."""
        # By process: a child must not wait for a thread that only its parent has.
        lock = self._turns.setdefault((os.getpid(), community_id), threading.Lock())
        if not lock.acquire(timeout=self.timeout_seconds):
            raise SealBusyError(origin=community_id)
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def folder(self, where: str, origin: str) -> Iterator[DirectoryStore]:
        """One of a book's two folders, locked. Raises: as `folder_errors`."""
        folder, disk = self.folders[where] / origin, self.disks[where]
        with folder_errors(where, origin):
            store = opened(folder, disk, self.timeout_seconds)
        try:
            yield store
        finally:
            store.close()


def sealing() -> Sealing:
    """How the current application seals."""
    return current().part(Sealing, Sealing)
