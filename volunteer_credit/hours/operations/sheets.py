"""Paper sheets: what nobody scanned, proposed by one and approved by another (tier 4).

It is one pair in the book: both sign the same minutes, so a line is not decided by itself. Whoever
disagrees ends the proposal, and it is written anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.hours.operations.handing_in import DECIDED, PAPER, PROPOSED, keep
from volunteer_credit.hours.operations.judging import judged
from volunteer_credit.hours.operations.noticing import accounts_opened, notice_of, transfer
from volunteer_credit.hours.operations.recording import record
from volunteer_credit.hours.operations.second import SUPERVISOR, check_unit, target_of
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.rules.errors import CityDayError, EntryConsentError, LedItError
from volunteer_credit.hours.rules.evidence import (
    COMMITTEE,
    PAPER_TIER,
    Line,
    ShiftFacts,
    check_facts,
    check_paper,
)
from volunteer_credit.hours.rules.judging import CITY_DAY
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Appended, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.pairs import (
    Form,
    propose_in,
    register_effect,
    register_end,
)
from volunteer_credit.people.queries.approvals import sides_of
from volunteer_credit.people.queries.consents import has_consent
from volunteer_credit.people.queries.grants import ACTIVE, member_state, person_of
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried

PAIR = "hours.sheet"
ACTION = "hours.propose"
ENTERED = "proxy_entry"  # the consent that an organisation enters one's records


@retried
def propose_sheet(
    caller: Caller, community_id: str, facts: ShiftFacts, lines: Sequence[Line], key: str
) -> int:
    """Propose a paper sheet; the seq of the proposal.

    Raises: LawFieldsError, MinutesError, LineTwiceError, EntryConsentError, as `authorised` and
    `propose_in`.
    """
    check_facts(facts)
    check_paper(lines)
    target = target_of(community_id, facts.organiser)
    actor = acting(caller, ACTION, community_id, target)
    told = {"facts": asdict(facts), "lines": [asdict(each) for each in lines]}
    body = {"sheet": request_digest(db.session, told)}
    with perform(community_id, Request(actor, key, PAIR, body)) as operation:
        authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            for number, line in enumerate(lines, 1):
                check_entered(operation.session, community_id, facts.organiser, line, number)
            operation.answer({"seq": _propose(operation, caller, facts, lines)})
    return int(operation.result["seq"])


def check_entered(
    reader: Reader, community_id: str, organiser: str, line: Line, number: int
) -> None:
    """Accept a line of a member who lets this organisation enter records; the desk always may.

    Raises: EntryConsentError.
    """
    person_id = person_of(reader, community_id, line.account)
    is_member = member_state(reader, community_id, line.account)[0] == ACTIVE
    agreed = organiser == COMMITTEE or has_consent(reader, person_id, ENTERED, organiser)
    if not (is_member and agreed):
        raise EntryConsentError(line=number)


def _propose(operation: Operation, caller: Caller, facts: ShiftFacts, lines: Sequence[Line]) -> int:
    session, community_id = operation.session, operation.community_id
    counted = (0, operation.request.actor.account, caller)
    sheet_id = keep(operation, facts, lines, PAPER, PROPOSED, counted)
    session.flush()
    sheet = session.get_one(SheetRow, (community_id, sheet_id))
    rows = _rows(operation, sheet_id)
    seen = sheets.sheet(session, community_id, sheet_id)
    assert seen is not None
    flags = judged(session, community_id, seen, sheets.lines_of(session, community_id, sheet_id))
    for row in rows:
        row.flags, row.tier = " ".join(flags[row.position]), PAPER_TIER
    accounts_opened(operation, sheet.organiser, [each.account for each in rows])
    subject = sheet_id if facts.organiser == COMMITTEE else f"organisation:{facts.organiser}"
    form = Form(day=facts.day, tier=PAPER_TIER)
    made = propose_in(operation, caller, PAIR, _data(sheet, rows), subject, form)
    sheet.proposed_book, sheet.proposed_seq = operation.head.book, made.seq
    return made.seq


def _data(sheet: SheetRow, rows: Sequence[LineRow]) -> dict[str, Any]:
    return {
        "activity": sheet.activity,
        "beneficiaries": sorted(each.account for each in rows),
        "category": sheet.category,
        "lead": sheet.lead,
        "lines": [
            {
                "account": each.account,
                "coefficient": sheet.coefficient,
                "flags": each.flags.split(),
                "minutes": each.minutes,
                "planned_minutes": sheet.planned_minutes,
            }
            for each in rows
        ],
        "organiser": sheet.organiser,
        "sheet": sheet.sheet_id,
        "shift": sheet.shift,
        "transfers": [transfer(sheet.organiser, each.account, each.minutes) for each in rows],
    }


def _rows(operation: Operation, sheet_id: str) -> Sequence[LineRow]:
    query = select(LineRow).where(
        LineRow.community_id == operation.community_id, LineRow.sheet_id == sheet_id
    )
    return operation.session.execute(query.order_by(LineRow.position)).scalars().all()


def _approved(operation: Operation, data: Mapping[str, Any], made: Appended) -> None:
    """Put the lines of a sheet that two persons signed into notice."""
    session, community_id = operation.session, operation.community_id
    sheet = session.get_one(SheetRow, (community_id, data["sheet"]))
    actor, rows = operation.request.actor, _rows(operation, sheet.sheet_id)
    _check_lead(operation, sheet)
    parties = [sheet.lead, *data["beneficiaries"]]
    sides = sides_of(session, community_id, sheet.counted_by, parties, sheet.handed_at_ms)
    check_unit(operation, sheet.organiser, sides)
    notice = notice_of(operation, sheet.day)
    for index, row in enumerate(rows):
        if CITY_DAY in row.flags.split() and actor.role != SUPERVISOR:
            raise CityDayError(line=row.position)
        row.state, row.noticed_seq, row.transfer = "noticed", made.seq, index
        row.noticed_book = operation.head.book
        row.until_day = notice.until(operation.day, PAPER_TIER).day
        row.decided_by, row.decided_at_ms = actor.account, made.at_ms
    sheet.state = DECIDED
    if notice.is_none(PAPER_TIER):
        for row in rows:
            record(operation, sheet, row)


def _check_lead(operation: Operation, sheet: SheetRow) -> None:
    """Who was in charge, or lives with them, is no second person. Raises: as `Sides.refusal`."""
    session, community_id = operation.session, operation.community_id
    person_id = person_of(session, community_id, operation.request.actor.account)
    sides = sides_of(session, community_id, sheet.lead, [], sheet.handed_at_ms)
    if person_id == sides.proposer:
        raise LedItError
    refusal = sides.refusal(person_id)
    if refusal is not None:
        raise refusal


def _withdrawn(operation: Operation, data: Mapping[str, Any], _made: Appended) -> None:
    """A proposal that ended: its lines count for nothing."""
    sheet = operation.session.get_one(SheetRow, (operation.community_id, data["sheet"]))
    sheet.state = "withdrawn"
    for row in _rows(operation, sheet.sheet_id):
        row.state = "withdrawn"


register_effect(PAIR, _approved)
register_end(PAIR, _withdrawn)
