"""Holds that have run out: ended by whoever touches the wallet next, and by a job for the rest."""

from volunteer_credit.journal.operations.demo_time import book_now_ms
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Actor, Request
from volunteer_credit.points.operations.spending import register_due
from volunteer_credit.redemptions.operations.deciding import void
from volunteer_credit.redemptions.operations.rows import found
from volunteer_credit.redemptions.queries.redemptions import (
    communities_with_holds,
    due,
    held_of,
)
from volunteer_credit.redemptions.rules.selling import EXPIRED, HELD, LEFT
from volunteer_credit.shared.db import db, end_reading, retried
from volunteer_credit.shared.jobs_turns import in_turn

AT_ONCE_MAX = 20
JOB = Actor("system:redemptions", "system")


def void_due(operation: Operation, account: str) -> None:
    """Inside an operation: end an account's holds that have run out."""
    for each in due(operation.session, operation.community_id, operation.at_ms, account):
        void(operation, found(operation, each), EXPIRED, JOB)


def void_due_at(operation: Operation, merchant_id: str) -> int:
    """Inside an operation: end a shop's holds that have run out, a few of them; how many."""
    names = due(operation.session, operation.community_id, operation.at_ms, merchant_id=merchant_id)
    for each in names[:AT_ONCE_MAX]:
        void(operation, found(operation, each), EXPIRED, JOB)
    return len(names)


def void_left(operation: Operation, account: str) -> None:
    """Inside the operation by which somebody leaves: end all their holds."""
    for each in held_of(operation.session, operation.community_id, account):
        void(operation, found(operation, each), LEFT, JOB)


def release_due(period: str) -> int:
    """End what has run out, one by one; how many. A job.

    What cannot be ended keeps nothing else from it. Raises: as `in_turn`.
    """
    end_reading()
    waiting = [
        (community_id, each)
        for community_id in communities_with_holds(db.session)
        for each in due(db.session, community_id, book_now_ms(db.session, community_id))
    ]
    end_reading()
    return in_turn(waiting, lambda each: _release(*each, period))


@retried
def _release(community_id: str, redemption_id: str, period: str) -> int:
    request = Request(JOB, f"release {period} {redemption_id}", "release_holds")
    with perform(community_id, request) as operation:
        if not operation.replayed:
            sold = found(operation, redemption_id)
            is_due = sold.row.state == HELD and sold.row.expires_at_ms <= operation.at_ms
            if is_due:
                void(operation, sold, EXPIRED, JOB)
            operation.answer({"count": int(is_due)})
        return int(operation.result["count"])


register_due(void_due)
