"""Backups: what they hold, what they refuse, and that nobody waits for them."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, text
from sqlalchemy.types import TypeDecorator

from ledger.durable import Lock
from ledger.store_errors import StoreLockedError
from tests.service.books import COMMUNITY, award, balances, book_balances, replayed, request
from tests.service.make import AT_MS, FakeClock, secret, settings_for
from tests.service.recovering import (
    Open,
    awards,
    backed_up,
    befriend,
    busy,
    differences,
    elsewhere,
    empty,
    everything,
    harm,
)
from volunteer_credit.journal.operations import backup as backup_module
from volunteer_credit.journal.operations.backup import back_up, backups, check, prune
from volunteer_credit.journal.operations.backup_files import (
    MANIFEST,
    plain_table,
    read_manifest,
)
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.recover import recover
from volunteer_credit.journal.operations.restore import restore
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.rules.head import RESTORED
from volunteer_credit.journal.rules.recovery_errors import (
    BackupDamagedError,
    BackupExistsError,
    BackupForeignError,
    BackupMissingError,
    BookDamagedError,
    DatabaseNotEmptyError,
    RestoredError,
)
from volunteer_credit.shared.runtime import current

__all__ = ["elsewhere"]
DAY_MS = 86_400_000


def without_mark(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows as they were before a restore marked the heads."""
    heads = [(*row[:-1], row[-1].removeprefix(RESTORED)) for row in rows["journal_heads"]]
    return {**rows, "journal_heads": heads}


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_restores_on_either_engine(app: Flask, elsewhere: Open, target: str) -> None:
    busy()
    befriend(1, "Wang")
    befriend(2, None)
    seal(COMMUNITY)
    folder, before = backed_up(), everything()
    with elsewhere(target):
        assert restore(folder).name == folder.name
        after = everything()
        assert after["journal_heads"][0][-1].startswith(RESTORED)
        assert not differences(before, without_mark(after))
        with pytest.raises(RestoredError):
            awards(6, 7)
        recover(COMMUNITY)
        assert not differences(before, everything())
        awards(6, 7)
        assert balances() == book_balances(replayed())


def test_appends_go_on_while_a_backup_is_made(app: Flask, elsewhere: Open) -> None:
    busy()
    before = everything()
    done: list[str] = []

    def write_on(table: str, rows: int) -> None:
        append(COMMUNITY, request(f"while {table} {rows}"), [award()])
        done.append(table)

    manifest = back_up(current().settings.backup_dir, AT_MS, write_on)
    assert "journal_entries" in done
    (book,) = manifest.books
    assert book.size == len(before["journal_entries"]) < len(everything()["journal_entries"])
    folder = current().settings.backup_dir / manifest.name
    with elsewhere("sqlite"):
        restore(folder)
        assert not differences(before, without_mark(everything()))


@pytest.mark.engines("sqlite")
def test_the_same_rows_give_the_same_files(app: Flask) -> None:
    busy()
    settings = current().settings
    one = back_up(settings.backup_dir, AT_MS)
    two = back_up(settings.backup_dir, AT_MS + 1000)
    assert one.tables == two.tables
    assert one.books == two.books
    assert [each.name for each in backups(settings.backup_dir)] == [one.name, two.name]
    assert check(settings.backup_dir / one.name) == one


@pytest.mark.engines("sqlite")
def test_a_restored_backup_can_be_backed_up_again(app: Flask, elsewhere: Open) -> None:
    busy()
    folder = backed_up()
    with elsewhere("sqlite"):
        restore(folder)
        again = back_up(current().settings.backup_dir, AT_MS + 5000)
    with elsewhere("sqlite"):
        restore(current().settings.backup_dir / again.name)
        recover(COMMUNITY)
        awards(6, 7)


@pytest.mark.engines("sqlite")
def test_every_byte_of_a_manifest_counts(app: Flask) -> None:
    busy(1)
    folder = backed_up()
    path = folder / MANIFEST
    good = path.read_bytes()
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 0x20]) + good[at + 1 :])
        with pytest.raises(BackupDamagedError):
            read_manifest(folder)
    for changed in (good[:-1], good + b" ", b"", b"[]", b'{"backup":{}}'):
        path.write_bytes(changed)
        with pytest.raises(BackupDamagedError):
            read_manifest(folder)
    path.write_bytes(good)
    assert read_manifest(folder).books[0].size == 5


@pytest.mark.engines("sqlite")
def test_a_changed_file_is_refused_and_nothing_is_restored(app: Flask) -> None:
    busy()
    folder = backed_up()
    empty()
    before = everything()
    for path in sorted(folder.iterdir()):
        good = path.read_bytes()
        middle = len(good) // 2
        flipped = good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :]
        for changed in (flipped, good[:-1], b""):
            path.write_bytes(changed)
            with pytest.raises(BackupDamagedError):
                restore(folder)
        path.unlink()
        with pytest.raises((BackupDamagedError, BackupMissingError)):
            restore(folder)
        path.write_bytes(good)
    assert everything() == before
    restore(folder)


@pytest.mark.engines("sqlite")
def test_a_backup_under_another_secret_is_refused(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    busy(1)
    folder = backed_up()
    runtime = current()
    old = runtime.settings
    runtime.settings = settings_for(database_url, tmp_path, VC_KEY_SECRET=secret("new"))
    with pytest.raises(BackupDamagedError):
        read_manifest(folder)
    changes = {"VC_KEY_SECRET": secret("new"), "VC_KEY_SECRET_OLD": secret("kek")}
    runtime.settings = settings_for(database_url, tmp_path, **changes)
    assert read_manifest(folder).name == folder.name
    runtime.settings = settings_for(database_url, tmp_path, VC_NAMESPACE="other.example")
    with pytest.raises(BackupForeignError):
        restore(folder)
    runtime.settings = old


def test_only_an_empty_database_is_filled(app: Flask) -> None:
    busy(1)
    folder = backed_up()
    before = everything()
    with pytest.raises(DatabaseNotEmptyError):
        restore(folder)
    assert everything() == before


@pytest.mark.engines("sqlite")
def test_another_schema_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    busy(1)
    folder = backed_up()
    empty()
    harm("UPDATE alembic_version SET version_num = 'older'")
    with pytest.raises(BackupForeignError):
        restore(folder)
    tables = backup_module.tables_all()
    monkeypatch.setattr(
        "volunteer_credit.journal.operations.restore.tables_all", lambda: tables[1:]
    )
    with pytest.raises(BackupForeignError):
        restore(folder)


@pytest.mark.engines("sqlite")
def test_other_columns_are_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose hash is right, of a table that has other columns by now."""
    busy(1)
    folder = backed_up()
    path = folder / "journal_heads.jsonl.gz"
    names, *rows = gzip.decompress(path.read_bytes()).splitlines()
    renamed = [name.replace("size", "count") for name in json.loads(names)]
    path.write_bytes(gzip.compress(b"\n".join([json.dumps(renamed).encode(), *rows])))
    monkeypatch.setattr(
        backup_module,
        "file_hash",
        lambda each: next(
            table.sha256
            for table in read_manifest(folder).tables
            if each.name.startswith(table.name + ".")
        ),
    )
    with pytest.raises(BackupDamagedError):
        check(folder)


@pytest.mark.engines("sqlite")
def test_a_restore_that_dies_leaves_nothing(app: Flask) -> None:
    busy()
    folder = backed_up()
    empty()
    before = everything()

    def die(table: str, _rows: int) -> None:
        if table == "journal_operations":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(folder, die)
    assert everything() == before
    restore(folder)


@pytest.mark.engines("sqlite")
def test_a_backup_that_dies_is_none(app: Flask) -> None:
    busy()
    folder = current().settings.backup_dir

    def die(table: str, _rows: int) -> None:
        if table == "journal_keys":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(folder, AT_MS, die)
    (left,) = [each for each in folder.iterdir() if each.is_dir()]
    assert backups(folder) == []
    with pytest.raises(BackupMissingError):
        restore(left)
    back_up(folder, AT_MS)
    assert not left.exists()


@pytest.mark.engines("sqlite")
def test_two_backups_at_once_are_refused(app: Flask) -> None:
    busy(1)
    folder = current().settings.backup_dir
    back_up(folder, AT_MS)
    with pytest.raises(BackupExistsError):
        back_up(folder, AT_MS + 1)
    lock = Lock(folder / ".lock")
    with pytest.raises(StoreLockedError):
        back_up(folder, AT_MS + 2000)
    lock.release()


HARMS = {
    "entry changed": "UPDATE journal_entries SET note = :blob WHERE seq = 2",
    "entry missing": "DELETE FROM journal_entries WHERE seq = 2",
    "last entry missing": "DELETE FROM journal_entries WHERE seq = 9",
    "entry too many": (
        "INSERT INTO journal_entries (community_id, book, seq, id, kind, fact, note)"
        " SELECT community_id, book, seq + 1, 'x', kind, fact, note"
        " FROM journal_entries WHERE seq = 9"
    ),
    "head's size": "UPDATE journal_heads SET size = 8",
    "head's edge": "UPDATE journal_heads SET edge = :blob",
    "checkpoint's bytes": "UPDATE journal_checkpoints SET note = :blob",
    "checkpoint": "UPDATE journal_checkpoints SET note = :blob",
}


@pytest.mark.parametrize("name", HARMS)
def test_no_backup_is_made_of_a_damaged_book(app: Flask, name: str) -> None:
    busy()
    seal(COMMUNITY)
    values = {"blob": b"nothing"}
    if name == "checkpoint":  # a real one of as many entries, of another history
        note = everything()["journal_checkpoints"][0][-1]
        values = {"blob": note.replace(note.split(b"\n")[2], b"A" * 43 + b"=")}
    if name == "head's edge":
        edge = everything()["journal_heads"][0][4]
        values = {"blob": bytes(32) + edge[32:]}
    harm(HARMS[name], **(values if ":blob" in HARMS[name] else {}))
    folder = current().settings.backup_dir
    with pytest.raises(BookDamagedError):
        back_up(folder, AT_MS)
    assert backups(folder) == []


@pytest.mark.engines("sqlite")
def test_old_backups_go_but_never_the_newest(app: Flask, clock: FakeClock) -> None:
    busy(1)
    folder = current().settings.backup_dir
    names = [back_up(folder, AT_MS + day * DAY_MS).name for day in range(4)]
    later_ms = AT_MS + 3 * DAY_MS
    assert prune(folder, later_ms, keep_count=2, keep_days=3) == []
    assert prune(folder, later_ms, keep_count=4, keep_days=1) == []
    assert prune(folder, later_ms, keep_count=1, keep_days=2) == names[:1]
    assert prune(folder, later_ms + 99 * DAY_MS, keep_count=1, keep_days=2) == names[1:3]
    assert [each.name for each in backups(folder)] == names[3:]
    assert backups(folder / "nowhere") == []
    with pytest.raises(AssertionError):
        prune(folder, later_ms, keep_count=0, keep_days=1)


def test_a_column_that_decrypts_is_kept_as_it_is_stored() -> None:
    class Opened(TypeDecorator[str]):
        impl = LargeBinary
        cache_ok = True

    table = Table("t", MetaData(), Column("id", Integer), Column("name", Opened()))
    assert isinstance(plain_table(table).c["name"].type, LargeBinary)
    assert isinstance(plain_table(table).c["id"].type, Integer)


def test_a_backup_is_read_in_one_state(app: Flask) -> None:
    """What is committed after the first read is not in the snapshot."""
    busy(1)
    count = text("SELECT count(*) FROM journal_entries")
    with backup_module.snapshot() as connection:
        before = connection.execute(count).scalar_one()
        awards(1, 3)
        assert connection.execute(count).scalar_one() == before
    with backup_module.snapshot() as connection:
        assert connection.execute(count).scalar_one() == before + 2
