"""Builders for the tests of sealing: folders, verifying, rows changed behind the service."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from ledger.checkpoint import Checkpoint, read_checkpoint
from ledger.durable import Disk
from ledger.files import Published
from ledger.ids import SpillingIds
from ledger.policy import parse_policy
from ledger.report import Report
from ledger.verify import Options, verify
from tests.service.books import COMMUNITY, award, funded, request
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.fence import fence_down, fence_up
from volunteer_credit.journal.operations.folders import ARCHIVE, PUBLICATION
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.shared.db import WRITE, db, end_reading

ORIGIN = f"weihai.example/{COMMUNITY}/1"


def export_folder(origin: str = ORIGIN) -> Path:
    return sealing().folders[PUBLICATION] / origin


def archive_folder(origin: str = ORIGIN) -> Path:
    return sealing().folders[ARCHIVE] / origin


def head_of(checkpoint: bytes) -> Checkpoint:
    return read_checkpoint(checkpoint)[0]


def published(folder: Path) -> Checkpoint:
    return head_of((folder / "checkpoint").read_bytes())


def verified(folder: Path, scratch: Path) -> Report:
    """What a stranger finds in a folder, by the policy that lies beside the book."""
    policy = parse_policy((export_folder() / "policy").read_bytes())
    scratch.mkdir(exist_ok=True)
    ids = SpillingIds(scratch)
    try:
        return verify(Published(folder), policy, ids, Options()).report
    finally:
        ids.close()


def is_good(folder: Path, scratch: Path) -> bool:
    """Whether a book verifies; 10: kinds that only tests know moved something."""
    return verified(folder, scratch).exit_code in (0, 10)


def awards(count: int, first: int = 0) -> None:
    """Some operations of one entry each."""
    for number in range(first, first + count):
        append(COMMUNITY, request(f"award {number}"), [award(number % 3, 1)])


def many(count: int, key: str) -> None:
    """One operation of many entries."""
    append(COMMUNITY, request(key), [award(number % 3, 1) for number in range(count)])


def grown(count: int = 3) -> None:
    funded()
    awards(count)


def run(statement: str, **values: Any) -> None:
    """Change rows as somebody with the database's password would, with the fence taken down."""
    end_reading()
    with db.engines[WRITE].begin() as connection:
        fence_down(connection)
        connection.execute(text(statement), values)
        fence_up(connection)


def rows(table: str) -> list[Mapping[str, Any]]:
    """All rows of a table."""
    end_reading()
    found = db.session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - our own names
    return [dict(row) for row in found.mappings()]


def restart(app: Flask) -> None:
    """Let the process forget what it knows, as a new one would; database and folders stay."""
    runtime = app.extensions["volunteer_credit"]
    runtime._parts.clear()
    end_reading()


class Crash(BaseException):
    """The process ends here."""


class CountingDisk(Disk):
    """Counts its steps and fails at one; `number` is the error of the system, 0 a crash."""

    def __init__(self, fail_at: int = -1, number: int = 0) -> None:
        self.fail_at, self.number = fail_at, number
        self.steps = 0

    def _step(self, path: Path) -> None:
        self.steps += 1
        if self.steps - 1 == self.fail_at:
            if self.number:
                raise OSError(self.number, "as the test wants", str(path))
            raise Crash

    def create(self, path: Path, data: bytes) -> None:
        self._step(path)
        super().create(path, data)

    def append(self, path: Path, data: bytes) -> None:
        self._step(path)
        super().append(path, data)

    def truncate(self, path: Path, size: int) -> None:
        self._step(path)
        super().truncate(path, size)

    def rename(self, old: Path, new: Path) -> None:
        self._step(new)
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        self._step(path)
        super().remove(path)

    def make_folder(self, path: Path, mode: int = 0o777) -> None:
        self._step(path)
        super().make_folder(path, mode)

    def sync_folder(self, path: Path) -> None:
        self._step(path)
        super().sync_folder(path)

    def _sync(self, number: int) -> None:
        """What is not synced is not lost here; the book's own tests look at that."""


@contextmanager
def disk_for(where: str, disk: Disk) -> Iterator[None]:
    """Let a folder be written through another disk."""
    before = sealing().disks[where]
    sealing().disks[where] = disk
    try:
        yield
    finally:
        sealing().disks[where] = before


__all__ = ["Callable", "FakeClock"]
