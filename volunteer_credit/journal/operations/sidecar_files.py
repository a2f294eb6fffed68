"""The sidecar: what operations wrote beside entries, as a chain of encrypted files in the archive.

    sidecar/<from>-<to>    SHA-256 of the file before (zeros for the first), nonce, ciphertext
    keys.json              the wrapped keys of the community, as `journal_keys` holds them

A file holds the operations at the positions [from, to) of a community. It may be ahead of the
sealed entries, never behind them.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.durable import NEW, Disk, Lock, make_folders, replace
from ledger.store_errors import disk_errors
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.folders import ARCHIVE as WHERE
from volunteer_credit.journal.operations.folders import folder_errors
from volunteer_credit.journal.operations.keys import NONCE_BYTES, ROW_KEY_ID, keeper
from volunteer_credit.journal.operations.sidecar import (
    ARCHIVE,
    BYTES_COLUMNS,
    archive_name,
    check_operation,
)
from volunteer_credit.journal.rules.errors import BehindPublicationError
from volunteer_credit.journal.rules.head import Head
from volunteer_credit.journal.rules.seal_errors import SidecarChangedError
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import current

NO_FILE = bytes(32)
OPERATIONS_MAX = 1000  # in one file
KEYS_FILE = "keys.json"
LOCK = ".lock"

_NAME = re.compile(r"(0|[1-9][0-9]*)-([1-9][0-9]*)")
_BYTES = (*BYTES_COLUMNS, "mac")


def archive_folder(community_id: str) -> Path:
    """Where the archive keeps what belongs to a community and to none of its books alone."""
    return current().settings.archive_dir / archive_name(community_id)


def operations_archived(community_id: str) -> int:
    """Up to which position the sidecars reach. Raises: FolderFailedError."""
    folder = archive_folder(community_id) / "sidecar"
    with folder_errors(WHERE, archive_name(community_id)), disk_errors(folder):
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    return max((int(match[2]) for name in names if (match := _NAME.fullmatch(name))), default=0)


def write_sidecars(session: Reader, head: Head, disk: Disk) -> None:
    """Copy the operations that the archive does not have yet; one sealer at a time.

    The lock is the community's: two of its books have a lock each, and one sidecar.
    Raises: SidecarChangedError, BehindPublicationError, FolderFailedError, KeyMissingError,
    SealBusyError.
    """
    folder = archive_folder(head.community_id) / "sidecar"
    with folder_errors(WHERE, head.origin), disk_errors(folder):
        make_folders(disk, folder)
        lock = Lock(folder.parent / LOCK)
    try:
        _write(session, head, disk, folder)
    finally:
        lock.release()


def _write(session: Reader, head: Head, disk: Disk, folder: Path) -> None:
    with folder_errors(WHERE, head.origin), disk_errors(folder):
        files = _files(head.community_id, folder)
        start = files[-1][1] if files else 0
        before = sha256(_read(folder, files[-1])).digest() if files else NO_FILE
        if start > head.operations_count:
            raise BehindPublicationError(
                origin=head.community_id, size=head.operations_count, where=folder, published=start
            )
        key = keeper().seed(session, archive_name(head.community_id), ARCHIVE, ROW_KEY_ID)
        for left in sorted(folder.glob("*" + NEW)):  # of a sealer that died
            disk.remove(left)
        disk.sync_folder(folder)  # what it put in its place may not be durable yet
        while start < head.operations_count:
            stop = min(start + OPERATIONS_MAX, head.operations_count)
            rows = queries.operations(session, head.community_id, start, stop)
            if [row["position"] for row in rows] != list(range(start, stop)):
                raise SidecarChangedError(community=head.community_id, name=f"{start}-{stop}")
            for row in rows:
                check_operation(session, row)
            plain = json.dumps([_spelled(row) for row in rows], separators=(",", ":")).encode()
            nonce = current().random(NONCE_BYTES)
            bound = _bound(head.community_id, start, stop, before)
            data = before + nonce + AESGCM(key).encrypt(nonce, plain, bound)
            replace(disk, folder / f"{start}-{stop}", data)
            start, before = stop, sha256(data).digest()


def write_keys(session: Reader, head: Head, disk: Disk) -> None:
    """See that `keys.json` is what the database has. Raises: FolderFailedError."""
    path = archive_folder(head.community_id) / KEYS_FILE
    rows = queries.wrapped_keys(session, archive_name(head.community_id))
    spelled = [{**row, "wrapped": base64.b64encode(row["wrapped"]).decode()} for row in rows]
    data = json.dumps(spelled, indent=1, sort_keys=True).encode() + b"\n"
    with folder_errors(WHERE, head.origin), disk_errors(path):
        if not path.is_file() or path.read_bytes() != data:
            make_folders(disk, path.parent)
            replace(disk, path, data)


def read_keys(community_id: str) -> list[dict[str, Any]]:
    """The rows of `journal_keys` that the archive has. Raises: OSError, ValueError."""
    rows = json.loads((archive_folder(community_id) / KEYS_FILE).read_bytes())
    return [{**row, "wrapped": base64.b64decode(row["wrapped"])} for row in rows]


def read_sidecars(community_id: str, key: bytes) -> Iterator[dict[str, Any]]:
    """The operations of a community in order, each as the columns of its row.

    `key` is the community's archive key. That the newest files are there can't be seen from the
    files; whoever restores compares the end with the entries.
    Raises: SidecarChangedError.
    """
    folder, before = archive_folder(community_id) / "sidecar", NO_FILE
    for start, stop in _files(community_id, folder):
        data = _read(folder, (start, stop))
        nonce, sealed = data[32 : 32 + NONCE_BYTES], data[32 + NONCE_BYTES :]
        # What the file says stood before it is bound too, so only the one right file opens.
        bound = _bound(community_id, start, stop, before)
        try:
            plain = AESGCM(key).decrypt(nonce, sealed, bound) if data[:32] == before else b"["
            rows = json.loads(plain)
        except (InvalidTag, ValueError):
            raise SidecarChangedError(community=community_id, name=f"{start}-{stop}") from None
        for row in rows:
            yield {
                "community_id": community_id,
                **row,
                **{name: base64.b64decode(row[name]) for name in _BYTES},
            }
        before = sha256(data).digest()


def _files(community_id: str, folder: Path) -> list[tuple[int, int]]:
    """The ranges of the files, from 0 without a gap. Raises: SidecarChangedError."""
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    matches = (_NAME.fullmatch(name) for name in names)
    found = sorted((int(match[1]), int(match[2])) for match in matches if match)
    position = 0
    for start, stop in found:
        if start != position or stop <= start:
            raise SidecarChangedError(community=community_id, name=f"{start}-{stop}")
        position = stop
    return found


def _read(folder: Path, file: tuple[int, int]) -> bytes:
    return (folder / f"{file[0]}-{file[1]}").read_bytes()


def _spelled(row: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in row.items() if name != "community_id"}
    return {**values, **{name: base64.b64encode(values[name]).decode() for name in _BYTES}}


def _bound(community_id: str, start: int, stop: int, before: bytes) -> bytes:
    return f"vc/sidecar-file/v1\n{community_id}\n{start}\n{stop}\n{before.hex()}".encode()
