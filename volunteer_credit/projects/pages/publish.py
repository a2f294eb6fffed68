"""Quick publishing: one page, one minute; and undo."""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.projects.operations.drafting import (
    NONE,
    Moment,
    filled,
    same_as_last,
    starts,
)
from volunteer_credit.projects.operations.names import door_name
from volunteer_credit.projects.operations.organisers import Organiser, lead_accounts
from volunteer_credit.projects.operations.publishing import (
    coefficients_on,
    publish,
    undo_publishing,
)
from volunteer_credit.projects.operations.times import today
from volunteer_credit.projects.pages.showing import (
    activity_path,
    blueprint,
    own_organisers,
    worker,
)
from volunteer_credit.projects.queries.activities import activity_shifts, last_activity
from volunteer_credit.projects.queries.projects import projects
from volunteer_credit.projects.rules.errors import NotYourOrganiserError
from volunteer_credit.projects.rules.states import RUNNING
from volunteer_credit.projects.schemas.forms import PublishFormSchema
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import language, said

pages = blueprint("publish")

PAGE = "projects/publish.html"


@pages.get("/c/<community>/publish")
@requires("project.change")
def show(community: str) -> str:
    """The form; `like=last` fills it with what was published last, or with the one named."""
    caller = worker(community)
    offered, chosen = _organisers(caller, community, request.args.get("organiser", ""))
    given: dict[str, str] = {}
    like = request.args.get("like", "")
    if like:
        name = "" if like == "last" else like
        given = same_as_last(db.session, community, chosen.organiser, name)
    shown = _shown(community, offered, chosen)
    return render_template(PAGE, errors={}, given=given, **shown)


@pages.post("/c/<community>/publish")
@requires("project.change")
def send(community: str) -> Response:
    """Publish it."""
    caller, form = worker(community), forms.read(PublishFormSchema)
    offered, chosen = _organisers(caller, community, form.texts.get("organiser", ""))

    def work() -> Response:
        given = form.values
        moment = Moment(given["when"], given["day"], given["time"], given["weeks"])
        draft = filled(given, starts(db.session, community, moment), language())
        made = publish(caller, community, given["organiser"], draft, request_key())
        return on(f"{activity_path(community, made.activity_id)}/manage", "published")

    return attempt(form, PAGE, work, **_shown(community, offered, chosen))


@pages.post("/c/<community>/activities/<activity>/undo")
@requires("project.change")
def undo(community: str, activity: str) -> Response:
    """As if it had never been published."""
    undo_publishing(signed_in(), community, activity, request_key())
    return on(f"/c/{community}/organise", "undone")


def _organisers(caller: Caller, community: str, named: str) -> tuple[list[Organiser], Organiser]:
    """Those that are offered, and the one that was chosen. Raises: NotYourOrganiserError."""
    offered = own_organisers(caller, community)
    if not offered:
        raise NotYourOrganiserError
    return offered, next((each for each in offered if each.organiser == named), offered[0])


def _shown(community: str, offered: list[Organiser], chosen: Organiser) -> dict[str, Any]:
    day = today(db.session, community)
    last = last_activity(db.session, community, chosen.organiser)
    leads = lead_accounts(db.session, community, chosen.organiser, day)
    return {
        "community": community,
        "organisers": offered,
        "organiser": chosen,
        "last": activity_shifts(db.session, community, last)[-1] if last else None,
        "coefficients": [
            (code, said(name)) for code, name in coefficients_on(db.session, community, day).items()
        ],
        "projects": [
            each
            for each in projects(db.session, community)
            if (each.organiser, each.state) == (chosen.organiser, RUNNING)
        ],
        "leads": [door_name(db.session, community, each) for each in leads],
        "none": NONE,
    }
