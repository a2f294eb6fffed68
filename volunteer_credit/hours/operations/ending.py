"""A record in notice is ended: its minutes were only reserved, and are let go."""

from volunteer_credit.hours.models.sheets import LineRow
from volunteer_credit.hours.operations.places import record_of, reserved
from volunteer_credit.hours.operations.second import target_of
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.rules.errors import NotObjectableError, RecordMissingError
from volunteer_credit.hours.rules.judging import REASONS
from volunteer_credit.hours.rules.notices import check_reason
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried

ACTION = "hours.propose"


@retried
def void_notice(
    caller: Caller, community_id: str, where: tuple[str, int], reason: str, words: str, key: str
) -> int:
    """End a record that is in notice (`where`: sheet and position); the seq of that entry.

    Raises: ReasonError, RecordMissingError, NotObjectableError when it is not in notice,
    as `authorised`.
    """
    check_reason(reason, words, REASONS)
    sheet = sheets.sheet(db.session, community_id, where[0])
    if sheet is None or sheets.line(db.session, community_id, *where) is None:
        raise RecordMissingError
    target = target_of(community_id, sheet.organiser)
    actor = acting(caller, ACTION, community_id, target)
    told = request_digest(db.session, {"reason": reason, "words": words})
    body = {"sheet": where[0], "position": where[1], "told": told}
    with perform(community_id, Request(actor, key, "hours.void", body)) as operation:
        authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            line = operation.session.get_one(LineRow, (community_id, *where))
            operation.answer({"seq": void(operation, line, reason, words.strip())})
    return int(operation.result["seq"])


def void(operation: Operation, line: LineRow, reason: str, words: str) -> int:
    """Void what is reserved for a line in notice. Raises: NotObjectableError."""
    if line.state != "noticed":
        raise NotObjectableError(state=line.state)
    made = operation.append(
        NewEntry(
            "hours.voided",
            {"account": line.account, "reason": reason},
            refs=[record_of(operation, line)[0]],
            transfers=[{"code": "voided", "void": reserved(operation, line)}],
        )
    )
    line.state, line.reason, line.words = "voided", reason, words
    line.decided_by, line.decided_at_ms = operation.request.actor.account, made.at_ms
    return made.seq
