"""Leaving a community, and being erased: what stays is said first."""

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.erasing import ask_erasure, may_erase
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.proofs import erasure_of, proofs_of
from volunteer_credit.people.queries.settings import Belonging, belongings
from volunteer_credit.people.schemas.own import LeaveSchema
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import cookies, forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_leaving", __name__, template_folder="../templates")

LEAVE, ERASE = "people/leave.html", "people/erase.html"


@pages.get("/me/leave")
@requires(SIGNED_IN)
def show() -> str:
    """Which community."""
    own = belongings(db.session, signed_in().person_id)
    here = [each for each in own if each.state == "active"]
    return render_template("people/leave_which.html", belongings=here)


@pages.get("/me/leave/<place>")
@requires(SIGNED_IN)
def show_one(place: str) -> str:
    """What leaving means."""
    return render_template(LEAVE, errors={}, given={}, belonging=_belonging(place))


@pages.post("/me/leave/<place>")
@requires(SIGNED_IN)
def go(place: str) -> Response:
    """Leave; who belongs nowhere any more is signed out everywhere."""
    form, belonging = forms.read(LeaveSchema), _belonging(place)

    def work() -> Response:
        if leave(signed_in(), place, request_key()):
            cookies.forget_session()
            return on("/", "left")
        return on("/me", "left")

    return attempt(form, LEAVE, work, belonging=belonging)


@pages.get("/me/erase")
@requires(SIGNED_IN)
def show_erase() -> str:
    """What is erased, what stays in the book, and what stands in the way."""
    return render_template(ERASE, errors={}, given={}, **_standing())


@pages.post("/me/erase")
@requires(SIGNED_IN)
def erase() -> Response:
    """Ask for it; a job does it within the hour."""
    form = forms.read(LeaveSchema)

    def work() -> Response:
        ask_erasure(signed_in(), request_key())
        return on("/me/erase", "erasure_asked")

    return attempt(form, ERASE, work, **_standing())


def _standing() -> dict[str, object]:
    caller, now_ms = signed_in(), current().clock.now_ms()
    return {
        "duties": may_erase(db.session, caller.person_id, now_ms),
        "erasure": erasure_of(db.session, caller.person_id),
        "is_proved": caller.stepped_up_until_ms > now_ms,
        "can_prove": bool(proofs_of(db.session, caller)),
    }


def _belonging(community_id: str) -> Belonging:
    own = belongings(db.session, signed_in().person_id)
    found = [each for each in own if each.community_id == community_id and each.state == "active"]
    if not found:
        abort(404)
    return found[0]
