"""Visits: who was visited says so, on their own phone or when somebody calls."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.checkins.operations.lead_view import visits_to_call
from volunteer_credit.checkins.operations.people_shown import shown_name
from volunteer_credit.checkins.operations.visits import answer_visit, call_back, own_visits
from volunteer_credit.checkins.pages.words import words
from volunteer_credit.checkins.rules.errors import VisitUnknownError
from volunteer_credit.checkins.schemas.forms import AnswerSchema
from volunteer_credit.people.pages.answers import on
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("checkins_visits", __name__, template_folder="../templates")
pages.context_processor(words)

OWN, CALLS = "/me/visits", "/c/<community>/visits"


@pages.get(OWN)
@requires(SIGNED_IN)
def show_own() -> str:
    """Visits that one received."""
    visits = [
        (each, shown_name(db.session, each.community_id, each.visit.account))
        for each in own_visits(signed_in())
    ]
    return render_template("checkins/own_visits.html", visits=visits)


@pages.post(f"{OWN}/<community>/<int:seq>")
@requires("checkin.scan")
def answer(community: str, seq: int) -> Response:
    """Yes, they came; or nobody did."""
    answer_visit(signed_in(), community, seq, request_key(), was_there=_yes())
    return on(OWN, "confirmed")


@pages.get(CALLS)
@requires("checkin.count")
def show_calls(community: str) -> str:
    """Whom to call back."""
    calls = visits_to_call(signed_in(), community)
    return render_template("checkins/calls.html", calls=calls, community=community)


@pages.post(f"{CALLS}/<int:seq>")
@requires("checkin.count")
def call(community: str, seq: int) -> Response:
    """What the resident said."""
    book, key = request.args.get("book", 0, type=int), request_key()
    call_back(signed_in(), community, seq, key, was_there=_yes(), book=book)
    return on(f"/c/{community}/visits", "confirmed")


def _yes() -> bool:
    form = forms.read(AnswerSchema)
    if not form.is_good:
        raise VisitUnknownError
    return bool(form.values["answer"] == "yes")
