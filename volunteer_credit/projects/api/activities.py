"""Activities: read by everybody, published, changed and cancelled by whoever organises them."""

from dataclasses import asdict
from typing import Any

from volunteer_credit.projects.api.home import of_here
from volunteer_credit.projects.operations.changing import Change, cancel_activity, change_shift
from volunteer_credit.projects.operations.drafting import filled
from volunteer_credit.projects.operations.membership import there
from volunteer_credit.projects.operations.publishing import (
    Published,
    publish,
    undo_publishing,
)
from volunteer_credit.projects.operations.signing_up import terms_with
from volunteer_credit.projects.operations.times import now_ms
from volunteer_credit.projects.queries.activities import (
    Counts,
    activity_shifts,
    counts,
    open_shifts,
)
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.projects.rules.standings import closed
from volunteer_credit.projects.rules.times import AHEAD_DAYS, DAY_MS
from volunteer_credit.projects.schemas import calls, forms
from volunteer_credit.shared.db import db
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import language
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("activities", __name__, description="Activities and their shifts.")

ACTIVITIES = "/communities/<community>/activities"
ACTIVITY = {
    "in": "path",
    "name": "activity",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}
SHIFT = "/communities/<community>/shifts/<shift>"


@api.route(ACTIVITIES)
@requires(NOBODY)
@api.arguments(calls.ActivityQuerySchema, location="query")
@api.response(200, calls.ActivityShiftSchema(many=True))
def coming(asked: dict[str, str], community: str) -> list[dict[str, Any]]:
    """What is to come or under way, by start."""
    there(community)
    at_ms = now_ms(db.session, community)
    until_ms = at_ms + (AHEAD_DAYS + 1) * DAY_MS
    return shown(community, open_shifts(db.session, community, at_ms, until_ms, asked["category"]))


@api.route(f"{ACTIVITIES}/<activity>", parameters=[ACTIVITY])
@requires(NOBODY)
@api.response(200, calls.ActivityShiftSchema(many=True))
def one(community: str, activity: str) -> list[dict[str, Any]]:
    """The shifts of one activity, cancelled ones too."""
    there(community)
    return shown(community, activity_shifts(db.session, community, activity))


@api.route(ACTIVITIES, methods=["POST"])
@requires("project.change")
@of_here
@api.arguments(forms.ActivityPublishSchema)
@api.response(201, calls.ActivityPublishedSchema)
def publish_one(given: dict[str, Any], community: str) -> Published:
    """Publish an activity with its shifts; what is left out is as usual for the category."""
    draft = filled(given, tuple(given["starts_at_ms"]), language())
    return publish(signed_in(), community, given["organiser"], draft, request_key())


@api.route(f"{ACTIVITIES}/<activity>/undo", methods=["POST"])
@requires("project.change")
@of_here
@api.response(200, calls.ActivityDoneSchema)
def take_back(community: str, activity: str) -> dict[str, Any]:
    """Take it back, within ten minutes and while nobody has signed up."""
    undo_publishing(signed_in(), community, activity, request_key())
    return {}


@api.route(f"{ACTIVITIES}/<activity>/cancel", methods=["POST"])
@requires("project.change")
@of_here
@api.arguments(forms.ActivityCancelSchema)
@api.response(200, calls.ActivityDoneSchema)
def cancel(given: dict[str, str], community: str, activity: str) -> dict[str, Any]:
    """Cancel what is still to come of it, or one shift, with a reason."""
    caller = signed_in()
    cancel_activity(caller, community, activity, given["reason"], request_key(), given["shift"])
    return {}


@api.route(SHIFT, methods=["PUT"])
@requires("project.change")
@of_here
@api.arguments(calls.ShiftChangeSchema)
@api.response(200, calls.ActivityDoneSchema)
def change(given: dict[str, Any], community: str, shift: str) -> dict[str, Any]:
    """Change when, where, how many, and the insurance."""
    change_shift(signed_in(), community, shift, Change(**given), request_key())
    return {}


def shown(community: str, shifts: list[DoorShift]) -> list[dict[str, Any]]:
    """Shifts with how many are on their lists; who leads is not told."""
    at_ms = now_ms(db.session, community)
    known = counts(db.session, community, [each.shift_id for each in shifts])
    found = []
    for each in shifts:
        count = known.get(each.shift_id, Counts())
        shut = closed(terms_with(each, count.signed), at_ms)
        found.append({**asdict(each), **count._asdict(), "shut": shut})
    return found
