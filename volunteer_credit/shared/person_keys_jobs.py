"""The jobs of people's keys: they reach their second store, and it forgets the erased in time."""

from datetime import time

from volunteer_credit.shared.jobs import Job, Period
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

BACK_UP_SECONDS = 60  # new keys; an erasure is there at once


def jobs() -> list[Job]:
    """What the scheduler runs for people's keys. The 35 days of an erasure need the daily one."""
    return [
        Job(name="back_up_person_keys", run=_back_up, interval_seconds=BACK_UP_SECONDS),
        Job(name="prune_person_keys", run=_prune, daily_at=time(3, 40)),
    ]


def _back_up(_period: Period) -> None:
    ours = current()
    person_keys(ours).back_up(ours.clock.now_ms())


def _prune(_period: Period) -> None:
    ours = current()
    person_keys(ours).prune(ours.clock.now_ms())
