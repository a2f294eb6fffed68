"""What one agreed to: each text, and one step to give or withdraw it."""

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.consent_rows import ConsentRow, consent_rows
from volunteer_credit.people.operations.consents import (
    ConsentAsked,
    give_consent,
    withdraw_consent,
)
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.schemas.own import ConsentSchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_consents", __name__, template_folder="../templates")

ONE = "people/consent.html"


@pages.get("/me/consents")
@requires(SIGNED_IN)
def show() -> str:
    """Every purpose, and how it stands."""
    return render_template("people/consents.html", rows=consent_rows(signed_in().person_id))


@pages.get("/me/consents/<purpose>/<subject>")
@requires(SIGNED_IN)
def show_one(purpose: str, subject: str) -> str:
    """The whole text, and one button."""
    return render_template(ONE, errors={}, given={}, row=_row(purpose, subject))


@pages.post("/me/consents/<purpose>/<subject>")
@requires(SIGNED_IN)
def change(purpose: str, subject: str) -> Response:
    """Give it, or take it back."""
    form = forms.read(ConsentSchema)
    row = _row(purpose, subject)

    def work() -> Response:
        asked = ConsentAsked(purpose, form.values["version"], subject)
        gives = form.values["act"] == "give"
        (give_consent if gives else withdraw_consent)(signed_in(), asked, request_key())
        return on("/me/consents", "given" if gives else "withdrawn")

    return attempt(form, ONE, work, row=row)


def _row(purpose: str, subject: str) -> ConsentRow:
    rows = consent_rows(signed_in().person_id)
    found = [each for each in rows if (each.purpose.code, each.subject) == (purpose, subject)]
    if not found:
        abort(404)
    return found[0]
