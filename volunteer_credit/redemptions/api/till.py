"""The till's side of redemptions: nothing here says whose points they are."""

from typing import Any

from volunteer_credit.redemptions.operations.deciding import (
    confirm_at_till,
    confirm_by_card,
    void_at_till,
)
from volunteer_credit.redemptions.operations.holding import hold_at_till
from volunteer_credit.redemptions.operations.looking import (
    Seen,
    TillDay,
    find_sale,
    till_day,
    till_sale,
)
from volunteer_credit.redemptions.operations.refunding import refund
from volunteer_credit.redemptions.rules.refunds import Refund
from volunteer_credit.redemptions.rules.selling import Ask
from volunteer_credit.redemptions.schemas import calls
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import keyless, request_key
from volunteer_credit.web.limits import limited
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("tills", __name__, description="Points for goods, as a cashier.")

ROOT = "/communities/<community>/merchants/<merchant>/sales"
ONE = f"{ROOT}/<redemption>"


@api.route(ROOT)
@requires("points.take")
@api.arguments(calls.TillDayCallSchema, location="query")
@api.response(200, calls.TillDaySchema)
def day(given: dict[str, int], community: str, merchant: str) -> TillDay:
    """What was taken and given back on a day, and in its month."""
    return till_day(signed_in(), community, merchant, given["day"])


@api.route(ROOT, methods=["POST"])
@requires("points.take")
@limited("till", per_session=(10, 60))
@api.arguments(calls.SaleAskCallSchema)
@api.response(201, calls.SaleMadeSchema)
def ask(given: dict[str, Any], community: str, merchant: str) -> dict[str, str]:
    """Hold the points of whoever showed a card; they say yes, or card and PIN do."""
    asked = Ask(merchant, given["centipoints"], given["pieces"])
    key = request_key()
    return {"redemption_id": hold_at_till(signed_in(), community, asked, given["card"], key)}


@api.route(f"{ROOT}/find", methods=["POST"])
@requires("points.take")
@keyless
@limited("till-code", per_session=(60, 600))
@api.arguments(calls.SaleCodeCallSchema)
@api.response(200, calls.SaleMadeSchema)
def find(given: dict[str, str], community: str, merchant: str) -> dict[str, str]:
    """What waits under the code that a member shows."""
    return {"redemption_id": find_sale(signed_in(), community, merchant, given["code"])}


@api.route(ONE)
@requires("points.take")
@api.response(200, calls.SaleSchema)
def show(community: str, merchant: str, redemption: str) -> Seen:
    """One sale."""
    return till_sale(signed_in(), community, merchant, redemption)


@api.route(f"{ONE}/confirm", methods=["POST"])
@requires("points.take")
@api.arguments(calls.SaleAmountCallSchema)
@api.response(200, calls.SaleStateSchema)
def confirm(
    given: dict[str, int], community: str, merchant: str, redemption: str
) -> dict[str, str]:
    """Take what a member holds."""
    amount, key = given["centipoints"], request_key()
    return {"state": confirm_at_till(signed_in(), community, merchant, redemption, amount, key)}


@api.route(f"{ONE}/confirm-by-card", methods=["POST"])
@requires("points.take")
@api.arguments(calls.SalePinCallSchema)
@api.response(200, calls.SaleStateSchema)
def by_card(
    given: dict[str, Any], community: str, merchant: str, redemption: str
) -> dict[str, str]:
    """Take it by the PIN of the card that was shown: 50 points at a time, 100 a day."""
    asked, key = (given["centipoints"], given["pin"]), request_key()
    return {"state": confirm_by_card(signed_in(), community, merchant, redemption, asked, key)}


@api.route(f"{ONE}/void", methods=["POST"])
@requires("points.take")
@api.response(200, calls.SaleStateSchema)
def void(community: str, merchant: str, redemption: str) -> dict[str, str]:
    """End a hold."""
    return {"state": void_at_till(signed_in(), community, merchant, redemption, request_key())}


@api.route(f"{ONE}/refunds", methods=["POST"])
@requires("points.refund")
@api.arguments(calls.SaleRefundCallSchema)
@api.response(201, calls.SaleRefundedSchema)
def give_back(
    given: dict[str, Any], community: str, merchant: str, redemption: str
) -> dict[str, int]:
    """Give points back for what came back."""
    asked = Refund(given["pieces"], given["centipoints"], given["reason"])
    key = request_key()
    return {"centipoints": refund(signed_in(), community, merchant, redemption, asked, key)}
