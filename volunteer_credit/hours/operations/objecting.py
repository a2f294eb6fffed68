"""Somebody finds a record wrong: the volunteer at any time, any member while it is in notice."""

from sqlalchemy import select

from volunteer_credit.hours.models.objections import ObjectionRow
from volunteer_credit.hours.models.sheets import LineRow
from volunteer_credit.hours.operations.places import record_of, restated_in
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.queries.objections import OPEN
from volunteer_credit.hours.queries.objections import objection as objection_at
from volunteer_credit.hours.rules.errors import (
    NotObjectableError,
    ObjectionClosedError,
    ObjectionOpenError,
    RecordMissingError,
)
from volunteer_credit.hours.rules.notices import OBJECTION_REASONS, WITHDRAWN, check_reason
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.operations.succession_refs import reference
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.queries.grants import accounts_of
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried

ACTION = "hours.object"
IN_NOTICE = "noticed"
OWN_STATES = frozenset({IN_NOTICE, "recorded", "refused", "voided"})


@retried
def object_to(
    caller: Caller,
    community_id: str,
    where: tuple[str, int],
    reason: str,
    words: str,
    key: str,
    person_id: str = "",
) -> int:
    """Object to a line (`where`: sheet and position); the seq of the objection.

    `person_id`: a ward for whom it is said.

    Raises: ReasonError, RecordMissingError, NotObjectableError, ObjectionOpenError,
    as `authorised`.
    """
    check_reason(reason, words, OBJECTION_REASONS)
    if sheets.line(db.session, community_id, *where) is None:
        raise RecordMissingError
    target = Target(community_id, person_id)
    told = request_digest(db.session, {"reason": reason, "words": words})
    body = {"sheet": where[0], "position": where[1], "told": told}
    actor = acting(caller, ACTION, community_id, target)
    with perform(community_id, Request(actor, key, ACTION, body)) as operation:
        authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            whom = person_id or caller.person_id
            own = accounts_of(operation.session, whom, community_id)
            line = _objectable(operation, where, own)
            operation.answer({"seq": _object(operation, line, reason, words.strip())})
    return int(operation.result["seq"])


def _objectable(operation: Operation, where: tuple[str, int], own: list[str]) -> LineRow:
    session, community_id = operation.session, operation.community_id
    line = session.get_one(LineRow, (community_id, *where))
    states = OWN_STATES if line.account in own else {IN_NOTICE}
    if line.state not in states:
        raise NotObjectableError(state=line.state)
    open_one = select(ObjectionRow.seq).where(
        ObjectionRow.community_id == community_id,
        ObjectionRow.sheet_id == line.sheet_id,
        ObjectionRow.position == line.position,
        ObjectionRow.state == OPEN,
    )
    if session.execute(open_one).first() is not None:
        raise ObjectionOpenError
    return line


def _object(operation: Operation, line: LineRow, reason: str, words: str) -> int:
    ref, record = record_of(operation, line)
    made = operation.append(
        NewEntry(
            "hours.objected",
            {"account": line.account, "reason": reason, "record": record},
            refs=[ref],
        )
    )
    operation.session.add(
        ObjectionRow(
            community_id=operation.community_id,
            book=operation.head.book,
            seq=made.seq,
            sheet_id=line.sheet_id,
            position=line.position,
            account=line.account,
            objector=operation.request.actor.account,
            state=OPEN,
            reason=reason,
            words=words,
            objected_at_ms=made.at_ms,
        )
    )
    return made.seq


@retried
def withdraw_objection(caller: Caller, community_id: str, seq: int, key: str, book: int = 0) -> int:
    """Take one's own objection back (`book` 0: of the newest book); the seq of that entry.

    Raises: RecordMissingError, ObjectionClosedError, as `authorised`.
    """
    found = objection_at(db.session, community_id, seq, book)
    if found is None:
        raise RecordMissingError
    target = Target(community_id)
    actor, body = acting(caller, ACTION, community_id, target), {"book": found.book, "seq": seq}
    with perform(community_id, Request(actor, key, "hours.unobject", body)) as operation:
        authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            own = accounts_of(operation.session, caller.person_id, community_id)
            row = operation.session.get_one(ObjectionRow, (community_id, found.book, seq))
            if row.objector not in own:
                raise RecordMissingError
            operation.answer({"seq": close(operation, row, WITHDRAWN, WITHDRAWN, "")})
    return int(operation.result["seq"])


def close(operation: Operation, row: ObjectionRow, outcome: str, reason: str, words: str) -> int:
    """Write the answer to an open objection. Raises: ObjectionClosedError."""
    if row.state != OPEN:
        raise ObjectionClosedError
    line = operation.session.get_one(LineRow, (row.community_id, row.sheet_id, row.position))
    objected = reference(operation, row.book, row.seq)
    # Behind entry 0 both may have one name.
    restated = [each for each in restated_in(operation, line) if each != objected]
    made = operation.append(
        NewEntry(
            "hours.answered",
            {"outcome": outcome, "reason": reason, "record": record_of(operation, line)[1]},
            refs=[objected, *restated],
        )
    )
    row.state, row.answer_reason, row.answer_words = outcome, reason, words
    row.answered_by, row.answered_at_ms = operation.request.actor.account, made.at_ms
    row.answered_book, row.answered_seq = operation.head.book, made.seq
    return made.seq
