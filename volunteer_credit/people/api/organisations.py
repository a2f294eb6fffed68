"""Organisations: registered by the desk or the city, looked after by their administrators."""

from typing import Any

from flask.views import MethodView

from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.organisation_ends import (
    Ending,
    end_organisation,
    reopen_organisation,
)
from volunteer_credit.people.operations.organisation_view import Body, body_seen
from volunteer_credit.people.operations.organisations import (
    NewOrganisation,
    leave_organisation,
    register_organisation,
    set_position,
)
from volunteer_credit.people.queries.organisations import (
    Organisation,
    organisations,
    organisations_of,
)
from volunteer_credit.people.rules.organisations import GROUP
from volunteer_credit.people.rules.roles import CITY
from volunteer_credit.people.schemas import calls_organisations as said
from volunteer_credit.people.schemas import organisations as said_forms
from volunteer_credit.shared.db import db
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.limits import limited
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("organisations", __name__, description="Organisations and their members.")

OWN = "/me/organisations"
HOURLY = (60, 3600)  # cards that one may name


@api.route("/communities/<community>/organisations")
class Organisations(MethodView):
    """The bodies of the city, and the groups of a community."""

    @requires("organisation.register")
    @api.response(200, said.OrganisationSchema(many=True))
    def get(self, community: str) -> list[Organisation]:
        """All that are active, by name."""
        found = organisations(db.session)
        return [each for each in found if each.community_id in (None, community)]

    @requires("organisation.register")
    @api.arguments(said.RegisterCallSchema)
    @api.response(201, said.RegisteredSchema)
    def post(self, given: dict[str, str], community: str) -> dict[str, str]:
        """Register one with its first administrator."""
        here = "" if community == CITY else community
        group_of = here if given["kind"] == GROUP and here else None
        new = NewOrganisation(given["kind"], given["name"], given["registration"], group_of)
        admin = card_of(db.session, given["card"]).person_id
        made = register_organisation(signed_in(), here, new, admin, request_key())
        return {"organisation_id": made}


@api.route("/communities/<community>/organisations/<organisation>/end", methods=["POST"])
@requires("organisation.change")
@api.arguments(said_forms.BodyEndSchema)
@api.response(204)
def end(given: dict[str, str], community: str, organisation: str) -> None:
    """End a group of a community, or any body of the city; for thirty days it may come back."""
    ending = Ending(given["reason"], given["words"])
    end_organisation(signed_in(), _here(community), organisation, ending, request_key())


@api.route("/communities/<community>/organisations/<organisation>/reopen", methods=["POST"])
@requires("organisation.change")
@api.response(204)
def reopen(community: str, organisation: str) -> None:
    """Take the end of a body back, with all positions in it."""
    reopen_organisation(signed_in(), _here(community), organisation, request_key())


def _here(community: str) -> str:
    return "" if community == CITY else community


@api.route(OWN)
@requires(SIGNED_IN)
@api.response(200, said.OwnPositionSchema(many=True))
def own() -> list[dict[str, str]]:
    """The bodies that one belongs to, and as what."""
    found = organisations_of(db.session, signed_in().person_id)
    names = ("organisation_id", "name", "position")
    return [dict(zip(names, each, strict=True)) for each in found]


@api.route(f"{OWN}/<organisation>")
class One(MethodView):
    """One of them."""

    @requires(SIGNED_IN)
    @api.response(200, said.BodySchema)
    def get(self, organisation: str) -> Body:
        """As far as one may see it."""
        return body_seen(signed_in(), organisation)

    @requires(SIGNED_IN)
    @api.response(204)
    def delete(self, organisation: str) -> None:
        """Belong to it no longer."""
        leave_organisation(signed_in(), organisation, request_key())


@api.route(f"{OWN}/<organisation>/members", methods=["POST"])
@requires(SIGNED_IN)
@limited("organisation", per_session=HOURLY)
@api.arguments(said.TakenInSchema)
@api.response(204)
def take_in(given: dict[str, str], organisation: str) -> None:
    """Take somebody in by their card, as the body's administrator."""
    body_seen(signed_in(), organisation)
    other = card_of(db.session, given["card"]).person_id
    set_position(signed_in(), organisation, other, given["position"], request_key())


@api.route(f"{OWN}/<organisation>/members/<member>")
class Member(MethodView):
    """Who belongs to a body, for its administrator."""

    @requires(SIGNED_IN)
    @api.arguments(said.PositionSchema)
    @api.response(204)
    def put(self, given: dict[str, Any], organisation: str, member: str) -> None:
        """Give them another position."""
        body_seen(signed_in(), organisation)
        set_position(signed_in(), organisation, member, given["position"], request_key())

    @requires(SIGNED_IN)
    @api.response(204)
    def delete(self, organisation: str, member: str) -> None:
        """Let them go."""
        body_seen(signed_in(), organisation)
        leave_organisation(signed_in(), organisation, request_key(), person_id=member)
