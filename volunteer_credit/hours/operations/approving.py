"""A whole shift approved in one act, by a second person of the unit that organised it.

What nobody wondered about is approved together; every flagged line is decided singly. The
approver's own line, and their household's, stays for another second person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.hours.operations.handing_in import DECIDED, DOOR, WAITING
from volunteer_credit.hours.operations.judging import judged
from volunteer_credit.hours.operations.noticing import give_notice
from volunteer_credit.hours.operations.second import (
    ACTION,
    SUPERVISOR,
    check_approver,
    near_accounts,
    target_of,
)
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.rules.errors import (
    CityDayError,
    SheetDecidedError,
    SheetMissingError,
)
from volunteer_credit.hours.rules.judging import (
    APPROVE,
    CITY_DAY,
    NO_TIME,
    REFUSE,
    SHORTEN,
    Decision,
    check_decision,
)
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.people.operations.authority import Authority, acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.rules.pair_errors import OwnBenefitError
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried


@dataclass(frozen=True, slots=True)
class Approved:
    """What an act came to. `left`: lines that still wait. `missing`: years no calendar tells."""

    approved: int
    recorded: int
    refused: int
    left: int
    missing: tuple[int, ...] = ()


@retried
def approve_shift(
    caller: Caller,
    community_id: str,
    sheet_id: str,
    decisions: Mapping[int, Decision],
    key: str,
) -> Approved:
    """Approve a shift that the door handed in; `decisions` by position, for what is flagged.

    Raises: SheetMissingError, SheetDecidedError, DecisionError, CityDayError, OwnBenefitError,
    as `authorised` and `check_approver`.
    """
    sheet = sheets.sheet(db.session, community_id, sheet_id)
    if sheet is None or sheet.source != DOOR:
        raise SheetMissingError
    target = target_of(community_id, sheet.organiser)
    actor = acting(caller, ACTION, community_id, target)
    told = {str(position): asdict(each) for position, each in sorted(decisions.items())}
    body = {"sheet": sheet_id, "decisions": request_digest(db.session, told)}
    with perform(community_id, Request(actor, key, ACTION, body)) as operation:
        authority = authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            operation.answer(_approve(operation, caller, authority, sheet_id, decisions))
    result: dict[str, Any] = operation.result
    return Approved(**{**result, "missing": tuple(result["missing"])})


def _approve(
    operation: Operation,
    caller: Caller,
    authority: Authority,
    sheet_id: str,
    decisions: Mapping[int, Decision],
) -> dict[str, Any]:
    session, community_id = operation.session, operation.community_id
    sheet = session.get_one(SheetRow, (community_id, sheet_id))
    if sheet.state != WAITING:
        raise SheetDecidedError
    waiting = _waiting(operation, sheet_id)
    check_approver(operation, caller, authority, sheet, {each.account for each in waiting})
    near = near_accounts(session, community_id, authority.account, sheet.handed_at_ms)
    open_to_them = [each for each in waiting if each.account not in near]
    if set(decisions) - {each.position for each in waiting}:
        raise SheetDecidedError
    if set(decisions) - {each.position for each in open_to_them} or not open_to_them:
        raise OwnBenefitError
    flags = _flags(operation, sheet_id, open_to_them)
    refused: list[LineRow] = []
    approved: list[LineRow] = []
    for line in open_to_them:
        decision = _decision(line, flags[line.position], decisions, authority)
        if decision is None:
            continue
        _decide(operation, authority, line, decision, flags[line.position])
        (refused if decision.kind == REFUSE else approved).append(line)
    _refuse(operation, sheet, refused)
    missing = give_notice(operation, sheet, approved) if approved else set()
    left = len(waiting) - len(refused) - len(approved)
    if not left:
        sheet.state = DECIDED
    recorded = sum(each.state == "recorded" for each in approved)
    counts = {"approved": len(approved), "recorded": recorded, "refused": len(refused)}
    return {**counts, "left": left, "missing": sorted(missing)}


def _waiting(operation: Operation, sheet_id: str) -> Sequence[LineRow]:
    query = select(LineRow).where(
        LineRow.community_id == operation.community_id,
        LineRow.sheet_id == sheet_id,
        LineRow.state == WAITING,
    )
    return operation.session.execute(query.order_by(LineRow.position)).scalars().all()


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


def _decide(
    operation: Operation,
    authority: Authority,
    line: LineRow,
    decision: Decision,
    flags: Sequence[str],
) -> None:
    line.flags = " ".join(flags)
    line.reason, line.words = decision.reason, decision.words.strip()
    line.decided_by, line.decided_at_ms = authority.account, operation.at_ms
    if decision.kind == SHORTEN:
        line.minutes = decision.minutes


def _refuse(operation: Operation, sheet: SheetRow, lines: Sequence[LineRow]) -> None:
    entries = [
        NewEntry(
            "hours.refused",
            {"account": each.account, "reason": each.reason, "shift": sheet.shift},
            day=sheet.day,
            tier=each.tier,
            refs=[seq for seq in (each.started_seq, each.ended_seq, sheet.counted_seq) if seq],
        )
        for each in lines
    ]
    for line, made in zip(lines, operation.append_all(entries), strict=True):
        line.state, line.noticed_seq = "refused", made.seq
