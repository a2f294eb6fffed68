"""Recovery out of an archive that is damaged, behind, forked, or ahead; nothing is made up."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.service.books import (
    COMMUNITY,
    FOUNDERS,
    OPERATOR,
    balances,
    book_balances,
    found,
    notes,
    replayed,
    request,
)
from tests.service.make import AT_MS
from tests.service.recovering import (
    archive,
    awards,
    backed_up,
    befriend,
    busy,
    check_whole,
    differences,
    elsewhere,
    empty,
    everything,
    export,
    flip,
    harm,
    newest_bundle,
    sealed,
)
from volunteer_credit.journal.operations import put_back
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.lost import succeed_lost
from volunteer_credit.journal.operations.recover import recover, recoverable
from volunteer_credit.journal.operations.restore import restore
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sidecar import opened_rows
from volunteer_credit.journal.rules.errors import (
    BehindPublicationError,
    BookForkError,
    KeyMissingError,
    RowChangedError,
)
from volunteer_credit.journal.rules.recovery_errors import (
    ArchiveDamagedError,
    EntriesLostError,
    NothingLostError,
    NothingToRecoverError,
    OperationsLostError,
)
from volunteer_credit.journal.rules.seal_errors import SidecarChangedError
from volunteer_credit.shared.db import WRITE, db
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

pytestmark = pytest.mark.untraced

__all__ = ["elsewhere", "sealed"]


def damage_bundle() -> None:
    flip(newest_bundle(archive()))
    flip(newest_bundle(export()))


def cut_bundle() -> None:
    for book in (archive(), export()):
        path = newest_bundle(book)
        path.write_bytes(path.read_bytes()[:-1])


def drop_bundle() -> None:
    for book in (archive(), export()):
        newest_bundle(book).unlink()


def damage_checkpoint() -> None:
    flip(archive() / "1" / "checkpoint", 3)


def resize_checkpoint() -> None:
    path = archive() / "1" / "checkpoint"
    origin, _size, rest = path.read_bytes().split(b"\n", 2)
    path.write_bytes(b"\n".join([origin, b"2", rest]))


def garble_checkpoint() -> None:
    (archive() / "1" / "checkpoint").write_bytes(b"nothing")


def damage_sidecar() -> None:
    flip(next((archive() / "sidecar").iterdir()))


def drop_sidecar() -> None:
    next((archive() / "sidecar").iterdir()).unlink()


def garble_keys() -> None:
    (archive() / "keys.json").write_bytes(b"[{")


def drop_keys() -> None:
    (archive() / "keys.json").unlink()


DAMAGED: dict[Callable[[], None], type[Exception]] = {
    damage_bundle: EntriesLostError,
    cut_bundle: ArchiveDamagedError,
    drop_bundle: ArchiveDamagedError,
    damage_checkpoint: ArchiveDamagedError,
    resize_checkpoint: ArchiveDamagedError,
    garble_checkpoint: ArchiveDamagedError,
    damage_sidecar: SidecarChangedError,
    drop_sidecar: OperationsLostError,
    garble_keys: ArchiveDamagedError,
    drop_keys: KeyMissingError,
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_archive_is_said_and_nothing_changes(
    sealed: Flask, damage: Callable[[], None]
) -> None:
    damage()
    empty()
    before = everything()
    with pytest.raises(DAMAGED[damage]):
        recover(COMMUNITY)
    assert not differences(before, everything())


def test_lost_entries_are_counted(app: Flask) -> None:
    busy()
    seal(COMMUNITY)
    small = newest_bundle(archive()).read_bytes()
    awards(10, 13)
    seal(COMMUNITY)
    befriend(1, "Wang")
    empty()
    for book in (archive(), export()):
        newest_bundle(book).unlink()
    with pytest.raises(ArchiveDamagedError):
        recover(COMMUNITY)
    # What is left of it: the bundle as of the older checkpoint.
    whole = notes_in(small)
    for book in (archive(), export()):
        path = book / "1" / "tile" / "entries" / "000.p" / str(13)
        path.write_bytes(small + padding(3))
    with pytest.raises(EntriesLostError) as refusal:
        recover(COMMUNITY)
    assert (refusal.value.where["size"], refusal.value.where["count"]) == (whole, 3)
    done = recover(COMMUNITY, accept_loss=True)
    assert (done.lost, done.head.size) == (3, whole)
    assert balances() == book_balances(replayed())
    with pytest.raises(BehindPublicationError):
        awards(20, 21)


def test_a_successor_carries_on_after_a_loss(app: Flask) -> None:
    busy()
    seal(COMMUNITY)
    small = newest_bundle(archive()).read_bytes()
    kept = balances()
    with pytest.raises(NothingLostError):
        succeed_lost(COMMUNITY, FOUNDERS, request("next", OPERATOR, "succeed"))
    awards(10, 13)
    seal(COMMUNITY)
    empty()
    for book in (archive(), export()):
        path = newest_bundle(book)
        path.write_bytes(small + padding(3))
    done = succeed_lost(COMMUNITY, FOUNDERS, request("next", OPERATOR, "succeed"))
    assert done.origin.endswith("/2")
    posted = {name: sums[3] - sums[1] for name, sums in kept.items() if sums[3] != sums[1]}
    with db.engines[WRITE].connect() as connection:
        rows = connection.execute(
            text("SELECT name, credits_posted - debits_posted FROM journal_accounts WHERE book = 2")
        )
        now = {name: sum_ for name, sum_ in rows if sum_ and not name.startswith("opening:")}
    assert now == posted
    awards(10, 13)
    seal(COMMUNITY)
    before = everything()
    assert recover(COMMUNITY).lost == 0, "the loss is known, and over"
    assert not differences(before, everything())
    empty()
    recover(COMMUNITY)
    assert {"journal_entries", "journal_heads", "journal_accounts"}.isdisjoint(
        differences(before, everything())
    )
    awards(14, 16)


def notes_in(bundle: bytes) -> int:
    count = at = 0
    while at < len(bundle):
        at += 2 + int.from_bytes(bundle[at : at + 2], "big")
        count += 1
    return count


def padding(count: int) -> bytes:
    """Entries of a bundle that are none."""
    return b"\0\1x" * count


def test_a_community_that_nobody_knows(app: Flask) -> None:
    with pytest.raises(NothingToRecoverError):
        recover("nowhere")
    assert recoverable() == []
    found()
    assert recoverable() == [COMMUNITY]
    seal(COMMUNITY)
    empty()
    assert recoverable() == [COMMUNITY]
    with pytest.raises(BehindPublicationError):
        found()
    recover(COMMUNITY)
    assert found().seq == 0


def test_rows_of_a_book_that_never_was(sealed: Flask) -> None:
    """A folder by the name of a book, and rows of one that has no entry 0."""
    before = everything()
    harm(
        "INSERT INTO journal_entries (community_id, book, seq, id, kind, fact, note)"
        " SELECT 'other', book, seq + 1, id, kind, fact, note FROM journal_entries WHERE seq = 0"
    )
    with pytest.raises(KeyMissingError):
        recover("other")
    assert recoverable() == [COMMUNITY, "other"]
    (archive() / "x").mkdir()
    recover(COMMUNITY)
    assert set(differences(before, everything())) == {"journal_entries"}


def test_a_fork_is_refused(app: Flask) -> None:
    """Another history of the same size, signed by the same keys."""
    busy()
    folder = backed_up()
    awards(10, 12)
    seal(COMMUNITY)
    published = {path: path.read_bytes() for path in export().rglob("*") if path.is_file()}
    empty()
    restore(folder)
    for place in (archive(), export()):
        shutil.rmtree(place)
    recover(COMMUNITY)
    awards(12, 14)
    seal(COMMUNITY)
    for path, data in published.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    before = everything()
    guard().again(f"weihai.example/{COMMUNITY}/1")
    with pytest.raises(BookForkError):
        recover(COMMUNITY)
    assert not differences(before, everything())


def test_a_checkpoint_of_another_history_is_a_fork(app: Flask) -> None:
    """The database's own signed checkpoint, and entries that are not those."""
    busy()
    folder = backed_up()
    awards(10, 12)
    seal(COMMUNITY)
    (row,) = everything()["journal_checkpoints"]
    empty()
    restore(folder)
    for place in (archive(), export()):
        shutil.rmtree(place)
    recover(COMMUNITY)
    awards(12, 14)
    harm(
        "INSERT INTO journal_checkpoints (community_id, book, size, note)"
        " VALUES (:community, 1, :size, :note)",
        community=COMMUNITY,
        size=row[2],
        note=row[3],
    )
    with pytest.raises(BookForkError):
        recover(COMMUNITY)


def test_a_checkpoint_here_is_a_promise_too(sealed: Flask) -> None:
    """Archive and publication gone, and the last entries: the database's checkpoint knows."""
    size = len(notes())
    for place in (archive(), export()):
        shutil.rmtree(place)
    harm("DELETE FROM journal_entries WHERE seq = :seq", seq=size - 1)
    with pytest.raises(EntriesLostError):
        recover(COMMUNITY)


@pytest.mark.engines("sqlite")
def test_a_witness_that_knows_more_is_believed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    busy()
    origin = f"weihai.example/{COMMUNITY}/1"
    problem = BehindPublicationError(origin=origin, size=10, where="witness w", published=14)

    def ask(_community: str) -> None:
        guard().stopped[origin] = problem

    monkeypatch.setattr(guard(), "before", ask)
    with pytest.raises(EntriesLostError) as refusal:
        recover(COMMUNITY)
    assert refusal.value.where["count"] == 4


@pytest.mark.engines("sqlite")
def test_operations_that_never_came_to_be_are_set_aside(app: Flask) -> None:
    """The sidecar was written, the power failed before the entries were: both disks go on."""
    busy()
    seal(COMMUNITY)
    folder = backed_up()
    kept = everything()
    befriend(1, "Wang")
    befriend(2, "Li")
    book = {path: path.read_bytes() for path in (archive() / "1").rglob("*") if path.is_file()}
    published = {path: path.read_bytes() for path in export().rglob("*") if path.is_file()}
    seal(COMMUNITY)
    for place, files in ((archive() / "1", book), (export(), published)):
        shutil.rmtree(place)
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    empty()
    restore(folder)
    done = recover(COMMUNITY)
    assert len(done.set_aside) == 1
    assert not differences(kept, everything())
    befriend(3, "Zhang")
    check_whole()
    assert recover(COMMUNITY).set_aside == ()


@pytest.mark.engines("sqlite")
def test_erasures_come_before_anything_else(sealed: Flask) -> None:
    empty()
    before = everything()

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        recover(COMMUNITY, erase_again=fail)
    assert everything() == before
    recover(COMMUNITY)


@pytest.mark.engines("sqlite")
def test_who_was_erased_stays_so_although_an_old_store_of_keys_came_back(sealed: Flask) -> None:
    keys, person = person_keys(current()), "0" * 31 + "1"
    keys.create(person, AT_MS)
    keys.back_up(AT_MS)
    database = Path(str(current().settings.person_keys_url.database))
    old = database.read_bytes()
    keys.destroy(person, AT_MS)
    database.write_bytes(old)
    assert keys.has(person)
    recover(COMMUNITY)
    assert not keys.has(person)


@pytest.mark.engines("sqlite")
def test_a_row_of_a_table_that_is_no_more_is_left_out(
    sealed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything()
    empty()
    real = opened_rows

    def renamed(*args: Any) -> list[Any]:
        extra = [("put", "gone_by_now", {"a": 1})]
        return extra + [
            (action, table, {**values, "gone_too": 1}) for action, table, values in real(*args)
        ]

    monkeypatch.setattr(f"{put_back.__name__}.opened_rows", renamed)
    recover(COMMUNITY)
    assert not differences(before, everything())


@pytest.mark.engines("sqlite")
def test_rows_of_an_operation_that_were_changed_are_refused(app: Flask) -> None:
    busy()
    seal(COMMUNITY)
    befriend(1, "Wang")
    befriend(2, "Li")
    last = len(everything()["journal_operations"]) - 1
    harm("UPDATE journal_operations SET rows = :bad WHERE position = :at", bad=b"x" * 40, at=last)
    harm("DELETE FROM journal_operations WHERE position = 3")
    with pytest.raises(RowChangedError):
        recover(COMMUNITY)
