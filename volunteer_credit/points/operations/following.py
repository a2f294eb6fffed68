"""What follows a recorded hour, in its own transaction: exactly one entry about points.

It is about the account that is left of the volunteer after all merges.

award → `points.awarded`, `points.deferred` while the fund is short, or `points.none` and why.
"""

from dataclasses import replace

from volunteer_credit.conventions.operations.in_force import InForce, convention_on
from volunteer_credit.conventions.queries.contracts import has_signed
from volunteer_credit.conventions.rules.award import Award, Service, award, keys
from volunteer_credit.conventions.rules.award_errors import CoefficientUnknownError
from volunteer_credit.conventions.rules.explaining import entry_data
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.requests import Appended, NewEntry
from volunteer_credit.people.operations.merge_hooks import root_of
from volunteer_credit.points.models.awards import AwardRow
from volunteer_credit.points.operations.correcting import follow_correction
from volunteer_credit.points.operations.lines import keep_line
from volunteer_credit.points.operations.paying import month_of_payment, must_wait, payment
from volunteer_credit.points.operations.tallies import read_tallies, write_tallies
from volunteer_credit.points.operations.wallet_accounts import JOB, open_wallet
from volunteer_credit.points.rules.recorded import (
    NO_COEFFICIENT,
    NO_CONVENTION,
    NOT_SIGNED,
    Outcome,
    Recorded,
)

__all__ = ["follow", "follow_correction"]


def follow(operation: Operation, recorded: Recorded) -> Outcome:
    """Award the points of a record, say that they wait, or say why there are none.

    Raises: ConventionChangedError, LedgerError.
    """
    session, community_id = operation.session, operation.community_id
    recorded = replace(recorded, account=root_of(operation, recorded.account))
    found = convention_on(session, community_id, recorded.day)
    if found is None:
        return _none(operation, recorded, NO_CONVENTION)
    if not has_signed(session, community_id, recorded.account):
        return _none(operation, recorded, NOT_SIGNED)
    service = Service(
        recorded.account,
        recorded.day,
        recorded.category,
        recorded.minutes,
        recorded.coefficient,
        recorded.planned_minutes,
    )
    tallies = read_tallies(operation, keys(found.convention, service))
    try:
        made = award(found.convention, service, tallies)
    except CoefficientUnknownError:
        return _none(operation, recorded, NO_COEFFICIENT)
    if not made.moves:
        return _none(operation, recorded, made.reason, found, made)
    write_tallies(operation, made.moves)
    return _give(operation, recorded, found, made)


def _give(operation: Operation, recorded: Recorded, found: InForce, made: Award) -> Outcome:
    convention, amount = found.convention, made.centipoints
    is_deferred = bool(amount) and must_wait(operation, convention, made.fund, amount)
    data, transfers, month = entry_data(made), [], 0
    if not is_deferred:
        month = month_of_payment(operation, convention)
        data["month"] = month
    if amount and not is_deferred:
        open_wallet(operation, made.service.account)
        transfers = [payment(made.service.account, made.fund, month, amount)]
    kind = "deferred" if is_deferred else "awarded"
    entry = operation.append(
        NewEntry(
            f"points.{kind}",
            data,
            actor=JOB,
            day=recorded.day,
            rule={"convention": found.name, "clause": made.clause},
            tier=recorded.tier,
            refs=[recorded.seq],
            transfers=transfers,
        )
    )
    row = _row(operation, recorded, entry, made.reason)
    row.convention, row.clause, row.fund = found.name, made.clause, made.fund
    row.centipoints, row.state = amount, kind
    if is_deferred:
        row.waiting, row.waits_book, row.waits_since = amount, row.book, entry.seq
    row.month = month if amount else 0
    operation.session.add(row)
    outcome = Outcome(
        "deferred" if is_deferred else "awarded", entry.seq, amount, made.reason, made.clause
    )
    keep_line(operation, row, outcome, entry, made, minutes_before=0)
    return outcome


def _none(
    operation: Operation,
    recorded: Recorded,
    reason: str,
    found: InForce | None = None,
    made: Award | None = None,
) -> Outcome:
    """No points; a rule that was asked is named, so that a correction can ask it again."""
    clause = made.clause if made else ""
    entry = operation.append(
        NewEntry(
            "points.none",
            {"account": recorded.account, "reason": reason},
            actor=JOB,
            day=recorded.day,
            rule={"convention": found.name, "clause": clause} if found and clause else None,
            tier=recorded.tier,
            refs=[recorded.seq],
        )
    )
    row = _row(operation, recorded, entry, reason)
    row.convention, row.clause = found.name if found else "", clause
    row.fund = made.fund if made else ""
    operation.session.add(row)
    outcome = Outcome("none", entry.seq, 0, reason, clause)
    keep_line(operation, row, outcome, entry, made, minutes_before=0)
    return outcome


def _row(operation: Operation, recorded: Recorded, entry: Appended, reason: str) -> AwardRow:
    return AwardRow(
        community_id=operation.community_id,
        book=operation.head.book,
        record_seq=recorded.seq,
        account=recorded.account,
        day=recorded.day,
        category=recorded.category,
        coefficient=recorded.coefficient,
        planned_minutes=recorded.planned_minutes,
        minutes=recorded.minutes,
        tier=recorded.tier,
        centipoints=0,
        waiting=0,
        debt=0,
        month=0,
        state="none",
        reason=reason,
        seq=entry.seq,
        waits_book=0,
        waits_since=0,
        opening_seq=0,
        opening_line=0,
    )
