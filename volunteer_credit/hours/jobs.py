"""The jobs of hours."""

from volunteer_credit.hours.operations.recording import record_due
from volunteer_credit.shared.jobs import Job, Period

HOUR_SECONDS = 3600


def jobs() -> list[Job]:
    """What the scheduler runs for hours."""
    return [Job(name="hours", run=_record, interval_seconds=HOUR_SECONDS)]


def _record(period: Period) -> None:
    """Record what stood in notice long enough."""
    record_due(str(period))
