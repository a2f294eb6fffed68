"""The list of a shop, kept by the staff."""

from typing import Any

from volunteer_credit.merchants.operations.offers import add_offer, change_offer
from volunteer_credit.merchants.rules.offers import OfferForm
from volunteer_credit.merchants.schemas import calls
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("offers", __name__, description="What shops give for points.")

ROOT = "/communities/<community>/merchants/<merchant>/offers"


@api.route(ROOT, methods=["POST"])
@requires("merchant.offer")
@api.arguments(calls.OfferCallSchema)
@api.response(201, calls.OfferMadeSchema)
def add(given: dict[str, Any], community: str, merchant: str) -> dict[str, str]:
    """Put something on the list."""
    offer = OfferForm(**given)
    return {"offer_id": add_offer(signed_in(), community, merchant, offer, request_key())}


@api.route(f"{ROOT}/<offer>", methods=["PUT"])
@requires("merchant.offer")
@api.arguments(calls.OfferCallSchema)
@api.response(204)
def change(given: dict[str, Any], community: str, merchant: str, offer: str) -> None:
    """Change it."""
    asked = OfferForm(**given)
    change_offer(signed_in(), community, merchant, offer, asked, request_key())


@api.route(f"{ROOT}/<offer>", methods=["DELETE"])
@requires("merchant.offer")
@api.response(204)
def remove(community: str, merchant: str, offer: str) -> None:
    """Take it off the list."""
    change_offer(signed_in(), community, merchant, offer, None, request_key())
