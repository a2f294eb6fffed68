"""The hours of somebody whom one stands for: one's own pages, at the address of the family."""

from flask import Blueprint, render_template

from volunteer_credit.hours.operations.names import name_on_list
from volunteer_credit.hours.operations.own_view import own_line
from volunteer_credit.hours.pages.own import records
from volunteer_credit.hours.pages.words import for_templates
from volunteer_credit.people.operations.family_view import stood_for
from volunteer_credit.shared.db import db
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in

pages = Blueprint("hours_family", __name__, template_folder="../templates")
pages.context_processor(for_templates)

HERE = "/me/family/<ward>/hours/<community>"


@pages.get(HERE)
@requires(SIGNED_IN)
def show(ward: str, community: str) -> str:
    """All of their records in a community."""
    whom = stood_for(signed_in(), ward, "hours.read", community)
    return records(community, ward, whom.name)


@pages.get(f"{HERE}/<sheet>/<int:position>")
@requires(SIGNED_IN)
def show_line(ward: str, community: str, sheet: str, position: int) -> str:
    """One of them."""
    whom = stood_for(signed_in(), ward, "hours.read", community)
    found = own_line(signed_in(), community, (sheet, position), ward)
    lead = name_on_list(db.session, community, found.sheet.lead)
    return render_template(
        "hours/own_line.html",
        own=found,
        lead=lead,
        community=community,
        whom=ward,
        whose=whom.name,
    )
