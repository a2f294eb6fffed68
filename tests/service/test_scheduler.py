"""The scheduler inside this process: when it looks, and how it ends."""

import os
import secrets
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.service.make import FakeClock, settings_for
from volunteer_credit import create_app
from volunteer_credit.scheduler import (
    EXIT_CUT,
    EXIT_DONE,
    Each,
    Timing,
    _Watch,
    build,
    fire,
    nudge,
    serve,
)
from volunteer_credit.shared import runtime
from volunteer_credit.shared.clock import SystemClock
from volunteer_credit.shared.db import WRITE, Model, db
from volunteer_credit.shared.jobs import Job, Lease, Period, State, newest_run
from volunteer_credit.shared.jobs_tables import JobLease
from volunteer_credit.shared.runtime import Runtime

DEADLINE_SECONDS = 30
HOUR_MS = 3_600_000
QUICK = Timing(lease_ms=30_000, renew_ms=20, drain_ms=50)
TEXT = "about a person"


def nothing(_period: Period) -> None:
    """Work that is done at once."""


def every(seconds: int = 5) -> Job:
    return Job(name="seal", run=nothing, interval_seconds=seconds)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def live(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application with the clock of this machine, outside of its context."""
    settings = settings_for(database_url, tmp_path)
    app = create_app(Runtime(settings, SystemClock(), secrets.token_bytes))
    with app.app_context():
        Model.metadata.create_all(db.engines[WRITE])
    yield app
    with app.app_context():
        for engine in (db.engine, db.engines[WRITE]):
            engine.dispose()


def lease_of(app: Flask) -> JobLease:
    with app.app_context():
        found = db.session.get(JobLease, "scheduler")
        assert found is not None
        db.session.expunge(found)
        return found


@pytest.mark.parametrize(
    ("seconds", "now", "then"),
    [
        (5, "2026-11-22T08:00:00", "2026-11-22T08:00:05"),
        (5, "2026-11-22T08:00:04.999999", "2026-11-22T08:00:05"),
        (30, "2026-11-22T23:59:31", "2026-11-23T00:00:00"),
        (1, "2026-11-22T08:00:00.000001", "2026-11-22T08:00:01"),
    ],
)
def test_it_fires_at_whole_multiples(seconds: int, now: str, then: str) -> None:
    assert Each(seconds).get_next_fire_time(None, at(now)) == at(then)


def test_a_jump_of_the_clock_by_years_is_one_firing() -> None:
    long_ago, now = at("1970-01-01T00:00:01"), at("2026-11-22T08:00:00")
    assert Each(5).get_next_fire_time(long_ago, now) == now + timedelta(seconds=5)


@pytest.mark.engines("sqlite")
def test_each_job_is_looked_after_by_itself_from_the_start(app: Flask, clock: FakeClock) -> None:
    daily = Job(name="expire", run=nothing, daily_at=time(2))
    hourly = Job(name="remind", run=nothing, interval_seconds=3600)
    stopping = threading.Event()
    lease = Lease("scheduler", runtime.current())
    scheduler = build(app, [every(5), daily, hourly], lease, stopping)
    found = {job.id: job for job in scheduler.get_jobs()}
    assert {name: job.trigger.seconds for name, job in found.items()} == {
        "seal": 5,
        "expire": 30,
        "remind": 30,
    }
    for job in found.values():
        assert job.next_run_time == datetime.fromtimestamp(clock.at_ms / 1000, UTC)
        assert job.kwargs == {}
        assert job.args[2:] == (lease, stopping)
    assert build(app, [], lease, stopping).get_jobs() == []


@pytest.mark.engines("sqlite")
def test_a_job_of_the_main_script_is_refused(app: Flask) -> None:
    def main_work(_period: Period) -> None:
        """Work that another process could not import."""

    main_work.__module__ = "__main__"
    job = Job(name="seal", run=main_work, interval_seconds=5)
    with pytest.raises(AssertionError, match="lives in a module"):
        build(app, [job], Lease("scheduler", runtime.current()), threading.Event())


@pytest.mark.engines("sqlite")
def test_a_clock_set_back_lets_every_job_look_now(app: Flask, clock: FakeClock) -> None:
    lease = Lease("scheduler", runtime.current())
    scheduler = build(app, [every()], lease, threading.Event())
    start = datetime.fromtimestamp(clock.at_ms / 1000, UTC)
    nudge(scheduler, start + timedelta(hours=1))
    watch = _Watch(scheduler)
    clock.pass_ms(1000)
    watch.look()
    assert [job.next_run_time for job in scheduler.get_jobs()] == [start + timedelta(hours=1)]
    clock.at_ms -= HOUR_MS
    watch.look()
    back = start + timedelta(seconds=1) - timedelta(hours=1)
    assert [job.next_run_time for job in scheduler.get_jobs()] == [back]
    clock.pass_ms(1000)
    watch.look()
    assert [job.next_run_time for job in scheduler.get_jobs()] == [back]


def test_a_look_runs_what_is_due_and_never_raises(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease, stopping = Lease("scheduler", runtime.current()), threading.Event()
    lease.keep()
    stopping.set()
    fire(app, every(), lease, stopping)
    assert newest_run(every()) is None, "nothing is begun after the signal"
    stopping.clear()
    fire(app, every(), lease, stopping)
    db.session.rollback()
    assert newest_run(every()) is not None
    assert not caplog.text

    def broken(*_: object) -> None:
        raise RuntimeError(TEXT)

    monkeypatch.setattr("volunteer_credit.scheduler.tick", broken)
    fire(app, every(), lease, stopping)
    assert "job seal: RuntimeError" in caplog.text
    assert TEXT not in caplog.text


def end_this(_period: Period) -> None:
    """Work that tells the process to end, as an operator does."""
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_signal_ends_it_after_the_work_and_the_lease_is_free(live: Flask) -> None:
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    job = Job(name="end", run=end_this, interval_seconds=1)
    left: list[int] = []
    quick = Timing(lease_ms=30_000, renew_ms=20, drain_ms=DEADLINE_SECONDS * 1000)
    assert serve(live, [job], quick, left.append) == EXIT_DONE
    assert not left
    assert [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)] == before
    assert (lease_of(live).term, lease_of(live).expires_at_ms) == (1, 0)
    with live.app_context():
        run = newest_run(job)
    assert run is not None
    assert run.state is State.DONE


def test_work_that_does_not_end_is_cut_off_and_not_recorded(live: Flask) -> None:
    ended = threading.Event()

    def hang(period: Period) -> None:
        end_this(period)
        ended.wait(DEADLINE_SECONDS)

    job = Job(name="hang", run=hang, interval_seconds=1)
    left: list[int] = []
    others = set(threading.enumerate())
    assert serve(live, [job], QUICK, left.append) == EXIT_CUT
    assert left == [EXIT_CUT]
    assert lease_of(live).expires_at_ms == 0
    ended.set()
    for thread in set(threading.enumerate()) - others:
        thread.join(DEADLINE_SECONDS)
    with live.app_context():
        run = newest_run(job)
    assert run is not None
    assert run.state is State.DONE, "nobody took over meanwhile, so what it says still holds"


def test_the_times_leave_room_within_thirty_seconds() -> None:
    timing = Timing()
    assert timing.renew_ms * 3 <= timing.lease_ms == 30_000
    assert timing.drain_ms + 2 * 5_000 <= 30_000  # one renewal and the release may wait for a lock
