"""Many threads in many processes: each answer stands for entries that are there once."""

import os
import threading
from collections import Counter
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.service import workers
from tests.service.books import balances, book_balances, found, funded, replayed
from tests.service.workers import Job
from volunteer_credit.shared.db import db, end_reading

EIGHT = tuple(f"huancui-{number:02}" for number in range(8))
ONE = EIGHT[:1]
PROCESSES = 4
THREADS = 32
LINE_BYTES = 68  # of an acknowledgement


def entry_ids(community: str) -> Counter[tuple[int, str]]:
    """Where each entry stands."""
    chosen = text("SELECT seq, id FROM journal_entries WHERE community_id = :c")
    return Counter((seq, name) for seq, name in db.session.execute(chosen, {"c": community}))


def check_all(communities: tuple[str, ...], answers: list[list[Any]], before: int) -> None:
    """No acknowledged entry is lost or doubled, no place is empty, and each book replays."""
    end_reading()  # others have written since this one last looked
    assert len({(community, key) for community, key, _, _ in answers}) == len(answers)
    for community in communities:
        there = entry_ids(community)
        mine = {(seq, name) for where, _, seq, name in answers if where == community}
        assert mine <= there.keys()
        assert sorted(seq for seq, _ in there) == list(range(before + len(mine)))
        book = replayed(community)
        assert balances(community) == book_balances(book)
        head = db.session.execute(
            text("SELECT size, operations_count FROM journal_heads WHERE community_id = :c"),
            {"c": community},
        ).one()
        assert head.size == book.size
        positions = db.session.execute(
            text("SELECT position FROM journal_operations WHERE community_id = :c"),
            {"c": community},
        )
        assert sorted(positions.scalars()) == list(range(head.operations_count))


def jobs(url: str, folder: Path, communities: tuple[str, ...], each: int) -> list[Job]:
    """The work of four processes."""
    return [
        Job(url, str(folder), number, communities, THREADS, each, str(folder / f"acks-{number}"))
        for number in range(PROCESSES)
    ]


def answers_of(work: list[Job]) -> list[list[Any]]:
    return [line for job in work for line in workers.acknowledged(job.acknowledged)]


def sizes(communities: tuple[str, ...]) -> int:
    """Found the books; how many entries each has then."""
    for community in communities:
        funded(community, members=1)
    return replayed(communities[0]).size


@pytest.mark.parametrize("communities", [ONE, EIGHT], ids=["one book", "eight books"])
def test_threads_and_processes_lose_and_double_nothing(
    app: Flask, database_url: str, tmp_path: Path, communities: tuple[str, ...]
) -> None:
    before = sizes(communities)
    work = jobs(database_url, tmp_path, communities, each=2)
    processes = [workers.start(workers.append_many, job) for job in work]
    assert [workers.finished(process) for process in processes] == [0] * PROCESSES
    answers = answers_of(work)
    assert len(answers) == PROCESSES * THREADS * 2
    check_all(communities, answers, before)


@pytest.mark.soak
@pytest.mark.parametrize("communities", [ONE, EIGHT], ids=["one book", "eight books"])
def test_fifty_thousand_appends_lose_and_double_nothing(
    app: Flask, database_url: str, tmp_path: Path, communities: tuple[str, ...]
) -> None:
    before = sizes(communities)
    work = jobs(database_url, tmp_path, communities, each=50_000 // PROCESSES // THREADS + 1)
    processes = [workers.start(workers.append_many, job) for job in work]
    assert [workers.finished(process) for process in processes] == [0] * PROCESSES
    answers = answers_of(work)
    assert len(answers) >= 50_000
    check_all(communities, answers, before)


def written_bytes(work: list[Job]) -> int:
    """How much has been acknowledged so far."""
    paths = [Path(job.acknowledged) for job in work]
    return sum(path.stat().st_size for path in paths if path.exists())


def killed_now_and_then(work: list[Job], every_bytes: int) -> int:
    """Run the jobs, killing a worker at random moments and starting it anew; how many kills.

    A moment is random, but comes with the work that is done: on average after so many bytes.
    """
    running = dict(enumerate(workers.start(workers.append_many, job) for job in work))
    done = next_bytes = 0
    while running:
        wait([each.sentinel for each in running.values()], timeout=0.005)
        number = list(running)[os.urandom(1)[0] % len(running)]
        if written_bytes(work) > next_bytes:
            running[number].kill()
            done += 1
            share = int.from_bytes(os.urandom(4)) % (2 * every_bytes)
            next_bytes = written_bytes(work) + share
        for each in [each for each, process in running.items() if process.exitcode is not None]:
            code = workers.finished(running.pop(each))
            if code != 0:
                assert code == -9
                running[each] = workers.start(workers.append_many, work[each])
    return done


@pytest.mark.soak
def test_about_two_hundred_kills_lose_and_double_nothing(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    before = sizes(ONE)
    each = 50_000 // PROCESSES // THREADS + 1
    work = jobs(database_url, tmp_path, ONE, each)
    assert killed_now_and_then(work, every_bytes=50_000 * LINE_BYTES // 200) > 150
    answers = answers_of(work)
    keys = {key for _, key, _, _ in answers}
    assert len(keys) == PROCESSES * THREADS * each
    # A worker that was killed between the commit and its line has asked again under the key.
    unique = {(where, key): [where, key, seq, name] for where, key, seq, name in answers}
    check_all(ONE, list(unique.values()), before)


@pytest.mark.engines("sqlite")
def test_a_check_that_sees_a_lost_entry(app: Flask) -> None:
    before = sizes(ONE)
    with pytest.raises(AssertionError):
        check_all(ONE, [[ONE[0], "never", before, "0" * 32]], before)


def test_threads_found_one_book_between_them(app: Flask) -> None:
    answers, refusals = [], []

    def run() -> None:
        with app.app_context():
            try:
                answers.append(found())
            except BaseException as problem:
                refusals.append(problem)

    threads = [threading.Thread(target=run) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not refusals
    assert len(answers) == 16
    assert len(set(answers)) == 1
    db.session.rollback()
    assert replayed().size == 1
