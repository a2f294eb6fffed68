"""Sheets, approval, corrections: for units and staff."""

from typing import Any

from volunteer_credit.hours.operations.answering import Answer, Answered, answer_objection
from volunteer_credit.hours.operations.approving import Approved, approve_shift
from volunteer_credit.hours.operations.calendars import set_year
from volunteer_credit.hours.operations.correcting import propose_correction
from volunteer_credit.hours.operations.desk_view import Waiting, queue, sheet_page
from volunteer_credit.hours.operations.ending import void_notice
from volunteer_credit.hours.operations.paper import Paper, propose_paper
from volunteer_credit.hours.rules.calendar import CALENDAR_YEAR_MISSING
from volunteer_credit.hours.rules.judging import Decision
from volunteer_credit.hours.schemas import calls
from volunteer_credit.hours.schemas.forms import PaperSchema
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("hours", __name__, description="Service hours: approval and correction.")

ROOT = "/communities/<community>/hours"
LINE = f"{ROOT}/sheets/<sheet>/lines/<int:position>"


@api.route(f"{ROOT}/sheets")
@requires("hours.propose")
@api.response(200, calls.QueuedSchema(many=True))
def waiting(community: str) -> list[dict[str, Any]]:
    """The sheets that wait, oldest first."""
    found = queue(signed_in(), community)
    return [_queued(each) for each in (*found.waiting, *found.proposed)]


def _queued(each: Waiting) -> dict[str, Any]:
    return {
        "sheet_id": each.sheet.sheet_id,
        "title": each.sheet.title,
        "day": each.sheet.day,
        "unit": each.sheet.organiser_name,
        "state": each.sheet.state,
        "lines": each.count,
        "flagged": each.flagged,
        "age_days": each.age_days,
        "record_until_day": each.until.day,
        "is_overdue": each.is_overdue,
        "warnings": [f"{CALENDAR_YEAR_MISSING}:{year}" for year in each.until.missing],
    }


@api.route(f"{ROOT}/sheets/<sheet>")
@requires("hours.propose")
@api.response(200, calls.SheetSchema)
def one(community: str, sheet: str) -> dict[str, Any]:
    """A whole shift, with what was wondered about."""
    page = sheet_page(signed_in(), community, sheet)
    return {
        **{name: getattr(page.sheet, name) for name in ("sheet_id", "state", "title", "day")},
        "place": page.sheet.place,
        "content": page.sheet.content,
        "unit": page.sheet.organiser_name,
        "lead": page.lead,
        "lines": [
            {
                "position": each.line.position,
                "name": each.name,
                "state": each.line.state,
                "tier": each.line.tier,
                "minutes": each.line.minutes,
                "flags": list(each.flags),
                "is_own": each.is_near,
                "entry": each.line.record,
                "book": each.line.record_book,
            }
            for each in page.lines
        ],
    }


@api.route(f"{ROOT}/sheets/<sheet>/approve", methods=["POST"])
@requires("hours.approve")
@api.arguments(calls.ApproveSchema)
@api.response(201, calls.ApprovedSchema)
def approve(given: dict[str, Any], community: str, sheet: str) -> Approved:
    """Approve a shift as its second person; flagged lines go on waiting unless decided here."""
    decisions = {
        each["position"]: Decision(each["decision"], each["minutes"], each["reason"], each["words"])
        for each in given["decisions"]
    }
    return approve_shift(signed_in(), community, sheet, decisions, request_key())


@api.route(f"{ROOT}/papers", methods=["POST"])
@requires("hours.propose")
@api.arguments(PaperSchema)
@api.response(201, calls.HoursWrittenSchema)
def paper(given: dict[str, str], community: str) -> dict[str, int]:
    """Propose a paper sheet; a second person approves it as any proposal."""
    return {"seq": propose_paper(signed_in(), community, Paper(**given), request_key())}


@api.route(f"{LINE}/void", methods=["POST"])
@requires("hours.propose")
@api.arguments(calls.VoidCallSchema)
@api.response(201, calls.HoursWrittenSchema)
def void(given: dict[str, str], community: str, sheet: str, position: int) -> dict[str, int]:
    """End a record that is in notice."""
    where, why = (sheet, position), (given["reason"], given["words"])
    return {"seq": void_notice(signed_in(), community, where, *why, request_key())}


@api.route(f"{LINE}/corrections", methods=["POST"])
@requires("hours.propose")
@api.arguments(calls.CorrectCallSchema)
@api.response(201, calls.HoursWrittenSchema)
def correct(given: dict[str, Any], community: str, sheet: str, position: int) -> dict[str, int]:
    """Propose other minutes for a recorded hour."""
    said = given["minutes"], given["reason"], given["words"]
    where, key = (sheet, position), request_key()
    return {"seq": propose_correction(signed_in(), community, where, *said, key)}


@api.route(f"{ROOT}/objections/<int:seq>/answer", methods=["POST"])
@requires("hours.propose")
@api.arguments(calls.AnswerCallSchema)
@api.arguments(calls.BookQuerySchema, location="query")
@api.response(201, calls.AnsweredSchema)
def answer(given: dict[str, Any], asked: dict[str, int], community: str, seq: int) -> Answered:
    """Uphold an objection or dismiss it; without `book` that of the newest book."""
    said = Answer(given["is_upheld"], given["reason"], given["words"], given["minutes"])
    return answer_objection(signed_in(), community, seq, said, request_key(), asked["book"])


@api.route(f"{ROOT}/calendar/<int:year>", methods=["PUT"])
@requires("community.change")
@api.arguments(calls.CalendarCallSchema)
@api.response(204)
def tell_year(given: dict[str, str], community: str, year: int) -> None:
    """Tell the working days of a year."""
    days = given["days_off"], given["work_days"]
    set_year(signed_in(), community, year, *days, request_key())
