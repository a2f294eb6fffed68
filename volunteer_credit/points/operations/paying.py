"""Points out of a fund into wallets: now, or later in the order in which they were deferred."""

from typing import Any

from sqlalchemy import select

from volunteer_credit.conventions.operations.in_force import convention_named
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.periods import expiry_month
from volunteer_credit.fund.operations.giving import verdict
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.points.models.awards import AwardRow
from volunteer_credit.points.operations.places import followed
from volunteer_credit.points.operations.wallet_accounts import JOB, open_wallet
from volunteer_credit.points.queries.awards import DEFERRED, is_waiting, waiting_funds
from volunteer_credit.points.queries.wallets import wallet_name
from volunteer_credit.shared.db import db, end_reading, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.jobs_turns import in_turn
from volunteer_credit.shared.runtime import current

PAID, DEFER = "paid", "defer"
CODE = "award"
BATCH_MAX = 50  # of one operation; what is left waits for the job


def must_wait(operation: Operation, convention: Convention, fund: str, centipoints: int) -> bool:
    """Whether so much can't be paid now: the fund is short, full, or somebody waits already."""
    if is_waiting(operation.session, operation.community_id, fund):
        return True
    return verdict(operation, convention, fund, centipoints) == DEFER


def month_of_payment(operation: Operation, convention: Convention) -> int:
    """Through the end of which month YYYYMM points that are paid today are good."""
    return expiry_month(operation.day, convention.principles.validity_months)


def payment(account: str, fund: str, month: int, centipoints: int) -> dict[str, Any]:
    """The transfer of an award."""
    return {
        "amount": centipoints,
        "code": CODE,
        "credit": wallet_name(account, fund, month),
        "debit": f"fund:{fund}",
        "unit": "centipoints",
    }


def pay_waiting(operation: Operation, fund: str) -> int:
    """Pay who waits for a fund, whole and in order, until it is short again; how many."""
    rows = operation.session.execute(
        select(AwardRow)
        .where(
            AwardRow.community_id == operation.community_id,
            AwardRow.state == DEFERRED,
            AwardRow.fund == fund,
        )
        .order_by(AwardRow.waits_book, AwardRow.waits_since, AwardRow.book, AwardRow.record_seq)
        .limit(BATCH_MAX)
    ).scalars()
    count = 0
    for row in rows.all():
        convention = convention_named(operation.session, row.community_id, row.convention)
        if verdict(operation, convention, fund, row.waiting) == DEFER:
            break
        _pay(operation, convention, row)
        count += 1
    return count


def _pay(operation: Operation, convention: Convention, row: AwardRow) -> None:
    open_wallet(operation, row.account)
    month = month_of_payment(operation, convention)
    made = operation.append(
        NewEntry(
            "points.paid",
            {
                "account": row.account,
                "centipoints": row.waiting,
                "fund": row.fund,
                "month": month,
            },
            actor=JOB,
            day=row.day,
            rule={"convention": row.convention, "clause": row.clause},
            refs=[followed(operation, row)],
            transfers=[payment(row.account, row.fund, month, row.waiting)],
        )
    )
    row.state, row.waiting, row.waits_book, row.waits_since = PAID, 0, 0, 0
    row.paid_book, row.paid_seq = operation.head.book, made.seq
    row.paid_at_ms = made.at_ms
    row.month = row.month or month
    operation.session.flush()


def pay_all() -> int:
    """Pay who waits wherever a fund has risen in the meantime; how many. A job.

    Raises: as `in_turn`.
    """
    return in_turn(waiting_funds(db.session), lambda each: _pay_batches(*each))


def _pay_batches(community_id: str, fund: str) -> int:
    count = 0
    while (paid := _pay_batch(community_id, fund)) == BATCH_MAX:
        count += paid
    return count + paid


@retried
def _pay_batch(community_id: str, fund: str) -> int:
    end_reading()
    # What is done is read from the rows, so a run that was cut off is simply taken up again.
    request = Request(JOB, new_id(current().random), "points.pay", {"fund": fund})
    with perform(community_id, request) as operation:
        operation.answer(pay_waiting(operation, fund))
    return int(operation.result)
