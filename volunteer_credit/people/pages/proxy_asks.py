"""Asking one of the family to act for oneself, answering that, and the desk's list of it."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.proxy_asks import (
    answer_ask,
    ask_proxy,
    confirm_ask,
    decline_ask,
    withdraw_ask,
)
from volunteer_credit.people.operations.proxy_view import to_confirm
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.settings import belongings
from volunteer_credit.people.rules.proxy_asks import REASONS, WAITS_DAYS, ProxyAskUnknownError
from volunteer_credit.people.schemas.family import (
    ProxyAnswerSchema,
    ProxyAskSchema,
    ProxyDeskSchema,
)
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.limits import limited

pages = Blueprint("people_proxy_asks", __name__, template_folder="../templates")

ASK, LIST = "people/proxy_ask.html", "people/desk_proxies.html"
DESK = "/c/<community>/desk/proxies"
DAILY = (20, 86_400)  # numbers that one may name
SAID = {"accept": "proxy_accepted", "refuse": "proxy_refused", "withdraw": "withdrawn"}


@pages.get("/me/family/ask")
@requires(SIGNED_IN)
def show() -> str:
    """Whose number, and what they may do then."""
    return render_template(ASK, errors={}, given={}, **_places())


@pages.post("/me/family/ask")
@requires(SIGNED_IN)
@limited("proxy_ask", per_session=DAILY)
def ask() -> Response:
    """Ask them; the answer is the same whoever has that number."""
    form = forms.read(ProxyAskSchema)

    def work() -> Response:
        ask_proxy(signed_in(), form.values["number"], form.values["community"], request_key())
        return on("/me/family", "proxy_asked")

    return attempt(form, ASK, work, **_places())


@pages.post("/me/family/asks")
@requires(SIGNED_IN)
def answer() -> Response:
    """Agree, refuse, or ask no longer."""
    form, caller = forms.read(ProxyAnswerSchema), signed_in()
    if not form.is_good:
        raise ProxyAskUnknownError
    which, act = form.values["ask"], form.values["act"]
    if act == "withdraw":
        withdraw_ask(caller, which, request_key())
    else:
        answer_ask(caller, which, request_key(), is_yes=act == "accept")
    return on("/me/family", SAID[act])


@pages.get(DESK)
@requires("proxy.confirm")
def show_desk(community: str) -> str:
    """What both want, each with one button."""
    return render_template(LIST, errors={}, given={}, **_listed(community))


@pages.post(DESK)
@requires("proxy.confirm")
def decide(community: str) -> Response:
    """Confirm it, or say why not."""
    form = forms.read(ProxyDeskSchema)

    def work() -> Response:
        caller, which = signed_in(), form.values["ask"]
        if form.values["act"] == "confirm":
            confirm_ask(caller, community, which, request_key())
            return on(f"/c/{community}/desk/proxies", "confirmed")
        decline_ask(caller, community, which, form.values["reason"], request_key())
        return on(f"/c/{community}/desk/proxies", "declined")

    return attempt(form, LIST, work, **_listed(community))


def _places() -> dict[str, Any]:
    found = belongings(db.session, signed_in().person_id)
    return {"places": [each for each in found if each.state == "active"], "days": WAITS_DAYS}


def _listed(community: str) -> dict[str, Any]:
    return {"community": community, "asks": to_confirm(community), "reasons": REASONS}
