"""The jobs of merchants."""

from volunteer_credit.shared.jobs import Job


def jobs() -> list[Job]:
    """What the scheduler runs for merchants."""
    return []
