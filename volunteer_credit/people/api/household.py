"""One's household, and leaving: a community, or everything."""

from typing import Any

from flask.views import MethodView

from volunteer_credit.people.operations.erasing import ask_erasure, may_erase
from volunteer_credit.people.operations.household_asking import ask_into_household
from volunteer_credit.people.operations.household_view import Housemate, own_household
from volunteer_credit.people.operations.households import agree_to_household, leave_household
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.queries.proofs import erasure_of
from volunteer_credit.people.queries.settings import Belonging, belongings
from volunteer_credit.people.schemas import calls_family
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import cookies
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.limits import limited
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("household", __name__, description="One's household, and leaving.")

ROOT = "/communities/<community>/household"
HOURLY = (20, 3600)  # cards that one may name, on pages and here together


@api.route(ROOT)
@requires("self.household")
@api.response(200, calls_family.HousemateSchema(many=True))
def show(community: str) -> list[Housemate]:
    """Who belongs to one's household, oneself first; nobody where there is none."""
    return own_household(signed_in(), community)


@api.route(f"{ROOT}/members", methods=["POST"])
@requires("self.household")
@limited("household", per_session=HOURLY)
@api.arguments(calls_family.CardSchema)
@api.response(204)
def ask(given: dict[str, str], community: str) -> None:
    """Ask somebody by their card; the first one makes the household."""
    ask_into_household(signed_in(), community, given["card"], request_key())


@api.route(f"{ROOT}/agree", methods=["POST"])
@requires("self.household")
@api.response(204)
def agree(community: str) -> None:
    """Yes, I live there."""
    agree_to_household(signed_in(), community, request_key())


@api.route(f"{ROOT}/leave", methods=["POST"])
@requires("self.household")
@api.arguments(calls_family.HouseholdLeaveSchema)
@api.response(204)
def step_out(given: dict[str, Any], community: str) -> None:
    """Leave it, refuse to be asked, or take out a member as its representative."""
    account, declines = given["account"], given["decline"]
    leave_household(signed_in(), community, request_key(), account=account, decline=declines)


@api.route("/me/communities")
@requires(SIGNED_IN)
@api.response(200, calls_family.BelongingSchema(many=True))
def where() -> list[Belonging]:
    """The communities that one belongs to, or left."""
    return belongings(db.session, signed_in().person_id)


@api.route("/me/communities/<place>/leave", methods=["POST"])
@requires(SIGNED_IN)
@api.arguments(calls_family.SureSchema)
@api.response(200, calls_family.LeftSchema)
def go(_given: dict[str, bool], place: str) -> dict[str, bool]:
    """Leave a community: points there end today, hours are kept."""
    is_signed_out = leave(signed_in(), place, request_key())
    if is_signed_out:
        cookies.forget_session()
    return {"is_signed_out": is_signed_out}


@api.route("/me/erasure")
class Erasure(MethodView):
    """Being erased."""

    @requires(SIGNED_IN)
    @api.response(200, calls_family.ErasureSchema)
    def get(self) -> dict[str, Any]:
        """How it stands, and what keeps one from it."""
        person_id, now_ms = signed_in().person_id, current().clock.now_ms()
        state, _ = erasure_of(db.session, person_id) or ("", 0)
        return {"state": state, "duties": may_erase(db.session, person_id, now_ms)}

    @requires(SIGNED_IN)
    @api.arguments(calls_family.SureSchema)
    @api.response(201, calls_family.ErasureAskedSchema)
    def post(self, _given: dict[str, bool]) -> dict[str, str]:
        """Ask for it, having just proved who one is; it is done within the hour."""
        return {"erasure_id": ask_erasure(signed_in(), request_key())}
