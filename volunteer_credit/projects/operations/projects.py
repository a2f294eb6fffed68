"""Opening and ending a venture project."""

from dataclasses import asdict

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.projects.models.activities import ProjectRow
from volunteer_credit.projects.operations.organisers import CHANGE, as_own, named, target_of
from volunteer_credit.projects.queries.catalogue import category
from volunteer_credit.projects.queries.projects import project
from volunteer_credit.projects.rules.errors import ProjectUnknownError
from volunteer_credit.projects.rules.plans import Plan
from volunteer_credit.projects.rules.states import ENDED, RUNNING
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current


@retried
def open_project(caller: Caller, community_id: str, organiser: str, plan: Plan, key: str) -> str:
    """Write down a project of an organiser; its id.

    Raises: CategoryUnknownError, NotYourOrganiserError, OrganisationUnknownError, and as
    `authorised` and `perform`.
    """
    category(plan.category)
    caller, target = as_own(caller, organiser), target_of(community_id, organiser)
    body = {"organiser": organiser, "plan": request_digest(db.session, asdict(plan))}
    actor = acting(caller, CHANGE, community_id, target)
    with perform(community_id, Request(actor, key, "project.open", body)) as operation:
        authority = authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            project_id = new_id(current().random)
            operation.session.add(
                ProjectRow(
                    community_id=community_id,
                    project_id=project_id,
                    organiser=organiser,
                    organiser_name=named(operation.session, authority, organiser),
                    state=RUNNING,
                    created_by=authority.account,
                    created_at_ms=operation.at_ms,
                    **asdict(plan),
                )
            )
            operation.answer({"project": project_id})
        return str(operation.result["project"])


@retried
def end_project(caller: Caller, community_id: str, project_id: str, key: str) -> None:
    """End a project; what it did stays. Twice is once.

    Raises: ProjectUnknownError, NotYourOrganiserError, and as `authorised` and `perform`.
    """
    organiser = project(db.session, community_id, project_id).organiser
    caller, target = as_own(caller, organiser), target_of(community_id, organiser)
    actor = acting(caller, CHANGE, community_id, target)
    request = Request(actor, key, "project.end", {"project": project_id})
    with perform(community_id, request) as operation:
        authority = authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            named(operation.session, authority, organiser)
            row = operation.session.get(ProjectRow, (community_id, project_id))
            if row is None:
                raise ProjectUnknownError
            row.state = ENDED
            operation.answer({})
