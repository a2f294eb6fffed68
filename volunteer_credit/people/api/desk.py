"""The desk: finding, opening, adding; cards and slips."""

from typing import Any

from volunteer_credit.people.operations.arrivals import Added, add_member
from volunteer_credit.people.operations.cards import Card
from volunteer_credit.people.operations.desk import Visit, desk_visit
from volunteer_credit.people.operations.desk_view import desk_person
from volunteer_credit.people.operations.faces import own_grid
from volunteer_credit.people.operations.look_up import Why, look_up
from volunteer_credit.people.operations.search import Hit, Terms, search
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.rules.identity import parse_fields
from volunteer_credit.people.rules.slips import Slip
from volunteer_credit.people.schemas import calls, desk
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("desk", __name__, description="The desk of a community.")

PEOPLE = "/communities/<community>/people"


@api.route(f"{PEOPLE}/search", methods=["POST"])
@requires("person.search")
@api.arguments(desk.SearchSchema)
@api.response(200, calls.PersonHitSchema(many=True))
def find(given: dict[str, str], community: str) -> list[Hit]:
    """Find members, for a reason that they will read."""
    caller, why = signed_in(), Why(given["reason"], given["note"])
    terms = Terms(given["text"], own_grid(caller, community))
    return search(caller, community, terms, why, request_key())


@api.route(f"{PEOPLE}/<person>/look", methods=["POST"])
@requires("person.read")
@api.arguments(desk.WhySchema)
@api.response(200, calls.RecordSchema)
def look(given: dict[str, str], community: str, person: str) -> dict[str, Any]:
    """Open a record, for a reason that the person will read."""
    desk_person(signed_in(), community, person)  # of who is elsewhere nothing is told
    why = Why(given["reason"], given["note"])
    seen = look_up(signed_in(), community, person, why, request_key())
    return {
        "access_id": seen.access_id,
        "person_id": seen.person_id,
        "account": seen.account,
        "role": seen.role,
        "fields_": seen.fields,
    }


@api.route(PEOPLE, methods=["POST"])
@requires("member.add")
@api.arguments(desk.AddSchema)
@api.response(201, calls.AddedSchema)
def add(given: dict[str, str], community: str) -> Added:
    """Add a person, a minor with the card of a guardian, and make them a member."""
    caller, card = signed_in(), given.pop("guardian_card", "")
    return add_member(
        caller,
        parse_fields(given),
        community_id=community,
        key=request_key(),
        grid_id=own_grid(caller, community),
        guardian_card=card,
    )


@api.route(f"{PEOPLE}/<person>/visits", methods=["POST"])
@requires("card.issue")
@api.arguments(calls.DeskVisitSchema)
@api.response(201, calls.PrintedCardSchema)
def visit(given: dict[str, Any], community: str, person: str) -> Card:
    """A new card, a lost phone, a new PIN: all of it at once."""
    desk_person(signed_in(), community, person)
    asked = Visit(given["card"], given["phone"], given["pin"])
    return desk_visit(signed_in(), person, community, asked, request_key()) or Card("", "")


@api.route(f"{PEOPLE}/<person>/slips", methods=["POST"])
@requires("slip.issue")
@api.arguments(desk.SlipIssueSchema)
@api.response(201, calls.PrintedSlipSchema)
def slip(given: dict[str, str], community: str, person: str) -> Slip:
    """A slip that signs a person in, or enrols a device for them."""
    desk_person(signed_in(), community, person)
    return issue_slip(signed_in(), given["kind"], person, community, request_key())
