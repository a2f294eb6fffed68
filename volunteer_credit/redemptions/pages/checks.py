"""What the staff should look at: sales that say something about who made them."""

from flask import Blueprint, render_template

from volunteer_credit.redemptions.operations.looking import flagged_sales
from volunteer_credit.web.auth import requires

pages = Blueprint("redemptions_checks", __name__, template_folder="../templates")


@pages.get("/c/<community>/till-checks")
@requires("merchant.change")
def show(community: str) -> str:
    """Sales to somebody who lives with a cashier of that shop; nobody is named."""
    found = flagged_sales(community)
    return render_template("redemptions/checks.html", community=community, found=found)
