"""An objection is answered by the unit or by staff: by nobody who is on a side of it."""

from dataclasses import dataclass

from volunteer_credit.hours.models.objections import ObjectionRow
from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.hours.operations.correcting import correction_in
from volunteer_credit.hours.operations.ending import void
from volunteer_credit.hours.operations.objecting import IN_NOTICE, close
from volunteer_credit.hours.operations.second import target_of
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.queries.objections import objection as objection_at
from volunteer_credit.hours.rules.errors import (
    LedItError,
    MinutesError,
    NotRecordedError,
    ObjectionClosedError,
    RecordMissingError,
)
from volunteer_credit.hours.rules.evidence import MINUTES_MAX
from volunteer_credit.hours.rules.notices import (
    ANSWER_REASONS,
    DISMISSED,
    UPHELD,
    check_reason,
)
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.queries.approvals import sides_of
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried

ACTION = "hours.propose"
OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of an objection. `minutes`: what the record should say; -1 as it is."""

    is_upheld: bool
    reason: str
    words: str = ""
    minutes: int = -1


@dataclass(frozen=True, slots=True)
class Answered:
    """The entry of the answer, and of the correction that it proposed, or 0."""

    seq: int
    correction_seq: int


@retried
def answer_objection(
    caller: Caller, community_id: str, seq: int, answer: Answer, key: str, book: int = 0
) -> Answered:
    """Uphold or dismiss an objection (`book` 0: of the newest book).

    Upheld, a record in notice is shortened or ended at once; a recorded one gets a proposal of a
    correction, which needs two. More minutes than were noticed are given by such a proposal only,
    once the record is in the book; till then what was answered is remembered.
    Raises: ReasonError, RecordMissingError, ObjectionClosedError, MinutesError, LedItError, as
    `authorised`, `Sides.refusal` and `correction_in`.
    """
    check_reason(answer.reason, answer.words, ANSWER_REASONS)
    if answer.minutes > MINUTES_MAX:
        raise MinutesError(minutes=answer.minutes, most=MINUTES_MAX)
    found = objection_at(db.session, community_id, seq, book)
    sheet = sheets.sheet(db.session, community_id, found.sheet_id) if found else None
    if found is None or sheet is None:
        raise RecordMissingError
    target = target_of(community_id, sheet.organiser)
    actor = acting(caller, ACTION, community_id, target)
    told = {"reason": answer.reason, "words": answer.words, "minutes": answer.minutes}
    told["upheld"] = answer.is_upheld
    body = {"book": found.book, "seq": seq, "told": request_digest(db.session, told)}
    with perform(community_id, Request(actor, key, "hours.answer", body)) as operation:
        authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            operation.answer(_answer(operation, caller, (found.book, seq), answer))
    return Answered(**operation.result)


def _answer(
    operation: Operation, caller: Caller, entry: tuple[int, int], answer: Answer
) -> dict[str, int]:
    session, community_id = operation.session, operation.community_id
    row = session.get_one(ObjectionRow, (community_id, *entry))
    if row.state != "open":
        raise ObjectionClosedError
    _check_side(operation, caller, row)
    outcome = UPHELD if answer.is_upheld else DISMISSED
    line = session.get_one(LineRow, (community_id, row.sheet_id, row.position))
    made = close(operation, row, outcome, answer.reason, answer.words.strip())
    correction_seq = 0
    if answer.is_upheld and answer.minutes >= 0:
        row.minutes = answer.minutes
        correction_seq = _uphold(operation, caller, line, answer)
    return {"seq": made, "correction_seq": correction_seq}


def _check_side(operation: Operation, caller: Caller, row: ObjectionRow) -> None:
    session, community_id = operation.session, operation.community_id
    sheet = session.get_one(SheetRow, (community_id, row.sheet_id))
    concerned = [row.account, row.objector]
    sides = sides_of(session, community_id, sheet.lead, concerned, row.objected_at_ms)
    if caller.person_id == sides.proposer:
        raise LedItError
    refusal = sides.refusal(caller.person_id)
    if refusal is not None:
        raise refusal


def _uphold(operation: Operation, caller: Caller, line: LineRow, answer: Answer) -> int:
    if line.state == "recorded":
        if answer.minutes == line.minutes:
            return 0
        return correction_in(operation, caller, line, answer.minutes, (OBJECTION, answer.words))
    if line.state != IN_NOTICE:
        raise NotRecordedError
    if answer.minutes == 0:
        void(operation, line, OBJECTION, answer.words.strip())
    else:
        line.minutes = min(line.minutes, answer.minutes)
    return 0
