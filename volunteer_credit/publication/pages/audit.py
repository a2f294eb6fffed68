"""Audit exports for supervisors and inspectors: ask, wait, download."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from volunteer_credit.publication.operations.exports import ask_export, own_exports
from volunteer_credit.publication.rules.exports import OPEN
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("publication_audit", __name__, template_folder="../templates")


@pages.get("/book/<community>/audit")
@requires("bundle.read")
def show(community: str) -> str:
    """One's exports; while one is made, a button asks how far it is."""
    exports = own_exports(signed_in(), community)
    is_waiting = any(each.state in OPEN for each in exports)
    return render_template(
        "publication/audit.html", community=community, exports=exports, is_waiting=is_waiting
    )


@pages.post("/book/<community>/audit")
@requires("bundle.read")
def ask(community: str) -> Response:
    """Ask for one."""
    ask_export(signed_in(), community, request_key())
    return redirect(f"/book/{community}/audit", 303)
