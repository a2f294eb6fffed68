"""A shift comes in from the door: kept as it was counted, until a second person approves it."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy.orm import Session

from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.hours.rules.evidence import Line, ShiftFacts, check_facts, check_scanned
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.digests import personal_digest
from volunteer_credit.people.queries.openers import opened_by
from volunteer_credit.shared.caller import Caller

DOOR, PAPER = "door", "paper"
WAITING, PROPOSED, DECIDED = "waiting", "proposed", "decided"


def hand_in(
    operation: Operation,
    facts: ShiftFacts,
    lines: Sequence[Line],
    counted_seq: int,
    counted_by: str,
    caller: Caller | None = None,
) -> str:
    """Inside the operation that closes a shift: its sheet, which now waits for approval; its id.

    `counted_by`: the account of who counted; with `caller` the approval must also come from another
    device than theirs. Raises: LawFieldsError, MinutesError, TierError.
    """
    check_facts(facts)
    check_scanned(lines)
    state = WAITING if lines else DECIDED
    return keep(operation, facts, lines, DOOR, state, (counted_seq, counted_by, caller))


def hand_in_late(
    operation: Operation,
    facts: ShiftFacts,
    line: Line,
    counted: tuple[int, int],
    counted_by: str,
    closing: str,
) -> str:
    """Inside a job's operation: a sheet for who was added after the closing; its id.

    `counted`: book and seq of the head-count. A job has no session. What stands for the device of
    who counted is that of the sheet of the `closing`, where the same person counted it; who opened
    their sign-in stands there for that sheet only and cannot be carried over. Raises: as `hand_in`.
    """
    sheet_id = hand_in(operation, facts, [line], counted[1], counted_by)
    session, here = operation.session, operation.community_id
    first = session.get(SheetRow, (here, closing))
    made = session.get_one(SheetRow, (here, sheet_id))
    made.counted_book = counted[0]
    if first is not None and first.counted_by == counted_by:
        made.counted_device = first.counted_device
    return sheet_id


def keep(
    operation: Operation,
    facts: ShiftFacts,
    lines: Sequence[Line],
    source: str,
    state: str,
    counted: tuple[int, str, Caller | None],
) -> str:
    """Write a sheet and its lines; `counted`: seq, account and session of who counted."""
    counted_seq, counted_by, caller = counted
    session, community_id = operation.session, operation.community_id
    sheet_id = sheet_name(operation, counted_seq, lines)
    device, openers = ("", "") if caller is None else signed(session, sheet_id, caller)
    words = {name: getattr(facts, name) for name in ShiftFacts.__dataclass_fields__}
    session.add(
        SheetRow(
            community_id=community_id,
            sheet_id=sheet_id,
            source=source,
            state=state,
            handed_at_ms=operation.at_ms,
            counted_by=counted_by,
            counted_device=device,
            counted_openers=openers,
            counted_book=operation.head.book if counted_seq else 0,
            counted_seq=counted_seq,
            proposed_seq=0,
            **{**words, "shift": facts.shift or sheet_id, "activity": facts.activity or sheet_id},
        )
    )
    for position, line in enumerate(lines, 1):
        session.add(_line(operation, sheet_id, position, state, line))
    return sheet_id


def signed(session: Session, sheet_id: str, caller: Caller) -> tuple[str, str]:
    """What stands for the device of who counted, and for whoever opened their sign-in.

    Under the keys of those persons, so that it names nobody once they are erased.
    """
    device = personal_digest(caller.person_id, {"device": caller.device_id})
    return device, " ".join(sorted(opener_digests(session, sheet_id, caller)))


def opener_digests(session: Session, sheet_id: str, caller: Caller) -> set[str]:
    """Whoever opened this session, as a sheet remembers them."""
    openers = opened_by(session, caller) - {caller.person_id}
    found = {personal_digest(each, {"opened": sheet_id}) for each in openers}
    return found - {""}


def sheet_name(operation: Operation, counted_seq: int, lines: Sequence[Line]) -> str:
    """The id of a sheet that an operation makes; it may make several, of other lines each."""
    asked = operation.request
    scans = [str(each.started_seq) for each in lines[:1]]
    named = (operation.community_id, asked.actor.account, asked.key, str(counted_seq), *scans)
    return sha256("\n".join(("hours sheet", *named)).encode()).hexdigest()[:32]


def _line(operation: Operation, sheet_id: str, position: int, state: str, line: Line) -> LineRow:
    book = operation.head.book
    return LineRow(
        community_id=operation.community_id,
        sheet_id=sheet_id,
        position=position,
        account=line.account,
        state=state,
        started_book=(line.started_book or book) if line.started_seq else 0,
        started_seq=line.started_seq,
        ended_book=(line.ended_book or book) if line.ended_seq else 0,
        ended_seq=line.ended_seq,
        started_at_ms=line.started_at_ms,
        ended_at_ms=line.ended_at_ms,
        tier=line.tier,
        counted_minutes=line.minutes,
        minutes=line.minutes,
        flags=" ".join(sorted(set(line.flags))),
    )
