"""What a second person decided of each line of a shift, judged by all that the rows say now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from volunteer_credit.hours.models.sheets import LineRow
from volunteer_credit.hours.operations.handing_in import WAITING
from volunteer_credit.hours.operations.judging import judged
from volunteer_credit.hours.operations.second import SUPERVISOR
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.rules.errors import CityDayError
from volunteer_credit.hours.rules.judging import (
    APPROVE,
    CITY_DAY,
    NO_TIME,
    REFUSE,
    SHORTEN,
    Decision,
    check_decision,
)
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.authority import Authority


@dataclass(frozen=True, slots=True)
class Decided:
    """A line, what was wondered about, and what is decided."""

    line: LineRow
    flags: tuple[str, ...]
    decision: Decision


def decided(
    operation: Operation,
    sheet_id: str,
    lines: Sequence[LineRow],
    decisions: Mapping[int, Decision],
    authority: Authority,
) -> list[Decided]:
    """The lines that nobody wondered about, and those that were decided singly; in order.

    Raises: DecisionError, CityDayError.
    """
    flags, found = _flags(operation, sheet_id, lines), []
    for line in lines:
        said = _decision(line, flags[line.position], decisions, authority)
        if said is not None:
            found.append(Decided(line, flags[line.position], said))
    return found


def decide(operation: Operation, authority: Authority, told: Decided) -> None:
    """Write into a line what is decided of it."""
    line, decision = told.line, told.decision
    line.flags = " ".join(told.flags)
    line.reason, line.words = decision.reason, decision.words.strip()
    line.decided_by, line.decided_at_ms = authority.account, operation.at_ms
    if decision.kind == SHORTEN:
        line.minutes = decision.minutes


def waiting_lines(
    operation: Operation, sheet_id: str, positions: Sequence[int] = ()
) -> Sequence[LineRow]:
    """The lines of a sheet that nobody has decided yet, in order; of `positions` if there are."""
    query = select(LineRow).where(*_waiting(operation, sheet_id))
    if positions:
        query = query.where(LineRow.position.in_(positions))
    return operation.session.execute(query.order_by(LineRow.position)).scalars().all()


def count_waiting(operation: Operation, sheet_id: str) -> int:
    """How many lines of a sheet nobody has decided yet."""
    query = select(func.count()).select_from(LineRow).where(*_waiting(operation, sheet_id))
    return operation.session.execute(query).scalar_one()


def _waiting(operation: Operation, sheet_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        LineRow.community_id == operation.community_id,
        LineRow.sheet_id == sheet_id,
        LineRow.state == WAITING,
    )


def _flags(
    operation: Operation, sheet_id: str, rows: Sequence[LineRow]
) -> dict[int, tuple[str, ...]]:
    session, community_id = operation.session, operation.community_id
    seen = sheets.sheet(session, community_id, sheet_id)
    assert seen is not None
    positions = {each.position for each in rows}
    lines = sheets.lines_of(session, community_id, sheet_id)
    return judged(
        session, community_id, seen, [each for each in lines if each.position in positions]
    )


def _decision(
    line: LineRow,
    flags: Sequence[str],
    decisions: Mapping[int, Decision],
    authority: Authority,
) -> Decision | None:
    """What is decided of a line; None: it goes on waiting."""
    decision = decisions.get(line.position)
    if decision is not None:
        if CITY_DAY in flags and authority.role != SUPERVISOR:
            raise CityDayError(line=line.position)
        check_decision(decision, line.position, line.minutes)
        return decision
    if flags == (NO_TIME,):
        return Decision(REFUSE, reason=NO_TIME)
    return None if flags else Decision(APPROVE)
