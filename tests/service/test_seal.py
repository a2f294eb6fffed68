"""Sealing: what is published is what the rows were, and a stranger's verifier accepts it."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

import ledger
from ledger.canonical import Value
from tests.service.books import COMMUNITY, OPERATOR, found, funded, notes, request
from tests.service.make import FakeClock
from tests.service.sealed import (
    ORIGIN,
    archive_folder,
    awards,
    export_folder,
    grown,
    head_of,
    is_good,
    many,
    published,
    restart,
    rows,
    run,
    verified,
)
from volunteer_credit.journal.operations import seal as sealing_steps
from volunteer_credit.journal.operations.closing import close_book
from volunteer_credit.journal.operations.examine import read_head
from volunteer_credit.journal.operations.folders import ARCHIVE
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.rotation import rotate_key
from volunteer_credit.journal.operations.seal import renew_archive, seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.store import SqlStore
from volunteer_credit.journal.rules.errors import KeyMissingError
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.journal.rules.seal_errors import (
    ArchiveMissingError,
    NamedFileError,
    PersonKeysWaitingError,
)
from volunteer_credit.shared.db import NoBookError, db

ROOT = Path(ledger.__file__).parent.parent


def test_the_export_verifies(app: Flask, tmp_path: Path) -> None:
    grown()
    checkpoint = seal(COMMUNITY)
    assert head_of(checkpoint).size == len(notes()) == published(export_folder()).size
    for folder in (export_folder(), archive_folder()):
        assert is_good(folder, tmp_path / "scratch")
    assert [row["size"] for row in rows("journal_checkpoints")] == [len(notes())]


@pytest.mark.engines("sqlite")
def test_the_command_of_a_stranger_accepts_the_export(app: Flask) -> None:
    grown()
    seal(COMMUNITY)
    folder = export_folder()
    command = [sys.executable, "-m", "ledger", "verify", str(folder), "--policy"]
    done = subprocess.run(
        [*command, str(folder / "policy")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 10, done.stdout + done.stderr


def test_sealing_again_does_nothing(app: Flask) -> None:
    grown()
    first = seal(COMMUNITY)
    before = {path: path.stat().st_mtime_ns for path in archive_folder().parent.rglob("*")}
    assert seal(COMMUNITY) == first
    files = (path for path in before if path.is_file())
    assert all(path.stat().st_mtime_ns == before[path] for path in files)
    assert len(rows("journal_checkpoints")) == 1


def test_a_community_without_a_book_has_nothing_to_seal(app: Flask) -> None:
    with pytest.raises(NoBookError):
        seal("nowhere")


def test_it_goes_on_from_the_last_checkpoint(app: Flask, tmp_path: Path, clock: FakeClock) -> None:
    funded()
    sizes = []
    for number in range(3):
        awards(1, number)
        clock.pass_ms(1000)
        sizes.append(head_of(seal(COMMUNITY)).size)
    many(600, "many")
    sizes.append(head_of(seal(COMMUNITY)).size)
    assert sizes == [row["size"] for row in rows("journal_checkpoints")]
    assert is_good(export_folder(), tmp_path / "scratch")
    paths = {row["path"] for row in rows("journal_tiles")}
    assert paths == {"tile/0/000", "tile/0/001", "tile/0/002.p/95", "tile/1/000.p/2"}


def test_a_large_backlog_is_sealed_in_steps(app: Flask, tmp_path: Path) -> None:
    funded()
    sealing().step = 100
    many(350, "many")
    assert head_of(seal(COMMUNITY)).size == len(notes())
    assert [row["size"] for row in rows("journal_checkpoints")] == [100, 200, 300, len(notes())]
    assert is_good(export_folder(), tmp_path / "scratch")


def test_only_the_swap_holds_the_lock(app: Flask) -> None:
    grown()
    seen: list[str] = []
    engine = db.engines["write"]

    def watch(*args: object) -> None:
        seen.append(str(args[2]).split()[0])

    event.listen(engine, "before_cursor_execute", watch)
    try:
        seal(COMMUNITY)
    finally:
        event.remove(engine, "before_cursor_execute", watch)
    assert [word for word in seen if word != "BEGIN"] == [
        "SELECT",  # the head's own lock goes past this layer
        "DELETE",
        "INSERT",
        "INSERT",
    ]


def test_people_come_first(app: Flask) -> None:
    grown()
    asked = []

    def answer(_session: object, community: str, seqs: range) -> bool:
        asked.append((community, seqs))
        return len(asked) > 1

    sealing().persons_backed_up = answer
    with pytest.raises(PersonKeysWaitingError):
        seal(COMMUNITY)
    assert not (export_folder() / "checkpoint").exists()
    assert not rows("journal_checkpoints")
    seal(COMMUNITY)
    assert asked == [(COMMUNITY, range(len(notes())))] * 2


def test_documents_and_policy_are_published(app: Flask, tmp_path: Path) -> None:
    found()
    text = "居民公约".encode()
    name = sha256(text).hexdigest()
    given = {f"document/{name}": b"other"}
    sealing().named_file = lambda _session, _community, path: given.get(path)
    append(COMMUNITY, request("d"), [NewEntry("note.example", {}, document=name)])
    with pytest.raises(NamedFileError):
        seal(COMMUNITY)
    given[f"document/{name}"] = text
    seal(COMMUNITY)
    for folder in (export_folder(), archive_folder()):
        assert (folder / "document" / name).read_bytes() == text
    report = verified(export_folder(), tmp_path / "scratch")
    assert report.exit_code == 0
    missing = sha256(b"nobody has it").hexdigest()
    append(COMMUNITY, request("e"), [NewEntry("note.example", {}, document=missing)])
    seal(COMMUNITY)
    assert verified(export_folder(), tmp_path / "scratch").exit_code == 9


def test_a_lost_export_comes_back_from_the_archive(app: Flask, tmp_path: Path) -> None:
    grown()
    seal(COMMUNITY)
    awards(300, 10)
    last = seal(COMMUNITY)
    shutil.rmtree(export_folder())
    sealing().step = 100
    assert seal(COMMUNITY) == last
    assert is_good(export_folder(), tmp_path / "scratch")


def test_a_lost_archive_is_begun_again_by_hand_only(app: Flask, tmp_path: Path) -> None:
    grown()
    seal(COMMUNITY)
    awards(2, 10)
    last = seal(COMMUNITY)
    shutil.rmtree(archive_folder())
    with pytest.raises(ArchiveMissingError):
        seal(COMMUNITY)
    assert renew_archive(COMMUNITY) == last
    awards(1, 20)
    seal(COMMUNITY)
    assert is_good(archive_folder(), tmp_path / "scratch")


def test_the_end_of_a_book_is_published_with_its_state(app: Flask, tmp_path: Path) -> None:
    grown()
    seal(COMMUNITY)
    closed = close_book(COMMUNITY, "archive", [], request("close", OPERATOR))
    seal(COMMUNITY)
    for folder in (export_folder(), archive_folder()):
        name = sha256(closed.state).hexdigest()
        assert (folder / "state" / name).read_bytes() == closed.state
    assert is_good(export_folder(), tmp_path / "scratch")


def test_parts_are_not_made_up(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Who gets which line of the closing state is nothing that the book says."""
    grown()
    origins = ["weihai.example/huancui-03/1", "weihai.example/huancui-04/1"]

    def divide(lines: Sequence[Value]) -> list[list[Value]]:
        return [[each for each in lines if each["type"] != "balance"], list(lines)]

    closed = close_book(COMMUNITY, "split", origins, request("close", OPERATOR), divide=divide)
    part = sha256(closed.parts[0]).hexdigest()
    seal(COMMUNITY)
    assert f"state/{part} is not there" in caplog.text
    assert (export_folder() / "state" / sha256(closed.state).hexdigest()).is_file()
    assert not (export_folder() / "state" / part).exists()


def test_a_key_that_is_gone_signs_no_step_of_a_backlog(app: Flask, tmp_path: Path) -> None:
    grown()
    seal(COMMUNITY)
    sealing().step = 20
    many(50, "many")
    rotate_key(COMMUNITY, "cosign", "planned", request("rotate", OPERATOR))
    many(50, "more")
    seal(COMMUNITY)
    sizes = [row["size"] for row in rows("journal_checkpoints")]
    assert sizes[-1] == len(notes())
    assert 3 <= len(sizes) < 7
    restart(app)
    awards(1, 50)
    seal(COMMUNITY)
    assert is_good(export_folder(), tmp_path / "scratch")
    (key,) = (row for row in rows("journal_keys") if row["role"] == "log")
    run("DELETE FROM journal_keys WHERE role = 'log'")
    awards(1, 60)
    with pytest.raises(KeyMissingError):
        seal(COMMUNITY)
    run(
        "INSERT INTO journal_keys (origin, role, key_id, wrapped)"
        " VALUES (:origin, :role, :key_id, :wrapped)",
        **key,
    )
    seal(COMMUNITY)


def test_the_store_takes_nothing_in(app: Flask) -> None:
    grown()
    seal(COMMUNITY)
    session, head, _ = read_head(COMMUNITY)
    with sealing().folder(ARCHIVE, ORIGIN) as archive:
        store = SqlStore(session, head, archive, None, bytes(32))
        assert store.size() == len(notes())
        assert list(store.read(0, 3)) == notes()[:3]
        with pytest.raises(NotImplementedError):
            store.append(0, [])


def test_a_book_that_changes_while_it_is_waited_for(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown()
    reads = iter([replace, None])

    def changing(community: str) -> tuple[Any, Any, Any]:
        session, head, beyond = read_head(community)
        if next(reads, None):
            head = head._replace(origin="weihai.example/huancui-01/0")
        return session, head, beyond

    monkeypatch.setattr(sealing_steps, "read_head", changing)
    assert head_of(seal(COMMUNITY)).size == len(notes())
