"""The lease: one owner at a time runs jobs, and whoever has lost it can't record anything.

The owner renews well before the lease ends; when it dies another takes over after the end, with the
next term. Two clocks that disagree can at worst move the lease, never share it: what counts is the
term in the row, which every claim and every record locks and compares.
"""

import threading

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.orm import Session

from volunteer_credit.shared.db import retried, transaction
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.jobs_tables import JobLease
from volunteer_credit.shared.runtime import Runtime

LEASE_MS = 30_000
AHEAD_MAX = 10  # leases; less would let two machines whose clocks differ take it in turns

_ADD = text(
    "INSERT INTO job_leases (name, owner, term, expires_at_ms) VALUES (:name, '', 0, 0)"
    " ON CONFLICT (name) DO NOTHING"
)


class Running:
    """What this process does right now, so that it does nothing twice and can wait for the end."""

    def __init__(self) -> None:
        self._now: set[tuple[str, str]] = set()
        self._changed = threading.Condition()

    def begin(self, job: str, period: str) -> bool:
        """Whether nobody here does it yet; then the caller does, until `end`."""
        with self._changed:
            free = (job, period) not in self._now
            self._now.add((job, period))
            return free

    def end(self, job: str, period: str) -> None:
        """Say that it is over."""
        with self._changed:
            self._now.discard((job, period))
            self._changed.notify_all()

    def idle(self, timeout_seconds: float) -> bool:
        """Wait until nothing is done any more; False when the time was not enough."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._now, timeout_seconds)


class Lease:
    """One contender for a named lease, with a random name of its own."""

    def __init__(self, name: str, runtime: Runtime, lease_ms: int = LEASE_MS) -> None:
        self.name = name
        self.running = Running()
        self._clock = runtime.clock
        self.lease_ms = lease_ms
        self._owner = new_id(runtime.random)
        self._held: tuple[int, int] | None = None  # term, and until when by the steady hand

    @property
    def term(self) -> int | None:
        """The term that we hold as far as this process knows; only the row is sure."""
        held = self._held
        return held[0] if held is not None and self._clock.monotonic_ms() < held[1] else None

    @retried
    def keep(self) -> bool:
        """Renew the lease, or take it when it is free; whether it is ours now."""
        asked_ms, now_ms = self._clock.monotonic_ms(), self._clock.now_ms()
        with transaction() as session:
            term = self._renewed(session, now_ms) or self._taken(session, now_ms)
        self._held = None if term is None else (term, asked_ms + self.lease_ms)
        return term is not None

    @retried
    def release(self) -> None:
        """Let another take it at once. The term stays, so that the next one is greater."""
        self._held = None
        with transaction() as session:
            ours = (JobLease.name == self.name, JobLease.owner == self._owner)
            session.execute(update(JobLease).where(*ours).values(expires_at_ms=0))

    def locked(self, session: Session, term: int, valid_at_ms: int | None = None) -> bool:
        """Lock the row; whether the term in it is still ours, and not over at that time."""
        expires_at_ms = session.execute(
            select(JobLease.expires_at_ms)
            .where(
                JobLease.name == self.name,
                JobLease.owner == self._owner,
                JobLease.term == term,
            )
            .with_for_update()
        ).scalar_one_or_none()
        if expires_at_ms is None:
            return False
        return valid_at_ms is None or valid_at_ms < expires_at_ms

    def living(self, at_ms: int) -> ColumnElement[bool]:
        """The condition that a lease of this length is held at a time.

        An end that lies too far ahead was set before the clock went back.
        """
        return JobLease.expires_at_ms.between(at_ms + 1, at_ms + AHEAD_MAX * self.lease_ms)

    def _renewed(self, session: Session, now_ms: int) -> int | None:
        return session.execute(
            update(JobLease)
            .where(JobLease.name == self.name, JobLease.owner == self._owner)
            .values(expires_at_ms=now_ms + self.lease_ms)
            .returning(JobLease.term)
        ).scalar_one_or_none()

    def _taken(self, session: Session, now_ms: int) -> int | None:
        """Compare and swap: of many that see it free, the first to write has it."""
        session.execute(_ADD, {"name": self.name})
        seen = session.execute(
            select(JobLease.term, JobLease.expires_at_ms).where(
                JobLease.name == self.name, ~self.living(now_ms)
            )
        ).one_or_none()
        if seen is None:
            return None
        return session.execute(
            update(JobLease)
            .where(
                JobLease.name == self.name,
                JobLease.term == seen.term,
                JobLease.expires_at_ms == seen.expires_at_ms,
            )
            .values(owner=self._owner, term=seen.term + 1, expires_at_ms=now_ms + self.lease_ms)
            .returning(JobLease.term)
        ).scalar_one_or_none()
