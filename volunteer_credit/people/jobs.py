"""The people slice's jobs: pass on what nobody decided, finish merges, end what an age ends."""

from datetime import time

from volunteer_credit.people.operations.erasing import run_erasures
from volunteer_credit.people.operations.guardians import end_grown
from volunteer_credit.people.operations.leaving import lock_left
from volunteer_credit.people.operations.merges import finish_merges
from volunteer_credit.people.operations.pool import ask_next
from volunteer_credit.people.operations.retention import retention_job
from volunteer_credit.people.operations.sign_in_purge import purge_sign_in
from volunteer_credit.shared.jobs import Job, Period
from volunteer_credit.shared.runtime import current

HOUR_SECONDS = 3600


def jobs() -> list[Job]:
    """What the scheduler runs for people."""
    return [
        Job(name="approvals", run=lambda _period: ask_next(), interval_seconds=HOUR_SECONDS),
        Job(name="merges", run=lambda _period: finish_merges(), interval_seconds=HOUR_SECONDS),
        Job(name="guardians", run=end_grown, daily_at=time(3, 30)),
        Job(name="erasures", run=lambda _period: run_erasures(), interval_seconds=HOUR_SECONDS),
        Job(name="lock_left", run=lambda _period: lock_left(), daily_at=time(3, 10)),
        Job(name="retention", run=retention_job, daily_at=time(3, 20)),
        Job(name="purge_sign_in", run=_purge_sign_in, daily_at=time(4, 0)),
    ]


def _purge_sign_in(_period: Period) -> None:
    purge_sign_in(current().clock.now_ms())
