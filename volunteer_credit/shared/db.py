"""The one way to the database.

`db.session` reads and cannot write. `transaction()` is the only way to write, and this file the
only one that commits: what raises inside is rolled back, what returns is committed. With
`book=<community>` it first locks that community's head row, so that every read which decides
anything comes after the lock. A function that takes `session` first joins its caller's transaction.
"""

import functools
import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

from flask import Flask, current_app, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    Engine,
    RootTransaction,
    Table,
    bindparam,
    column,
    event,
    inspect,
    literal_column,
    select,
    table,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, UOWTransaction, scoped_session

from volunteer_credit.config import Settings
from volunteer_credit.shared import engines
from volunteer_credit.shared.clock import Clock
from volunteer_credit.shared.db_errors import DatabaseBusyError, is_retried, translated
from volunteer_credit.shared.errors import MissingError
from volunteer_credit.shared.kept import Kept
from volunteer_credit.shared.prepared import (
    Prepared,
    TransactionEndedError,
    first_row,
    is_open,
)
from volunteer_credit.shared.together import together, write_last
from volunteer_credit.shared.write_lock import WriteLock, file_locks_work

EXTENSION = "volunteer_credit.writer"
TRIES_MAX = 5
WRITE = "write"
TRANSACTION = "transaction"
HEAD_ROW = "head_row"
TAKEN = "rows_taken"

_log = logging.getLogger(__name__)
_open = threading.local()
P = ParamSpec("P")
R = TypeVar("R")


class Model(DeclarativeBase):
    """What every table derives from."""


def table_of(model: type[Model]) -> Table:
    """The table of a model, for who writes whole rows (`Operation.add`)."""
    return cast(Table, model.__table__)


db = SQLAlchemy(metadata=Model.metadata)
# What reads: a function that takes one neither opens nor ends a transaction.
Reader: TypeAlias = Session | scoped_session[Any] | Connection
Question: TypeAlias = tuple[Prepared, Mapping[str, Any]]


class WriteSession(Session):
    """The session of a transaction. It remembers every row that it wrote, for the archive."""


def _remember_rows(session: Session, context: UOWTransaction) -> None:
    session.info[TRANSACTION].ahead.clear()  # what is written now was not there when it was asked
    # What the flush did, and not what it was told: orphans go too, and what is deleted and added
    # again under one key is changed.
    put: list[Any] = []
    drop: list[Any] = []
    for state, (is_deleted, is_skipped) in list(context.states.items()):
        each, mapper, old_key = state.obj(), state.mapper, state.key
        name = mapper.local_table.name
        if is_skipped or not mapper.local_table.info.get("sidecar", True):
            continue
        if is_deleted:
            drop.append(("drop", name, _values(each)))
        elif old_key is None or session.is_modified(each):
            put.append(("put", name, _values(each)))
            if old_key is not None and old_key[1] != tuple(mapper.primary_key_from_instance(each)):
                names = [column.name for column in mapper.primary_key]
                drop.append(("drop", name, dict(zip(names, old_key[1], strict=True))))
    assert not ((put or drop) and session.info.get(TAKEN)), "rows after those of the operation"
    session.info[TRANSACTION].written.extend(put + drop)


def _values(each: object) -> dict[str, Any]:
    columns = inspect(each).mapper.column_attrs
    return {attr.columns[0].name: getattr(each, attr.key) for attr in columns}


def _refuse_unseen(execution: ORMExecuteState) -> None:
    """Only objects of the session are followed into the archive, and not statements."""
    writes = execution.is_insert or execution.is_update or execution.is_delete
    if writes:
        execution.session.info[TRANSACTION].ahead.clear()
    if writes and execution.session.info[TRANSACTION].followed:
        table: Any = getattr(execution.statement, "table", None)
        assert not table.info.get("sidecar", True), f"rows of {table.name} written unseen"


event.listen(WriteSession, "after_flush", _remember_rows)
event.listen(WriteSession, "do_orm_execute", _refuse_unseen)


class NoBookError(MissingError):
    """A community that keeps no book."""

    code = "no_book"
    en = "There is no book of the community {community!r}."
    zh = "没有社区 {community!r} 的账本。"


# The table is the journal's; this is all that the ground floor knows of it.
_HEADS = table("journal_heads", column("community_id"))
LOCK_HEAD = Prepared(
    select(literal_column("*"))
    .select_from(_HEADS)
    .where(_HEADS.c.community_id == bindparam("book"))
    .with_for_update()
)


class Writer:
    """What stands before the row lock: on SQLite one lock for all, else one for each book."""

    def __init__(self, settings: Settings, clock: Clock, engine: Engine) -> None:
        self._timeout_seconds = settings.lock_timeout_seconds
        self._books: dict[str, threading.Lock] = {}
        self.kept = Kept(engine, engines.same_file(engine), engines.POOL_SIZE)
        reads = db.engine
        on_sqlite = reads.dialect.name == "sqlite"
        is_sound = engines.same_file(reads) if on_sqlite else engines.is_quiet
        self.readers = Kept(reads, is_sound, engines.POOL_SIZE)
        self.sqlite: WriteLock | None = None
        self.wal = _is_lockable(settings)
        if settings.database_url.drivername == "sqlite" and self.wal:
            path = Path(f"{settings.database_url.database}.lock")
            self.sqlite = WriteLock(path, self._timeout_seconds, clock)
        _writers.add(self)

    def held(self, book: str | None) -> AbstractContextManager[None]:
        """Hold what a transaction on this book needs. Raises: DatabaseBusyError."""
        if self.sqlite is not None:
            return self.sqlite.held()
        return nullcontext() if book is None else self._held_book(book)

    @contextmanager
    def _held_book(self, book: str) -> Iterator[None]:
        lock = self._books.setdefault(book, threading.Lock())
        if not lock.acquire(timeout=self._timeout_seconds):
            raise DatabaseBusyError(seconds=self._timeout_seconds)
        try:
            yield
        finally:
            lock.release()

    def after_fork(self) -> None:
        """Forget what threads of the parent held."""
        self._books = {}
        self.kept.after_fork()
        self.readers.after_fork()
        if self.sqlite is not None:
            self.sqlite.after_fork()


def _is_lockable(settings: Settings) -> bool:
    """Whether file locks hold the writers of SQLite apart; else it runs without WAL."""
    folder = Path(str(settings.database_url.database)).parent
    if settings.database_url.drivername != "sqlite" or not os.access(folder, os.W_OK | os.X_OK):
        return True
    works = file_locks_work(folder)
    if not works:
        _log.warning("file locks do not work beside the database: SQLite uses TRUNCATE, not WAL")
    return works


_writers: "weakref.WeakSet[Writer]" = weakref.WeakSet()
_engines: "weakref.WeakSet[Engine]" = weakref.WeakSet()


def _after_fork() -> None:
    """A child shares neither locks nor connections with its parent."""
    _open.now = False
    for each in list(_writers):
        each.after_fork()
    for engine in list(_engines):
        engine.dispose(close=False)


def _before_fork() -> None:
    """Close what is idle: a connection known to two processes breaks the locks of SQLite."""
    if has_app_context():
        end_reading()
    for engine in list(_engines):
        engine.dispose()


os.register_at_fork(before=_before_fork, after_in_child=_after_fork)


def init_app(app: Flask, settings: Settings, clock: Clock) -> None:
    """Give an application its two engines and its locks."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    read = engines.options(settings, write=False)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {k: v for k, v in read.items() if k != "url"}
    app.config["SQLALCHEMY_BINDS"] = {WRITE: engines.options(settings, write=True)}
    db.init_app(app)
    with app.app_context():
        app.extensions[EXTENSION] = ours = Writer(settings, clock, db.engines[WRITE])
        for engine, write in ((db.engine, False), (db.engines[WRITE], True)):
            engines.listen(engine, write=write, wal=ours.wal)
            _engines.add(engine)


def writer() -> Writer:
    """The locks of the current application."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Writer)
    return found


class Transaction:
    """One open transaction: its connection, the locked head row, a session for who wants one."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.head_row: Mapping[str, Any] = {}
        self.followed = False  # an operation, whose rows go to the archive
        # (put or drop, table, values by column) in the order they were written
        self.written: list[tuple[str, str, Mapping[str, Any]]] = []
        self.hooks: dict[str, list[Callable[[], None]]] = {}
        self.answers: list[list[Any]] = []  # the rows of what `opened` was told to ask
        self.ahead: dict[tuple[Prepared, str], list[Any]] = {}  # see `reading.ahead`
        self.last: Callable[[], None] | None = None  # prepared statements, sent with the COMMIT
        self.explained: Callable[[IntegrityError], Exception] | None = None  # what they met
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The session that joins this transaction; it is made when it is first asked for."""
        if self._session is None:
            self._session = WriteSession(
                self.connection, expire_on_commit=False, join_transaction_mode="rollback_only"
            )
            self._session.info[TRANSACTION] = self
            self._session.info[HEAD_ROW] = self.head_row
        return self._session

    @property
    def reader(self) -> Reader:
        """What reads in this transaction: its session, if there is one by now."""
        return self.connection if self._session is None else self._session

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has asked for the session, so that nothing can have been written yet."""
        return self._session is None

    def flush(self) -> None:
        """Send what the session still holds."""
        if self._session is not None:
            self._session.flush()

    @property
    def rows(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        """What was written so far: (put or drop, table, values by column); no more may come.

        Raises: AssertionError from then on when the session writes.
        """
        if self._session is not None:
            self.flush()
            self._session.info[TAKEN] = True
        return self.written

    def write(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        """Write a row now, behind what the session holds."""
        self.flush()
        self.ahead.clear()  # it was not there when that was asked
        del self.answers[1:]  # nor then
        statement.run(self.connection, values)

    def hook(self, when: str, work: Callable[[], None]) -> None:
        """Do this at a moment: before_commit, after_commit or after_rollback."""
        self.hooks.setdefault(when, []).append(work)

    def close(self) -> None:
        """Let go of the session."""
        if self._session is not None:
            self._session.close()

    def work(self, when: str) -> None:
        """Do what was asked for at this moment; nothing of it undoes what was decided."""
        for work in self.hooks.get(when, ()):
            try:
                work()
            except Exception:
                # The work itself is repeated by a job.
                _log.exception("work %s failed", when)


@contextmanager
def transaction(*, book: str | None = None) -> Iterator[Session]:
    """Open the one transaction of an operation; `book` names the community whose head is locked.

    Raises: NoBookError, DatabaseBusyError and what else `db_errors` knows; nothing is saved then.
    """
    with opened(book=book) as now:
        yield now.session


@contextmanager
def opened(*, book: str | None = None, ask: Sequence[Question] = ()) -> Iterator[Transaction]:
    """The same for who needs no session: making one costs as much as five statements.

    What is in `ask` is sent together with the lock, right behind it; `answers` are the rows.
    """
    assert not getattr(_open, "now", False), "an operation opens exactly one transaction"
    end_reading()
    now: Transaction | None = None
    ours = writer()
    try:
        with ours.held(book):
            _open.now = True
            connection = None
            try:
                connection = ours.kept.take()
                now = Transaction(connection)
                with _begun(now, book, ask) as first:
                    yield from _run(now, first)
                ours.kept.keep(connection)
                connection = None
            finally:
                _open.now = False
                if connection is not None:
                    connection.close()
    except BaseException as problem:
        if now is not None:
            now.work("after_rollback")
        refusal = translated(problem) if isinstance(problem, SQLAlchemyError) else None
        if refusal is None:
            raise
        raise refusal from problem
    end_reading()
    assert now is not None
    now.work("after_commit")


def _begun(now: Transaction, book: str | None, ask: Sequence[Question]) -> RootTransaction:
    """BEGIN, lock the head row, and read what was asked for: one way to the server and back."""
    connection = now.connection
    locked = None
    with together(connection):
        first = connection.begin()
        if book is not None:
            locked = LOCK_HEAD.send(connection, {"book": book})
        sent = [statement.send(connection, values) for statement, values in ask]
    if locked is not None:
        row = first_row(locked)
        if row is None:
            raise NoBookError(community=str(book))
        now.head_row = row
    now.answers = [cursor.fetchall() for cursor in sent]
    return first


def _run(now: Transaction, first: RootTransaction) -> Iterator[Transaction]:
    try:
        yield now
        for work in now.hooks.get("before_commit", ()):
            work()
        now.flush()
        # Whoever caught a failed flush has lost what came before it, and the lock too.
        if not (first.is_active and is_open(now.connection)):
            raise TransactionEndedError
        if now.last is not None:
            _write_last(now, now.last)
        now.connection.commit()
    finally:
        now.close()


def _write_last(now: Transaction, write: Callable[[], None]) -> None:
    """Write; where the COMMIT goes with it, the toolkit is told of it afterwards."""
    try:
        write_last(now.connection, write)
    except IntegrityError as problem:
        if now.explained is None:
            raise
        raise now.explained(problem) from problem


def end_reading() -> None:
    """End the read session's transaction, so that the next read sees what is there then."""
    if db.session.registry.has():
        try:
            db.session.rollback()
        except DBAPIError:
            # The connection is lost, and with it nothing: what was committed stays committed.
            db.session().invalidate()


def fold_log() -> None:
    """SQLite: empty the write-ahead log into the database, so that it keeps nothing deleted.

    While somebody reads, some of it stays until the next time.
    """
    if writer().sqlite is None:
        return
    end_reading()
    with writer().held(None), db.engines[WRITE].connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def before_commit(session: Session, work: Callable[[], None]) -> None:
    """Run `work` as the last thing inside the transaction."""
    session.info[TRANSACTION].hook("before_commit", work)


def after_commit(session: Session, work: Callable[[], None]) -> None:
    """Run `work` when the transaction is committed: mail, files, caches."""
    session.info[TRANSACTION].hook("after_commit", work)


def after_rollback(session: Session, work: Callable[[], None]) -> None:
    """Run `work` when the transaction has failed and is undone."""
    session.info[TRANSACTION].hook("after_rollback", work)


def retried(operation: Callable[P, R]) -> Callable[P, R]:
    """Run an operation again, up to five times, when the database asks for it (40001, 40P01)."""

    @functools.wraps(operation)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(TRIES_MAX - 1):
            try:
                return operation(*args, **kwargs)
            except DatabaseBusyError as problem:
                cause = problem.__cause__
                if not (isinstance(cause, DBAPIError) and is_retried(cause)):
                    raise
        return operation(*args, **kwargs)

    return run
