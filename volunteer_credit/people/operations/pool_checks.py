"""What `doctor` says of proposals that wait for a second person. It writes nothing."""

from collections.abc import Iterator

from volunteer_credit.people.queries import approvals
from volunteer_credit.shared import migrations
from volunteer_credit.shared.checks import Check, State, failed
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.runtime import current

LATE_MS = 2 * 3_600_000  # the job that passes them on runs each hour


def pool_checks() -> Iterator[Check]:
    """Look for proposals that nobody passes on, and for those that nobody is left to approve."""
    end_reading()
    try:
        if migrations.current() != migrations.newest():
            return
        late = len(approvals.due(db.session(), current().clock.now_ms() - LATE_MS))
        alone = len(approvals.without_second(db.session()))
    except ServiceError as problem:
        yield failed("approvals", problem)
        return
    finally:
        end_reading()
    if late:
        yield Check(
            "approvals",
            State.FAILED,
            f"{late} proposals wait for who had 72 h, and were not passed on: does the scheduler"
            " run?",
            f"{late} 项提议已超过 72 小时仍未转交下一位：调度程序在运行吗？",
        )
    elif alone:
        yield Check(
            "approvals",
            State.WARNING,
            f"{alone} proposals wait, and nobody is left to approve them: add a second person.",
            f"{alone} 项提议待批准，但已无人可批准：请增加复核人员。",
        )
    else:
        yield Check("approvals", State.OK, "No proposal is stuck.", "没有滞留的提议。")
