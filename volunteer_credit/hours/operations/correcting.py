"""A recorded hour is put right by two persons: the difference moves, the old entry stays."""

from collections.abc import Mapping
from typing import Any

from volunteer_credit.hours.models.objections import CorrectionRow
from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.hours.operations.noticing import accounts_opened
from volunteer_credit.hours.operations.places import record_of, restated_in
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
from volunteer_credit.people.queries.approvals import proposed_at
from volunteer_credit.points.operations import following
from volunteer_credit.points.rules.recorded import Corrected
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried

PAIR = "hours.correction"
ACTION = "hours.propose"


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
    _, record = record_of(operation, line)
    data = {
        "account": line.account,
        "beneficiaries": [line.account],
        "minutes": minutes,
        "minutes_before": line.minutes,
        "reason": why[0],
        "record": record,
        "transfers": [moved(sheet.organiser, holder, line.minutes, minutes)],
    }
    of_unit = f"organisation:{sheet.organiser}"
    subject = line.account if sheet.organiser == COMMITTEE else of_unit
    form = Form(day=sheet.day, tier=line.tier, refs=restated_in(operation, line))
    made = propose_in(operation, caller, PAIR, data, subject, form)
    session.add(
        CorrectionRow(
            community_id=community_id,
            book=operation.head.book,
            proposed_seq=made.seq,
            sheet_id=line.sheet_id,
            position=line.position,
            account=line.account,
            minutes_before=line.minutes,
            minutes=minutes,
            reason=why[0],
            words=why[1],
            record=record,
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
    row = _row(operation, made)
    line = session.get_one(LineRow, (community_id, row.sheet_id, row.position))
    if (record_of(operation, line)[1], line.minutes) != (data["record"], data["minutes_before"]):
        raise CorrectionStaleError
    sheet = session.get_one(SheetRow, (community_id, row.sheet_id))
    line.minutes = row.minutes
    given = following.follow_correction(
        operation,
        Corrected(
            seq=made.seq,
            record_seq=line.recorded_seq,
            record_book=line.recorded_book,
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


def _withdrawn(operation: Operation, _data: Mapping[str, Any], made: Appended) -> None:
    """A proposal that ended."""
    _row(operation, made).state = "withdrawn"


def _row(operation: Operation, ended: Appended) -> CorrectionRow:
    """The row of the proposal that an approval or a withdrawal has ended."""
    session, community_id, book = operation.session, operation.community_id, operation.head.book
    seq = proposed_at(session, community_id, book, ended.seq)
    return session.get_one(CorrectionRow, (community_id, book, seq))


register_effect(PAIR, _approved)
register_end(PAIR, _withdrawn)
