"""The second store of people's keys: files that are never changed, and the list of them.

`keys-<day>-<ordinal>` holds wrapped keys, `erased-<day>-<ordinal>` the hashes of erased persons.
`list` names every file with its SHA-256, has a number that grows by one with each write, and ends
with a MAC under the secret. The list is replaced after its new files are durable and before files
it no longer names are removed, so every cut leaves a whole store. The order of files means nothing:
of one person's keys the highest version counts, and an erasure always wins.
"""

import hmac
import json
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256

from volunteer_credit.shared.person_keys_cipher import KeyWrap
from volunteer_credit.shared.person_keys_disk import NEW, BackupDisk
from volunteer_credit.shared.person_keys_errors import (
    PersonKeyBackupDamagedError,
    PersonKeyBackupFailedError,
    PersonKeyBackupMissingError,
    PersonKeyBackupUnlistedError,
)

LIST = "list"
KEYS = "keys"
ERASED = "erased"
RECORDS_MAX = 5000  # in one file, so that no step holds more than about a megabyte

_NAME = re.compile(rf"({KEYS}|{ERASED})-[0-9]{{8}}-([0-9]{{8,}})")


@dataclass(frozen=True)
class BackupFile:
    """One file; `at_ms` is when the oldest of its keys was known to live."""

    name: str
    at_ms: int
    count: int
    digest: str

    @property
    def kind(self) -> str:
        """`KEYS` or `ERASED`."""
        return self.name.split("-")[0]

    @property
    def ordinal(self) -> int:
        """Its number among all files ever written."""
        return int(self.name.split("-")[2])


@dataclass(frozen=True)
class BackupList:
    """The list as it stands on the disk; `digest` is that of its bytes."""

    number: int
    next_ordinal: int
    under: str
    files: tuple[BackupFile, ...]
    digest: str


class PersonKeyBackup:
    """Reads and writes the second store. One writer at a time: the caller holds a lock.

    Every method raises PersonKeyBackupFailedError where the disk does not work.
    """

    def __init__(self, disk: BackupDisk, wrap: KeyWrap) -> None:
        self._disk = disk
        self._wrap = wrap

    def is_empty(self) -> bool:
        """Whether neither a list nor a file of keys is there."""
        with _disk_errors():
            return not any(name == LIST or _NAME.fullmatch(name) for name in self._disk.names())

    def listed(self) -> BackupList | None:
        """The list; None for an empty store.

        Raises: PersonKeyBackupMissingError, PersonKeyBackupDamagedError, PersonKeySecretError.
        """
        if self.is_empty():
            return None
        with _disk_errors():
            if LIST not in self._disk.names():
                raise PersonKeyBackupMissingError
            data = self._disk.read(LIST)
        text, _, mac = data.rpartition(b"\n")
        try:
            fields = json.loads(text)
            files = tuple(BackupFile(**each) for each in fields.pop("files"))
            found = BackupList(**fields, files=files, digest=sha256(data).hexdigest())
        except (ValueError, TypeError, KeyError, AttributeError):
            raise PersonKeyBackupDamagedError(file=LIST) from None
        if not hmac.compare_digest(mac, self._mac(str(found.under), text)):
            raise PersonKeyBackupDamagedError(file=LIST)
        return found

    def refuse_unlisted(self, listed: BackupList) -> None:
        """Say when files are newer than the list. Raises: PersonKeyBackupUnlistedError."""
        with _disk_errors():
            ordinals = [int(m[2]) for m in map(_NAME.fullmatch, self._disk.names()) if m]
        count = sum(1 for ordinal in ordinals if ordinal >= listed.next_ordinal)
        if count:
            raise PersonKeyBackupUnlistedError(count=count)

    def read(self, file: BackupFile) -> list[str]:
        """The records of a listed file. Raises: PersonKeyBackupDamagedError."""
        with _disk_errors():
            try:
                data = self._disk.read(file.name)
            except FileNotFoundError:
                raise PersonKeyBackupDamagedError(file=file.name) from None
        if sha256(data).hexdigest() != file.digest:
            raise PersonKeyBackupDamagedError(file=file.name)
        return data.decode().splitlines()

    def begin(self, number: int) -> BackupList:
        """The first list of an empty store. Files stand there only once a list does."""
        with _disk_errors():
            self._disk.make_folder()
            return self._put_list(number, 1, ())

    def write(
        self, kind: str, ordinal: int, at_ms: int, records: Sequence[str]
    ) -> list[BackupFile]:
        """Files of these records, from `ordinal` on, in no list yet."""
        day = datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y%m%d")
        files = []
        for number, start in enumerate(range(0, len(records), RECORDS_MAX), ordinal):
            part = records[start : start + RECORDS_MAX]
            data = "".join(f"{record}\n" for record in part).encode()
            name = f"{kind}-{day}-{number:08d}"
            with _disk_errors():
                self._disk.write(name, data)
                self._disk.place(name)
            files.append(BackupFile(name, at_ms, len(part), sha256(data).hexdigest()))
        return files

    def relist(
        self, listed: BackupList, add: Sequence[BackupFile], drop: Collection[BackupFile] = ()
    ) -> BackupList:
        """The next list, in its place for good. What it no longer names waits for `sweep`."""
        files = (*(file for file in listed.files if file not in drop), *add)
        with _disk_errors():
            self._disk.sync()
            return self._put_list(listed.number + 1, listed.next_ordinal + len(add), files)

    def sweep(self, listed: BackupList) -> None:
        """Remove what an earlier list named, and what a cut write left behind."""
        named = {file.name for file in listed.files}
        with _disk_errors():
            over = [
                name
                for name in self._disk.names()
                if name not in named and _NAME.fullmatch(name.removesuffix(NEW))
            ]
            for name in over:
                self._disk.remove(name)
            if over:
                self._disk.sync()

    def _put_list(
        self, number: int, next_ordinal: int, files: tuple[BackupFile, ...]
    ) -> BackupList:
        fields = {"number": number, "next_ordinal": next_ordinal, "under": self._wrap.under}
        text = json.dumps({**fields, "files": [asdict(file) for file in files]}).encode()
        data = text + b"\n" + self._mac(self._wrap.under, text)
        self._disk.write(LIST, data)
        self._disk.place(LIST)
        self._disk.sync()
        return BackupList(number, next_ordinal, self._wrap.under, files, sha256(data).hexdigest())

    def _mac(self, under: str, text: bytes) -> bytes:
        return hmac.digest(self._wrap.list_key(under), text, "sha256").hex().encode()


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise PersonKeyBackupFailedError(reason=reason) from problem
