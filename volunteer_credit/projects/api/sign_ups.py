"""Signing up, the lists of a shift, pasted lists."""

from typing import Any

from volunteer_credit.projects.api.home import of_here
from volunteer_credit.projects.operations.listing import (
    ListedLine,
    match_list,
    sign_up_listed,
)
from volunteer_credit.projects.operations.notices import Seen, answer_news, news_of
from volunteer_credit.projects.operations.own import own_sign_ups
from volunteer_credit.projects.operations.people import people_of
from volunteer_credit.projects.operations.signing_up import Standing, drop, sign_up
from volunteer_credit.projects.schemas import calls, forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("sign_ups", __name__, description="Who comes to a shift.")

SHOWN = ("shift_id", "activity_id", "title", "place", "starts_at_ms", "ends_at_ms", "reason")
SHIFT = "/communities/<community>/shifts/<shift>"


@api.route(f"{SHIFT}/sign-ups", methods=["POST"])
@requires("project.sign_up")
@api.arguments(calls.SignUpForSchema)
@api.response(201, calls.SignUpStandingSchema)
def join(given: dict[str, str], community: str, shift: str) -> Standing:
    """Sign up; a full shift has a wait-list. Who is on the list already stays where they are."""
    return sign_up(signed_in(), community, shift, request_key(), given["person_id"])


@api.route(f"{SHIFT}/sign-ups/drop", methods=["POST"])
@requires("project.sign_up")
@api.arguments(calls.SignUpForSchema)
@api.response(200, calls.ActivityDoneSchema)
def leave(given: dict[str, str], community: str, shift: str) -> dict[str, Any]:
    """Take it back; the next of the wait-list moves up."""
    drop(signed_in(), community, shift, request_key(), given["person_id"])
    return {}


@api.route(f"{SHIFT}/sign-ups/seen", methods=["POST"])
@requires("project.sign_up")
@api.arguments(calls.ShiftSeenSchema)
@api.response(200, calls.ActivityDoneSchema)
def seen(given: dict[str, Any], community: str, shift: str) -> dict[str, Any]:
    """Say that one has seen what is new of it."""
    told = Seen(given["revision"], given["state"])
    answer_news(signed_in(), community, shift, request_key(), given["person_id"], told)
    return {}


@api.route(f"{SHIFT}/sign-ups")
@requires("checkin.open")
@of_here
@api.response(200, calls.ShiftPeopleSchema)
def people(community: str, shift: str) -> dict[str, Any]:
    """Who comes, for those who run the door."""
    found = people_of(signed_in(), community, shift)
    return {**found._asdict(), "walk_ins": found.shift.walk_ins}


@api.route(f"{SHIFT}/list", methods=["POST"])
@requires("project.change")
@of_here
@api.arguments(forms.RelayListSchema)
@api.response(200, calls.RelayLineSchema(many=True))
def read(given: dict[str, str], community: str, shift: str) -> list[ListedLine]:
    """Who may be meant by the lines of a relay list; who is shown will read it."""
    return match_list(signed_in(), community, shift, given["text"], request_key())


@api.route(f"{SHIFT}/list/sign-ups", methods=["POST"])
@requires("project.change")
@of_here
@api.arguments(forms.RelayTickedSchema)
@api.response(201, calls.RelayAnswerSchema)
def join_all(given: dict[str, Any], community: str, shift: str) -> dict[str, Any]:
    """Sign up all of these accounts, in their order."""
    made = sign_up_listed(
        signed_in(),
        community,
        shift,
        given["accounts"],
        given["walk_ins"],
        request_key(),
    )
    refused = [{"account": account, "code": code} for account, code in made.refused]
    numbers = {name: getattr(made, name) for name in ("signed", "waiting", "already")}
    return {**numbers, "refused": refused}


@api.route("/me/activities")
@requires(SIGNED_IN)
@api.response(200, calls.OwnSignUpSchema(many=True))
def own() -> list[dict[str, Any]]:
    """What the caller, and those they stand for, are on the list of."""
    return [
        {
            "community_id": place.community_id,
            "person_id": who.person_id,
            "state": row.state,
            "position": row.position,
            "shift_state": row.shift.state,
            **{name: getattr(row.shift, name) for name in SHOWN},
        }
        for place in own_sign_ups(signed_in())
        for who, row in place.sign_ups
    ]


@api.route("/me/activities/news")
@requires(SIGNED_IN)
@api.response(200, calls.ShiftNewsSchema(many=True))
def news() -> list[dict[str, Any]]:
    """What the caller, and those they stand for, have not seen yet of what they signed up for."""
    return [
        {
            "community_id": each.community_id,
            "person_id": each.who.person_id,
            "what": each.what,
            "is_changed": each.told.changed,
            "revision": each.told.shift.revision,
            "state": each.told.state,
            **{name: getattr(each.told.shift, name) for name in SHOWN},
        }
        for each in news_of(signed_in())
    ]
