"""One's own hours: the total, each record with its entries, and what to do if it is wrong."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.hours.operations.names import name_on_list
from volunteer_credit.hours.operations.objecting import IN_NOTICE, object_to, withdraw_objection
from volunteer_credit.hours.operations.own_view import own_hours, own_line
from volunteer_credit.hours.pages.words import for_templates
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.rules.errors import RecordMissingError
from volunteer_credit.hours.rules.notices import OBJECTION_REASONS
from volunteer_credit.hours.schemas.forms import ObjectSchema
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.settings import belongings
from volunteer_credit.people.schemas.own import NothingSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("hours_own", __name__, template_folder="../templates")
pages.context_processor(for_templates)

HERE = "/me/hours/<community>"
OBJECT = "hours/object.html"
SHOWN_AT_FIRST = 60


@pages.get("/me/hours")
@requires(SIGNED_IN)
def show() -> str:
    """The communities in which one served, with their totals."""
    caller = signed_in()
    found = [
        (each, sheets.recorded_minutes(db.session, each.community_id, [each.account]))
        for each in belongings(db.session, caller.person_id)
    ]
    total = sum(minutes for _, minutes in found)
    return render_template("hours/own.html", communities=found, total=total)


@pages.get(HERE)
@requires("hours.read")
def show_one(community: str) -> str:
    """All of one's records in a community; of a ward's with `for`."""
    whom = request.args.get("for", "")
    return records(community, whom)


def records(community: str, whom: str, whose: str = "") -> str:
    """One's records in a community, or those of `whom`, a ward; the newest first, or all."""
    found = own_hours(signed_in(), community, whom)
    is_short = "all" not in request.args and len(found.lines) > SHOWN_AT_FIRST
    return render_template(
        "hours/own_community.html",
        own=found,
        lines=found.lines[:SHOWN_AT_FIRST] if is_short else found.lines,
        community=community,
        whom=whom,
        whose=whose,
    )


@pages.get(f"{HERE}/<sheet>/<int:position>")
@requires("hours.read")
def show_line(community: str, sheet: str, position: int) -> str:
    """One record: the law's fields, its way through the book, its points."""
    whom = request.args.get("for", "")
    found = own_line(signed_in(), community, (sheet, position), whom)
    lead = name_on_list(db.session, community, found.sheet.lead)
    shown = {"own": found, "lead": lead, "community": community, "whom": whom}
    return render_template("hours/own_line.html", **shown)


@pages.get(f"{HERE}/<sheet>/<int:position>/object")
@requires("hours.object")
def show_object(community: str, sheet: str, position: int) -> str:
    """What is wrong?"""
    return render_template(OBJECT, errors={}, given={}, **_shown(community, sheet, position))


@pages.post(f"{HERE}/<sheet>/<int:position>/object")
@requires("hours.object")
def say(community: str, sheet: str, position: int) -> Response:
    """Object to a record: one's own, or one in notice."""
    form = forms.read(ObjectSchema)
    whom = request.args.get("for", "")

    def work() -> Response:
        reason, words = form.values["reason"], form.values["words"]
        where, key = (sheet, position), request_key()
        object_to(signed_in(), community, where, reason, words, key, whom)
        return on(f"/me/hours/{community}", "objected", **({"for": whom} if whom else {}))

    return attempt(form, OBJECT, work, **_shown(community, sheet, position))


@pages.post(f"{HERE}/objections/<int:seq>/withdraw")
@requires("hours.object")
def withdraw(community: str, seq: int) -> Response:
    """Take an objection back."""
    forms.read(NothingSchema)
    book = request.args.get("book", 0, type=int)
    withdraw_objection(signed_in(), community, seq, request_key(), book)
    return on(f"/me/hours/{community}", "changed")


def _shown(community: str, sheet: str, position: int) -> dict[str, Any]:
    """What a member may see of it: what the public notice says. Raises: RecordMissingError."""
    found = sheets.sheet(db.session, community, sheet)
    line = sheets.line(db.session, community, sheet, position)
    whom = request.args.get("for", "")
    if found is None or line is None:
        raise RecordMissingError
    if line.state != IN_NOTICE:
        own_line(signed_in(), community, (sheet, position), whom)
    return {
        "community": community,
        "sheet": found,
        "line": line,
        "reasons": OBJECTION_REASONS,
        "whom": whom,
    }
