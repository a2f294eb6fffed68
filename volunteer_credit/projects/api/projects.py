"""Venture projects: the plan beside what became of it."""

from dataclasses import asdict
from typing import Any

from volunteer_credit.projects.api.home import of_here
from volunteer_credit.projects.operations.projects import end_project, open_project
from volunteer_credit.projects.operations.reality import became
from volunteer_credit.projects.queries.projects import Project, project, projects
from volunteer_credit.projects.rules.plans import Plan
from volunteer_credit.projects.schemas import calls
from volunteer_credit.shared.db import db
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("projects", __name__, description="Venture projects.")

PROJECTS = "/communities/<community>/projects"


@api.route(PROJECTS)
@requires("project.read")
@of_here
@api.response(200, calls.ProjectSchema(many=True))
def listed(community: str) -> list[Project]:
    """All of a community."""
    return projects(db.session, community)


@api.route(f"{PROJECTS}/<venture>")
@requires("project.read")
@of_here
@api.response(200, calls.ProjectBecameSchema)
def one(community: str, venture: str) -> dict[str, Any]:
    """One of them, with what was recorded until now."""
    found = project(db.session, community, venture)
    real = became(db.session, community, venture)
    return {
        **asdict(found),
        "shifts": real.planned.shifts,
        "sign_ups": real.planned.sign_ups,
        "recorded_person_times": real.person_times,
        "recorded_minutes": real.minutes,
    }


@api.route(PROJECTS, methods=["POST"])
@requires("project.change")
@of_here
@api.arguments(calls.ProjectPlanSchema)
@api.response(201, calls.ProjectOpenedSchema)
def start(given: dict[str, Any], community: str) -> dict[str, str]:
    """Write a project down."""
    organiser = given.pop("organiser")
    plan = Plan(**given)
    return {"project_id": open_project(signed_in(), community, organiser, plan, request_key())}


@api.route(f"{PROJECTS}/<venture>/end", methods=["POST"])
@requires("project.change")
@of_here
@api.response(200, calls.ActivityDoneSchema)
def end(community: str, venture: str) -> dict[str, Any]:
    """End it; what it did stays."""
    end_project(signed_in(), community, venture, request_key())
    return {}
