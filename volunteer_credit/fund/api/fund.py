"""The fund as data."""

from typing import Any

from volunteer_credit.fund.operations.budgets import From, propose_budget
from volunteer_credit.fund.operations.shown import Shown, shown
from volunteer_credit.fund.rules.budget import BudgetChange
from volunteer_credit.fund.schemas import budgets
from volunteer_credit.shared.db import db
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("fund_calls", __name__, description="What stands behind a community's points.")

ROOT = "/communities/<community>/fund"


@api.route(ROOT)
@requires("fund.read")
@api.response(200, budgets.FundSchema)
def show(community: str) -> Shown:
    """Every fund with what it has and owes, and every change."""
    return shown(db.session, community)


@api.route(f"{ROOT}/budgets", methods=["POST"])
@requires("fund.propose")
@api.arguments(budgets.BudgetSchema)
@api.response(201, budgets.ProposedSchema)
def propose(given: dict[str, Any], community: str) -> dict[str, int]:
    """Propose to raise a fund, or to let it give back."""
    change = BudgetChange(
        given["fund"], given["centipoints"], given["fen"], given["reason"], given["is_back"]
    )
    sponsor = From(given["sponsor_id"], given["sponsor_name"])
    return {"seq": propose_budget(signed_in(), community, change, sponsor, request_key())}
