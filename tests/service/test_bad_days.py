"""Processes that die between any two statements, and processes that fork."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.service import workers
from tests.service.books import (
    COMMUNITY,
    award,
    balances,
    book_balances,
    funded,
    notes,
    replayed,
    request,
)
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.shared import db as db_module
from volunteer_credit.shared.db import db

POINTS_MIN = 12  # BEGIN, head, key, rows, writes, COMMIT: before and after each


def operations(key: str) -> int:
    """How often an operation is remembered."""
    db.session.rollback()
    found = db.session.execute(
        text("SELECT count(*) FROM journal_operations WHERE key = :key"), {"key": key}
    )
    return int(found.scalar_one())


def whole(size: int, key: str) -> bool:
    """Whether the operation is there, with all that belongs to it; it is not there in part."""
    done = operations(key)
    assert done in (0, 1)
    assert len(notes()) == size + done * workers.WHOLE
    assert balances() == book_balances(replayed())
    return done == 1


def test_death_at_any_point_leaves_all_or_nothing(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    """And after each death the next writer isn't kept waiting: a retry completes it, once."""
    funded()
    ours, theirs = workers.FORKSERVER.Pipe()
    process = workers.start(
        workers.die_at_each_point, database_url, str(tmp_path), COMMUNITY, theirs
    )
    died_with_nothing = died_with_all = 0
    while True:
        point, code = ours.recv()
        key = f"point {point}"
        size = len(notes()) if not operations(key) else len(notes()) - workers.WHOLE
        there = whole(size, key)
        if code == 0:
            assert there
            break
        assert code == -9
        died_with_all += there
        died_with_nothing += not there
        made = append(COMMUNITY, request(key), [award(amount=1)] * workers.WHOLE)
        assert [each.seq for each in made] == [size, size + 1]
        assert operations(key) == 1
        assert append(COMMUNITY, request(key), [award(amount=1)] * workers.WHOLE) == made
        ours.send("next")
    assert workers.finished(process) == 0
    assert died_with_nothing >= POINTS_MIN
    assert died_with_all >= 1  # the points after COMMIT


def test_parent_and_child_append_after_a_fork(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    funded()
    size = len(notes())
    ours, theirs = workers.FORKSERVER.Pipe()
    process = workers.start(workers.fork_and_append, database_url, str(tmp_path), COMMUNITY, theirs)
    code, told, made, first = ours.recv()
    assert workers.finished(process) == 0
    assert (code, made) == (0, 20)
    assert told == [20, first]
    db.session.rollback()
    assert len(notes()) == size + 41
    assert balances() == book_balances(replayed())


@pytest.mark.engines("sqlite")
def test_a_child_shares_no_open_file_with_its_parent(app: Flask, tmp_path: Path) -> None:
    """SQLite takes an open file of a forked process for its own locks: so none is open then."""
    funded()
    append(COMMUNITY, request("a"), [award()])
    assert db.session.execute(text("SELECT 1")).scalar_one() == 1
    name = str(tmp_path / "data" / "service.db")
    assert name in open_files()
    db_module._before_fork()
    assert name not in open_files()
    append(COMMUNITY, request("b"), [award()])
    assert balances() == book_balances(replayed())


def open_files() -> set[str]:
    """The files that this process has open."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        try:
            found.add(str(each.readlink()))
        except OSError:
            continue
    return found
