"""Being one of the two founders of a community: what that is, and accepting it or not."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.accepting import accept_founding
from volunteer_credit.people.operations.declining import decline_founding
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.founding import IS_OPEN, founding_for
from volunteer_credit.people.rules.founding import FoundingMissingError
from volunteer_credit.people.schemas.own import NothingSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_founding", __name__, template_folder="../templates")

ONE = "people/founding.html"


@pages.get("/me/founding/<place>")
@requires(SIGNED_IN)
def show(place: str) -> str:
    """What one is asked."""
    return render_template(ONE, errors={}, given={}, place=place, name=_name(place))


@pages.post("/me/founding/<place>")
@requires(SIGNED_IN)
def accept(place: str) -> Response:
    """Accept; who is the second one opens the community."""
    form, asked = forms.read(NothingSchema), dict(founding_for(db.session, signed_in().person_id))

    def work() -> Response:
        state = accept_founding(signed_in(), place, request_key())
        done = "founding_open" if state == IS_OPEN else "founding_accepted"
        return on("/", done)

    if place not in asked:  # once more, when both have accepted; or not theirs
        return work()
    return attempt(form, ONE, work, place=place, name=asked[place])


@pages.post("/me/founding/<place>/decline")
@requires(SIGNED_IN)
def decline(place: str) -> Response:
    """Say no."""
    forms.read(NothingSchema)
    decline_founding(signed_in(), place, request_key())
    return on("/", "founding_declined")


def _name(place: str) -> str:
    found = dict(founding_for(db.session, signed_in().person_id))
    if place not in found:
        raise FoundingMissingError
    return found[place]
