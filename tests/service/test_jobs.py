"""Jobs: each period once, whoever runs it, whatever dies."""

import secrets
import threading
from collections.abc import Callable
from datetime import time

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.service.make import FakeClock
from volunteer_credit.shared import jobs_runs, runtime
from volunteer_credit.shared.db import db, transaction
from volunteer_credit.shared.db_errors import DatabaseGoneError
from volunteer_credit.shared.jobs import (
    Job,
    Lease,
    Outcome,
    Period,
    PeriodError,
    Results,
    Run,
    State,
    UnknownJobError,
    newest_run,
    pruning,
    run_job,
    run_once,
    tick,
)
from volunteer_credit.shared.jobs_lease import LEASE_MS
from volunteer_credit.shared.jobs_runs import claimed, error_code, recorded
from volunteer_credit.shared.jobs_tables import JobLease, JobRun
from volunteer_credit.shared.jobs_verdict import ATTEMPTS_MAX, RETRY_MS

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
DEADLINE_SECONDS = 60
THREADS = 32


class Work:
    """Work that notes its periods, and fails as often as it is told."""

    def __init__(self) -> None:
        self.periods: list[Period] = []
        self.fails_with: BaseException | None = None
        self.inside: Callable[[], object] = lambda: None

    def __call__(self, period: Period) -> None:
        self.periods.append(period)
        self.inside()
        if self.fails_with is not None:
            raise self.fails_with


@pytest.fixture
def work() -> Work:
    return Work()


def daily(work: Work, catch_up: int = 0) -> Job:
    return Job(name="expire", run=work, daily_at=time(2), catch_up=catch_up)


def owner(name: str = "scheduler") -> Lease:
    lease = Lease(name, runtime.current())
    assert lease.keep()
    return lease


def run_of(job: Job) -> Run:
    found = newest_run(job)
    assert found is not None
    return found


def outcomes(results: Results) -> list[Outcome]:
    return [outcome for _, outcome in results]


def test_a_period_is_run_once_and_recorded(app: Flask, work: Work, clock: FakeClock) -> None:
    job, lease = daily(work), owner()
    assert newest_run(job) is None
    assert tick(job, lease) == [("20261122", Outcome.DONE)]
    assert tick(job, lease) == []
    assert run_once(job, "20261122", lease) is Outcome.DONE_BEFORE
    assert work.periods == ["20261122"]
    assert run_of(job) == Run(
        job="expire",
        period="20261122",
        state=State.DONE,
        attempts=1,
        started_at_ms=clock.at_ms,
        finished_at_ms=clock.at_ms,
    )


def test_the_work_has_its_own_transaction(app: Flask, work: Work) -> None:
    def write() -> None:
        with transaction() as session:
            session.add(JobLease(name="written", owner="", term=0, expires_at_ms=0))

    work.inside = write
    assert outcomes(tick(daily(work), owner())) == [Outcome.DONE]
    assert db.session.get(JobLease, "written") is not None


def test_without_the_lease_nothing_is_run(app: Flask, work: Work) -> None:
    job, other = daily(work), owner()
    idle = Lease("scheduler", runtime.current())
    assert tick(job, idle) == []
    assert run_once(job, "20261122", idle) is Outcome.LEASE_LOST
    assert not idle.keep()
    assert tick(job, idle) == []
    assert newest_run(job) is None
    assert outcomes(tick(job, other)) == [Outcome.DONE]


def test_a_fenced_owner_starts_nothing(app: Flask, work: Work, clock: FakeClock) -> None:
    job, old = daily(work, catch_up=2), owner()
    tick(job, old)
    clock.pass_ms(2 * DAY_MS)
    new = owner()
    # Its process was paused, and its steady hand with it: it believes that the term is its own.
    clock.steady_ms -= 2 * DAY_MS
    assert old.term == 1
    assert outcomes(tick(job, old)) == [Outcome.LEASE_LOST], "it stops at the first refusal"
    assert work.periods == ["20261122"]
    assert new.keep()
    assert outcomes(tick(job, new)) == [Outcome.DONE, Outcome.DONE]


def test_an_owner_that_is_fenced_while_it_works_records_nothing(
    app: Flask, work: Work, clock: FakeClock
) -> None:
    job, old = daily(work), owner()
    taken: list[Lease] = []

    def pause() -> None:
        clock.pass_ms(LEASE_MS)
        taken.append(owner())

    work.inside = pause
    assert outcomes(tick(job, old)) == [Outcome.LEASE_LOST]
    assert run_of(job).state is State.STARTED
    work.inside = lambda: None
    clock.pass_ms(RETRY_MS)
    assert taken[0].keep()
    assert outcomes(tick(job, taken[0])) == [Outcome.DONE]
    assert run_of(job).attempts == 2


def test_a_record_that_comes_after_another_attempt_changes_nothing(
    app: Flask, clock: FakeClock
) -> None:
    lease = owner()
    first = claimed(lease, "expire", "20261122", by_hand=False)
    second = claimed(lease, "expire", "20261122", by_hand=True)
    assert isinstance(first, jobs_runs.Claim)
    assert isinstance(second, jobs_runs.Claim)
    assert not recorded(lease, first, "too_late")
    assert recorded(lease, second, None)


def test_a_failed_run_is_tried_again_with_growing_pauses_and_then_given_up(
    app: Flask, work: Work, clock: FakeClock
) -> None:
    job, lease = daily(work), owner()
    work.fails_with = ValueError("about a person")
    pause_ms = RETRY_MS
    for attempt in range(1, ATTEMPTS_MAX + 1):
        assert outcomes(tick(job, lease)) == [Outcome.FAILED]
        assert tick(job, lease) == []
        assert (run_of(job).attempts, run_of(job).error) == (attempt, "ValueError")
        clock.pass_ms(pause_ms - 1)
        lease.keep()
        assert tick(job, lease) == []
        clock.pass_ms(1)
        lease.keep()
        pause_ms *= 4
    assert tick(job, lease) == []
    assert run_once(job, "20261122", lease) is Outcome.GIVEN_UP
    assert run_of(job).state is State.FAILED
    assert len(work.periods) == ATTEMPTS_MAX
    work.fails_with = None
    assert run_job(app, [job], "expire") == [("20261122", Outcome.DONE)]
    assert run_of(job).error is None


def test_a_claim_refuses_what_waits_after_a_failure(app: Flask, work: Work) -> None:
    job, lease = daily(work), owner()
    work.fails_with = ValueError()
    assert run_once(job, "20261122", lease) is Outcome.FAILED
    assert run_once(job, "20261122", lease) is Outcome.WAITING
    assert len(work.periods) == 1


def test_a_failure_is_logged_and_kept_without_its_text(
    app: Flask, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    job = daily(work)
    work.fails_with = DatabaseGoneError()
    tick(job, owner())
    assert run_of(job).error == "database_gone"
    assert "expire 20261122" in caplog.text
    assert "test_jobs.py" in caplog.text
    work.fails_with = ValueError("about a person")
    run_job(app, [job], "expire")
    assert "about a person" not in caplog.text
    assert error_code(IntegrityError("a", {"name": "b"}, Exception())) == "IntegrityError"


def test_a_run_that_is_interrupted_is_recorded_and_the_interruption_goes_on(
    app: Flask, work: Work
) -> None:
    job, lease = daily(work), owner()
    work.fails_with = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        tick(job, lease)
    assert (run_of(job).state, run_of(job).error) == (State.FAILED, "KeyboardInterrupt")


def test_what_a_dead_process_left_is_tried_again(app: Flask, work: Work, clock: FakeClock) -> None:
    job, dead = daily(work), owner()
    assert isinstance(claimed(dead, "expire", "20261122", by_hand=False), jobs_runs.Claim)
    clock.pass_ms(LEASE_MS)
    new = owner()
    assert outcomes(tick(job, new)) == [Outcome.DONE], "its pause was over as well"
    assert run_of(job).attempts == 2


def test_what_dies_every_time_shows_as_failed(app: Flask, work: Work, clock: FakeClock) -> None:
    job = daily(work)
    for _ in range(ATTEMPTS_MAX):
        dead = owner()
        assert isinstance(claimed(dead, "expire", "20261122", by_hand=False), jobs_runs.Claim)
        clock.pass_ms(HOUR_MS)
    assert outcomes(tick(job, owner())) == [Outcome.GIVEN_UP]
    run = run_of(job)
    assert (run.state, run.error, run.finished_at_ms) == (State.FAILED, "abandoned", None)
    assert not work.periods


def test_a_run_whose_record_could_not_be_saved_is_tried_again_by_the_same_process(
    app: Flask, work: Work, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, lease = daily(work), owner()

    def gone(*_: object) -> bool:
        raise DatabaseGoneError

    with monkeypatch.context() as patched:
        patched.setattr(jobs_runs, "recorded", gone)
        with pytest.raises(DatabaseGoneError):
            tick(job, lease)
    assert run_of(job).state is State.STARTED
    assert outcomes(tick(job, lease)) == [Outcome.WAITING]
    clock.pass_ms(RETRY_MS)
    lease.keep()
    assert outcomes(tick(job, lease)) == [Outcome.DONE]


def test_missed_periods_are_run_in_order_as_far_as_the_job_says(
    app: Flask, work: Work, clock: FakeClock
) -> None:
    job = daily(work, catch_up=2)
    tick(job, owner())
    clock.pass_ms(5 * DAY_MS)
    tick(job, owner())
    assert work.periods == ["20261122", "20261125", "20261126", "20261127"]


def test_a_new_installation_has_missed_nothing(app: Flask, work: Work) -> None:
    tick(daily(work, catch_up=30), owner())
    assert work.periods == ["20261122"]


def test_a_job_that_catches_nothing_up_runs_the_newest_only(
    app: Flask, work: Work, clock: FakeClock
) -> None:
    tick(daily(work), owner())
    clock.pass_ms(5 * DAY_MS)
    tick(daily(work), owner())
    assert work.periods == ["20261122", "20261127"]


def test_a_failure_does_not_stop_the_periods_after_it(
    app: Flask, work: Work, clock: FakeClock
) -> None:
    job = daily(work, catch_up=2)
    tick(job, owner())
    clock.pass_ms(2 * DAY_MS)
    work.fails_with = ValueError()
    assert outcomes(tick(job, owner())) == [Outcome.FAILED, Outcome.FAILED]


def test_catching_up_ends_when_somebody_says_stop(app: Flask, work: Work, clock: FakeClock) -> None:
    job = daily(work, catch_up=3)
    tick(job, owner())
    clock.pass_ms(3 * DAY_MS)
    tick(job, owner(), stopping=lambda: len(work.periods) > 1)
    assert work.periods == ["20261122", "20261123"]


def test_a_clock_that_moves_back_or_ahead_runs_nothing_twice(
    app: Flask, work: Work, clock: FakeClock
) -> None:
    job = Job(name="seal", run=work, interval_seconds=900, catch_up=2)
    lease = owner()
    for moved_ms in (0, -HOUR_MS, HOUR_MS, 400 * DAY_MS, -400 * DAY_MS, 0, 900_000, -900_000):
        clock.at_ms += moved_ms
        lease.keep()
        tick(job, lease)
    assert lease.term == 1
    assert len(work.periods) == len(set(work.periods))
    assert work.periods[0] == "20261122T000000Z"
    assert "20261122T001500Z" in work.periods


def test_a_lease_that_a_clock_jump_has_ended_runs_nothing_until_it_is_renewed(
    app: Flask, work: Work, clock: FakeClock
) -> None:
    job, lease = daily(work), owner()
    clock.at_ms += DAY_MS
    assert outcomes(tick(job, lease)) == [Outcome.LEASE_LOST]
    lease.keep()
    assert outcomes(tick(job, lease)) == [Outcome.DONE]


def claim_at_once(app: Flask, leases: list[Lease], work: Work) -> list[Outcome]:
    """Let each of these leases run the same period at the same moment."""
    found: list[Outcome] = []
    start = threading.Barrier(len(leases))

    def go(lease: Lease) -> None:
        with app.app_context():
            start.wait(DEADLINE_SECONDS)
            found.append(run_once(daily(work), "20261122", lease))

    threads = [threading.Thread(target=go, args=(lease,)) for lease in leases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_SECONDS)
    return found


def test_of_thirty_two_threads_one_runs_the_period(app: Flask, work: Work) -> None:
    found = claim_at_once(app, [owner()] * THREADS, work)
    assert len(found) == THREADS
    assert found.count(Outcome.DONE) == 1
    assert set(found) <= {Outcome.DONE, Outcome.DONE_BEFORE, Outcome.RUNNING}
    assert work.periods == ["20261122"]


def test_of_thirty_two_processes_with_leases_of_their_own_one_runs_the_period(
    app: Flask, work: Work
) -> None:
    over = threading.Event()
    work.inside = lambda: over.wait(0.2)
    found = claim_at_once(app, [owner(f"command:{n}") for n in range(THREADS)], work)
    assert len(found) == THREADS
    assert found.count(Outcome.DONE) == 1
    assert work.periods == ["20261122"]


def test_a_command_needs_no_scheduler_and_does_nothing_twice(
    app: Flask, work: Work, clock: FakeClock
) -> None:
    job = daily(work, catch_up=1)
    assert run_job(app, [job], "expire") == [("20261122", Outcome.DONE)]
    assert run_job(app, [job], "expire") == [("20261122", Outcome.DONE_BEFORE)]
    clock.pass_ms(3 * DAY_MS)
    assert outcomes(run_job(app, [job], "expire")) == [Outcome.DONE, Outcome.DONE]
    assert run_job(app, [job], "expire", "20261123") == [("20261123", Outcome.DONE)]
    assert work.periods == ["20261122", "20261124", "20261125", "20261123"]


def test_a_command_beside_the_scheduler_leaves_what_it_does(app: Flask, work: Work) -> None:
    job, lease = daily(work), owner()
    seen: list[Results] = []
    work.inside = lambda: seen.append(run_job(app, [job], "expire"))
    assert outcomes(tick(job, lease)) == [Outcome.DONE]
    assert seen == [[("20261122", Outcome.RUNNING)]]
    assert lease.term == 1, "a command doesn't take the scheduler's lease"


def test_two_commands_for_one_job_do_not_run_at_once(app: Flask, work: Work) -> None:
    job = daily(work)
    seen: list[Results] = []
    work.inside = lambda: seen.append(run_job(app, [job], "expire", "20261120"))
    assert outcomes(run_job(app, [job], "expire")) == [Outcome.DONE]
    assert seen == [[("20261120", Outcome.RUNNING)]]


def test_a_command_refuses_a_wrong_name_or_period(app: Flask, work: Work) -> None:
    with pytest.raises(UnknownJobError) as unknown:
        run_job(app, [daily(work)], "expires")
    assert "expire." in unknown.value.sentence()
    with pytest.raises(PeriodError):
        run_job(app, [daily(work)], "expire", "20261123")
    assert not work.periods


def rows_of(name: str) -> list[str]:
    found = db.session.execute(select(JobRun.period).where(JobRun.job == name))
    return sorted(found.scalars())


def add_runs(job: Job, periods: list[Period]) -> None:
    with transaction() as session:
        for period in periods:
            session.add(
                JobRun(
                    job=job.name,
                    period=period,
                    state="done",
                    attempts=1,
                    lease="scheduler",
                    term=1,
                    started_at_ms=0,
                )
            )


def test_old_runs_are_forgotten_but_not_what_a_window_may_ask_for(
    app: Flask, work: Work, clock: FakeClock
) -> None:
    job = Job(name="seal", run=work, interval_seconds=21_600, catch_up=4)
    other = daily(work)
    lease = owner()
    add_runs(other, ["20200101"])
    for _ in range(110):
        clock.pass_ms(21_600_000)
        lease.keep()
        tick(job, lease)
    before = rows_of("seal")
    assert outcomes(tick(pruning([job, other]), lease)) == [Outcome.DONE]
    assert rows_of("seal") == before[-101:] or rows_of("seal") == before[-100:]
    assert rows_of("expire") == ["20200101"], "a few rows don't hurt"
    assert tick(job, lease) == []


def test_a_clock_that_is_ahead_makes_nobody_forget(
    app: Flask, work: Work, clock: FakeClock
) -> None:
    job, lease = daily(work), owner()
    tick(job, lease)
    clock.at_ms += 4000 * DAY_MS
    lease.keep()
    tick(job, lease)
    tick(pruning([job]), lease)
    clock.at_ms -= 4000 * DAY_MS
    lease.keep()
    assert tick(job, lease) == []
    assert rows_of("expire")[0] == "20261122"


def test_rows_in_the_future_do_not_push_out_those_of_today(
    app: Flask, work: Work, clock: FakeClock
) -> None:
    job, lease = daily(work), owner()
    add_runs(job, [f"2099{month:02}{day:02}" for month in range(1, 13) for day in range(1, 29)])
    tick(job, lease)
    tick(pruning([job]), lease)
    assert rows_of("expire")[0] == "20261122"
    assert db.session.execute(select(func.count()).select_from(JobRun)).scalar_one() > 100
    assert tick(job, lease) == []
    assert work.periods == ["20261122"]


def test_the_random_name_of_an_owner_is_its_own(app: Flask) -> None:
    owner("command:a")
    owner("command:b")
    names = db.session.execute(select(JobLease.owner)).scalars().all()
    assert len(set(names)) == 2
    assert all(len(name) == 2 * len(secrets.token_bytes(16)) for name in names)
