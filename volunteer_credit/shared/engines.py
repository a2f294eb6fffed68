"""How the two engines are opened: a read engine that cannot write, and the write engine.

SQLite: WAL, synchronous FULL, BEGIN IMMEDIATE for writers (trust.md measured what the defaults
lose). PostgreSQL: READ COMMITTED, short timeouts.
"""

import os
import select
import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from volunteer_credit.config import Settings
from volunteer_credit.shared.db_errors import DatabaseFailedError
from volunteer_credit.shared.prepared import READS, wrapped

IDLE_TIMEOUT_SECONDS = 15
POOL_SIZE = 8
_FILE = "file"  # which file a connection has open
SQLITE_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA secure_delete=ON",  # what an erasure deletes must not stay in free pages
    "PRAGMA busy_timeout=5000",
    "PRAGMA journal_size_limit=67108864",
    # KiB: the random pages of two indexes, so that a book of a million entries stays in memory.
    "PRAGMA cache_size=-65536",
    # Pages: four times the usual, because the same few pages change with every entry.
    "PRAGMA wal_autocheckpoint=4000",
)


def options(settings: Settings, *, write: bool) -> dict[str, Any]:
    """The options of `create_engine` for one of the two."""
    shared: dict[str, Any] = {
        "url": settings.database_url,
        "pool_size": POOL_SIZE,
        "pool_timeout": settings.lock_timeout_seconds,
        "hide_parameters": True,  # errors go to the log, persons do not
    }
    if settings.database_url.drivername == "sqlite":
        # Pragmas and BEGIN come from the events below; the driver must not add its own.
        return {**shared, "connect_args": {"isolation_level": None, "check_same_thread": False}}
    timeouts = {
        "statement_timeout": settings.statement_timeout_seconds,
        "lock_timeout": settings.lock_timeout_seconds,
        "idle_in_transaction_session_timeout": IDLE_TIMEOUT_SECONDS,
    }
    flags = [f"-c {name}={seconds * 1000}" for name, seconds in timeouts.items()]
    flags.append("-c TimeZone=UTC")
    if not write:
        flags.append("-c default_transaction_read_only=on")
        # A statement sees what is committed when it begins, in a transaction or not; without one
        # a page goes to the server twice less.
        shared["isolation_level"] = "AUTOCOMMIT"
    return {
        **shared,
        "max_overflow": 4 * POOL_SIZE,
        "pool_pre_ping": not write,  # a writer says so when the database is gone, a reader tries
        "connect_args": {"options": " ".join(flags), "connect_timeout": 5},
    }


def listen(engine: Engine, *, write: bool, wal: bool = True) -> None:
    """Set what SQLite has to be told on each connection and at each BEGIN.

    WAL is safe only where the write lock holds (SQLite before 3.51.3 has a fault).
    """
    if not write:
        event.listen(engine, "connect", _say_it_reads)
    if engine.dialect.name != "sqlite":
        if write:
            _begin_ourselves(engine)
        return

    def connect(raw: sqlite3.Connection, _record: object) -> None:
        mode = "WAL" if wal else "TRUNCATE"
        for pragma in (f"PRAGMA journal_mode={mode}", *SQLITE_PRAGMAS):
            raw.execute(pragma)
        if not write:
            raw.execute("PRAGMA wal_autocheckpoint=0")
            raw.execute("PRAGMA query_only=ON")

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", _beginning("BEGIN IMMEDIATE" if write else "BEGIN"))
    event.listen(engine, "handle_error", _discard_if_ended)
    _watch_file(engine, str(engine.url.database))


def _begin_ourselves(engine: Engine) -> None:
    """The driver's own BEGIN waits for its answer; ours goes out with the statements behind it."""

    def connect(raw: Any, _record: object) -> None:
        raw.autocommit = True

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", _beginning("BEGIN"))


def _beginning(word: str) -> Callable[[Connection], None]:
    """What begins a transaction."""

    def begin(connection: Connection) -> None:
        # Straight to the driver: through the toolkit this one word costs as much as an insert.
        raw: Any = connection.connection.driver_connection
        try:
            raw.execute(word)
        except (sqlite3.Error, psycopg.Error) as problem:
            raise wrapped(connection, problem, word) from problem

    return begin


def _say_it_reads(_raw: object, record: ConnectionPoolEntry) -> None:
    record.info[READS] = True


def is_quiet(connection: Connection) -> bool:
    """Whether an idle connection to PostgreSQL is there still, as far as this side knows.

    A server that goes away says so, and then there is something to read; asking it would cost as
    much as the read that follows.
    """
    driver: Any = connection.connection.driver_connection
    if driver.closed:
        return False
    waiting = select.poll()
    waiting.register(driver.fileno(), select.POLLIN)
    return not waiting.poll(0)


def same_file(engine: Engine) -> Callable[[Connection], bool]:
    """What says whether a kept connection still has the right file open (SQLite).

    Raises: DatabaseFailedError when there is no file.
    """
    if engine.dialect.name != "sqlite":
        return lambda _connection: True
    path = str(engine.url.database)

    def is_same(connection: Connection) -> bool:
        return bool(connection.info[_FILE] == _identity(path))

    return is_same


def _watch_file(engine: Engine, path: str) -> None:
    """In WAL mode SQLite goes on writing to a file that was moved away or replaced."""

    def connect(_raw: object, record: ConnectionPoolEntry) -> None:
        record.info[_FILE] = _identity(path)

    def checkout(_raw: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info[_FILE] != _identity(path):
            raise DisconnectionError

    event.listen(engine, "connect", connect)
    event.listen(engine, "checkout", checkout)


def _identity(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - twice as quick
    except OSError as problem:
        raise DatabaseFailedError(reason="its file is gone") from problem
    return found.st_dev, found.st_ino


def _discard_if_ended(context: ExceptionContext) -> None:
    """SQLite may end a transaction by itself (disk full): nothing more runs on such a connection.

    Whoever caught the error and went on would commit every later statement by itself.
    """
    connection = context.connection
    if connection is not None and not (connection.closed or connection.invalidated):
        raw: object = connection.connection.dbapi_connection
        if isinstance(raw, sqlite3.Connection) and not raw.in_transaction:
            context.is_disconnect = True
            context.invalidate_pool_on_disconnect = False
