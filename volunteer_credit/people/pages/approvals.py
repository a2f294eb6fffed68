"""What waits for a second person: each proposal on one page, approved or withdrawn."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.journal.operations.proposal_seen import proposal_data
from volunteer_credit.people.operations.decisions import approve_any, withdraw_any
from volunteer_credit.people.operations.desk_view import name_of_account
from volunteer_credit.people.operations.pair_words import lines_of, title_of
from volunteer_credit.people.operations.place_view import grid_names
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.approvals import (
    Approval,
    approval,
    open_in,
    proposed_by,
    waiting_for,
)
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.pair_errors import ApprovalMissingError
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
@requires("role.propose")
def show(community: str) -> str:
    """What one is asked about, what one proposed, and the rest that waits here."""
    account = account_of(db.session, signed_in().person_id, community) or ""
    mine = waiting_for(db.session, community, account)
    own = proposed_by(db.session, community, account)
    rest = [each for each in open_in(db.session, community) if each not in [*mine, *own]]
    return render_template(
        "people/approvals.html",
        groups={"mine": mine, "own": own, "rest": rest},
        told={each.name: title_of(each.name) for each in [*mine, *own, *rest]},
        names={each.seq: name_of_account(community, each.subject) for each in [*mine, *own, *rest]},
        community=community,
    )


@pages.get(f"{ROOT}/<int:seq>")
@requires("role.propose")
def show_one(community: str, seq: int) -> str:
    """What it says, who proposes it, for whom."""
    return render_template(ONE, errors={}, given={}, **_shown(community, seq))


@pages.post(f"{ROOT}/<int:seq>")
@requires("role.propose")
def decide(community: str, seq: int) -> Response:
    """Approve it, as its second person."""
    form = forms.read(NothingSchema)

    def work() -> Response:
        approve_any(signed_in(), community, seq, request_key())
        return on(f"/c/{community}/approvals", "approved")

    return attempt(form, ONE, work, **_shown(community, seq))


@pages.post(f"{ROOT}/<int:seq>/withdraw")
@requires("role.propose")
def end(community: str, seq: int) -> Response:
    """End it without approving it."""
    form = forms.read(WithdrawSchema)

    def work() -> Response:
        withdraw_any(signed_in(), community, seq, form.values["reason"], request_key())
        return on(f"/c/{community}/approvals", "proposal_withdrawn")

    return attempt(form, ONE, work, **_shown(community, seq))


def _shown(community: str, seq: int) -> dict[str, Any]:
    found: Approval | None = approval(db.session, community, seq)
    if found is None:
        raise ApprovalMissingError(seq=seq)
    accounts = {found.subject, found.proposer}
    data = proposal_data(community, seq)
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
