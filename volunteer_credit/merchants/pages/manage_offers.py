"""The list of a shop, as the staff keeps it."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.merchants.operations.looking import managed
from volunteer_credit.merchants.operations.offers import add_offer, change_offer
from volunteer_credit.merchants.rules.offers import Offer, OfferUnknownError
from volunteer_credit.merchants.schemas.forms import OfferSchema
from volunteer_credit.merchants.schemas.reading import day_text, offer_form
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.shared.units import points_text
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("merchants_manage_offers", __name__, template_folder="../templates")

ROOT = "/c/<community>/merchants/<merchant>/offers"
ONE = "merchants/offer.html"


@pages.get(f"{ROOT}/add")
@requires("merchant.offer")
def show_add(community: str, merchant: str) -> str:
    """Something new for points."""
    shown = managed(community, merchant)
    return render_template(ONE, errors={}, given={}, offer=None, community=community, **shown)


@pages.post(f"{ROOT}/add")
@requires("merchant.offer")
def add(community: str, merchant: str) -> Response:
    """Put it on the list."""
    form, shown = forms.read(OfferSchema), managed(community, merchant)

    def work() -> Response:
        add_offer(signed_in(), community, merchant, offer_form(form.values), request_key())
        return on(f"/c/{community}/merchants/{merchant}", "changed")

    return attempt(form, ONE, work, offer=None, community=community, **shown)


@pages.get(f"{ROOT}/<offer>")
@requires("merchant.offer")
def show(community: str, merchant: str, offer: str) -> str:
    """What stands on the list, to be changed."""
    shown = managed(community, merchant)
    found = _of(shown, offer)
    given = {
        "name": found.name,
        "points": points_text(found.price_centipoints),
        "stock": "" if found.stock is None else str(found.stock),
        "from_day": day_text(found.from_day),
        "to_day": day_text(found.to_day),
    }
    return render_template(ONE, errors={}, given=given, offer=found, community=community, **shown)


@pages.post(f"{ROOT}/<offer>")
@requires("merchant.offer")
def change(community: str, merchant: str, offer: str) -> Response:
    """Change it, or take it off the list."""
    form, shown = forms.read(OfferSchema), managed(community, merchant)
    found = _of(shown, offer)

    def work() -> Response:
        asked = None if form.values["act"] == "remove" else offer_form(form.values)
        change_offer(signed_in(), community, merchant, offer, asked, request_key())
        return on(f"/c/{community}/merchants/{merchant}", "changed")

    return attempt(form, ONE, work, offer=found, community=community, **shown)


def _of(shown: dict[str, Any], offer_id: str) -> Offer:
    found: list[Offer] = [each for each in shown["offers"] if each.offer_id == offer_id]
    if not found:
        raise OfferUnknownError
    return found[0]
