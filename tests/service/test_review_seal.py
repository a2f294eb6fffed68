"""What a hostile reader of sealing, recovery and the commands found; each was wrong once."""

import errno
import logging
import shutil
from pathlib import Path

import pytest
from flask import Flask

from ledger.book_errors import SeqError
from ledger.durable import Disk, Lock
from ledger.policy import parse_policy
from ledger.proof import check_proof, parse_proof
from tests.service.books import COMMUNITY, OPERATOR, notes, request
from tests.service.make import FakeClock
from tests.service.recovering import differences, empty, everything
from tests.service.sealed import (
    archive_folder,
    awards,
    export_folder,
    grown,
    published,
    restart,
    rows,
    run,
)
from tests.service.shell import Shell
from tests.service.succeeding import (
    EAST,
    close,
    follow,
    follow_sealed,
    origin,
    report,
)
from tests.service.villages import Village, documents
from volunteer_credit.journal import jobs
from volunteer_credit.journal.operations import backup as backups
from volunteer_credit.journal.operations import recover as recovering
from volunteer_credit.journal.operations import seal as sealing_steps
from volunteer_credit.journal.operations.backup import back_up, prune
from volunteer_credit.journal.operations.books import found_book
from volunteer_credit.journal.operations.clock_orders import confirm_clock
from volunteer_credit.journal.operations.examine import read_head
from volunteer_credit.journal.operations.put_back import Walk
from volunteer_credit.journal.operations.receipts import receipt
from volunteer_credit.journal.operations.recover import recover
from volunteer_credit.journal.operations.restore import restore
from volunteer_credit.journal.operations.seal import renew_archive, seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.sidecar_files import archive_folder as community_folder
from volunteer_credit.journal.operations.sidecar_files import write_sidecars
from volunteer_credit.journal.rules.errors import BehindPublicationError, CommunityCodeError
from volunteer_credit.journal.rules.recovery_errors import ArchiveDamagedError
from volunteer_credit.journal.rules.seal_errors import (
    CheckpointChangedError,
    EntryMissingError,
    ReceiptFailedError,
    SealBusyError,
    SealingFailedError,
)
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

pytestmark = pytest.mark.untraced

HOUR_MS = 3_600_000
FIRST, SECOND = origin(EAST), origin(EAST, 2)


class Dies(BaseException):
    """The process ends here."""


def stop(*_args: object, **_names: object) -> None:
    raise Dies


@pytest.fixture
def village(app: Flask) -> Village:
    """A community with something of everything, whose documents can be published."""
    built = Village(EAST)
    built.build()
    sealing().named_file = lambda _session, _name, path: documents(EAST).get(path)
    return built


@pytest.fixture
def shell(database_url: str, tmp_path: Path, clock: FakeClock) -> Shell:
    return Shell(database_url, tmp_path, clock)


# ---- the end of a book that others followed -----------------------------------------------------


def half_published(village: Village, monkeypatch: pytest.MonkeyPatch) -> int:
    """A book whose end was sealed, followed, and not published; how many entries it has."""
    seal(EAST)
    made = close(EAST)
    with monkeypatch.context() as patch:
        patch.setattr(sealing_steps, "publish", stop)
        with pytest.raises(Dies):
            seal(EAST)
    follow(village, made)
    assert published(export_folder(FIRST)).size < made.size
    return made.size


def test_the_end_of_an_earlier_book_is_published_after_a_crash(
    app: Flask, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = half_published(village, monkeypatch)
    restart(app)
    sealing().named_file = lambda _session, _name, path: documents(EAST).get(path)
    seal(EAST)
    assert published(export_folder(FIRST)).size == size
    assert report(FIRST).exit_code == 10  # kinds that only tests know moved something
    assert published(export_folder(SECOND)).size == len(notes(EAST, 2))


def test_an_earlier_book_that_cannot_be_finished_keeps_no_other_from_it(
    app: Flask,
    village: Village,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    half_published(village, monkeypatch)
    (export_folder(FIRST) / "checkpoint").write_bytes(b"no checkpoint\n")
    with caplog.at_level(logging.ERROR):
        seal(EAST)
    assert published(export_folder(SECOND)).size == len(notes(EAST, 2))
    assert any(FIRST in each.getMessage() for each in caplog.records)


# ---- receipts of earlier books ------------------------------------------------------------------


def test_an_earlier_book_gives_receipts(app: Flask, village: Village) -> None:
    follow_sealed(village, close(EAST))
    for book, place in ((1, FIRST), (2, SECOND), (0, SECOND)):
        proof = parse_proof(receipt(EAST, 1, book))
        note = notes(EAST, book or 2)[1]
        seal(EAST)
        policy = parse_policy((export_folder(place) / "policy").read_bytes())
        assert check_proof(proof, note, policy).checkpoint.origin == place
        assert proof.extra == note


def test_an_earlier_book_gives_none_of_what_it_has_not(app: Flask, village: Village) -> None:
    made = close(EAST)
    follow_sealed(village, made)
    for book, seq in ((1, made.size), (1, -1), (3, 0), (-1, 0)):
        with pytest.raises(EntryMissingError):
            receipt(EAST, seq, book)


def test_an_earlier_book_is_finished_for_its_receipt(
    app: Flask, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = half_published(village, monkeypatch)
    assert parse_proof(receipt(EAST, size - 1, 1)).index == size - 1


def test_a_changed_publication_gives_none(app: Flask, village: Village) -> None:
    follow_sealed(village, close(EAST))
    path = export_folder(FIRST) / "checkpoint"
    data = path.read_bytes()
    path.write_bytes(data[:-9] + b"AAAAAAA=\n")
    with pytest.raises(CheckpointChangedError):
        receipt(EAST, 1, 1)
    path.unlink()
    with pytest.raises(ReceiptFailedError):
        receipt(EAST, 1, 1)
    path.write_bytes(data)
    shutil.rmtree(export_folder(FIRST) / "tile")
    with pytest.raises(ReceiptFailedError):
        receipt(EAST, 1, 1)


def test_a_book_that_ends_meanwhile_still_gives_the_receipt(
    app: Flask, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receipt is of the book that was asked for, not of the one that is there afterwards."""
    seal(EAST)
    made = close(EAST)

    def meanwhile(community: str) -> bytes:
        data = seal(community)
        follow(village, made)
        return data

    monkeypatch.setattr("volunteer_credit.journal.operations.receipts.seal", meanwhile)
    proof = parse_proof(receipt(EAST, made.size - 1))
    assert proof.extra == notes(EAST)[made.size - 1]


def files_of(folder: Path) -> dict[str, bytes]:
    """What a folder publishes."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in paths
        if ".ledger" not in path.parts
    }


# ---- an archive begun again ---------------------------------------------------------------------


def test_a_renewed_archive_has_all_books_and_their_documents(app: Flask, village: Village) -> None:
    follow_sealed(village, close(EAST))
    seal(EAST)
    before = everything()
    shutil.rmtree(community_folder(EAST))
    restart(app)  # and nobody gives the documents a second time: the publication has them
    renew_archive(EAST)
    for each in (FIRST, SECOND):
        ours, public = files_of(archive_folder(each)), files_of(export_folder(each))
        assert public.pop("policy")
        assert ours == public
    assert list(archive_folder(FIRST).glob("document/*"))
    shutil.rmtree(export_folder(FIRST).parent)
    empty()
    restart(app)
    recover(EAST)
    assert differences(before, everything()) == []


def test_the_command_renews_only_when_told_twice(shell: Shell) -> None:
    shell("init")
    shell("run-job", "seal")
    shutil.rmtree(shell.folder / "archive" / "weihai.example")
    assert "renew-archive" in shell("renew-archive", "city", code=2)
    assert not (shell.folder / "archive" / "weihai.example").exists()
    assert "archive_missing" in shell("clock-confirm", "city", "2026-11-22T08:00", code=23)
    said = shell("renew-archive", "city", "--archive-is-lost")
    assert "weihai.example/city/1" in said
    shell("clock-confirm", "city", "2026-11-22T08:00")
    shell("renew-archive", "nowhere", "--archive-is-lost", code=21)


# ---- the guard and the sidecars -----------------------------------------------------------------


def test_a_database_that_lacks_archived_operations_is_not_written_to(app: Flask) -> None:
    """Operations without entries make no tree grow: the checkpoints agree with an old copy."""
    grown(2)
    seal(COMMUNITY)
    head, operations = rows("journal_heads"), rows("journal_operations")
    confirm_clock(COMMUNITY, current().clock.now_ms(), request("confirmed"))
    seal(COMMUNITY)
    run(
        "UPDATE journal_heads SET operations_count = :count, clock_confirmed_ms = 0, mac = :mac",
        count=len(operations),
        mac=head[0]["mac"],
    )
    run("DELETE FROM journal_operations WHERE position = :last", last=len(operations))
    restart(app)
    with pytest.raises(BehindPublicationError):
        awards(1, 50)
    assert recover(COMMUNITY).operations_put_back == 1
    awards(1, 50)


def test_a_recovery_that_dies_before_it_sets_sidecars_aside_is_finished(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the archive would keep other operations at the places of those that come next."""
    grown(2)
    seal(COMMUNITY)
    awards(1, 50)
    with monkeypatch.context() as patch:
        patch.setattr(sealing_steps, "archive_named", stop)
        with pytest.raises(Dies):
            seal(COMMUNITY)  # the operation is in the archive, its entry is not
    run("UPDATE journal_entries SET note = :note WHERE seq = :seq", note=b"x", seq=len(notes()) - 1)
    with monkeypatch.context() as patch:
        patch.setattr(recovering, "_set_aside", stop)
        with pytest.raises(Dies):
            recover(COMMUNITY)
    restart(app)
    with pytest.raises(BehindPublicationError):
        awards(1, 60)
    assert recover(COMMUNITY).set_aside
    awards(1, 60)
    seal(COMMUNITY)


# ---- recovery -----------------------------------------------------------------------------------


def test_a_successor_of_the_same_size_is_recovered(app: Flask) -> None:
    """Which book an operation belongs to is read off the sizes; here they are the same."""
    village = Village(EAST)
    found_book(EAST, request("found", OPERATOR, "found"), village.founders)
    made = close(EAST)
    opened = follow_sealed(village, made)
    assert made.size == opened.size == 3
    seal(EAST)
    before = everything()
    empty()
    restart(app)
    recover(EAST)
    assert differences(before, everything()) == []


@pytest.mark.parametrize(
    ("sizes", "operations", "whole"),
    [
        ([3], [1, 2, 3], True),
        ([3], [1, 2], False),
        ([3, 3], [1, 3, 3], True),
        ([3, 3], [1, 3, 3, 3], True),
        ([3, 3], [1, 3], False),
        ([3, 3, 3], [3, 3, 3], True),
        ([3, 3, 3], [3, 3], False),
        ([10, 5], [1, 2, 3, 4, 5], False),
        ([10, 5], [10, 10, 5], True),
        ([3, 5], [3, 5], True),
        ([5, 3], [5, 2, 3], True),
    ],
)
def test_operations_are_walked_book_by_book(
    sizes: list[int], operations: list[int], whole: bool
) -> None:
    walk = Walk(sizes)
    assert all(walk.fits(size) for size in operations)
    assert walk.whole is whole
    assert not walk.fits(max(sizes) + 1)


def test_keys_of_an_earlier_book_do_not_come_back_with_an_old_backup(
    app: Flask, village: Village
) -> None:
    seal(EAST)
    kept = back_up(current().settings.backup_dir, current().clock.now_ms())
    follow_sealed(village, close(EAST))
    seal(EAST)
    empty()
    restart(app)
    restore(current().settings.backup_dir / kept.name)
    recover(EAST)
    there = {(row["origin"], row["role"]) for row in rows("journal_keys")}
    assert {role for each, role in there if each == FIRST} == {"rows"}
    assert len([1 for each, _ in there if each == SECOND]) == 5


def test_keys_of_another_community_are_not_taken_from_an_archive(app: Flask) -> None:
    grown(1)
    seal(COMMUNITY)
    path = community_folder(COMMUNITY) / "keys.json"
    path.write_bytes(path.read_bytes().replace(b"huancui-01/1", b"huancui-02/1"))
    with pytest.raises(ArchiveDamagedError, match="huancui-02"):
        recover(COMMUNITY)


@pytest.mark.parametrize("name", ["../huancui-01", "..", "Huancui-01", "社区", ""])
def test_a_recovery_leaves_its_folder_under_no_name(app: Flask, name: str) -> None:
    grown(1)
    seal(COMMUNITY)
    with pytest.raises(CommunityCodeError):
        recover(name)


# ---- and smaller ones ---------------------------------------------------------------------------


def test_a_removed_backup_is_gone_with_the_next_one(
    app: Flask, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = current().settings.backup_dir
    back_up(folder, clock.at_ms)
    clock.pass_ms(40 * 24 * HOUR_MS)
    back_up(folder, clock.at_ms)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", stop)
        with pytest.raises(Dies):
            prune(folder, clock.at_ms, keep_count=1, keep_days=35)
    clock.pass_ms(1000)
    back_up(folder, clock.at_ms)
    assert len([each for each in folder.iterdir() if each.is_dir()]) == 2


def test_a_refusal_of_the_ledger_keeps_no_other_book_from_its_seal(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown(1)
    Village(EAST).build()

    def refused(community: str) -> bytes:
        if community == EAST:
            raise SeqError(seq=1, wanted=2)
        return seal(community)

    monkeypatch.setattr(jobs, "seal", refused)
    with pytest.raises(SealingFailedError):
        jobs.seal_all("now")
    assert published(export_folder()).size == len(notes())


def test_two_books_of_a_community_do_not_write_sidecars_at_once(app: Flask) -> None:
    grown(1)
    seal(COMMUNITY)
    session, head, _ = read_head(COMMUNITY)
    lock = Lock(community_folder(COMMUNITY) / ".lock")
    try:
        with pytest.raises(SealBusyError):
            write_sidecars(session, head, Disk())
    finally:
        lock.release()
    write_sidecars(session, head, Disk())


def test_the_scheduler_keeps_the_promise_of_35_days(shell: Shell) -> None:
    """Nobody else runs what takes destroyed keys out of the second store."""
    shell("init")
    with shell.console.application():
        keys = person_keys(current())
        keys.create("0" * 32, shell.clock.at_ms)
        keys.create("1" * 32, shell.clock.at_ms)
    shell("run-job", "back_up_person_keys")
    store = shell.folder / "person-keys-backup"
    first = {each.name for each in store.iterdir()}
    with shell.console.application():
        assert person_keys(current()).is_backed_up("0" * 32)
        person_keys(current()).destroy("0" * 32, shell.clock.at_ms)
    shell.clock.pass_ms(35 * 24 * HOUR_MS)
    shell("run-job", "prune_person_keys")
    gone = first - {each.name for each in store.iterdir()}
    assert any(name.startswith("keys") for name in gone)


def test_nobody_else_reads_a_backup_even_outside_of_its_folder(
    app: Flask, clock: FakeClock
) -> None:
    made = current().settings.backup_dir / back_up(current().settings.backup_dir, clock.at_ms).name
    assert {path.stat().st_mode & 0o777 for path in made.iterdir()} == {0o600}
    assert made.stat().st_mode & 0o777 == 0o700


def test_a_backup_that_finds_the_disk_full_makes_room_again(
    app: Flask, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    folder = current().settings.backup_dir
    with monkeypatch.context() as patch:
        patch.setattr(backups, "write_manifest", full)
        with pytest.raises(OSError, match="full"):
            back_up(folder, clock.at_ms)
    assert [each for each in folder.iterdir() if each.is_dir()] == []
    back_up(folder, clock.at_ms)
