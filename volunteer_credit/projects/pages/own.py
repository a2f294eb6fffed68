"""Signing up, taking it back, and what one is on the list of."""

from flask import Response as FlaskResponse
from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.family_view import stood_for
from volunteer_credit.people.pages.answers import on
from volunteer_credit.projects.operations.notices import Seen, answer_news
from volunteer_credit.projects.operations.own import own_sign_ups, ward_sign_ups
from volunteer_credit.projects.operations.signing_up import drop, sign_up
from volunteer_credit.projects.pages.public import calendar_of, event
from volunteer_credit.projects.pages.showing import activity_path, blueprint
from volunteer_credit.projects.rules.standings import ALREADY, OVERLAPS
from volunteer_credit.projects.rules.states import SIGNED
from volunteer_credit.projects.schemas.forms import SeenFormSchema, SignUpFormSchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import NOBODY, SIGNED_IN, requires
from volunteer_credit.web.fields import FieldsError
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = blueprint("own")


@pages.post("/c/<community>/activities/<activity>/sign-up")
@requires("project.sign_up")
def join(community: str, activity: str) -> Response:
    """I come, or somebody does for whom I stand."""
    shift, person = _asked()
    made = sign_up(signed_in(), community, shift, request_key(), person)
    done = "signed_up" if made.state == SIGNED else "waiting"
    if made.cause in (OVERLAPS, ALREADY):
        done = made.cause
    return on(activity_path(community, activity), done)


@pages.post("/c/<community>/activities/<activity>/drop")
@requires("project.sign_up")
def leave(community: str, activity: str) -> Response:
    """I do not come after all."""
    shift, person = _asked()
    drop(signed_in(), community, shift, request_key(), person)
    return on(activity_path(community, activity), "dropped")


@pages.post("/c/<community>/activities/<activity>/seen")
@requires("project.sign_up")
def seen(community: str, activity: str) -> Response:  # noqa: ARG001 - of the address
    """I have seen what is new about it."""
    form = forms.read(SeenFormSchema)
    if not form.is_good:
        raise FieldsError
    values = form.values
    told = Seen(values["revision"], values["state"])
    answer_news(signed_in(), community, values["shift"], request_key(), values["person"], told)
    return on("/", "seen")


@pages.get("/me/activities")
@requires(SIGNED_IN)
def show() -> str:
    """What I, and those I stand for, are on the list of."""
    return render_template("projects/own.html", places=own_sign_ups(signed_in()))


@pages.get("/me/family/<ward>/activities")
@requires(SIGNED_IN)
def show_ward(ward: str) -> str:
    """What somebody whom I stand for is on the list of; I take it back here, or sign them up."""
    found = stood_for(signed_in(), ward, "project.read")
    places = ward_sign_ups(signed_in(), ward)
    return render_template("projects/ward.html", whom=found, places=places)


@pages.get("/me/activities.ics")
@requires(SIGNED_IN)
def calendar_file() -> FlaskResponse:
    """The same for a phone's calendar."""
    events = [
        event(place.community_id, row.shift)
        for place in own_sign_ups(signed_in())
        for _, row in place.sign_ups
    ]
    return calendar_of(t("My activities", "我的志愿活动"), events)


@pages.get("/c/<community>/activities/<activity>/sign-up")
@pages.get("/c/<community>/activities/<activity>/drop")
@pages.get("/c/<community>/activities/<activity>/seen")
@pages.get("/c/<community>/activities/<activity>/undo")
@pages.get("/c/<community>/shifts/<shift>/list/sign-up")
@pages.get("/c/<community>/projects/<venture>/end")
@requires(NOBODY)
def up(**_parts: str) -> Response:
    """What only takes a form leads one step up (people/pages/up.py)."""
    return redirect(request.path.rpartition("/")[0], 303)


def _asked() -> tuple[str, str]:
    """The shift and the person of the form. Raises: FieldsError."""
    form = forms.read(SignUpFormSchema)
    if not form.is_good:
        raise FieldsError
    return form.values["shift"], form.values["person"]
