"""A lead checks people in: a scan or a number each, names and phones of those with nothing."""

from typing import Any

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from volunteer_credit.checkins.operations.admitting import admit
from volunteer_credit.checkins.operations.annulling import REASONS, annul
from volunteer_credit.checkins.operations.guests import walk_in
from volunteer_credit.checkins.operations.lead_view import lead_view
from volunteer_credit.checkins.operations.people_shown import shown_name
from volunteer_credit.checkins.pages.words import words
from volunteer_credit.checkins.queries.presences import presence
from volunteer_credit.checkins.rules.reasons import Outcome
from volunteer_credit.checkins.schemas.forms import AdmitSchema, AnnulSchema, WalkInSchema
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms, headers
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("checkins_admit", __name__, template_folder="../templates")
pages.context_processor(words)

ROOT = "/c/<community>/door/<shift>"
SCAN, PEOPLE = "checkins/admit.html", "checkins/people.html"
KINDS = {"ok": "green", "incomplete": "yellow", "error": "red"}
ATTENTION = ("already_in", "already_out")  # nothing is wrong, but somebody should look


@pages.get(f"{ROOT}/scan")
@requires("checkin.admit")
def show(community: str, shift: str) -> str:
    """The camera where there is one; the field for numbers and hand scanners always."""
    return render_template(SCAN, errors={}, given={}, **_shown(community, shift))


@pages.post(f"{ROOT}/scan")
@requires("checkin.admit")
def scan(community: str, shift: str) -> Response:
    """One person, in or out."""
    form = forms.read(AdmitSchema)

    def work() -> Response:
        values = form.values
        outcome = admit(signed_in(), community, shift, values["code"], request_key(), values["act"])
        return _told(outcome, f"/c/{community}/door/{shift}/scan")

    return attempt(form, SCAN, work, **_shown(community, shift))


@pages.post(f"{ROOT}/walk-in")
@requires("checkin.admit")
def walk(community: str, shift: str) -> Response:
    """Who came with a name and a phone."""
    form = forms.read(WalkInSchema)

    def work() -> Response:
        given = (form.values["name"], form.values["phone"])
        outcome = walk_in(signed_in(), community, shift, given, request_key())
        return _told(outcome, f"/c/{community}/door/{shift}/scan")

    return attempt(form, SCAN, work, **_shown(community, shift))


@pages.get(f"{ROOT}/people")
@requires("checkin.admit")
def show_people(community: str, shift: str) -> str:
    """Who is in, who has gone, and what was scanned in vain."""
    return render_template(PEOPLE, errors={}, given={}, **_people(community, shift))


@pages.post(f"{ROOT}/annul")
@requires("checkin.admit")
def take_back(community: str, shift: str) -> Response:
    """A check-in that should not have been."""
    form = forms.read(AnnulSchema)

    def work() -> Response:
        values = form.values
        annul(signed_in(), community, shift, values["started"], values["reason"], request_key())
        return on(f"/c/{community}/door/{shift}/people", "removed")

    return attempt(form, PEOPLE, work, **_people(community, shift))


def _told(outcome: Outcome, back: str) -> Response:
    """One colour and one word for a second and a half; who it was, and what to look at."""
    here, shift_id = outcome.community_id, outcome.shift_id
    found = presence(db.session, here, outcome.seq, shift_id=shift_id) if outcome.seq else None
    who = shown_name(db.session, here, found.account) if found else ""
    kind = "yellow" if outcome.reason in ATTENTION else KINDS[outcome.status]
    page = render_template(
        "checkins/admitted.html",
        told=outcome.told,
        kind=kind,
        who=who,
        found=found,
        back=back,
    )
    return make_response(page)


def _shown(community: str, shift: str) -> dict[str, Any]:
    headers.allow_camera()
    view = lead_view(signed_in(), community, shift, is_named=False)  # it only counts
    return {"view": view, "community": community}


def _people(community: str, shift: str) -> dict[str, Any]:
    view = lead_view(signed_in(), community, shift)
    return {"view": view, "community": community, "annul_reasons": REASONS}
