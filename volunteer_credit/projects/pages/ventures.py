"""Venture projects (公益创投): the list, the plan beside what became of it."""

from flask import render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.projects.operations.projects import end_project, open_project
from volunteer_credit.projects.operations.reality import became
from volunteer_credit.projects.operations.times import today
from volunteer_credit.projects.pages.showing import blueprint, own_organisers, worker
from volunteer_credit.projects.queries.projects import project, projects
from volunteer_credit.projects.rules.plans import Plan, day_of_text, days_left
from volunteer_credit.projects.schemas.forms import PlanFormSchema
from volunteer_credit.shared.db import db
from volunteer_credit.shared.units import centipoints_of
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.idempotency import request_key

pages = blueprint("ventures")

NEW = "projects/project_new.html"


@pages.get("/c/<community>/projects")
@requires("project.read")
def show(community: str) -> str:
    """All of a community's projects."""
    worker(community)
    found = projects(db.session, community)
    return render_template("projects/projects.html", community=community, projects=found)


@pages.get("/c/<community>/projects/<venture>")
@requires("project.read")
def show_one(community: str, venture: str) -> str:
    """What was planned beside what there is."""
    caller = worker(community)
    found = project(db.session, community, venture)
    day = today(db.session, community)
    own = [each.organiser for each in own_organisers(caller, community)]
    return render_template(
        "projects/project.html",
        community=community,
        project=found,
        real=became(db.session, community, venture),
        left=days_left(found.ends_day, day),
        is_own=found.organiser in own,
    )


@pages.get("/c/<community>/projects/new")
@requires("project.change")
def show_new(community: str) -> str:
    """The form of a new project."""
    own = own_organisers(worker(community), community)
    return render_template(NEW, errors={}, given={}, community=community, organisers=own)


@pages.post("/c/<community>/projects/new")
@requires("project.change")
def new(community: str) -> Response:
    """Write it down."""
    caller, form = worker(community), forms.read(PlanFormSchema)

    def work() -> Response:
        given = form.values
        plan = Plan(
            given["name"],
            given["category"],
            day_of_text(given["starts_day"]),
            day_of_text(given["ends_day"]),
            centipoints_of(given["grant"] or "0"),
            centipoints_of(given["own"] or "0"),
            given["person_times"] or 0,
            given["beneficiaries"] or 0,
        )
        made = open_project(caller, community, given["organiser"], plan, request_key())
        return on(f"/c/{community}/projects/{made}", "project_opened")

    own = own_organisers(caller, community)
    return attempt(form, NEW, work, community=community, organisers=own)


@pages.post("/c/<community>/projects/<venture>/end")
@requires("project.change")
def end(community: str, venture: str) -> Response:
    """It is over; what it did stays."""
    end_project(worker(community), community, venture, request_key())
    return on(f"/c/{community}/projects/{venture}", "project_ended")
