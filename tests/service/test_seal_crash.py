"""A sealer dies at every step, or its disk refuses; the next one finishes its work."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.service.books import COMMUNITY, notes
from tests.service.sealed import (
    CountingDisk,
    Crash,
    archive_folder,
    awards,
    disk_for,
    export_folder,
    grown,
    head_of,
    is_good,
    many,
    published,
    restart,
    rows,
)
from volunteer_credit.journal.operations import seal as sealing_steps
from volunteer_credit.journal.operations import store
from volunteer_credit.journal.operations.folders import ARCHIVE, PUBLICATION
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.sidecar_files import archive_folder as community_folder
from volunteer_credit.journal.rules.seal_errors import FolderFailedError


def check_whole(scratch: Path) -> None:
    """Archive, database and export have the same newest checkpoint, of all entries."""
    size = len(notes())
    assert published(export_folder()).size == published(archive_folder()).size == size
    assert max(row["size"] for row in rows("journal_checkpoints")) == size
    assert is_good(export_folder(), scratch)
    assert is_good(archive_folder(), scratch)
    names = [each.name for each in (community_folder(COMMUNITY) / "sidecar").iterdir()]
    spans = sorted(tuple(map(int, name.split("-"))) for name in names)
    assert [start for start, _ in spans] == [0, *(stop for _, stop in spans[:-1])]
    assert spans[-1][1] == len(rows("journal_operations"))


@pytest.mark.untraced
@pytest.mark.parametrize("where", [ARCHIVE, PUBLICATION])
def test_the_machine_stops_at_every_step(app: Flask, tmp_path: Path, where: str) -> None:
    grown(1)
    seal(COMMUNITY)
    step = 0
    while True:
        awards(1, 100 + step)
        disk = CountingDisk(step)
        with disk_for(where, disk):
            try:
                seal(COMMUNITY)
            except Crash:
                pass
            else:
                break
        restart(app)
        if step % 2:  # some go on with a grown book, some with the same
            awards(1, 1000 + step)
        assert head_of(seal(COMMUNITY)).size == len(notes())
        step += 1
        if step % 8 == 0:
            check_whole(tmp_path / "scratch")
    assert step > 20
    check_whole(tmp_path / "scratch")


@pytest.mark.parametrize("where", [ARCHIVE, PUBLICATION])
def test_the_first_seal_stops_at_every_step(app: Flask, tmp_path: Path, where: str) -> None:
    grown(1)
    step = 0
    while True:
        disk = CountingDisk(step)
        with disk_for(where, disk):
            try:
                seal(COMMUNITY)
            except Crash:
                step += 1
                restart(app)
            else:
                break
        if step % 5 == 0:
            awards(1, step)
    assert step > 10
    check_whole(tmp_path / "scratch")


def stop_before(_work: Callable[..., Any]) -> Callable[..., Any]:
    def stopped(*_args: object, **_names: object) -> None:
        raise Crash

    return stopped


def stop_after(work: Callable[..., Any]) -> Callable[..., Any]:
    def stopped(*args: object, **names: object) -> None:
        work(*args, **names)
        raise Crash

    return stopped


@pytest.mark.parametrize("stop", [stop_before, stop_after])
@pytest.mark.parametrize(
    ("module", "name"),
    [
        (store, "swap"),
        (sealing_steps, "write_keys"),
        (sealing_steps, "write_sidecars"),
        (sealing_steps, "archive_named"),
        (sealing_steps, "publish"),
        (sealing_steps, "examine"),
    ],
)
def test_it_dies_between_two_steps(
    app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    stop: Callable[..., Any],
) -> None:
    grown()
    seal(COMMUNITY)
    awards(2, 50)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, stop(getattr(module, name)))
        with pytest.raises(Crash):
            seal(COMMUNITY)
    restart(app)
    awards(2, 60)  # the guard lets it: nobody knows more than the rows
    assert head_of(seal(COMMUNITY)).size == len(notes())
    check_whole(tmp_path / "scratch")


def test_it_dies_between_the_steps_of_a_backlog(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown()
    seal(COMMUNITY)
    many(300, "many")
    sealing().step = 100
    with monkeypatch.context() as patch:
        patch.setattr(store, "swap", stop_before(store.swap))
        with pytest.raises(Crash):
            seal(COMMUNITY)
    restart(app)
    sealing().step = 90  # then no step ends where the archive does
    many(10, "more")
    assert head_of(seal(COMMUNITY)).size == len(notes())
    check_whole(tmp_path / "scratch")


@pytest.mark.untraced
@pytest.mark.parametrize("where", [ARCHIVE, PUBLICATION])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_full_or_broken_disk_stops_only_sealing(
    app: Flask, tmp_path: Path, where: str, number: int
) -> None:
    grown()
    seal(COMMUNITY)
    for step in range(0, 20, 4):
        awards(1, 100 + step)
        with disk_for(where, CountingDisk(step, number)):
            with pytest.raises(FolderFailedError) as caught:
                seal(COMMUNITY)
            assert where in caught.value.sentence("zh")
            awards(1, 200 + step)
    seal(COMMUNITY)
    check_whole(tmp_path / "scratch")


def test_a_folder_that_may_not_be_read_stops_only_sealing(app: Flask, tmp_path: Path) -> None:
    grown()
    seal(COMMUNITY)
    checkpoint = export_folder() / "checkpoint"
    data = checkpoint.read_bytes()
    checkpoint.unlink()
    checkpoint.mkdir()
    awards(1, 100)
    with pytest.raises(FolderFailedError):
        seal(COMMUNITY)
    awards(1, 101)
    checkpoint.rmdir()
    checkpoint.write_bytes(data)
    seal(COMMUNITY)
    check_whole(tmp_path / "scratch")
