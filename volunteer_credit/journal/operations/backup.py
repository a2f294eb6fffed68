"""Backups: one consistent state of every table, written while others write, and read back.

A backup is a folder `<VC_BACKUP_DIR>/<UTC time>` with a file for each table and a signed manifest.
It gets its name last, when all of it is durable and has been read back and found whole.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, select, text

from ledger.durable import Disk, Lock, make_folders
from volunteer_credit.journal.operations.backup_books import states
from volunteer_credit.journal.operations.backup_files import (
    ENDING,
    FORMAT,
    MANIFEST,
    NAME,
    Manifest,
    Progress,
    TableFile,
    file_hash,
    name_of,
    plain_table,
    read_manifest,
    read_rows,
    write_manifest,
    write_rows,
)
from volunteer_credit.journal.rules.recovery_errors import BackupDamagedError, BackupExistsError
from volunteer_credit.shared.db import Model, db
from volunteer_credit.shared.runtime import current

CHUNK = 1000  # rows in memory at once
DAY_MS = 86_400_000
LOCK = ".lock"
NEW = ".new"  # how the name of an unfinished backup ends


def no_progress(_table: str, _rows: int) -> None:
    """Tell nobody."""


def back_up(folder: Path, at_ms: int, progress: Progress = no_progress) -> Manifest:
    """Write the backup `folder/<name of at_ms>` and read it back; nobody waits for it.

    Raises: BackupExistsError, BookDamagedError, `store_locked` (ledger), OSError, and what
    `db_errors` knows; no backup is there then.
    """
    disk = Disk()
    make_folders(disk, folder)
    lock = Lock(folder / LOCK)
    try:
        for left in folder.glob("*" + NEW):
            shutil.rmtree(left)
        target = folder / name_of(at_ms)
        if target.exists():
            raise BackupExistsError(name=target.name)
        unfinished = folder / (target.name + NEW)
        disk.make_folder(unfinished, 0o700)
        try:
            manifest = _written(unfinished, at_ms, progress)
        except Exception:
            shutil.rmtree(unfinished, ignore_errors=True)  # it may have filled the disk
            raise
        disk.sync_folder(unfinished)
        disk.rename(unfinished, target)
        disk.sync_folder(folder)
    finally:
        lock.release()
    return manifest


def _written(folder: Path, at_ms: int, progress: Progress) -> Manifest:
    with snapshot() as connection:
        revision = revision_of(connection)
        tables = tuple(
            write_rows(folder / (table.name + ENDING), table, _rows(connection, table), progress)
            for table in tables_all()
        )
    check_tables(folder, tables)
    books = states(folder)
    namespace = current().settings.namespace
    manifest = Manifest(FORMAT, namespace, revision, at_ms, tables, books)
    write_manifest(folder, manifest)
    return manifest


def check(folder: Path) -> Manifest:
    """Read a backup as a restore would: every byte, every row, every book's root.

    Raises: BackupMissingError, BackupDamagedError, BookDamagedError.
    """
    manifest = read_manifest(folder)
    check_tables(folder, manifest.tables)
    if states(folder) != manifest.books:
        raise BackupDamagedError(file=MANIFEST, reason="other books")
    return manifest


def check_tables(folder: Path, tables: tuple[TableFile, ...]) -> None:
    """Compare each file with its hash and its count. Raises: BackupDamagedError."""
    known = {table.name: table for table in tables_all()}
    for each in tables:
        path = folder / (each.name + ENDING)
        if not path.is_file():
            raise BackupDamagedError(file=path.name, reason="missing")
        if file_hash(path) != each.sha256:
            raise BackupDamagedError(file=path.name, reason="another hash")
        table = known.get(each.name)
        if table is None or sum(1 for _ in read_rows(path, table)) != each.rows:
            raise BackupDamagedError(file=path.name, reason="another count of rows")


def backups(folder: Path) -> list[Path]:
    """The finished backups, oldest first."""
    found = folder.iterdir() if folder.is_dir() else iter(())
    return sorted(
        each for each in found if NAME.fullmatch(each.name) and (each / MANIFEST).is_file()
    )


def prune(folder: Path, at_ms: int, *, keep_count: int, keep_days: int) -> list[str]:
    """Remove backups older than `keep_days`, never the newest `keep_count`; the names."""
    assert keep_count > 0, "at least one backup stays"
    oldest = name_of(at_ms - keep_days * DAY_MS)
    gone = [each for each in backups(folder)[:-keep_count] if each.name < oldest]
    for each in gone:
        # It is no backup from here on, and the next one removes what is left of it.
        shutil.rmtree(each.rename(each.with_name(each.name + NEW)))
    return [each.name for each in gone]


def tables_all() -> list[Table]:
    """All tables as the database stores them, those first that others refer to."""
    return [plain_table(each) for each in Model.metadata.sorted_tables]


@contextmanager
def snapshot() -> Iterator[Connection]:
    """One state of the whole database to read from; it keeps no writer waiting."""
    with db.engine.connect() as connection:
        postgresql = connection.dialect.name == "postgresql"
        if postgresql:
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin():
            if postgresql:
                without_timeouts(connection)
            yield connection


def without_timeouts(connection: Connection) -> None:
    """Let this transaction take as long as it needs: no request waits for its answer."""
    if connection.dialect.name == "postgresql":
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {name} = 0"))
    else:  # ids are random: with the usual 2 MB their index would be read again and again
        connection.execute(text("PRAGMA cache_size = -65536"))


def revision_of(connection: Connection) -> str:
    """The revision of the schema, "" where nothing was migrated."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def _rows(connection: Connection, table: Table) -> Iterator[Any]:
    keys = [table.c[each.name] for each in Model.metadata.tables[table.name].primary_key]
    ordered = select(table).order_by(*keys)
    return iter(connection.execute(ordered, execution_options={"yield_per": CHUNK}))
