"""Hours go into the book when their notice is over: posted once, and followed by their points.

A late job changes nothing: what an hour is worth hangs on the day of the service.
"""

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import select

from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.hours.operations.days import today_in
from volunteer_credit.hours.operations.places import record_of, reserved
from volunteer_credit.hours.operations.service import CODE, service, with_words
from volunteer_credit.hours.queries import objections, sheets
from volunteer_credit.hours.rules.evidence import PAPER_TIER
from volunteer_credit.hours.rules.notices import is_over
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Actor, NewEntry, Request
from volunteer_credit.points.operations import following
from volunteer_credit.points.rules.recorded import Recorded
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.jobs_turns import in_turn

RECORDER = Actor("system:hours", "system")
AT_ONCE_MAX = 64  # lines in one operation of the job


def record(operation: Operation, sheet: SheetRow, line: LineRow) -> None:
    """Post an hour that stood in notice, and let its points follow in the same transaction."""
    posted = {"amount": line.minutes, "code": CODE, "post": reserved(operation, line)}
    new = NewEntry(
        "hours.recorded",
        service(sheet, line),
        actor=RECORDER,
        day=sheet.day,
        tier=line.tier,
        refs=[record_of(operation, line)[0]],
        transfers=[posted],
    )
    is_paper = line.tier == PAPER_TIER  # its pair could carry no words: two persons sign numbers
    if is_paper:
        new = with_words(operation, sheet, line, new)
    made = operation.append(new)
    line.state, line.recorded_seq, line.recorded_at_ms = "recorded", made.seq, made.at_ms
    line.recorded_book = operation.head.book
    if new.commitments:
        line.committed_book, line.committed_seq = line.recorded_book, made.seq
    _follow(operation, sheet, line)


def _follow(operation: Operation, sheet: SheetRow, line: LineRow) -> None:
    given = following.follow(
        operation,
        Recorded(
            seq=line.recorded_seq,
            account=line.account,
            day=sheet.day,
            category=sheet.category,
            coefficient=sheet.coefficient,
            minutes=line.minutes,
            planned_minutes=sheet.planned_minutes,
            tier=line.tier,
        ),
    )
    line.outcome, line.outcome_seq = given.kind, given.seq
    line.centipoints, line.outcome_reason = given.centipoints, given.reason
    line.clause = given.clause


def record_due(period: str) -> int:
    """Record whatever notice is over, in every community; how many hours.

    `period` names the run: what an earlier run left because of an objection gets its turn again.
    Raises: as `in_turn`.
    """
    found = sheets.communities_with(db.session, "noticed")
    return in_turn(found, lambda community_id: record_in(community_id, period))


def record_in(community_id: str, period: str) -> int:
    """Record what is due in one community; how many hours."""
    parts = [
        (sheet_id, positions[start : start + AT_ONCE_MAX])
        for sheet_id, positions in _due(community_id).items()
        for start in range(0, len(positions), AT_ONCE_MAX)
    ]
    return in_turn(parts, lambda part: _record(community_id, *part, period))


def _due(community_id: str) -> dict[str, list[int]]:
    """By sheet, the lines whose notice is over and that nobody objects to."""
    reader, today = db.session, today_in(community_id)
    objected = objections.objected_lines(reader, community_id)
    found: dict[str, list[int]] = defaultdict(list)
    for sheet, line in reversed(sheets.with_sheets(reader, community_id, state="noticed")):
        is_open = (sheet.sheet_id, line.position) in objected
        if is_over(line.until_day, today) and not is_open:
            found[sheet.sheet_id].append(line.position)
    return {each: sorted(positions) for each, positions in found.items()}


@retried
def _record(community_id: str, sheet_id: str, positions: Sequence[int], period: str) -> int:
    named = sha256(" ".join(map(str, positions)).encode()).hexdigest()[:16]
    key = f"record {period} {sheet_id} {named}"
    with perform(community_id, Request(RECORDER, key, "hours.record", {})) as operation:
        if not operation.replayed:
            operation.answer({"count": _record_lines(operation, sheet_id, positions)})
    return 0 if operation.replayed else int(operation.result["count"])


def _record_lines(operation: Operation, sheet_id: str, positions: Sequence[int]) -> int:
    session, community_id = operation.session, operation.community_id
    sheet = session.get_one(SheetRow, (community_id, sheet_id))
    objected = objections.objected_lines(session, community_id)
    rows = session.execute(
        select(LineRow)
        .where(
            LineRow.community_id == community_id,
            LineRow.sheet_id == sheet_id,
            LineRow.position.in_(positions),
            LineRow.state == "noticed",
            LineRow.until_day < operation.day,
        )
        .order_by(LineRow.position)
    ).scalars()
    count = 0
    for line in rows.all():
        if (sheet_id, line.position) not in objected:
            record(operation, sheet, line)
            count += 1
    return count
