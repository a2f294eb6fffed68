"""The member's side of redemptions."""

from typing import Any

from volunteer_credit.redemptions.operations.deciding import confirm_own, void_own
from volunteer_credit.redemptions.operations.holding import hold_own
from volunteer_credit.redemptions.operations.looking import OwnSale, own_sale, own_sales
from volunteer_credit.redemptions.rules.selling import Ask
from volunteer_credit.redemptions.schemas import calls
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.limits import limited
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("redemptions", __name__, description="Points for goods, as a member.")

ROOT = "/communities/<community>/redemptions"
ONE = f"{ROOT}/<redemption>"


@api.route(ROOT)
@requires("points.read")
@api.response(200, calls.OwnSaleSchema(many=True))
def show_all(community: str) -> list[OwnSale]:
    """What one redeemed, newest first."""
    return own_sales(signed_in(), community)


@api.route("/me/family/<ward>/redemptions/<community>")
@requires(SIGNED_IN)
@api.response(200, calls.OwnSaleSchema(many=True))
def show_ward(ward: str, community: str) -> list[OwnSale]:
    """The same of somebody whom one stands for."""
    return own_sales(signed_in(), community, ward)


@api.route(ROOT, methods=["POST"])
@requires("points.hold")
@limited("redeem", per_session=(10, 60))
@api.arguments(calls.SaleHoldCallSchema)
@api.response(201, calls.SaleMadeSchema)
def hold(given: dict[str, Any], community: str) -> dict[str, str]:
    """Hold points for three minutes; a till takes them by the code that `show` gives."""
    ask = Ask(given["merchant_id"], given["centipoints"], given["pieces"])
    account, key = given["account"], request_key()
    return {"redemption_id": hold_own(signed_in(), community, ask, key, account)}


@api.route(ONE)
@requires("points.read")
@api.response(200, calls.OwnSaleSchema)
def show(community: str, redemption: str) -> OwnSale:
    """One of them."""
    return own_sale(signed_in(), community, redemption)


@api.route(f"{ONE}/confirm", methods=["POST"])
@requires("points.hold")
@api.arguments(calls.SaleAmountCallSchema)
@api.response(200, calls.SaleStateSchema)
def confirm(given: dict[str, int], community: str, redemption: str) -> dict[str, str]:
    """Say yes to what a till asks."""
    amount, key = given["centipoints"], request_key()
    return {"state": confirm_own(signed_in(), community, redemption, amount, key)}


@api.route(f"{ONE}/void", methods=["POST"])
@requires("points.hold")
@api.response(200, calls.SaleStateSchema)
def void(community: str, redemption: str) -> dict[str, str]:
    """End a hold."""
    return {"state": void_own(signed_in(), community, redemption, request_key())}
