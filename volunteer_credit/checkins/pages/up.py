"""Addresses that only take a form: whoever opens one is led to the page that it stands on."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from volunteer_credit.web.auth import NOBODY, requires

pages = Blueprint("checkins_up", __name__)
DOOR = "/c/<community>/door/<shift>"


@pages.get(f"{DOOR}/walk-in")
@pages.get(f"{DOOR}/annul")
@pages.get(f"{DOOR}/points")
@pages.get(f"{DOOR}/points/end")
@pages.get("/c/<community>/visits/<int:seq>")
@pages.get("/check-in/vain")
@requires(NOBODY)
def up(**_parts: str | int) -> Response:
    """One step up; of an address that is not there, another one."""
    return redirect(request.path.rpartition("/")[0], 303)


@pages.get("/me/visits/<community>/<int:seq>")
@requires(NOBODY)
def to_visits(**_parts: str | int) -> Response:
    """To the visits that one received."""
    return redirect("/me/visits", 303)
