"""Rows and files changed behind the service: sealing refuses, names the row, and signs nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from ledger.checkpoint import Checkpoint
from ledger.note import Ed25519Signer, Note
from ledger.tiles import Tile
from tests.ledger.make import CHEN
from tests.service.books import COMMUNITY, STAFF, SUPERVISOR, notes, request
from tests.service.sealed import (
    archive_folder,
    awards,
    export_folder,
    grown,
    head_of,
    is_good,
    many,
    restart,
    rows,
    run,
)
from volunteer_credit.journal.operations import examine as examining
from volunteer_credit.journal.operations import seal as sealing_steps
from volunteer_credit.journal.operations.keys import keeper
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.seal import renew_archive, seal
from volunteer_credit.journal.rules.errors import (
    BookForkError,
    EntryLostError,
    FactsChangedError,
    HeadChangedError,
    NotAnEntryError,
)
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.journal.rules.seal_errors import (
    CheckpointChangedError,
    FolderChangedError,
    TreeChangedError,
)
from volunteer_credit.shared.errors import ServiceError

pytestmark = pytest.mark.untraced


@pytest.fixture
def sealed(app: Flask) -> int:
    """A book of which all but the last four entries are sealed; how many are."""
    grown(2)
    size = head_of(seal(COMMUNITY)).size
    awards(4, 10)
    return size


def refused(kind: type[ServiceError]) -> ServiceError:
    """Sealing refuses, and nothing new was signed, archived or published."""
    before = [
        (folder / "checkpoint").read_bytes() for folder in (archive_folder(), export_folder())
    ]
    with pytest.raises(kind) as caught:
        seal(COMMUNITY)
    assert before == [
        (folder / "checkpoint").read_bytes() for folder in (archive_folder(), export_folder())
    ]
    return caught.value


def moved(old: int, new: int) -> None:
    run("UPDATE journal_entries SET seq = :new WHERE seq = :old", old=old, new=new)


def swapped(one: int, two: int) -> None:
    """Two entries change places."""
    for old, new in ((one, 900), (two, one), (900, two)):
        moved(old, new)


def gone(seq: int) -> None:
    run("DELETE FROM journal_entries WHERE seq = :seq", seq=seq)


def renote(seq: int, note: bytes) -> None:
    run("UPDATE journal_entries SET note = :note WHERE seq = :seq", seq=seq, note=note)


def flipped(seq: int) -> None:
    """One byte of an entry is another."""
    note = bytearray(notes()[seq])
    note[len(note) // 2] ^= 1
    renote(seq, bytes(note))


def renamed(seq: int) -> None:
    run("UPDATE journal_entries SET kind = 'a.b' WHERE seq = :seq", seq=seq)


def reidentified(seq: int) -> None:
    run("UPDATE journal_entries SET id = '0' WHERE seq = :seq", seq=seq)


# What is done; which row after the sealed ones it is done to and is named; why.
CHANGES: dict[str, tuple[Callable[[int], None], int, str]] = {
    "a byte": (flipped, 1, ""),
    "a row gone": (gone, 1, "missing"),
    "the last row gone": (gone, 3, "missing"),
    "two rows swapped": (lambda seq: swapped(seq, seq + 1), 1, "seq"),
    "another kind": (renamed, 2, "row_differs"),
    "another id": (reidentified, 0, "row_differs"),
    "an earlier entry again": (lambda seq: renote(seq, notes()[3]), 2, "seq"),
    "no note": (lambda seq: renote(seq, b"x"), 0, ""),
    "a sealed row of the open bundle": (flipped, -2, "sealed_otherwise"),
    "a sealed row gone": (gone, -1, "sealed_otherwise"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_row_is_named(app: Flask, sealed: int, change: str) -> None:
    act, offset, reason = CHANGES[change]
    act(sealed + offset)
    restart(app)
    problem = refused(NotAnEntryError)
    assert problem.where["seq"] == sealed + offset
    assert reason in (problem.where["reason"], "")


def test_a_row_that_the_head_does_not_count(app: Flask, sealed: int, tmp_path: Path) -> None:
    size = len(notes())
    run(
        "INSERT INTO journal_entries (community_id, book, seq, id, kind, note, fact)"
        " SELECT community_id, book, :size, 'f', kind, note, 0 FROM journal_entries WHERE seq = 1",
        size=size,
    )
    with pytest.raises(NotAnEntryError) as caught:
        seal(COMMUNITY)
    assert caught.value.where == {
        "seq": size,
        "origin": "weihai.example/huancui-01/1",
        "reason": "beyond_head",
    }
    assert is_good(export_folder(), tmp_path / "scratch")  # all before it are sealed
    with pytest.raises(EntryLostError):
        awards(1, 99)


def test_the_same_rows_without_a_change_are_sealed(app: Flask, sealed: int, tmp_path: Path) -> None:
    swapped(sealed, sealed + 1)
    swapped(sealed, sealed + 1)
    assert head_of(seal(COMMUNITY)).size == sealed + 4
    assert is_good(export_folder(), tmp_path / "scratch")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal_heads SET size = size - 1",
        "UPDATE journal_heads SET last_at_ms = 1",
        "UPDATE journal_heads SET mac = edge",
    ],
)
def test_a_changed_head_is_refused(app: Flask, sealed: int, change: str) -> None:
    run(change)
    refused(HeadChangedError)


def resigned(seq: int) -> None:
    """Another entry in a place, signed with the entry key."""
    session, head, _ = examining.read_head(COMMUNITY)
    signer = keeper().keys(session, head).signer
    body = notes()[seq].partition(b"\n\n")[0].replace(b'"minutes":60', b'"minutes":61') + b"\n"
    note = body + b"\n" + signer.sign_line_bytes(body)
    renote(seq, note)


def test_an_entry_signed_with_a_stolen_key_is_seen(app: Flask, sealed: int) -> None:
    """It is good by itself, but not the one that the head stands on."""
    resigned(sealed + 1)
    assert refused(TreeChangedError).where["size"] == sealed + 4


def test_rows_changed_while_they_are_sealed_are_seen(
    app: Flask, sealed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examine(*args: object) -> examining.Examined:
        found = examining.examine(*args)  # type: ignore[arg-type] # passed on as they came
        resigned(sealed + 1)
        return found

    monkeypatch.setattr(sealing_steps, "examine", examine)
    refused(TreeChangedError)


def test_a_changed_fact_is_told_from_a_changed_row(app: Flask, sealed: int) -> None:
    many(300, "many")
    seal(COMMUNITY)
    awards(1, 50)
    first = notes()[0]
    flipped(0)
    restart(app)
    refused(FactsChangedError)
    renote(0, first)
    flipped(301)  # the archive says which keys there are, so the right row is named
    run("UPDATE journal_entries SET fact = 1 WHERE seq = 301")
    restart(app)
    refused(NotAnEntryError)


def test_a_fact_that_follows_the_sealed_entries(app: Flask, sealed: int) -> None:
    data = {
        "account": CHEN,
        "beneficiaries": [CHEN],
        "role": "cashier",
        "scope": "community",
        "until_day": 99991231,
    }
    (proposed,) = append(COMMUNITY, request("p", STAFF), [NewEntry("role.proposed", data)])
    approved = NewEntry("role.approved", data, refs=[proposed.seq])
    (made,) = append(COMMUNITY, request("a", SUPERVISOR), [approved])
    flipped(made.seq)
    restart(app)
    assert refused(NotAnEntryError).where["seq"] == made.seq


def test_a_changed_checkpoint_is_refused(app: Flask, sealed: int) -> None:
    note = bytes(rows("journal_checkpoints")[0]["note"])
    text, _, lines = note.partition(b"\n\n")
    forged = text + b"\n\n" + lines[:-9] + b"AAAAAAA=\n"
    run("UPDATE journal_checkpoints SET note = :note", note=forged)
    refused(CheckpointChangedError)
    run("UPDATE journal_checkpoints SET note = :note, size = size + 1", note=note)
    refused(CheckpointChangedError)
    run("UPDATE journal_checkpoints SET size = size - 1")
    assert head_of(seal(COMMUNITY)).size == sealed + 4


def test_a_checkpoint_of_another_history_stops_the_book(app: Flask, sealed: int) -> None:
    edge = archive_folder() / "tile/0"
    assert edge.is_dir()
    other = Checkpoint(
        head_of((export_folder() / "checkpoint").read_bytes()).origin, sealed, bytes(32)
    )
    signed = Note(
        other.text(), (Ed25519Signer(other.origin, bytes(32)).sign(other.text()),)
    ).encode()
    (export_folder() / "checkpoint").write_bytes(signed)
    with pytest.raises(BookForkError):
        seal(COMMUNITY)
    with pytest.raises(BookForkError):
        awards(1, 99)


def test_lost_checkpoint_rows_are_written_again(app: Flask, sealed: int, tmp_path: Path) -> None:
    run("DELETE FROM journal_checkpoints")
    run("DELETE FROM journal_tiles")
    restart(app)
    awards(1, 98)
    assert head_of(seal(COMMUNITY)).size == sealed + 5
    assert is_good(export_folder(), tmp_path / "scratch")


@pytest.mark.parametrize("place", [archive_folder, export_folder])
def test_a_changed_tile_is_never_signed_over(
    app: Flask, sealed: int, place: Callable[[], Path]
) -> None:
    path = place() / Tile(0, 0, sealed).path()
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(FolderChangedError) as caught:
        seal(COMMUNITY)
    assert caught.value.where["where"] in ("archive", "publication")
    awards(1, 99)  # the book itself is not in doubt
    path.write_bytes(data)
    assert head_of(seal(COMMUNITY)).size == sealed + 5


def test_the_cache_of_tiles_is_not_what_is_signed(app: Flask, sealed: int, tmp_path: Path) -> None:
    run("UPDATE journal_tiles SET data = :data", data=bytes(32 * sealed))
    seal(COMMUNITY)
    assert is_good(export_folder(), tmp_path / "scratch")


def test_an_archive_is_not_made_of_changed_rows(app: Flask, sealed: int) -> None:
    seal(COMMUNITY)
    flipped(2)
    shutil.rmtree(archive_folder())
    with pytest.raises(FolderChangedError):
        renew_archive(COMMUNITY)
    assert not (archive_folder() / "checkpoint").exists()


def test_an_older_archive_catches_up(app: Flask, sealed: int, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(archive_folder(), copy)
    seal(COMMUNITY)
    awards(2, 60)
    seal(COMMUNITY)
    shutil.rmtree(archive_folder())
    shutil.copytree(copy, archive_folder())
    awards(2, 70)
    assert head_of(seal(COMMUNITY)).size == sealed + 8
    assert is_good(archive_folder(), tmp_path / "scratch")
