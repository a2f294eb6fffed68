"""The database of people's keys: three tables and an engine of their own, apart from the data.

SQLite keeps no write-ahead log here and overwrites what is deleted, so that a destroyed key does
not linger in the file. PostgreSQL: a database, or a schema named by `options=-csearch_path=…` in
the address; the operator makes it.
"""

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from volunteer_credit.config import Settings
from volunteer_credit.shared import engines
from volunteer_credit.shared.clock import Clock
from volunteer_credit.shared.db_errors import translated
from volunteer_credit.shared.write_lock import WriteLock

METADATA = MetaData()

PERSON_KEYS = Table(
    "person_keys",
    METADATA,
    Column("person_id", String(32), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("under", String(16), nullable=False),  # the secret it is wrapped with
    Column("version", Integer, nullable=False),  # grows by one when it is wrapped anew
    Column("created_at_ms", BigInteger, nullable=False),
    Column("backed_up", BigInteger, index=True),  # the ordinal of the file that holds this version
)

ERASURES = Table(
    "person_key_erasures",
    METADATA,
    Column("person_hash", String(64), primary_key=True),
    Column("erased_at_ms", BigInteger, nullable=False),
    Column("backed_up", BigInteger, index=True),
)

# One row: the list of the second store that this database last wrote. Writers lock it first.
HEAD = Table(
    "person_key_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)

_PRAGMAS = (
    "PRAGMA journal_mode=TRUNCATE",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
)


class KeyDatabase:
    """The engine and the lock, opened on first use."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._engine: Engine | None = None
        self._opening = threading.Lock()
        self._lock: WriteLock | None = None
        if settings.person_keys_url.drivername == "sqlite":
            path = Path(f"{settings.person_keys_url.database}.lock")
            self._lock = WriteLock(path, settings.lock_timeout_seconds, clock)
        _databases.add(self)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that decides nothing. Raises: what `db_errors` knows."""
        with _driver_errors(), self._open().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The only writer's connection; what raises inside is rolled back.

        Raises: DatabaseBusyError and what else `db_errors` knows.
        """
        with _driver_errors():
            engine = self._open().execution_options(write=True)
            with self._held(), engine.begin() as connection:
                head(connection, lock=True)
                yield connection

    def close(self) -> None:
        """Close the connections; the next use opens new ones."""
        if self._engine is not None:
            self._engine.dispose()

    def after_fork(self) -> None:
        """Forget what the parent holds open."""
        self._opening = threading.Lock()
        if self._lock is not None:
            self._lock.after_fork()
        if self._engine is not None:
            self._engine.dispose(close=False)

    def _held(self) -> AbstractContextManager[None]:
        return nullcontext() if self._lock is None else self._lock.held()

    def _open(self) -> Engine:
        with self._opening:
            if self._engine is None:
                if self._lock is not None:
                    self._lock.path.parent.mkdir(0o700, parents=True, exist_ok=True)
                engine = _engine(self._settings)
                try:
                    with self._held():
                        _create_tables(engine)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine


_databases: "weakref.WeakSet[KeyDatabase]" = weakref.WeakSet()


def _after_fork() -> None:
    for each in list(_databases):
        each.after_fork()


os.register_at_fork(after_in_child=_after_fork)


def head(connection: Connection, *, lock: bool = False) -> Row[int, int, str]:
    """The one row of `HEAD`; `lock` makes other writers wait."""
    query = select(HEAD.c.id, HEAD.c.number, HEAD.c.digest)
    return connection.execute(query.with_for_update() if lock else query).one()


def _engine(settings: Settings) -> Engine:
    url = settings.person_keys_url
    options = engines.options(replace(settings, database_url=url), write=True)
    if url.drivername != "sqlite":
        own = url.query.get("options", "")  # such as the schema: our timeouts come after it
        options["connect_args"]["options"] = f"{own} {options['connect_args']['options']}"
        options["pool_pre_ping"] = True  # reading and writing share these connections
    else:
        Path(str(url.database)).touch(0o600)
    engine = create_engine(options.pop("url"), **options)
    if url.drivername == "sqlite":
        _listen(engine, settings.lock_timeout_seconds)
    return engine


def _listen(engine: Engine, timeout_seconds: int) -> None:
    def connect(raw: sqlite3.Connection, _record: object) -> None:
        raw.execute(f"PRAGMA busy_timeout={timeout_seconds * 1000}")
        for pragma in _PRAGMAS:
            raw.execute(pragma)

    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begin)


def _create_tables(engine: Engine) -> None:
    try:
        _create_missing(engine)
    except (ProgrammingError, IntegrityError):
        _create_missing(engine)  # another process made them at the same moment


def _create_missing(engine: Engine) -> None:
    with engine.execution_options(write=True).begin() as connection:
        METADATA.create_all(connection)
        if connection.execute(select(HEAD.c.id)).one_or_none() is None:
            connection.execute(insert(HEAD).values(id=1, number=0, digest=""))


@contextmanager
def _driver_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as problem:
        refusal = translated(problem)
        if refusal is None:
            raise
        raise refusal from problem
