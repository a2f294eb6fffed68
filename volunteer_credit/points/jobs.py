"""The jobs of points: pay who waits, let expire what is past."""

from datetime import time

from volunteer_credit.points.operations.expiring import expire_all
from volunteer_credit.points.operations.paying import pay_all
from volunteer_credit.shared.jobs import Job

PAY_SECONDS = 600


def jobs() -> list[Job]:
    """What the scheduler runs for points."""
    return [
        Job(name="points_pay", run=lambda _period: pay_all(), interval_seconds=PAY_SECONDS),
        Job(name="points_expire", run=lambda _period: expire_all(), daily_at=time(0, 20)),
    ]
