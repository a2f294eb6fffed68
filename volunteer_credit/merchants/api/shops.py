"""Shops: for members to look at, for the staff to keep."""

from dataclasses import asdict
from typing import Any

from volunteer_credit.merchants.operations.agreements import propose_agreement
from volunteer_credit.merchants.operations.looking import shop_list
from volunteer_credit.merchants.operations.shops import (
    Opening,
    add_merchant,
    change_merchant,
    propose_cashier,
    set_state,
)
from volunteer_credit.merchants.rules.agreements import Terms
from volunteer_credit.merchants.rules.shops import Sign
from volunteer_credit.merchants.schemas import calls
from volunteer_credit.merchants.schemas.forms import ShopSignSchema
from volunteer_credit.people.schemas.calls import WrittenSchema
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("merchants", __name__, description="Shops that take points.")

ROOT = "/communities/<community>/merchants"
ONE = f"{ROOT}/<merchant>"


@api.route("/communities/<community>/shops")
@requires("merchant.read")
@api.response(200, calls.ShopsSchema)
def list_shops(community: str) -> dict[str, Any]:
    """Every shop of a community, and what it gives for points today."""
    seen = shop_list(signed_in(), community)
    found = [
        {**asdict(each.shop), "takes_points": each.takes_points, "offers": each.offers}
        for each in seen.shelves
    ]
    return {
        "shops": found,
        "is_market_day": seen.is_market_day,
        "centipoints": seen.centipoints,
    }


@api.route(ROOT, methods=["POST"])
@requires("merchant.change")
@api.arguments(calls.MerchantCallSchema)
@api.response(201, calls.MerchantMadeSchema)
def add(given: dict[str, Any], community: str) -> dict[str, str]:
    """Enter a shop."""
    card, price = given.pop("card"), given.pop("agreement")
    asked = None
    if price is not None:
        asked = (price["fund"], price["fen_per_point"], price["from_day"], price["to_day"])
    opening = Opening(Sign(**given), card, asked)
    return {"merchant_id": add_merchant(signed_in(), community, opening, request_key())}


@api.route(ONE, methods=["PATCH"])
@requires("merchant.change")
@api.arguments(ShopSignSchema)
@api.response(204)
def change(given: dict[str, str], community: str, merchant: str) -> None:
    """Write another sign."""
    change_merchant(signed_in(), community, merchant, Sign(**given), request_key())


@api.route(f"{ONE}/state", methods=["PUT"])
@requires("merchant.change")
@api.arguments(calls.ShopStateCallSchema)
@api.response(204)
def state(given: dict[str, str], community: str, merchant: str) -> None:
    """Open, pause or close it."""
    set_state(signed_in(), community, merchant, given["state"], request_key())


@api.route(f"{ONE}/cashiers", methods=["POST"])
@requires("merchant.change")
@api.arguments(calls.ShopCashierCallSchema)
@api.response(201, WrittenSchema)
def cashier(given: dict[str, str], community: str, merchant: str) -> dict[str, int]:
    """Propose who stands at the till."""
    return {"seq": propose_cashier(signed_in(), community, merchant, given["card"], request_key())}


@api.route(f"{ONE}/agreements", methods=["POST"])
@requires("agreement.propose")
@api.arguments(calls.AgreementCallSchema)
@api.response(201, WrittenSchema)
def agreement(given: dict[str, Any], community: str, merchant: str) -> dict[str, int]:
    """Propose what it is paid for a point."""
    terms = Terms(merchant, **given)
    return {"seq": propose_agreement(signed_in(), community, terms, request_key())}
