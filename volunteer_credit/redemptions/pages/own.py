"""The member's side: a basket, a code for three minutes, a yes to what a till asks."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.merchants.operations.looking import own_points
from volunteer_credit.people.pages.answers import attempt
from volunteer_credit.redemptions.operations.deciding import confirm_own, void_own
from volunteer_credit.redemptions.operations.holding import hold_own
from volunteer_credit.redemptions.operations.looking import (
    OwnSale,
    basket,
    own_sale,
    own_sales,
    scanned,
)
from volunteer_credit.redemptions.rules.selling import MEMBER, Ask
from volunteer_credit.redemptions.schemas.forms import HoldSchema, OwnActSchema
from volunteer_credit.redemptions.schemas.reading import basket_of, basket_text, read_basket
from volunteer_credit.shared.qr import qr_svg
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t
from volunteer_credit.web.limits import limited

pages = Blueprint("redemptions_own", __name__, template_folder="../templates")

BASKET, ONE = "redemptions/basket.html", "redemptions/own.html"
HOLDS = (10, 60)  # a minute and session


@pages.get("/R/<letters>")
@pages.get("/r/<letters>")
@requires(SIGNED_IN)
def open_code(letters: str) -> Response:
    """The QR of a sale, opened with any camera: to the till, or back to one's own page."""
    community, merchant, name = scanned(signed_in(), letters)
    if not merchant:
        return redirect(f"/c/{community}/redemptions/{name}", 303)
    return redirect(f"/c/{community}/till/{merchant}/sales/{name}", 303)


@pages.get("/c/<community>/redeem/<merchant>")
@requires("points.hold")
def show_basket(community: str, merchant: str) -> str:
    """What it comes to, before anything is held."""
    return _basket_page(community, merchant, basket_of(request.args.items(multi=True)))


def _basket_page(community: str, merchant: str, pieces: dict[str, int]) -> str:
    found = basket(community, merchant, pieces)
    return render_template(
        BASKET,
        community=community,
        basket=found,
        pieces=basket_text(pieces),
        centipoints=own_points(signed_in(), community),
        errors={},
    )


@pages.post("/c/<community>/redeem/<merchant>")
@requires("points.hold")
@limited("redeem", per_session=HOLDS)
def hold(community: str, merchant: str) -> Response:
    """Hold the points; the code is good for three minutes."""
    form = forms.read(HoldSchema)
    pieces = read_basket(form.values.get("pieces", ""))
    shown = {
        "community": community,
        "basket": basket(community, merchant, pieces),
        "pieces": basket_text(pieces),
        "centipoints": own_points(signed_in(), community),
    }

    def work() -> Response:
        ask = Ask(merchant, form.values["centipoints"], pieces)
        name = hold_own(signed_in(), community, ask, request_key())
        return redirect(f"/c/{community}/redemptions/{name}", 303)

    return attempt(form, BASKET, work, **shown)


@pages.get("/c/<community>/redemptions")
@requires("points.read")
def show_all(community: str) -> str:
    """What one redeemed; what waits for one's yes comes first."""
    found = own_sales(signed_in(), community)
    asked = [each for each in found if _waits(each)]
    rest = [each for each in found if each not in asked]
    return render_template("redemptions/own_list.html", community=community, asked=asked, rest=rest)


def _waits(each: OwnSale) -> bool:
    return each.sale.state == "held" and each.sale.confirms == MEMBER


@pages.get("/c/<community>/redemptions/<redemption>")
@requires("points.read")
def show(community: str, redemption: str) -> str:
    """One's sale: a code to show, a question to answer, or what came of it."""
    found = own_sale(signed_in(), community, redemption)
    return render_template(ONE, errors={}, **_shown(community, found))


@pages.post("/c/<community>/redemptions/<redemption>")
@requires("points.hold")
def act(community: str, redemption: str) -> Response:
    """Say yes to what the till asks, or end the hold."""
    form, found = forms.read(OwnActSchema), own_sale(signed_in(), community, redemption)

    def work() -> Response:
        caller, key = signed_in(), request_key()
        if form.values["act"] == "void":
            void_own(caller, community, redemption, key)
        else:
            confirm_own(caller, community, redemption, form.values["centipoints"], key)
        return redirect(f"/c/{community}/redemptions/{redemption}", 303)

    return attempt(form, ONE, work, **_shown(community, found))


def _shown(community: str, found: OwnSale) -> dict[str, object]:
    code = found.letters
    address = f"{current().settings.public_url}/R/{code}".upper()
    return {
        "community": community,
        "own": found,
        "qr": qr_svg(address, t("Code for the till", "兑换码")) if code else "",
        "centipoints": own_points(signed_in(), community),
    }
