"""The head row of a community's book, and the codes that say it and its rows are ours (§3.4).

The head's code is made under a key derived from the entry key in force, so only a process that
could sign the next entry can make it. Rows carry a code under the book's own row key.
"""

from collections.abc import Sequence
from hashlib import blake2s, sha256
from typing import Any, NamedTuple, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAC_BYTES = 16
NO_FACTS = bytes(32)
# Before the code of a head out of a backup: nothing is written until `recover` has looked at it.
RESTORED = b"restored:"


class Head(NamedTuple):
    """What the next append must know. `edge` is the tree's right edge, 32 bytes a hash."""

    community_id: str
    book: int
    origin: str
    size: int
    edge: bytes
    last_at_ms: int
    entry_key_id: str
    facts_count: int
    facts_digest: bytes
    families_count: int
    operations_count: int
    clock_offset_ms: int
    clock_confirmed_ms: int

    def code(self, key: bytes) -> bytes:
        """The code of this head under a head key."""
        values: list[Any] = list(self)
        values[_EDGE] = octets(self.edge).hex()  # spelling 300 raw bytes would take longer
        return _code(key, "heads", values)


class Columns(Protocol):
    """A row by the names of its columns."""

    def __getitem__(self, name: str, /) -> Any:
        """The value in a column."""
        ...


NAMES = Head._fields
_EDGE = NAMES.index("edge")


def head_of(row: Columns) -> Head:
    """The head of a row."""
    return Head._make([_plain(row[name]) for name in NAMES])


def _plain(value: Any) -> Any:
    return bytes(value) if type(value) is memoryview else value


def octets(value: object) -> bytes:
    """The bytes of a column. A text, which SQLite lets somebody put there, becomes no code."""
    if type(value) is bytes:
        return value
    if isinstance(value, memoryview):
        return bytes(value)
    return f"{type(value).__name__}: {value}".encode("utf-8", "backslashreplace")


def derived_key(seed: bytes, purpose: str, origin: str) -> bytes:
    """A key for one purpose in one book out of a secret (HKDF, RFC 5869)."""
    info = f"vc/{purpose}/v1\n{origin}".encode()
    return HKDF(SHA256(), 32, salt=None, info=info).derive(seed)


def row_code(key: bytes, table: str, values: Sequence[str | int]) -> bytes:
    """The code of a row: over its table and its values in order."""
    return _code(key, table, values)


def _code(key: bytes, table: str, values: Sequence[str | int | bytes]) -> bytes:
    """Keyed BLAKE2s (RFC 7693). The spelling of a tuple of plain values reads only one way."""
    spelled = repr((table, *values)).encode("ascii", "backslashreplace")
    return blake2s(spelled, digest_size=MAC_BYTES, key=key).digest()


def facts_digest(before: bytes, leaf: bytes) -> bytes:
    """The running hash over the entries that everybody has to know."""
    return sha256(before + leaf).digest()
