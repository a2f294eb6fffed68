"""One period of a job: claimed, run outside of the claim's transaction, recorded.

A claim and a record hold only while the lease's term is ours: the same transaction locks its row.
So a process that was paused or cut off can finish its work, which may be repeated without harm,
but neither start more nor say what became of it.
"""

import logging
import traceback
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import RowMapping, Select, and_, exists, or_, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from volunteer_credit.shared import runtime
from volunteer_credit.shared.db import retried, transaction
from volunteer_credit.shared.jobs_lease import Lease
from volunteer_credit.shared.jobs_periods import Job, Period
from volunteer_credit.shared.jobs_tables import ERROR_LENGTH, JobLease, JobRun
from volunteer_credit.shared.jobs_verdict import Outcome, Run, State, verdict

ABANDONED = "abandoned"

_log = logging.getLogger(__name__)
_ADD = text(
    "INSERT INTO job_runs (job, period, state, attempts, lease, term, started_at_ms)"
    " VALUES (:job, :period, 'new', 0, '', 0, 0) ON CONFLICT (job, period) DO NOTHING"
)
_RUN = [getattr(JobRun, field.name) for field in fields(Run)]


@dataclass(frozen=True)
class Claim:
    """The right to run one period once and to record it."""

    job: str
    period: Period
    term: int
    attempts: int


def run_once(job: Job, period: Period, lease: Lease, *, by_hand: bool = False) -> Outcome:
    """Run one period if nobody has and nobody does; `by_hand` neither waits nor gives up.

    Raises: DatabaseBusyError and the like when the claim or the record isn't saved; the period is
    tried again then.
    """
    if not lease.running.begin(job.name, period):
        return Outcome.RUNNING
    try:
        claim = claimed(lease, job.name, period, by_hand=by_hand)
        return claim if isinstance(claim, Outcome) else _run(job, claim, lease)
    finally:
        lease.running.end(job.name, period)


@retried
def claimed(lease: Lease, job: str, period: Period, *, by_hand: bool) -> Claim | Outcome:
    """Take a period for this process, which must have begun it in `lease.running`."""
    term = lease.term
    with transaction() as session:
        now_ms = runtime.current().clock.now_ms()
        if term is None or not lease.locked(session, term, now_ms):
            return Outcome.LEASE_LOST
        session.execute(_ADD, {"job": job, "period": period})
        _give_back(session, lease, Claim(job, period, term, 0), now_ms)
        row = session.execute(runs_of(job).where(JobRun.period == period).with_for_update())
        run = as_run(row.mappings().one())
        refusal = verdict(run, now_ms, by_hand=by_hand)
        if refusal is not None:
            return refusal
        claim = Claim(job, period, term, run.attempts + 1)
        session.execute(
            update(JobRun)
            .where(JobRun.job == job, JobRun.period == period)
            .values(
                state=State.STARTED,
                attempts=claim.attempts,
                lease=lease.name,
                term=term,
                started_at_ms=now_ms,
                finished_at_ms=None,
                error=None,
            )
        )
        return claim


@retried
def recorded(lease: Lease, claim: Claim, error: str | None) -> bool:
    """Save what became of a claim; False when the term is over or another has the period."""
    with transaction() as session:
        if not lease.locked(session, claim.term):
            return False
        done = session.execute(
            update(JobRun)
            .where(
                JobRun.job == claim.job,
                JobRun.period == claim.period,
                JobRun.lease == lease.name,
                JobRun.term == claim.term,
                JobRun.attempts == claim.attempts,
            )
            .values(
                state=State.DONE if error is None else State.FAILED,
                finished_at_ms=runtime.current().clock.now_ms(),
                error=error,
            )
            .returning(JobRun.job)
        )
        return done.scalar_one_or_none() is not None


def runs_of(job: str) -> Select[Any]:
    """The rows of a job, with the columns of a `Run`."""
    return select(*_RUN).where(JobRun.job == job)


def as_run(row: RowMapping) -> Run:
    """One of those rows as a value."""
    values = {str(name): value for name, value in row.items()}
    return Run(**{**values, "state": State(values["state"])})


def error_code(problem: BaseException) -> str:
    """What may be recorded of a failure: the code of its class or the name, never its text."""
    kind = type(problem)
    code = None if isinstance(problem, SQLAlchemyError) else getattr(kind, "code", None)
    return (code if isinstance(code, str) else kind.__name__)[:ERROR_LENGTH]


def _run(job: Job, claim: Claim, lease: Lease) -> Outcome:
    error, cut = None, None
    try:
        job.run(claim.period)
    except BaseException as problem:  # whatever ends the work, the run must not look alive
        error = error_code(problem)
        cut = None if isinstance(problem, Exception) else problem
        where = traceback.extract_tb(problem.__traceback__)[-1]
        # The text of an exception may hold personal data.
        _log.error(
            "job %s %s failed, attempt %d: %s (%s:%s)",
            *(job.name, claim.period, claim.attempts, error, where.filename, where.lineno),
        )
    saved = recorded(lease, claim, error)
    if cut is not None:
        raise cut
    if not saved:
        return Outcome.LEASE_LOST
    return Outcome.DONE if error is None else Outcome.FAILED


def _give_back(session: Session, lease: Lease, claim: Claim, now_ms: int) -> None:
    """Mark as failed what no living process does: its lease is over, or it is a leftover of ours.

    Ours is left over when its record could not be saved; this process knows that it isn't running.
    """
    living = exists().where(
        JobLease.name == JobRun.lease,
        JobLease.term == JobRun.term,
        lease.living(now_ms),
    )
    ours = and_(
        JobRun.lease == lease.name, JobRun.term == claim.term, JobRun.period == claim.period
    )
    session.execute(
        update(JobRun)
        .where(JobRun.job == claim.job, JobRun.state == State.STARTED, or_(~living, ours))
        .values(state=State.FAILED, error=ABANDONED)
        .execution_options(synchronize_session=False)
    )
