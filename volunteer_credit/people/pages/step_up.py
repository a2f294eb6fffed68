"""Proving once more who one is, before what cannot be taken back; it holds for ten minutes."""

from typing import Any

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.step_up import step_up_by_pin, step_up_by_totp
from volunteer_credit.people.pages.answers import attempt, read_next
from volunteer_credit.people.queries.proofs import proofs_of
from volunteer_credit.people.schemas.sign_in import GeneratorSchema, PinSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.forms import Form, safe_next
from volunteer_credit.web.gate import signed_in

pages = Blueprint("people_step_up", __name__, template_folder="../templates")

STEP_UP = "people/step_up.html"


@pages.get("/step-up")
@requires(SIGNED_IN)
def show() -> str:
    """The ways that this person has."""
    return render_template(STEP_UP, errors={}, given={"next": read_next()})


@pages.context_processor
def _ways() -> dict[str, Any]:
    return {"proofs": proofs_of(db.session, signed_in())}


@pages.post("/step-up/pin")
@requires(SIGNED_IN)
def pin() -> Response:
    """With the PIN of this device, or of one's card."""
    form = forms.read(PinSchema)

    def work() -> Response:
        step_up_by_pin(signed_in(), form.values["pin"])
        return stepped_up(form)

    return attempt(form, STEP_UP, work)


@pages.post("/step-up/totp")
@requires(SIGNED_IN)
def totp() -> Response:
    """With one's code generator."""
    form = forms.read(GeneratorSchema)

    def work() -> Response:
        step_up_by_totp(signed_in(), form.values["code"])
        return stepped_up(form)

    return attempt(form, STEP_UP, work)


def stepped_up(form: Form) -> Response:
    """Back to what asked for it."""
    return redirect(safe_next(form.values["next"]), 303)
