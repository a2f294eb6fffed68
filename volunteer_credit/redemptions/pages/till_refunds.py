"""Refunds, inside the row of a sale: what comes back, and why."""

from typing import Any

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.pages.answers import attempt
from volunteer_credit.redemptions.operations.looking import Seen, till, till_sale
from volunteer_credit.redemptions.operations.refunding import refund
from volunteer_credit.redemptions.rules.refunds import REASONS, Refund
from volunteer_credit.redemptions.schemas.sales import refund_schema, wanted
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("redemptions_till_refunds", __name__, template_folder="../templates")

ROOT = "/c/<community>/till/<merchant>/sales/<redemption>/refund"
PAGE = "redemptions/till_refund.html"


@pages.get(ROOT)
@requires("points.refund")
def show(community: str, merchant: str, redemption: str) -> str:
    """What could come back: all of it, unless something else is said."""
    shown = _shown(community, merchant, redemption)
    return render_template(PAGE, errors={}, given={}, **shown)


@pages.post(ROOT)
@requires("points.refund")
def give_back(community: str, merchant: str, redemption: str) -> Response:
    """Give it back."""
    shown = _shown(community, merchant, redemption)
    seen: Seen = shown["sale"]
    form = forms.read(refund_schema([each.offer_id for each in seen.items]))

    def work() -> Response:
        values = dict(form.values)
        reason = values.pop("reason")
        centipoints, pieces = wanted(values)
        asked = Refund(pieces, centipoints, reason)
        refund(signed_in(), community, merchant, redemption, asked, request_key())
        return redirect(f"/c/{community}/till/{merchant}/sales/{redemption}", 303)

    return attempt(form, PAGE, work, **shown)


def _shown(community: str, merchant: str, redemption: str) -> dict[str, Any]:
    caller = signed_in()
    return {
        "community": community,
        "shop": till(caller, community, merchant),
        "sale": till_sale(caller, community, merchant, redemption),
        "reasons": REASONS,
    }
