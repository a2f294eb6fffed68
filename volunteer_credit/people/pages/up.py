"""Addresses that only take a form: whoever opens one is led to the page that the form stands on.

So does the switch of language on a page that answered a form, and the way back from a step-up.
"""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from volunteer_credit.web.auth import NOBODY, requires

pages = Blueprint("people_up", __name__)


@pages.get("/sign-out")
@pages.get("/face")
@pages.get("/sign-in/passkey")
@pages.get("/sign-in/code/person")
@pages.get("/s/<code>/founder")
@pages.get("/step-up/<way>")
@pages.get("/me/card/pass")
@pages.get("/me/sessions/<act>")
@pages.get("/me/security/passkey")
@pages.get("/me/security/passkey/<act>")
@pages.get("/me/security/totp/<act>")
@pages.get("/me/household/<community>/<act>")
@pages.get("/me/family/end")
@pages.get("/me/family/asks")
@pages.get("/me/founding/<place>/decline")
@pages.get("/me/organisations/<organisation>/leave")
@pages.get("/c/<community>/desk/search")
@pages.get("/c/<community>/desk/person/<person>/family/end")
@pages.get("/c/<community>/desk/person/<person>/merge/propose")
@pages.get("/c/<community>/places/<place_id>/remove")
@pages.get("/c/<community>/organisations/<organisation>/reopen")
@pages.get("/c/<community>/approvals/<int:seq>/withdraw")
@requires(NOBODY)
def up(**_parts: str | int) -> Response:
    """One step up."""
    return redirect(request.path.rpartition("/")[0] or "/", 303)
