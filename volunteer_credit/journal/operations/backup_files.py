"""The files of a backup: a table's rows as lines of JSON, and the manifest that signs them all.

One format for both engines. A file begins with the names of its columns; each row is an array,
bytes in base64. The manifest carries a MAC under the key secret, and only its exact bytes count.
"""

import base64
import gzip
import hmac
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from io import BufferedWriter
from pathlib import Path
from typing import Any

from sqlalchemy import Column, LargeBinary, MetaData, Table
from sqlalchemy.types import TypeDecorator

from ledger import canonical
from volunteer_credit.journal.rules.head import derived_key
from volunteer_credit.journal.rules.recovery_errors import BackupDamagedError, BackupMissingError
from volunteer_credit.shared.runtime import current

FORMAT = 1
MANIFEST = "manifest.json"
ENDING = ".jsonl.gz"
NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z")
COMPRESSION = 3  # half of what is stored are hashes and signatures, which no level makes smaller
BLOCK_BYTES = 1 << 20

# Told a table's name and its rows done so far.
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table: how many rows, and the SHA-256 of its file."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BookState:
    """A book: its entries, the root over them in hex, and its newest checkpoint in base64."""

    community_id: str
    book: int
    origin: str
    size: int
    root: str
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `revision` is the schema's, "" where nothing was migrated."""

    format: int
    namespace: str
    revision: str
    at_ms: int
    tables: tuple[TableFile, ...]
    books: tuple[BookState, ...]

    @property
    def name(self) -> str:
        """The name of the backup's folder."""
        return name_of(self.at_ms)


def name_of(at_ms: int) -> str:
    """The name of a backup of this time."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


@cache
def plain_table(table: Table) -> Table:
    """A table with what the database itself stores: a column that decrypts stays encrypted."""
    columns = [Column(each.name, _plain(each.type), key=each.name) for each in table.columns]
    return Table(table.name, MetaData(), *columns)


def _plain(kind: Any) -> Any:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def write_rows(
    path: Path, table: Table, rows: Iterable[Iterable[Any]], progress: Progress
) -> TableFile:
    """Write a table's file for good; what it then is."""
    coded = [isinstance(column.type, LargeBinary) for column in table.columns]
    count = 0
    with open(path, "xb", opener=_ours) as raw:
        # Without a name and a time in it, the same rows give the same file.
        with gzip.GzipFile("", "wb", COMPRESSION, raw, mtime=0) as file:
            file.write(_line([column.name for column in table.columns]))
            for row in rows:
                pairs = zip(row, coded, strict=True)
                values = [_coded(value) if is_bytes else value for value, is_bytes in pairs]
                file.write(_line(values))
                count += 1
                if count % 1000 == 0:
                    progress(table.name, count)
        _sync(raw)
    progress(table.name, count)
    return TableFile(table.name, count, file_hash(path))


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"


def _coded(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def read_rows(path: Path, table: Table) -> Iterator[dict[str, Any]]:
    """The rows of a file whose hash was compared before. Raises: BackupDamagedError."""
    coded = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
    with gzip.open(path, "rb") as file:
        names = json.loads(file.readline())
        if names != [column.name for column in table.columns]:
            raise BackupDamagedError(file=path.name, reason="other columns")
        for line in file:
            values = dict(zip(names, json.loads(line), strict=True))
            for name in coded:
                if values[name] is not None:
                    values[name] = base64.b64decode(values[name])
            yield values


def file_hash(path: Path) -> str:
    """The SHA-256 of a file in hex."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Sign and write the manifest, for good."""
    with open(folder / MANIFEST, "xb", opener=_ours) as file:
        file.write(_encoded(manifest, current().settings.key_secret))
        _sync(file)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a finished backup, as it was signed.

    Raises: BackupMissingError, BackupDamagedError.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise BackupMissingError(path=folder)
    data = path.read_bytes()
    settings = current().settings
    secrets = [each for each in (settings.key_secret, settings.key_secret_old) if each]
    try:
        fields = json.loads(data)["backup"]
        tables = tuple(TableFile(**each) for each in fields.pop("tables"))
        books = tuple(BookState(**each) for each in fields.pop("books"))
        found = Manifest(**fields, tables=tables, books=books)
        signed = any(hmac.compare_digest(data, _encoded(found, each)) for each in secrets)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BackupDamagedError(file=MANIFEST, reason="does not read") from None
    if not signed:
        raise BackupDamagedError(file=MANIFEST, reason="not signed under this VC_KEY_SECRET")
    return found


def _encoded(manifest: Manifest, secret: bytes) -> bytes:
    text = canonical.spell(asdict(manifest))
    mac = hmac.digest(derived_key(secret, "backup", ""), text, "sha256").hex()
    return b'{"backup":' + text + b',"mac":"' + mac.encode() + b'"}\n'


def _ours(path: str, flags: int) -> int:
    """Open a file that nobody else may read, wherever it is moved."""
    return os.open(path, flags, 0o600)


def _sync(file: BufferedWriter) -> None:
    file.flush()
    os.fsync(file.fileno())
