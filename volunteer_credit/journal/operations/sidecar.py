"""The rows that operations wrote beside entries, encrypted for the archive (design §3.5).

Each operation's rows are sealed into its own row of `journal_operations`; sealing copies those to
the archive. So a restore brings back people and not only pseudonyms, and an erased person's rows
stay unreadable, because the vault's own key of that person is gone.
"""

import base64
import json
from collections.abc import Sequence
from hmac import compare_digest
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from volunteer_credit.journal.operations.keys import NONCE_BYTES, keeper
from volunteer_credit.journal.rules.errors import RowChangedError
from volunteer_credit.journal.rules.head import Columns, octets, row_code
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import current

ARCHIVE = "archive"
BYTES = "base64"
PLAIN_COLUMNS = ("community_id", "position", "actor", "key", "name", "result", "size")
BYTES_COLUMNS = ("request_digest", "rows")


def archive_name(community_id: str) -> str:
    """The name under which a community's archive key is kept; it outlives each book."""
    return f"{current().settings.namespace}/{community_id}"


def operation_code(reader: Reader, row: Columns) -> bytes:
    """The code of an operation's row, under a key of the community: it outlives each book."""
    values: list[str | int] = [row[name] for name in PLAIN_COLUMNS]
    values += [octets(row[name]).hex() for name in BYTES_COLUMNS]
    name = archive_name(row["community_id"])
    return row_code(keeper().operations_key(reader, name, ARCHIVE), "operations", values)


def check_operation(reader: Reader, row: Columns) -> None:
    """Believe an operation's row. Raises: RowChangedError."""
    if not compare_digest(octets(row["mac"]), operation_code(reader, row)):
        name = archive_name(row["community_id"])
        raise RowChangedError(origin=name, row=f"operation {row['position']}")


def rows_written(reader: Reader, rows: Sequence[Any], community_id: str, position: int) -> bytes:
    """What a transaction's session has written, encrypted; empty if nothing."""
    if not rows:
        return b""
    spelled = [
        (action, table, {name: _spell(value) for name, value in values.items()})
        for action, table, values in rows
    ]
    plain = json.dumps(spelled, separators=(",", ":")).encode()
    nonce = current().random(NONCE_BYTES)
    key = keeper().archive_key(reader, archive_name(community_id), ARCHIVE)
    return nonce + key.encrypt(nonce, plain, _bound(community_id, position))


def opened_rows(
    key: bytes, community_id: str, position: int, blob: bytes
) -> list[tuple[str, str, dict[str, Any]]]:
    """The rows in a blob: put or drop, table, values. Raises: InvalidTag when it was changed."""
    if not blob:
        return []
    plain = AESGCM(key).decrypt(
        blob[:NONCE_BYTES], blob[NONCE_BYTES:], _bound(community_id, position)
    )
    rows: Sequence[Any] = json.loads(plain)
    return [
        (action, table, {name: _read(value) for name, value in values.items()})
        for action, table, values in rows
    ]


def _spell(value: Any) -> Any:
    """A value as JSON gives it back; others are refused when they are written, not when lost."""
    if isinstance(value, bytes):
        return {BYTES: base64.b64encode(value).decode()}
    if value is None or type(value) in (bool, int, float, str):
        return value
    raise TypeError(type(value).__name__)


def _read(value: Any) -> Any:
    return base64.b64decode(value[BYTES]) if isinstance(value, dict) else value


def _bound(community_id: str, position: int) -> bytes:
    return f"vc/sidecar/v1\n{community_id}\n{position}".encode()
