"""The shops of a community, for its members."""

from flask import Blueprint, render_template

from volunteer_credit.merchants.operations.looking import shop_list, shop_seen
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in

pages = Blueprint("merchants_shops", __name__, template_folder="../templates")


@pages.get("/c/<community>/shops")
@requires("merchant.read")
def show(community: str) -> str:
    """Every shop that takes points, and what it gives for them."""
    seen = shop_list(signed_in(), community)
    return render_template("merchants/shops.html", community=community, seen=seen)


@pages.get("/c/<community>/shops/<merchant>")
@requires("merchant.read")
def show_one(community: str, merchant: str) -> str:
    """One shop, with a basket to fill."""
    seen = shop_seen(signed_in(), community, merchant)
    return render_template("merchants/shop.html", community=community, **seen)
