"""Joining the points scheme, and leaving it: one's own act, one tap each."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.conventions.operations.contracts import end_contract, sign_contract
from volunteer_credit.conventions.operations.shown import shown
from volunteer_credit.conventions.queries.contracts import contract
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.schemas.own import NamedSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("conventions_contract", __name__, template_folder="../templates")

SHOWN = "conventions/contract.html"


@pages.get("/me/contract/<community>")
@requires("convention.sign")
def show(community: str) -> str:
    """Whether one takes part, and what that means."""
    return render_template(SHOWN, errors={}, given={}, **_shown(community))


@pages.post("/me/contract/<community>")
@requires("convention.sign")
def change(community: str) -> Response:
    """Sign, or leave."""
    form = forms.read(NamedSchema)

    def work() -> Response:
        act = end_contract if form.values["name"] == "leave" else sign_contract
        act(signed_in(), community, request_key())
        return on(f"/me/contract/{community}", "changed")

    return attempt(form, SHOWN, work, **_shown(community))


def _shown(community: str) -> dict[str, object]:
    account = account_of(db.session, signed_in().person_id, community) or ""
    return {
        "community": community,
        "shown": shown(community),
        "contract": contract(db.session, community, account),
    }
