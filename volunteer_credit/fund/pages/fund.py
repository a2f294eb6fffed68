"""The fund: open to everybody of the community, raised by two persons."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.fund.operations.budgets import From, propose_budget
from volunteer_credit.fund.operations.shown import shown
from volunteer_credit.fund.rules.budget import REASONS, BudgetChange
from volunteer_credit.fund.rules.cover import shares
from volunteer_credit.fund.schemas.budgets import BudgetFormSchema
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.shared.db import db
from volunteer_credit.shared.units import centipoints_of
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("fund", __name__, template_folder="../templates")

BAR_WIDTH = 320
ROOT = "/c/<community>/fund"


@pages.get(ROOT)
@requires("fund.read")
def show(community: str) -> str:
    """Big numbers, who gave what, and every change with its entry."""
    found = shown(db.session, community)
    bars = {each.fund: shares(each, BAR_WIDTH) for each in found.funds}
    return render_template("fund/fund.html", community=community, shown=found, bars=bars)


@pages.get(f"{ROOT}/change")
@requires("fund.propose")
def show_change(community: str) -> str:
    """The form of a change."""
    return render_template("fund/change.html", errors={}, given={}, **_form(community))


@pages.post(f"{ROOT}/change")
@requires("fund.propose")
def change(community: str) -> Response:
    """Propose it; a second person decides."""
    form = forms.read(BudgetFormSchema)

    def work() -> Response:
        given = form.values
        asked = BudgetChange(
            given["fund"],
            centipoints_of(given["points"] or "0"),
            centipoints_of(given["yuan"] or "0"),
            given["reason"],
            given["way"] == "back",
        )
        sponsor = From(given["sponsor_id"], given["sponsor_name"])
        propose_budget(signed_in(), community, asked, sponsor, request_key())
        return on(f"/c/{community}/fund", "proposed")

    return attempt(form, "fund/change.html", work, **_form(community))


def _form(community: str) -> dict[str, Any]:
    return {"community": community, "shown": shown(db.session, community), "reasons": REASONS}
