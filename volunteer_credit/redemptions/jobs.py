"""The jobs of redemptions."""

from volunteer_credit.redemptions.operations.due import release_due
from volunteer_credit.shared.jobs import Job

MINUTE_SECONDS = 60


def jobs() -> list[Job]:
    """What the scheduler runs for redemptions."""
    return [Job(name="release_holds", run=release_due, interval_seconds=MINUTE_SECONDS)]
