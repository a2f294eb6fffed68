"""What follows a correction: by the award's own convention, day, weight and counts.

It takes from the award's own month and later ones, never below 0; what is wanting stands in the
entry as its rest. What still waits for the fund is lowered before any wallet is touched.
"""

from dataclasses import dataclass, replace
from typing import Any

from volunteer_credit.conventions.operations.in_force import convention_named
from volunteer_credit.conventions.rules.award import Award, Service, correct, keys
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.explaining import entry_data
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.operations.succession_refs import reference
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.points.models.awards import AwardRow
from volunteer_credit.points.operations.lines import keep_line
from volunteer_credit.points.operations.paying import month_of_payment, must_wait, payment
from volunteer_credit.points.operations.places import followed
from volunteer_credit.points.operations.spending import void_expired
from volunteer_credit.points.operations.tallies import read_tallies, write_tallies
from volunteer_credit.points.operations.wallet_accounts import (
    JOB,
    available_of,
    is_closed,
    open_wallet,
)
from volunteer_credit.points.queries.awards import DEFERRED
from volunteer_credit.points.queries.wallets import wallet_name
from volunteer_credit.points.rules.corrections import Owing, Settled, heightened, lowered
from volunteer_credit.points.rules.recorded import NO_CONVENTION, Corrected, Outcome

CORRECTED = "corrected"
TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class _Change:
    """A correction of an award that a rule applies to."""

    corrected: Corrected
    convention: Convention
    row: AwardRow
    made: Award


def follow_correction(operation: Operation, corrected: Corrected) -> Outcome:
    """Change the points of a record, up or down, or say why nothing changes.

    Raises: ConventionChangedError, LedgerError.
    """
    session, community_id = operation.session, operation.community_id
    book = corrected.record_book or operation.head.book
    row = session.get(AwardRow, (community_id, book, corrected.record_seq))
    if row is None:
        ref = reference(operation, book, corrected.record_seq)
        entry = operation.append(_none_entry(corrected, None, ref, NO_CONVENTION))
        return Outcome("none", entry.seq, 0, NO_CONVENTION)
    made = None
    if row.convention:
        convention = convention_named(session, community_id, row.convention)
        made = _award(operation, convention, row, corrected.minutes)
        if made is not None and made.moves:
            write_tallies(operation, made.moves)
            return _change(operation, _Change(corrected, convention, row, made))
    return _none(operation, corrected, row, made.reason if made else row.reason)


def _award(
    operation: Operation, convention: Convention, row: AwardRow, minutes: int
) -> Award | None:
    was = Service(
        row.account, row.day, row.category, row.minutes, row.coefficient, row.planned_minutes
    )
    now = replace(was, minutes=minutes)
    tallies = read_tallies(operation, keys(convention, now))
    return correct(convention, was, now, tallies)


def _change(operation: Operation, change: _Change) -> Outcome:
    row, made, amount = change.row, change.made, change.made.centipoints
    if amount < 0:
        settled, transfers = _lower(operation, row, -amount)
    else:
        settled, transfers = _heighten(operation, change)
    entry = operation.append(
        NewEntry(
            "points.corrected",
            {**entry_data(made), "rest_centipoints": settled.rest},
            actor=JOB,
            day=row.day,
            rule={"convention": row.convention, "clause": made.clause},
            tier=row.tier,
            refs=[change.corrected.seq, followed(operation, row)],
            transfers=transfers,
        )
    )
    minutes_before = row.minutes
    row.minutes, row.centipoints = made.service.minutes, row.centipoints + amount
    row.clause, row.fund = made.clause, made.fund
    row.debt, row.waiting = settled.debt, settled.waiting
    row.state = DEFERRED if settled.waiting else CORRECTED
    if not settled.waiting:
        row.waits_book, row.waits_since = 0, 0
    elif not row.waits_since:
        row.waits_book, row.waits_since = operation.head.book, entry.seq
    outcome = Outcome("corrected", entry.seq, amount, made.reason, made.clause)
    keep_line(
        operation, row, outcome, entry, made, minutes_before=minutes_before, rest=settled.rest
    )
    return outcome


def _lower(
    operation: Operation, row: AwardRow, centipoints: int
) -> tuple[Settled, list[dict[str, Any]]]:
    void_expired(operation, row.account)
    available = available_of(operation, row.account, row.fund)
    settled = lowered(_owing(row), centipoints, available)
    transfers = [
        {
            "amount": amount,
            "code": TAKEN_BACK,
            "credit": f"fund:{row.fund}",
            "debit": wallet_name(row.account, row.fund, month),
            "unit": "centipoints",
        }
        for month, amount in settled.taken
    ]
    return settled, transfers


def _heighten(operation: Operation, change: _Change) -> tuple[Settled, list[dict[str, Any]]]:
    row, amount = change.row, change.made.centipoints
    is_lost = is_closed(operation, row.account)
    settled = heightened(_owing(row), amount, is_lost=is_lost)
    if not settled.to_pay:
        return settled, []
    if must_wait(operation, change.convention, change.made.fund, settled.to_pay):
        return replace(settled, waiting=settled.waiting + settled.to_pay), []
    open_wallet(operation, row.account)
    month = month_of_payment(operation, change.convention)
    row.month = row.month or month
    return settled, [payment(row.account, change.made.fund, month, settled.to_pay)]


def _owing(row: AwardRow) -> Owing:
    return Owing(row.waiting, row.debt, row.month)


def _none(operation: Operation, corrected: Corrected, row: AwardRow, reason: str) -> Outcome:
    entry = operation.append(_none_entry(corrected, row, followed(operation, row), reason))
    minutes_before, row.minutes = row.minutes, corrected.minutes
    outcome = Outcome("none", entry.seq, 0, reason, row.clause)
    keep_line(operation, row, outcome, entry, None, minutes_before=minutes_before)
    return outcome


def _none_entry(corrected: Corrected, row: AwardRow | None, ref: Any, reason: str) -> NewEntry:
    rule = {"convention": row.convention, "clause": row.clause} if row and row.clause else None
    return NewEntry(
        "points.none",
        {"account": corrected.account, "reason": reason},
        actor=JOB,
        day=corrected.day,
        rule=rule,
        tier=corrected.tier,
        refs=[corrected.seq, ref],
    )
