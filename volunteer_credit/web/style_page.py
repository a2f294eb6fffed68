"""The living style page: every component in every state, on demonstration servers only."""

from flask import Blueprint, abort, redirect, render_template
from werkzeug.wrappers import Response

from volunteer_credit.shared import runtime
from volunteer_credit.web.auth import NOBODY, requires

blueprint = Blueprint("style_page", __name__, url_prefix="/style")

KINDS = ("green", "yellow", "red")


@blueprint.before_request
def _demonstration_only() -> None:
    if runtime.current().settings.clock != "demo":
        abort(404)


@blueprint.get("")
@requires(NOBODY)
def show() -> str:
    """Every component in every state."""
    return render_template("pages/style.html")


@blueprint.get("/status/<kind>")
@requires(NOBODY)
def show_status(kind: str) -> str:
    """One status screen, full size."""
    if kind not in KINDS:
        abort(404)
    return render_template("pages/style_status.html", kind=kind)


@blueprint.post("/try")
@requires(NOBODY)
def try_form() -> Response:
    """Where the forms of the page lead; nothing is written."""
    return redirect("/style/status/green", 303)
