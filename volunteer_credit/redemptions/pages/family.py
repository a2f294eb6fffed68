"""What somebody whom one stands for redeemed."""

from flask import Blueprint, render_template

from volunteer_credit.people.operations.family_view import stood_for
from volunteer_credit.redemptions.operations.looking import own_sales
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in

pages = Blueprint("redemptions_family", __name__, template_folder="../templates")


@pages.get("/me/family/<ward>/redemptions/<community>")
@requires(SIGNED_IN)
def show(ward: str, community: str) -> str:
    """All of it in a community, newest first."""
    whom = stood_for(signed_in(), ward, "points.read", community)
    sales = own_sales(signed_in(), community, ward)
    return render_template("redemptions/ward.html", whom=whom, sales=sales, community=community)
