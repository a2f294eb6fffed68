"""Restoring a backup into an empty database, on either engine; all of it or nothing.

A restored head is marked: nothing is written to its book until `recover` has compared it with the
archive and the publication, in this process or in any other.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Table, insert, literal, select

from volunteer_credit.journal.models import HeadRow
from volunteer_credit.journal.operations.backup import (
    CHUNK,
    check,
    no_progress,
    revision_of,
    tables_all,
    without_timeouts,
)
from volunteer_credit.journal.operations.backup_files import (
    ENDING,
    FORMAT,
    Manifest,
    Progress,
    read_manifest,
    read_rows,
)
from volunteer_credit.journal.operations.facts import remembered
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.keys import keeper
from volunteer_credit.journal.rules.head import RESTORED
from volunteer_credit.journal.rules.recovery_errors import (
    BackupForeignError,
    DatabaseNotEmptyError,
)
from volunteer_credit.shared.db import transaction
from volunteer_credit.shared.runtime import current

T = TypeVar("T")


def restore(folder: Path, progress: Progress = no_progress) -> Manifest:
    """Fill an empty database of the same schema with a backup; then run `recover`.

    Raises: BackupMissingError, BackupDamagedError, BookDamagedError, BackupForeignError,
    DatabaseNotEmptyError, and what `db_errors` knows; nothing is changed then.
    """
    _check_ours(read_manifest(folder))
    manifest = check(folder)
    with transaction() as session:
        connection = session.connection()
        without_timeouts(connection)
        _check_same("schema", manifest.revision, revision_of(connection))
        tables = tables_all()
        for table in tables:
            if connection.execute(select(literal(1)).select_from(table).limit(1)).first():
                raise DatabaseNotEmptyError(table=table.name)
        for table in tables:
            _fill(connection, table, folder / (table.name + ENDING), progress)
    for book in manifest.books:
        guard().again(book.origin)
        remembered().facts.pop(book.origin, None)
    keeper().forget()
    return manifest


def _check_ours(manifest: Manifest) -> None:
    """Refuse what belongs elsewhere, before its files are read. Raises: BackupForeignError."""
    _check_same("format", manifest.format, FORMAT)
    _check_same("namespace", manifest.namespace, current().settings.namespace)
    theirs, ours = {each.name for each in manifest.tables}, {each.name for each in tables_all()}
    _check_same("tables", ", ".join(sorted(theirs - ours)), ", ".join(sorted(ours - theirs)))


def _check_same(what: str, theirs: object, ours: object) -> None:
    if theirs != ours:
        raise BackupForeignError(what=what, theirs=theirs, ours=ours)


def _fill(connection: Connection, table: Table, path: Path, progress: Progress) -> None:
    done = 0
    for chunk in chunks(read_rows(path, table), CHUNK):
        if table.name == HeadRow.__tablename__:
            for row in chunk:
                row["mac"] = RESTORED + row["mac"].removeprefix(RESTORED)
        connection.execute(insert(table), chunk)
        done += len(chunk)
        progress(table.name, done)


def chunks(values: Iterable[T], count: int) -> Iterator[list[T]]:
    """The values, as many at once as `count`."""
    rest = iter(values)
    while chunk := list(islice(rest, count)):
        yield chunk
