"""A store of people's keys with its second store, and what can happen to both."""

import errno
import shutil
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, delete, insert, select

from tests.service.make import AT_MS, FakeClock, secret, settings_for
from volunteer_credit.shared.person_keys import PersonKeys
from volunteer_credit.shared.person_keys_disk import NEW, BackupDisk
from volunteer_credit.shared.person_keys_tables import METADATA

DAY_MS = 86_400_000
Copy = dict[str, list[dict[str, Any]]]


def person(number: int) -> str:
    """A person's number, the same in every run."""
    return sha256(f"person {number}".encode()).hexdigest()[:32]


class Stream:
    """Bytes that look random and are the same in every run."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, count: int) -> bytes:
        self._count += 1
        return sha256(f"stream {self._count}".encode()).digest()[:count]


class Cut(Exception):  # noqa: N818 - it is no error of the program, but the end of it
    """The process dies here."""


class FaultyDisk(BackupDisk):
    """A disk whose steps are counted; the step `fails_at` fails, before or after it is done."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.steps = 0
        self.fails_at = 0
        self.is_done = False
        self.problem: Exception = Cut()

    def fail(self, at: int, *, is_done: bool, problem: Exception | None = None) -> None:
        """Let the step after `at` - 1 more ones fail."""
        self.steps, self.fails_at, self.is_done = 0, at, is_done
        self.problem = Cut() if problem is None else problem

    def _step(self, work: Callable[[], None], torn: Callable[[], None] | None = None) -> None:
        self.steps += 1
        if self.steps != self.fails_at:
            work()
            return
        if self.is_done:
            work()
        elif torn:
            torn()
        raise self.problem

    def make_folder(self) -> None:
        self._step(super().make_folder)

    def write(self, name: str, data: bytes) -> None:
        def torn() -> None:
            (self.folder / (name + NEW)).write_bytes(data[: len(data) // 2])

        self._step(lambda: BackupDisk.write(self, name, data), torn)

    def place(self, name: str) -> None:
        self._step(lambda: BackupDisk.place(self, name))

    def sync(self) -> None:
        self._step(super().sync)

    def remove(self, name: str) -> None:
        self._step(lambda: BackupDisk.remove(self, name))


def full_disk() -> OSError:
    """What a full disk says."""
    return OSError(errno.ENOSPC, "No space left on device")


class KeyStore:
    """One installation's keys, in a folder of the test and on the engine of the test."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.backup = folder / "person-keys-backup"
        self.disk = FaultyDisk(self.backup)
        self.random = Stream()
        self.opened: list[PersonKeys] = []

    def open(self, name: str = "kek", old: str | None = None) -> PersonKeys:
        """The keys as a new process opens them, under the secret of this name."""
        changes = {"VC_PERSON_KEYS_URL": self.url, "VC_KEY_SECRET": secret(name)}
        if old is not None:
            changes["VC_KEY_SECRET_OLD"] = secret(old)
        main = f"sqlite:///{self.folder / 'main' / 'service.db'}"
        settings = settings_for(main, self.folder, **changes)
        keys = PersonKeys(settings, FakeClock(), self.random, self.disk)
        self.opened.append(keys)
        return keys

    def close(self) -> None:
        """Close every connection."""
        for keys in self.opened:
            keys._database.close()

    def copy(self) -> Copy:
        """Every row of the database."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            tables = METADATA.sorted_tables
            rows = {
                table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in tables
            }
        engine.dispose()
        return rows

    def put_back(self, copy: Copy) -> None:
        """Restore the database from a copy, as an operator does."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            for table in METADATA.sorted_tables:
                connection.execute(delete(table))
                if copy[table.name]:
                    connection.execute(insert(table), copy[table.name])
        engine.dispose()

    def lose(self) -> None:
        """Lose the database."""
        engine = create_engine(self.url)
        METADATA.drop_all(engine)
        engine.dispose()

    def files(self) -> list[Path]:
        """The files of the second store."""
        return sorted(self.backup.iterdir())

    def held_by_backup(self, wrapped: bytes) -> bool:
        """Whether these bytes stand anywhere in the second store."""
        return any(wrapped.hex().encode() in file.read_bytes() for file in self.files())

    def wrapped(self, number: int) -> bytes:
        """A person's key as the database stores it."""
        rows = self.copy()["person_keys"]
        (found,) = (row["wrapped"] for row in rows if row["person_id"] == person(number))
        return bytes(found)

    def rebuilt(self, folder: Path, name: str = "kek", old: str | None = None) -> PersonKeys:
        """What would be there if only the second store were left."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if self.backup.is_dir():
            shutil.copytree(self.backup, folder / "person-keys-backup")
        other = KeyStore(f"sqlite:///{folder / 'person-keys' / 'keys.db'}", folder)
        keys = other.open(name, old)
        keys.restore(AT_MS)
        other.close()
        return keys


def fill(keys: PersonKeys, numbers: Sequence[int], at_ms: int = AT_MS) -> dict[int, bytes]:
    """Make these persons' keys; by number, something sealed for each."""
    for number in numbers:
        keys.create(person(number), at_ms)
    return {each: keys.seal(person(each), "name", f"name {each}".encode()) for each in numbers}


def opens(keys: PersonKeys, sealed: dict[int, bytes]) -> bool:
    """Whether all of these still read."""
    return all(
        keys.open(person(each), "name", data) == f"name {each}".encode()
        for each, data in sealed.items()
    )
