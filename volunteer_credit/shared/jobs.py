"""Jobs: work that is done once for each period, by the scheduler or by a command.

Both claim a period in the same way, so they may run side by side. A failed or abandoned period is
tried again with a growing pause while it is within the job's window (the newest period and
`catch_up` before it), five times; then it stays failed until a command runs it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import time
from functools import partial

from flask import Flask
from sqlalchemy import delete, func, select

from volunteer_credit.shared import runtime
from volunteer_credit.shared.db import db, transaction
from volunteer_credit.shared.errors import MissingError
from volunteer_credit.shared.jobs_keeping import kept
from volunteer_credit.shared.jobs_lease import Lease
from volunteer_credit.shared.jobs_periods import (
    DAY_SECONDS,
    Job,
    Period,
    PeriodError,
    check_period,
    period_at,
    window,
)
from volunteer_credit.shared.jobs_runs import as_run, run_once, runs_of
from volunteer_credit.shared.jobs_tables import JobRun
from volunteer_credit.shared.jobs_verdict import Outcome, Run, State, due

__all__ = [
    "Job",
    "Lease",
    "Outcome",
    "Period",
    "PeriodError",
    "Run",
    "State",
    "UnknownJobError",
    "due_now",
    "newest_run",
    "pruning",
    "run_job",
    "run_once",
    "tick",
]

COMMAND = "command:"
KEPT_DAYS = 7
KEPT_RUNS_MIN = 100

Results = list[tuple[Period, Outcome]]


class UnknownJobError(MissingError):
    """A name that no job has."""

    code = "no_job"
    en = "There is no job {name!r}. There are: {names}."
    zh = "没有任务 {name!r}。现有任务：{names}。"


def tick(job: Job, lease: Lease, stopping: Callable[[], bool] = lambda: False) -> Results:
    """Run what is due of a job, oldest first, while the lease is ours and nobody says stop."""
    results: Results = []
    if lease.term is None:
        return results
    for period in due_now(job):
        if stopping():
            break
        outcome = run_once(job, period, lease)
        results.append((period, outcome))
        if outcome is Outcome.LEASE_LOST:
            break
    return results


def run_job(app: Flask, jobs: Iterable[Job], name: str, period: Period | None = None) -> Results:
    """Run a job as a command: one period, or all that are due. What was done isn't done again.

    It needs no scheduler, doesn't wait after a failure and never gives up. Two commands for one
    job don't run at once. Call it inside of the application's context.

    Raises: UnknownJobError, PeriodError, and DatabaseBusyError and the like.
    """
    by_name = {job.name: job for job in jobs}
    if name not in by_name:
        raise UnknownJobError(name=name, names=", ".join(sorted(by_name)))
    job, ours = by_name[name], runtime.current()
    offset, now_ms = ours.settings.utc_offset_minutes, ours.clock.now_ms()
    newest = period_at(job, now_ms, offset)
    if period is not None:
        check_period(job, period, now_ms, offset)
    lease = Lease(COMMAND + name, ours)
    if not lease.keep():
        return [(period or newest, Outcome.RUNNING)]
    with kept(app, lease):
        periods = [period] if period else due_now(job, by_hand=True) or [newest]
        return [(each, run_once(job, each, lease, by_hand=True)) for each in periods]


def due_now(job: Job, *, by_hand: bool = False) -> list[Period]:
    """The periods of a job that are worth a claim now, oldest first."""
    ours = runtime.current()
    now_ms = ours.clock.now_ms()
    periods = window(job, now_ms, ours.settings.utc_offset_minutes)
    first = db.session.execute(
        select(func.min(JobRun.period)).where(JobRun.job == job.name)
    ).scalar_one()
    found = db.session.execute(runs_of(job.name).where(JobRun.period.in_(periods))).mappings()
    runs = {row["period"]: as_run(row) for row in found}
    return due(periods, runs, first, now_ms, by_hand=by_hand)


def newest_run(job: Job) -> Run | None:
    """The newest recorded period of a job, for those who watch; None when there is none."""
    rows = db.session.execute(runs_of(job.name).order_by(JobRun.period.desc()).limit(1))
    row = rows.mappings().one_or_none()
    return None if row is None else as_run(row)


def pruning(jobs: Sequence[Job]) -> Job:
    """The daily job that forgets old runs of these jobs."""
    return Job(name="prune_job_runs", run=partial(_prune, tuple(jobs)), daily_at=time(3, 30))


def _prune(jobs: Sequence[Job], _period: Period) -> None:
    """Keep the runs of a week, at least a hundred and what the window may ask for.

    A row goes when it is old both by the clock and by its place among the rows, so that a clock
    which is wrong for an hour, either way, doesn't make us forget what is done.
    """
    ours = runtime.current()
    for job in jobs:
        week = KEPT_DAYS * DAY_SECONDS * 1000 // job.step_ms
        count = max(KEPT_RUNS_MIN, job.catch_up + 1, week)
        oldest = period_at(job, ours.clock.now_ms(), ours.settings.utc_offset_minutes, back=count)
        place = (
            select(JobRun.period)
            .where(JobRun.job == job.name)
            .order_by(JobRun.period.desc())
            .offset(count)
            .limit(1)
            .scalar_subquery()
        )
        with transaction() as session:
            session.execute(
                delete(JobRun)
                .where(JobRun.job == job.name, JobRun.period < oldest, JobRun.period < place)
                .execution_options(synchronize_session=False)
            )
