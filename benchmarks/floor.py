"""The floor: one transaction by hand on the driver, with the rows of one append, in our own tables.

Lock the head row, sign a prepared text, insert the entry and the operation, update two accounts
and the head, commit; settings and sizes of rows are ours. It knows no rules, reads no balance,
answers no retry, takes no file lock, and waits for each answer of the server.
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.services import Service, application, close, database
from ledger.merkle import HASH_BYTES
from ledger.note import Ed25519Signer
from tests.service.books import COMMUNITY, award, funded, request
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.shared.engines import SQLITE_PRAGMAS

MEMBERS = 100
KEY_BYTES = 16
TEXT = b'{"actor":{"account":"system:points","role":"system"}' + b"x" * 310 + b"}\n"  # an award's

Execute = Callable[[str, Mapping[str, Any]], Any]


@contextmanager
def floor(service: Service) -> Iterator[Callable[[int], None]]:
    """The hand-written transaction, in a database of its own that holds the same book as ours."""
    url = database(service, "floor")
    folder = service.folder / "floor"
    folder.mkdir()
    filled(url, folder)
    connection, bare = connected(service.engine, url)
    try:
        yield bare.run
    finally:
        connection.close()


def connected(engine: str, url: str, kind: "type[Floor] | None" = None) -> tuple[Any, "Floor"]:
    """A connection of its own, and the statements for it."""
    kind = kind or Floor
    if engine == "SQLite":
        path = str(make_url(url).database)
        connection: Any = sqlite3.connect(path, isolation_level=None)
        for pragma in ("PRAGMA journal_mode=WAL", *SQLITE_PRAGMAS):
            connection.execute(pragma)
        return connection, kind(connection.execute, "BEGIN IMMEDIATE", "", ":{}")
    address = make_url(url).set(drivername="postgresql")
    connection = psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)
    return connection, kind(connection.execute, "BEGIN", " FOR UPDATE", "%({})s")


def filled(url: str, folder: Path) -> None:
    """A book with the same accounts as the one that is measured."""
    app = application(url, folder)
    with app.app_context():
        funded(amount=10**15, members=MEMBERS)
        append(COMMUNITY, request("wallets"), [award(number) for number in range(MEMBERS)])
    close(app)


class Floor:
    """The statements, written by hand; `mark` is how this driver spells a parameter."""

    def __init__(self, execute: Execute, begin: str, ending: str, mark: str) -> None:
        self._mark = mark
        self.execute = execute
        self._signer = Ed25519Signer("bench.example/c/1/entry", bytes(range(32)))
        self._begin = begin
        community = mark.format("c")
        self._lock = (
            "SELECT size, operations_count, journal_heads.* FROM journal_heads"
            f" WHERE community_id = {community}{ending}"
        )
        self._entry = self.insert(
            "journal_entries", "community_id", "book", "seq", "id", "kind", "fact", "note"
        )
        self._operation = self.insert(
            "journal_operations",
            "community_id",
            "position",
            "actor",
            "key",
            "name",
            "request_digest",
            "result",
            "size",
            "rows",
            "mac",
        )
        self._account = self.update(
            "journal_accounts",
            ("community_id", "book", "name"),
            "debits_pending",
            "debits_posted",
            "credits_pending",
            "credits_posted",
            "mac",
        )
        self._head = self.update(
            "journal_heads",
            ("community_id",),
            "size",
            "edge",
            "last_at_ms",
            "operations_count",
            "mac",
        )
        named = execute("SELECT DISTINCT name FROM journal_accounts ORDER BY name", {})
        self._names = [row[0] for row in named]

    def insert(self, table: str, *names: str) -> str:
        """The statement that writes a row."""
        marks = ", ".join(self._mark.format(name) for name in names)
        return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"

    def update(self, table: str, keys: tuple[str, ...], *names: str) -> str:
        """The statement that changes a row."""
        values = ", ".join(f"{name} = {self._mark.format(name)}" for name in names)
        where = " AND ".join(f"{name} = {self._mark.format(name)}" for name in keys)
        return f"UPDATE {table} SET {values} WHERE {where}"

    def beside(self, community: str, size: int, drawn: str) -> None:
        """The rows that change beside the entry's own: two accounts. `drawn`: 32 random digits."""
        assert drawn
        sums = {"debits_pending": 0, "debits_posted": 0, "credits_pending": 0, "mac": bytes(16)}
        other = 1 + size % min(MEMBERS, len(self._names) - 1)
        for name in (self._names[0], self._names[other]):
            row = {"community_id": community, "book": 1, "name": name, **sums}
            self.execute(self._account, {**row, "credits_posted": size})

    def run(self, count: int, community: str = COMMUNITY) -> None:
        """Write this many appends, each in a transaction of its own."""
        execute, book = self.execute, {"community_id": community, "book": 1}
        for _ in range(count):
            drawn, key = secrets.token_hex(KEY_BYTES), secrets.token_hex(KEY_BYTES)
            execute(self._begin, {})
            size, position, *_ = execute(self._lock, {"c": community}).fetchone()
            note = TEXT + b"\n" + self._signer.sign_line_bytes(TEXT)
            entry = {"seq": size, "id": drawn, "kind": "points.example", "fact": 0}
            execute(self._entry, {**book, **entry, "note": note})
            self.beside(community, size, drawn)
            row = {
                "community_id": community,
                "position": position,
                "actor": "system:points",
                "key": key,
                "name": "test",
                "request_digest": bytes(32),
                "result": f'[[{size},"{drawn}",1795392000000]]',
                "size": size + 1,
                "rows": b"",
                "mac": bytes(16),
            }
            execute(self._operation, row)
            head = {
                "community_id": community,
                "size": size + 1,
                "edge": bytes(HASH_BYTES * (size + 1).bit_count()),
                "last_at_ms": size + 1,
                "operations_count": position + 1,
                "mac": bytes(16),
            }
            execute(self._head, head)
            execute("COMMIT", {})
