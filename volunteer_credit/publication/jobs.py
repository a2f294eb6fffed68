"""The publication's jobs: make audits that were asked for, tell webhooks."""

from datetime import time

from volunteer_credit.publication.operations.delivering import deliver_due, forget_old
from volunteer_credit.publication.operations.export_making import make_exports
from volunteer_credit.shared.jobs import Job

EVERY_SECONDS = 30


def jobs() -> list[Job]:
    """What the scheduler runs for the publication."""
    return [
        Job(name="exports", run=lambda _: make_exports(), interval_seconds=EVERY_SECONDS),
        Job(name="webhooks", run=lambda _: deliver_due(), interval_seconds=EVERY_SECONDS),
        Job(name="forget_deliveries", run=lambda _: forget_old(), daily_at=time(4, 10)),
    ]
