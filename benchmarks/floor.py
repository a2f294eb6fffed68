"""The floor: one transaction by hand on the driver, with the rows of one append.

Lock the head row, sign a prepared text, insert the entry and the operation, update two accounts
and the head, commit.
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.services import Service
from ledger.note import Ed25519Signer

MEMBERS = 100
KEY_BYTES = 16

Execute = Callable[..., Any]


@contextmanager
def floor(service: Service) -> Iterator[Callable[[int], None]]:
    """The hand-written transaction on the same engine, in tables of its own."""
    url = make_url(service.url)
    if service.engine == "SQLite":
        connection = sqlite3.connect(f"{url.database}.floor", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        begin, ending, mark = "BEGIN IMMEDIATE", "", "?"
        execute: Execute = connection.execute
        close = connection.close
    else:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        opened = psycopg.connect(address, autocommit=True)
        begin, ending, mark = "BEGIN", " FOR UPDATE", "%s"
        execute = opened.execute
        close = opened.close
    try:
        yield Floor(execute, begin, ending, mark).run
    finally:
        close()


class Floor:
    """The rows of one append, written by hand."""

    def __init__(self, execute: Execute, begin: str, ending: str, mark: str) -> None:
        blob = "BYTEA" if mark == "%s" else "BLOB"
        for table in (
            f"f_heads (c TEXT PRIMARY KEY, size BIGINT, edge {blob}, at BIGINT, n BIGINT,"
            f" mac {blob})",
            f"f_entries (c TEXT, b INT, seq BIGINT, id TEXT, kind TEXT, note {blob},"
            " PRIMARY KEY (c, b, seq), UNIQUE (c, b, id))",
            "f_accounts (c TEXT, b INT, name TEXT, w BIGINT, x BIGINT, y BIGINT, z BIGINT,"
            f" mac {blob}, PRIMARY KEY (c, b, name))",
            f"f_operations (c TEXT, n BIGINT, actor TEXT, key TEXT, name TEXT, digest {blob},"
            f" result TEXT, size BIGINT, rows {blob}, PRIMARY KEY (c, n), UNIQUE (c, actor, key))",
        ):
            execute(f"CREATE TABLE {table}")
        execute("INSERT INTO f_heads VALUES ('c', 0, NULL, 0, 0, NULL)")
        for number in range(MEMBERS + 1):
            execute(f"INSERT INTO f_accounts VALUES ('c', 1, 'a{number}', 0, 0, 0, 0, NULL)")
        self._execute = execute
        self._signer = Ed25519Signer("bench.example/c/1/entry", bytes(range(32)))
        self._text = b'{"actor":{"account":"system:points","role":"system"}' + b"x" * 400 + b"}\n"
        self._begin = begin
        self._lock = f"SELECT * FROM f_heads WHERE c = {mark}{ending}"
        self._entry = f"INSERT INTO f_entries VALUES ({', '.join([mark] * 6)})"
        self._account = (
            f"UPDATE f_accounts SET x = x + 1, mac = {mark}"
            f" WHERE c = {mark} AND b = {mark} AND name = {mark}"
        )
        self._operation = f"INSERT INTO f_operations VALUES ({', '.join([mark] * 9)})"
        self._head = (
            f"UPDATE f_heads SET size = {mark}, edge = {mark}, at = {mark}, n = {mark},"
            f" mac = {mark} WHERE c = {mark}"
        )

    def run(self, count: int) -> None:
        """Write this many appends, each in a transaction of its own."""
        execute = self._execute
        for number in range(count):
            drawn, key = secrets.token_hex(KEY_BYTES), secrets.token_hex(KEY_BYTES)
            execute(self._begin)
            size = execute(self._lock, ("c",)).fetchone()[1]
            note = self._text + b"\n" + self._signer.sign_line_bytes(self._text)
            execute(self._entry, ("c", 1, size, drawn, "points.example", note))
            for name in ("a0", f"a{1 + number % MEMBERS}"):
                execute(self._account, (bytes(16), "c", 1, name))
            answer = f"[[{size}]]"
            row = ("c", size, "system:points", key, "test", bytes(32), answer, size, b"")
            execute(self._operation, row)
            execute(self._head, (size + 1, bytes(320), size, size, bytes(32), "c"))
            execute("COMMIT")
