"""Schedulers as processes of their own: two of them, killed and ended."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.service.make import environ_for
from volunteer_credit.shared.db import WRITE, db, transaction
from volunteer_credit.shared.jobs import Job, Period

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_SECONDS = 60
PROGRAM = "from tests.service.test_scheduler_process import main; main()"
pytestmark = pytest.mark.engines("sqlite")


def write(period: Period) -> None:
    """Note who did which period."""
    with transaction() as session:
        session.execute(text("INSERT INTO done VALUES (:p, :n)"), {"p": period, "n": os.getpid()})


def hang(period: Period) -> None:
    """Work without an end."""
    write(period)
    threading.Event().wait()


def main() -> None:
    """Serve one job, with the lease that the test says, until a signal comes."""
    from volunteer_credit import create_app, scheduler  # noqa: PLC0415 - of the child alone

    work, lease_ms = {"write": write, "hang": hang}[sys.argv[1]], int(sys.argv[2])
    timing = scheduler.Timing(lease_ms=lease_ms, renew_ms=200, drain_ms=500)
    job = Job(name=sys.argv[1], run=work, interval_seconds=1, catch_up=3)
    sys.exit(scheduler.serve(create_app(), [job], timing))


@dataclass
class Schedulers:
    """Processes over one database, and what is in it."""

    url: str
    folder: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, work: str, lease_ms: int) -> subprocess.Popen[bytes]:
        environ = {**os.environ, **environ_for(self.url, self.folder)}
        command = [sys.executable, "-W", "error", "-c", PROGRAM, work, str(lease_ms)]
        process = subprocess.Popen(command, cwd=ROOT, env=environ)
        self.started.append(process)
        return process

    def ask(self, query: str) -> list[tuple[object, ...]]:
        path = self.url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
            return connection.execute(query).fetchall()

    def workers(self) -> list[object]:
        return [row[0] for row in self.ask("SELECT process FROM done ORDER BY period")]

    def await_true(self, holds: Callable[[], bool]) -> None:
        never = threading.Event()
        for _ in range(DEADLINE_SECONDS * 20):
            if holds():
                return
            never.wait(0.05)
        pytest.fail("it did not happen in time")


@pytest.fixture
def schedulers(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Schedulers]:
    with db.engines[WRITE].begin() as connection:
        connection.execute(text("CREATE TABLE done (period TEXT, process INTEGER)"))
    found = Schedulers(database_url, tmp_path)
    yield found
    for process in found.started:
        process.kill()
        process.wait(DEADLINE_SECONDS)


def test_one_of_two_runs_the_jobs_and_the_other_takes_over_when_it_is_killed(
    schedulers: Schedulers,
) -> None:
    two = {process.pid: process for process in (schedulers.start("write", 5000) for _ in range(2))}
    schedulers.await_true(lambda: len(schedulers.workers()) >= 3)
    assert len(set(schedulers.workers())) == 1, "the other one waits"
    first = two.pop(int(str(schedulers.workers()[0])))
    first.kill()
    first.wait(DEADLINE_SECONDS)
    (other,) = two.values()
    schedulers.await_true(lambda: schedulers.workers().count(other.pid) >= 3)
    periods = schedulers.ask("SELECT period FROM done ORDER BY period")
    assert len(periods) == len(set(periods)), "no period twice"
    assert schedulers.ask("SELECT term FROM job_leases") == [(2,)]
    other.send_signal(signal.SIGTERM)
    assert other.wait(DEADLINE_SECONDS) == 0
    assert schedulers.ask("SELECT expires_at_ms FROM job_leases") == [(0,)]
    unended = "SELECT count(*) FROM job_runs WHERE state <> 'done' AND term = 2"
    assert schedulers.ask(unended) == [(0,)]


def test_a_scheduler_that_is_ended_hands_over_at_once(schedulers: Schedulers) -> None:
    an_hour_ms = 3_600_000
    first = schedulers.start("write", an_hour_ms)
    schedulers.await_true(lambda: first.pid in schedulers.workers())
    second = schedulers.start("write", an_hour_ms)
    first.send_signal(signal.SIGINT)
    assert first.wait(DEADLINE_SECONDS) == 0
    schedulers.await_true(lambda: second.pid in schedulers.workers())
    periods = schedulers.ask("SELECT period FROM done")
    assert len(periods) == len(set(periods))


def test_a_scheduler_whose_work_does_not_end_is_cut_off_and_says_so(
    schedulers: Schedulers,
) -> None:
    only = schedulers.start("hang", 3000)
    schedulers.await_true(lambda: only.pid in schedulers.workers())
    only.send_signal(signal.SIGTERM)
    assert only.wait(DEADLINE_SECONDS) == 75
    assert schedulers.ask("SELECT state FROM job_runs ORDER BY period LIMIT 1") == [("started",)]
    assert schedulers.ask("SELECT expires_at_ms FROM job_leases") == [(0,)]
