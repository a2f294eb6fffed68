"""The jobs of checkins: guests who were added, shifts that nobody closed, what is over."""

from datetime import time

from volunteer_credit.checkins.operations.overdue import flag_overdue, forget_old
from volunteer_credit.checkins.operations.promoting import promote_guests
from volunteer_credit.shared.jobs import Job

HOUR_SECONDS = 3600


def jobs() -> list[Job]:
    """What the scheduler runs for checkins."""
    return [
        Job(name="guests", run=lambda _period: promote_guests(), interval_seconds=HOUR_SECONDS),
        Job(name="open_shifts", run=lambda _period: flag_overdue(), interval_seconds=HOUR_SECONDS),
        Job(name="forget_scans", run=lambda _period: forget_old(), daily_at=time(4, 20)),
    ]
