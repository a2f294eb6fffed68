"""The start guard: no process writes to a book that somebody knows more of."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from ledger.checkpoint import Checkpoint
from ledger.note import Ed25519Signer, Note
from tests.service.books import COMMUNITY, found, notes
from tests.service.sealed import (
    ORIGIN,
    archive_folder,
    awards,
    export_folder,
    grown,
    head_of,
    restart,
    rows,
    run,
)
from volunteer_credit.journal.operations import store
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sidecar_files import archive_folder as community_folder
from volunteer_credit.journal.rules.errors import BehindPublicationError, BookForkError
from volunteer_credit.journal.rules.seal_errors import (
    ArchiveMissingError,
    FolderChangedError,
    FolderFailedError,
)

PLACES = [archive_folder, export_folder]


def signed(size: int, root: bytes = bytes(32), origin: str = ORIGIN) -> bytes:
    """A checkpoint; who signed it is not what the guard asks."""
    checkpoint = Checkpoint(origin, size, root)
    return Note(
        checkpoint.text(), (Ed25519Signer(origin, bytes(32)).sign(checkpoint.text()),)
    ).encode()


def dumped() -> dict[str, list[dict[str, object]]]:
    """The rows of the journal, as a backup has them."""
    tables = (
        "heads",
        "entries",
        "families",
        "accounts",
        "operations",
        "checkpoints",
        "tiles",
        "proposals",
    )
    return {f"journal_{name}": [dict(row) for row in rows(f"journal_{name}")] for name in tables}


def put_back(backup: dict[str, list[dict[str, object]]]) -> None:
    """An operator restores an old copy behind the service."""
    for table, values in backup.items():
        run(f"DELETE FROM {table}")  # noqa: S608 - names stand above
        for row in values:
            names = ", ".join(row)
            run(
                f"INSERT INTO {table} ({names})"  # noqa: S608 - names of columns
                f" VALUES (:{names.replace(', ', ', :')})",
                **row,
            )


@pytest.mark.parametrize("gone", [[], [archive_folder], [export_folder]])
def test_an_old_copy_of_the_database_is_not_written_to(
    app: Flask, gone: list[Callable[[], Path]]
) -> None:
    """Whoever of the two is left says so."""
    grown(2)
    seal(COMMUNITY)
    backup = dumped()
    awards(2, 50)
    seal(COMMUNITY)
    put_back(backup)
    restart(app)
    for place in gone:
        (place() / "checkpoint").unlink()
    before = len(notes())
    with pytest.raises(BehindPublicationError):
        awards(1, 60)
    assert len(notes()) == before
    with pytest.raises(BehindPublicationError):  # until an operator has looked
        awards(1, 61)


def test_an_old_copy_that_nobody_knows_more_than_is_written_to(app: Flask) -> None:
    grown(2)
    seal(COMMUNITY)
    backup = dumped()
    awards(2, 50)
    put_back(backup)
    restart(app)
    awards(1, 60)
    assert head_of(seal(COMMUNITY)).size == len(notes())


def test_an_old_copy_that_has_grown_again_is_a_fork(app: Flask) -> None:
    grown(2)
    seal(COMMUNITY)
    backup = dumped()
    awards(2, 50)
    seal(COMMUNITY)
    put_back(backup)
    for each in PLACES:  # so that the guard lets it grow
        (each() / "checkpoint").rename(each() / "kept")
    operations = community_folder(COMMUNITY) / "sidecar"
    operations.rename(operations.with_name("kept"))
    restart(app)
    awards(4, 60)
    for each in PLACES:
        (each() / "kept").rename(each() / "checkpoint")
    operations.with_name("kept").rename(operations)
    restart(app)
    with pytest.raises(BookForkError):
        awards(1, 70)
    with pytest.raises(BookForkError):
        seal(COMMUNITY)


@pytest.mark.parametrize("place", PLACES)
def test_the_same_size_and_another_root_is_a_fork(app: Flask, place: Callable[[], Path]) -> None:
    grown(2)
    seal(COMMUNITY)
    data = (place() / "checkpoint").read_bytes()
    restart(app)
    (place() / "checkpoint").write_bytes(signed(len(notes())))
    with pytest.raises(BookForkError):
        awards(1, 60)
    (place() / "checkpoint").write_bytes(data)
    with pytest.raises(BookForkError):
        awards(1, 60)
    guard().again(ORIGIN)
    awards(1, 60)


def test_a_checkpoint_that_the_database_has_lost_is_computed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive may be ahead by what a sealer did not live to swap."""
    grown(2)
    seal(COMMUNITY)
    awards(2, 50)

    def stop(*_args: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(store, "swap", stop)
        with pytest.raises(ZeroDivisionError):
            seal(COMMUNITY)
    for change in (None, "DELETE FROM journal_tiles", "DELETE FROM journal_checkpoints"):
        if change:
            run(change)
        restart(app)
        awards(1, len(notes()))
    (archive_folder() / "checkpoint").write_bytes(
        signed(head_of((archive_folder() / "checkpoint").read_bytes()).size)
    )
    restart(app)
    with pytest.raises(BookForkError):
        awards(1, 90)


def test_a_checkpoint_row_that_does_not_read_is_passed_over(app: Flask) -> None:
    grown(2)
    seal(COMMUNITY)
    awards(1, 50)
    run("UPDATE journal_checkpoints SET note = :note", note=b"x")
    restart(app)
    awards(1, 60)


def test_the_archive_must_be_there_at_the_start(app: Flask) -> None:
    grown(2)
    restart(app)
    awards(1, 50)  # nothing was sealed, so there need be none
    seal(COMMUNITY)
    away = archive_folder().with_name("away")
    archive_folder().rename(away)
    awards(1, 51)  # it went while the process ran
    with pytest.raises(ArchiveMissingError):
        seal(COMMUNITY)
    restart(app)
    with pytest.raises(ArchiveMissingError):
        awards(1, 52)
    away.rename(archive_folder())
    awards(1, 52)  # mended, and no start is needed
    assert head_of(seal(COMMUNITY)).size == len(notes())


def test_what_does_not_read_stops_until_it_does(app: Flask) -> None:
    grown(2)
    seal(COMMUNITY)
    path = export_folder() / "checkpoint"
    data = path.read_bytes()
    restart(app)
    path.write_bytes(b"no checkpoint\n")
    with pytest.raises(FolderChangedError):
        awards(1, 50)
    path.unlink()
    path.mkdir()
    with pytest.raises(FolderFailedError):
        awards(1, 50)
    path.rmdir()
    path.write_bytes(data)
    awards(1, 50)


def test_a_book_that_is_published_is_not_founded_again(app: Flask) -> None:
    found()
    seal(COMMUNITY)
    for table in ("heads", "entries", "operations", "checkpoints", "tiles", "keys"):
        run(f"DELETE FROM journal_{table}")  # noqa: S608 - names stand above
    restart(app)
    with pytest.raises(BehindPublicationError):
        found()
    shutil.rmtree(archive_folder())
    shutil.rmtree(export_folder())
    found()
