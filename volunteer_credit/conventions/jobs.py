"""The jobs of conventions."""

from volunteer_credit.shared.jobs import Job


def jobs() -> list[Job]:
    """What the scheduler runs for conventions."""
    return []
