"""Two sealers at once: one wins, the other sees its work done."""

import shutil
import threading
from pathlib import Path

import pytest
from flask import Flask

from ledger.durable import Lock
from tests.service.books import COMMUNITY, notes
from tests.service.sealed import (
    archive_folder,
    awards,
    export_folder,
    grown,
    head_of,
    is_good,
    published,
    rows,
)
from tests.service.workers import FORKSERVER, service
from volunteer_credit.journal.operations import store
from volunteer_credit.journal.operations.folders import ARCHIVE
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.rules.seal_errors import SealBusyError


def check_whole(scratch: Path) -> None:
    size = len(notes())
    assert published(export_folder()).size == published(archive_folder()).size == size
    assert rows("journal_checkpoints")[-1]["size"] == size
    assert is_good(export_folder(), scratch)


def test_threads(app: Flask, tmp_path: Path) -> None:
    grown()
    results: list[int] = []
    start = threading.Barrier(4)

    def work(first: int) -> None:
        with app.app_context():
            start.wait()
            for number in range(5):
                awards(1, first + number)
                results.append(head_of(seal(COMMUNITY)).size)

    threads = [threading.Thread(target=work, args=(100 * each,)) for each in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 20
    assert max(results) == len(notes())
    check_whole(tmp_path / "scratch")


def seal_often(url: str, folder: str, first: int) -> None:
    with service(url, folder):
        for number in range(8):
            awards(1, first + number)
            seal(COMMUNITY)


def test_processes(app: Flask, database_url: str, tmp_path: Path) -> None:
    grown()
    workers = [
        FORKSERVER.Process(target=seal_often, args=(database_url, str(tmp_path), 100 * each))
        for each in (1, 2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
        assert worker.exitcode == 0
    seal(COMMUNITY)
    check_whole(tmp_path / "scratch")


def test_a_sealer_that_keeps_the_folder_makes_others_say_so(app: Flask) -> None:
    grown()
    seal(COMMUNITY)
    sealing().timeout_seconds = 0
    lock = Lock(archive_folder() / ".ledger" / "lock")
    with pytest.raises(SealBusyError):
        seal(COMMUNITY)
    lock.release()
    with sealing().turn(COMMUNITY), pytest.raises(SealBusyError), sealing().turn(COMMUNITY):
        pass
    seal(COMMUNITY)


def test_another_machine_with_folders_of_its_own(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No lock is between them: the swap in the database decides."""
    grown()
    seal(COMMUNITY)
    awards(2, 50)
    mine, theirs = archive_folder().parents[2], tmp_path / "theirs"
    shutil.copytree(mine, theirs)
    swap = store.swap
    raced: list[bool] = []

    def race(*args: object) -> None:
        if not raced:
            raced.append(True)
            ours = sealing()._turns.copy()
            sealing()._turns.clear()
            sealing().folders[ARCHIVE] = theirs
            awards(1, 60)
            seal(COMMUNITY)
            sealing().folders[ARCHIVE] = mine
            sealing()._turns.update(ours)
        swap(*args)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(store, "swap", race)
    assert head_of(seal(COMMUNITY)).size == len(notes())
    check_whole(tmp_path / "scratch")
