"""A recorded hour is put right by two persons: the difference moves, the old entry stays."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from volunteer_credit.hours.models.objections import CorrectionRow
from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.hours.operations.noticing import accounts_opened
from volunteer_credit.hours.operations.second import target_of
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.queries.objections import OPEN
from volunteer_credit.hours.rules.corrections import check_correction, moved
from volunteer_credit.hours.rules.errors import (
    CorrectionStaleError,
    NotRecordedError,
    RecordMissingError,
)
from volunteer_credit.hours.rules.evidence import COMMITTEE
from volunteer_credit.hours.rules.notices import CORRECTION_REASONS, check_reason
from volunteer_credit.journal.operations.balances import balances
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Appended, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.merge_hooks import root_of
from volunteer_credit.people.operations.pairs import (
    Form,
    propose_in,
    register_effect,
    register_end,
)
from volunteer_credit.points.operations import following
from volunteer_credit.points.rules.recorded import Corrected
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried

PAIR = "hours.correction"
ACTION = "hours.propose"
SAME = ("account", "record", "minutes_before", "minutes", "reason")


@retried
def propose_correction(
    caller: Caller,
    community_id: str,
    where: tuple[str, int],
    minutes: int,
    reason: str,
    words: str,
    key: str,
) -> int:
    """Propose other minutes (0: annulled) for a recorded line; the seq of the proposal.

    Raises: ReasonError, RecordMissingError, NotRecordedError, CorrectionSameError, MinutesError,
    as `authorised` and `propose_in`.
    """
    check_reason(reason, words, CORRECTION_REASONS)
    sheet = sheets.sheet(db.session, community_id, where[0])
    if sheet is None or sheets.line(db.session, community_id, *where) is None:
        raise RecordMissingError
    target = target_of(community_id, sheet.organiser)
    actor = acting(caller, ACTION, community_id, target)
    told = request_digest(db.session, {"reason": reason, "words": words, "minutes": minutes})
    body = {"sheet": where[0], "position": where[1], "told": told}
    with perform(community_id, Request(actor, key, PAIR, body)) as operation:
        authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            line = operation.session.get_one(LineRow, (community_id, *where))
            made = correction_in(operation, caller, line, minutes, (reason, words.strip()))
            operation.answer({"seq": made})
    return int(operation.result["seq"])


def correction_in(
    operation: Operation, caller: Caller, line: LineRow, minutes: int, why: tuple[str, str]
) -> int:
    """Propose a correction as a step of an operation that has asked for authority.

    Raises: NotRecordedError, CorrectionSameError, MinutesError, as `propose_in`.
    """
    session, community_id = operation.session, operation.community_id
    if line.state != "recorded":
        raise NotRecordedError
    check_correction(line.minutes, minutes)
    sheet = session.get_one(SheetRow, (community_id, line.sheet_id))
    holder = _holder(operation, line)
    accounts_opened(operation, sheet.organiser, [holder])
    data = {
        "account": line.account,
        "beneficiaries": [line.account],
        "minutes": minutes,
        "minutes_before": line.minutes,
        "reason": why[0],
        "record": line.recorded_seq,
        "transfers": [moved(sheet.organiser, holder, line.minutes, minutes)],
    }
    of_unit = f"organisation:{sheet.organiser}"
    subject = line.account if sheet.organiser == COMMITTEE else of_unit
    form = Form(day=sheet.day, tier=line.tier)
    made = propose_in(operation, caller, PAIR, data, subject, form)
    session.add(
        CorrectionRow(
            community_id=community_id,
            proposed_seq=made.seq,
            sheet_id=line.sheet_id,
            position=line.position,
            account=line.account,
            minutes_before=line.minutes,
            minutes=minutes,
            reason=why[0],
            words=why[1],
            record=line.recorded_seq,
            proposed_by=operation.request.actor.account,
            state=OPEN,
        )
    )
    return made.seq


def _holder(operation: Operation, line: LineRow) -> str:
    """Where the minutes of a line stand: after a merge, mostly with the account that is left."""
    name = f"hours:{line.account}"
    if balances(operation, [name])[name].available >= line.minutes:
        return line.account
    return root_of(operation, line.account)


def _approved(operation: Operation, data: Mapping[str, Any], made: Appended) -> None:
    """Change the line, and let its points follow in the same transaction."""
    session, community_id = operation.session, operation.community_id
    row = _row(operation, data)
    line = session.get_one(LineRow, (community_id, row.sheet_id, row.position))
    if (line.recorded_seq, line.minutes) != (data["record"], data["minutes_before"]):
        raise CorrectionStaleError
    sheet = session.get_one(SheetRow, (community_id, row.sheet_id))
    line.minutes = row.minutes
    given = following.follow_correction(
        operation,
        Corrected(
            seq=made.seq,
            record_seq=line.recorded_seq,
            account=line.account,
            day=sheet.day,
            category=sheet.category,
            coefficient=sheet.coefficient,
            minutes_before=row.minutes_before,
            minutes=row.minutes,
            planned_minutes=sheet.planned_minutes,
            tier=line.tier,
        ),
    )
    row.state, row.approved_seq, row.approved_at_ms = "approved", made.seq, made.at_ms
    row.outcome, row.outcome_seq, row.centipoints = given.kind, given.seq, given.centipoints


def _withdrawn(operation: Operation, data: Mapping[str, Any], _made: Appended) -> None:
    """A proposal that ended."""
    _row(operation, data).state = "withdrawn"


def _row(operation: Operation, data: Mapping[str, Any]) -> CorrectionRow:
    """The row of the proposal that says just this; of two that say the same the older one."""
    same = (
        CorrectionRow.community_id == operation.community_id,
        CorrectionRow.state == OPEN,
        *(getattr(CorrectionRow, name) == data[name] for name in SAME),
    )
    query = select(CorrectionRow).where(*same).order_by(CorrectionRow.proposed_seq)
    return operation.session.execute(query.limit(1)).scalar_one()


register_effect(PAIR, _approved)
register_end(PAIR, _withdrawn)
