"""What waits for a second person: each proposal on one page, approved or withdrawn."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.journal.operations.proposal_seen import proposal_data
from volunteer_credit.people.operations.approvals_seen import proposal_seen, waiting
from volunteer_credit.people.operations.decisions import approve_any, withdraw_any
from volunteer_credit.people.operations.desk_view import name_of_account
from volunteer_credit.people.operations.pair_words import lines_of, title_of
from volunteer_credit.people.operations.place_view import grid_names
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.pairs import REASONS
from volunteer_credit.people.schemas.desk import WithdrawSchema
from volunteer_credit.people.schemas.own import NothingSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_approvals", __name__, template_folder="../templates")

ROOT = "/c/<community>/approvals"
ONE = "people/approval.html"


@pages.get(ROOT)
@requires("approval.read")
def show(community: str) -> str:
    """What one is asked about, what one proposed, and what else one may approve here."""
    found = waiting(signed_in(), community)
    every = [*found.mine, *found.own, *found.rest]
    return render_template(
        "people/approvals.html",
        groups={"mine": found.mine, "own": found.own, "rest": found.rest},
        told={each.name: title_of(each.name) for each in every},
        names={each.seq: name_of_account(community, each.subject) for each in every},
        community=community,
    )


@pages.get(f"{ROOT}/<int:seq>")
@requires("approval.read")
def show_one(community: str, seq: int) -> str:
    """What it says, who proposes it, for whom."""
    return render_template(ONE, errors={}, given={}, **_shown(community, seq))


@pages.post(f"{ROOT}/<int:seq>")
@requires("approval.read")
def decide(community: str, seq: int) -> Response:
    """Approve it, as its second person."""
    form = forms.read(NothingSchema)

    def work() -> Response:
        approve_any(signed_in(), community, seq, request_key())
        return on(f"/c/{community}/approvals", "approved")

    return attempt(form, ONE, work, **_shown(community, seq))


@pages.post(f"{ROOT}/<int:seq>/withdraw")
@requires("approval.read")
def end(community: str, seq: int) -> Response:
    """End it without approving it."""
    form = forms.read(WithdrawSchema)

    def work() -> Response:
        withdraw_any(signed_in(), community, seq, form.values["reason"], request_key())
        return on(f"/c/{community}/approvals", "proposal_withdrawn")

    return attempt(form, ONE, work, **_shown(community, seq))


def _shown(community: str, seq: int) -> dict[str, Any]:
    found = proposal_seen(signed_in(), community, seq)
    accounts = {found.subject, found.proposer}
    data = proposal_data(community, seq, found.book)
    return {
        "community": community,
        "approval": found,
        "data": data,
        "lines": lines_of(db.session, community, found.name, data),
        "told": title_of(found.name),
        "grid_names": grid_names(community),
        "names": {each: name_of_account(community, each) for each in accounts},
        "reasons": REASONS,
        "is_own": found.proposer == account_of(db.session, signed_in().person_id, community),
    }
