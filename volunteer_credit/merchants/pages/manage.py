"""Shops as the staff keeps them: entered in two minutes, paused, agreed with."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.merchants.operations.agreements import propose_agreement
from volunteer_credit.merchants.operations.looking import funds_on, managed, today
from volunteer_credit.merchants.operations.shops import (
    Opening,
    add_merchant,
    change_merchant,
    propose_cashier,
    set_state,
)
from volunteer_credit.merchants.queries.shops import shops
from volunteer_credit.merchants.rules.agreements import Terms
from volunteer_credit.merchants.rules.shops import Sign
from volunteer_credit.merchants.schemas.forms import (
    AddSchema,
    CashierSchema,
    PriceSchema,
    ShopSignSchema,
    StateSchema,
)
from volunteer_credit.merchants.schemas.reading import day_text, price
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("merchants_manage", __name__, template_folder="../templates")

ROOT = "/c/<community>/merchants"
ONE = f"{ROOT}/<merchant>"
SHOWN, ADD, CHANGE, CASHIER, PRICE = (
    f"merchants/{name}.html" for name in ("manage", "add", "change", "cashier", "agreement")
)
YEAR, LAST_OF_YEAR = 10_000, 1231  # in a day YYYYMMDD


@pages.get(ROOT)
@requires("merchant.change")
def show_all(community: str) -> str:
    """Every shop, also those that closed."""
    found = shops(db.session, community, is_all=True)
    return render_template("merchants/merchants.html", community=community, shops=found)


@pages.get(f"{ROOT}/add")
@requires("merchant.change")
def show_add(community: str) -> str:
    """A new shop."""
    return render_template(ADD, errors={}, given=_year(community), **_funds(community))


@pages.post(f"{ROOT}/add")
@requires("merchant.change")
def add(community: str) -> Response:
    """Enter it; cashier and agreement wait for a second person."""
    form = forms.read(AddSchema)

    def work() -> Response:
        values = form.values
        sign = Sign(*(values[name] for name in ("name", "sells", "phone", "address", "kind")))
        asked = price(values) if values["yuan"].strip() else None
        opening = Opening(sign, values["card"].strip(), asked)
        made = add_merchant(signed_in(), community, opening, request_key())
        return on(f"/c/{community}/merchants/{made}", "merchant_added")

    return attempt(form, ADD, work, **_funds(community))


@pages.get(ONE)
@requires("merchant.change")
def show(community: str, merchant: str) -> str:
    """One shop: its list, its agreements, who stands at its till."""
    return render_template(SHOWN, errors={}, community=community, **managed(community, merchant))


@pages.post(ONE)
@requires("merchant.change")
def state(community: str, merchant: str) -> Response:
    """Open, pause or close it."""
    form = forms.read(StateSchema)

    def work() -> Response:
        set_state(signed_in(), community, merchant, form.values["state"], request_key())
        return on(f"/c/{community}/merchants/{merchant}", "changed")

    return attempt(form, SHOWN, work, community=community, **managed(community, merchant))


@pages.get(f"{ONE}/change")
@requires("merchant.change")
def show_change(community: str, merchant: str) -> str:
    """Its sign, to be changed."""
    shown = managed(community, merchant)
    given = {name: getattr(shown["shop"], name) for name in ("name", "sells", "phone", "address")}
    return render_template(CHANGE, errors={}, given=given, community=community, **shown)


@pages.post(f"{ONE}/change")
@requires("merchant.change")
def change(community: str, merchant: str) -> Response:
    """Write another sign."""
    form, shown = forms.read(ShopSignSchema), managed(community, merchant)

    def work() -> Response:
        sign = Sign(**form.values)
        change_merchant(signed_in(), community, merchant, sign, request_key())
        return on(f"/c/{community}/merchants/{merchant}", "changed")

    return attempt(form, CHANGE, work, community=community, **shown)


@pages.get(f"{ONE}/cashier")
@requires("merchant.change")
def show_cashier(community: str, merchant: str) -> str:
    """Who shall stand at the till."""
    shown = managed(community, merchant)
    return render_template(CASHIER, errors={}, given={}, community=community, **shown)


@pages.post(f"{ONE}/cashier")
@requires("merchant.change")
def cashier(community: str, merchant: str) -> Response:
    """Propose them; a second person decides."""
    form, shown = forms.read(CashierSchema), managed(community, merchant)

    def work() -> Response:
        card = form.values["card"]
        propose_cashier(signed_in(), community, merchant, card, request_key())
        return on(f"/c/{community}/merchants/{merchant}", "proposed")

    return attempt(form, CASHIER, work, community=community, **shown)


@pages.get(f"{ONE}/agreement")
@requires("agreement.propose")
def show_agreement(community: str, merchant: str) -> str:
    """What it shall be paid for a point."""
    shown = {**managed(community, merchant), **_funds(community)}
    return render_template(PRICE, errors={}, given=_year(community), **shown)


@pages.post(f"{ONE}/agreement")
@requires("agreement.propose")
def agreement(community: str, merchant: str) -> Response:
    """Propose it; a second person decides."""
    form = forms.read(PriceSchema)
    shown = {**managed(community, merchant), **_funds(community)}

    def work() -> Response:
        terms = Terms(merchant, *price(form.values))
        propose_agreement(signed_in(), community, terms, request_key())
        return on(f"/c/{community}/merchants/{merchant}", "proposed")

    return attempt(form, PRICE, work, **shown)


def _funds(community: str) -> dict[str, Any]:
    return {"community": community, "funds": funds_on(community, today(community))}


def _year(community: str) -> dict[str, str]:
    day = today(community)
    return {"from_day": day_text(day), "to_day": day_text(day // YEAR * YEAR + LAST_OF_YEAR)}
