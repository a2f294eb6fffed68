"""One's own hours, objections, and the public notice."""

from typing import Any

from volunteer_credit.hours.operations.notice_view import Noticed, notice
from volunteer_credit.hours.operations.objecting import object_to, withdraw_objection
from volunteer_credit.hours.operations.own_view import OwnLine, own_hours
from volunteer_credit.hours.schemas import calls
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("own_hours", __name__, description="One's own service hours.")

ROOT = "/communities/<community>/hours"
OWN = "/me/hours/<community>"


@api.route(OWN)
@requires("hours.read")
@api.arguments(calls.WardQuerySchema, location="query")
@api.response(200, calls.OwnHoursSchema)
def own(asked: dict[str, str], community: str) -> dict[str, Any]:
    """All of one's records in a community, the newest first."""
    found = own_hours(signed_in(), community, asked["person_id"])
    return {
        "community_id": community,
        "minutes": found.minutes,
        "on_the_way": found.on_the_way,
        "lines": [_line(each) for each in found.lines],
    }


def _line(each: OwnLine) -> dict[str, Any]:
    sheet, line = each.sheet, each.line
    told = next((one for one in each.objections if one.state == "open"), None)
    of_line = ("sheet_id", "position", "minutes", "counted_minutes", "until_day", "outcome")
    return {
        **{name: getattr(sheet, name) for name in ("title", "day", "place", "content")},
        **{name: getattr(line, name) for name in of_line},
        "unit": sheet.organiser_name,
        "standing": each.standing,
        "centipoints": each.centipoints,
        "waiting_centipoints": each.waiting_centipoints,
        "paid_book": each.paid_book,
        "paid_seq": each.paid_seq,
        "paid_day": each.paid_day,
        "reason": line.outcome_reason,
        "clause": line.clause,
        "entries": [step._asdict() for step in each.steps],
        "open_objection": told.seq if told else 0,
        "open_objection_book": told.book if told else 0,
    }


@api.route(f"{OWN}/<sheet>/<int:position>/objections", methods=["POST"])
@requires("hours.object")
@api.arguments(calls.ObjectCallSchema)
@api.response(201, calls.HoursWrittenSchema)
def say(given: dict[str, str], community: str, sheet: str, position: int) -> dict[str, int]:
    """Object to one's own record, or to one in notice."""
    where, key = (sheet, position), request_key()
    said = given["reason"], given["words"], key, given["person_id"]
    return {"seq": object_to(signed_in(), community, where, *said)}


@api.route(f"{OWN}/objections/<int:seq>/withdraw", methods=["POST"])
@requires("hours.object")
@api.arguments(calls.BookQuerySchema, location="query")
@api.response(201, calls.HoursWrittenSchema)
def withdraw(asked: dict[str, int], community: str, seq: int) -> dict[str, int]:
    """Take one's objection back; without `book` that of the newest book."""
    book, key = asked["book"], request_key()
    return {"seq": withdraw_objection(signed_in(), community, seq, key, book)}


@api.route(f"{ROOT}/notice")
@requires(NOBODY)
@api.response(200, calls.NoticedSchema(many=True))
def public(community: str) -> list[Noticed]:
    """What stands in the public notice."""
    return notice(community)
