"""The jobs of projects."""

from volunteer_credit.shared.jobs import Job


def jobs() -> list[Job]:
    """What the scheduler runs for projects."""
    return []
