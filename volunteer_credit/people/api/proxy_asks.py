"""Asking one of the family to act for oneself, answering, and the desk's part."""

from typing import Any

from volunteer_credit.people.operations.proxy_asks import (
    answer_ask,
    ask_proxy,
    confirm_ask,
    decline_ask,
    withdraw_ask,
)
from volunteer_credit.people.operations.proxy_view import Asking, ToConfirm, own_asks, to_confirm
from volunteer_credit.people.schemas import calls_family
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.limits import limited
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("proxy_asks", __name__, description="Asking one of the family to act.")

OWN, DESK = "/me/proxy-asks", "/communities/<community>/proxy-asks"
DAILY = (20, 86_400)


@api.route(OWN)
@requires(SIGNED_IN)
@api.response(200, calls_family.ProxyAsksSchema)
def show() -> dict[str, Any]:
    """What one asked, and who asks oneself."""
    asked, asking = own_asks(signed_in())
    told: list[Asking] = asking
    return {
        "asked": [{**each.ask._asdict(), "state": each.state} for each in asked],
        "asking": told,
    }


@api.route(OWN, methods=["POST"])
@requires(SIGNED_IN)
@limited("proxy_ask", per_session=DAILY)
@api.arguments(calls_family.ProxyAskCallSchema)
@api.response(201, calls_family.ProxyAskMadeSchema)
def ask(given: dict[str, str]) -> dict[str, str]:
    """Ask whoever has this number; the answer is the same if nobody has it."""
    return {"ask_id": ask_proxy(signed_in(), given["number"], given["community_id"], request_key())}


@api.route(f"{OWN}/<ask>/accept", methods=["POST"])
@requires(SIGNED_IN)
@api.response(204)
def accept(ask: str) -> None:
    """Agree to act for who asks."""
    answer_ask(signed_in(), ask, request_key(), is_yes=True)


@api.route(f"{OWN}/<ask>/refuse", methods=["POST"])
@requires(SIGNED_IN)
@api.response(204)
def refuse(ask: str) -> None:
    """Do not."""
    answer_ask(signed_in(), ask, request_key(), is_yes=False)


@api.route(f"{OWN}/<ask>/withdraw", methods=["POST"])
@requires(SIGNED_IN)
@api.response(204)
def withdraw(ask: str) -> None:
    """Ask no longer."""
    withdraw_ask(signed_in(), ask, request_key())


@api.route(DESK)
@requires("proxy.confirm")
@api.response(200, calls_family.ProxyToConfirmSchema(many=True))
def waiting(community: str) -> list[ToConfirm]:
    """What both want and the desk confirms."""
    return to_confirm(community)


@api.route(f"{DESK}/<ask>/confirm", methods=["POST"])
@requires("proxy.confirm")
@api.response(204)
def confirm(community: str, ask: str) -> None:
    """It holds from now on."""
    confirm_ask(signed_in(), community, ask, request_key())


@api.route(f"{DESK}/<ask>/decline", methods=["POST"])
@requires("proxy.confirm")
@api.arguments(calls_family.ProxyDeclineSchema)
@api.response(204)
def decline(given: dict[str, str], community: str, ask: str) -> None:
    """It is not confirmed, and why."""
    decline_ask(signed_in(), community, ask, given["reason"], request_key())
