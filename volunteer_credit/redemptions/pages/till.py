"""The till: take points in four taps, or a code that a member shows; the day's list."""

import re
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.merchants.queries.shops import offers
from volunteer_credit.people.pages.answers import attempt
from volunteer_credit.people.rules.days import is_day
from volunteer_credit.redemptions.operations.deciding import (
    confirm_at_till,
    confirm_by_card,
    void_at_till,
)
from volunteer_credit.redemptions.operations.holding import hold_at_till
from volunteer_credit.redemptions.operations.looking import (
    basket,
    find_sale,
    own_tills,
    till,
    till_day,
    till_sale,
)
from volunteer_credit.redemptions.rules.selling import Ask
from volunteer_credit.redemptions.schemas.forms import CodeSchema, TillActSchema
from volunteer_credit.redemptions.schemas.sales import sale_schema, wanted
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms, headers
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.limits import limited

pages = Blueprint("redemptions_till", __name__, template_folder="../templates")

TILLS = "/c/<community>/till"
TILL = f"{TILLS}/<merchant>"
SALE, CODE, ONE = (f"redemptions/till_{name}.html" for name in ("sale", "code", "one"))
SALES = (10, 60)  # a minute and session
CODES = (60, 600)

_DAY = re.compile(r"[0-9]{8}", re.ASCII)


@pages.get(TILLS)
@requires("points.take")
def show_tills(community: str) -> Response | str:
    """One's tills; where there is but one, it opens."""
    found = own_tills(signed_in(), community)
    if len(found) == 1:
        return redirect(f"/c/{community}/till/{found[0].merchant_id}", 303)
    return render_template("redemptions/tills.html", community=community, shops=found)


@pages.get(TILL)
@requires("points.take")
def show(community: str, merchant: str) -> str:
    """One button."""
    shop = till(signed_in(), community, merchant)
    seen = till_day(signed_in(), community, merchant)
    return render_template(
        "redemptions/till.html", community=community, shop=shop, of_day=seen.of_day
    )


@pages.get(f"{TILL}/sale")
@requires("points.take")
def show_sale(community: str, merchant: str) -> str:
    """An amount or a basket, and whose."""
    return render_template(SALE, errors={}, given={}, **_sale(community, merchant))


@pages.post(f"{TILL}/sale")
@requires("points.take")
@limited("till", per_session=SALES)
def ask(community: str, merchant: str) -> Response:
    """Ask the member: their phone says yes, or their card and PIN here."""
    shown = _sale(community, merchant)
    form = forms.read(sale_schema([each.offer_id for each in shown["offers"]]))

    def work() -> Response:
        values = dict(form.values)
        card = values.pop("card")
        centipoints, pieces = wanted(values)
        total = basket(community, merchant, pieces).centipoints if pieces else centipoints
        asked = Ask(merchant, total, pieces)
        name = hold_at_till(signed_in(), community, asked, card, request_key())
        return redirect(f"/c/{community}/till/{merchant}/sales/{name}", 303)

    return attempt(form, SALE, work, **shown)


@pages.get(f"{TILL}/code")
@requires("points.take")
def show_code(community: str, merchant: str) -> str:
    """A member shows a code."""
    headers.allow_camera()
    shop = till(signed_in(), community, merchant)
    return render_template(CODE, errors={}, given={}, community=community, shop=shop)


@pages.post(f"{TILL}/code")
@requires("points.take")
@limited("till-code", per_session=CODES)
def find(community: str, merchant: str) -> Response:
    """Find what waits under it."""
    headers.allow_camera()
    form, shop = forms.read(CodeSchema), till(signed_in(), community, merchant)

    def work() -> Response:
        name = find_sale(signed_in(), community, merchant, form.values["code"])
        return redirect(f"/c/{community}/till/{merchant}/sales/{name}", 303)

    return attempt(form, CODE, work, community=community, shop=shop)


@pages.get(f"{TILL}/sales/<redemption>")
@requires("points.take")
def show_one(community: str, merchant: str, redemption: str) -> str:
    """A sale: things, points and how long; never whose."""
    return render_template(ONE, errors={}, **_one(community, merchant, redemption))


@pages.post(f"{TILL}/sales/<redemption>")
@requires("points.take")
def act(community: str, merchant: str, redemption: str) -> Response:
    """Take the points, take them by card and PIN, or end the hold."""
    form, shown = forms.read(TillActSchema), _one(community, merchant, redemption)

    def work() -> Response:
        caller, key, values = signed_in(), request_key(), form.values
        where = community, merchant, redemption
        if values["act"] == "void":
            void_at_till(caller, *where, key)
        elif values["act"] == "pin":
            confirm_by_card(caller, *where, (values["centipoints"], values["pin"]), key)
        else:
            confirm_at_till(caller, *where, values["centipoints"], key)
        return redirect(f"/c/{community}/till/{merchant}/sales/{redemption}", 303)

    return attempt(form, ONE, work, **shown)


@pages.get(f"{TILL}/day")
@requires("points.take")
def show_day(community: str, merchant: str) -> str:
    """What was taken and given back today, or on another day of the address."""
    shop = till(signed_in(), community, merchant)
    text = request.args.get("day", "")
    day = int(text) if _DAY.fullmatch(text) and is_day(int(text)) else 0
    seen = till_day(signed_in(), community, merchant, day)
    return render_template("redemptions/till_day.html", community=community, shop=shop, seen=seen)


def _sale(community: str, merchant: str) -> dict[str, Any]:
    headers.allow_camera()
    shop = till(signed_in(), community, merchant)
    listed = offers(db.session, community, merchant)
    return {"community": community, "shop": shop, "offers": listed}


def _one(community: str, merchant: str, redemption: str) -> dict[str, Any]:
    caller = signed_in()
    return {
        "community": community,
        "shop": till(caller, community, merchant),
        "sale": till_sale(caller, community, merchant, redemption),
    }
