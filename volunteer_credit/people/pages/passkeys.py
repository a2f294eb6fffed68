"""Signing in and stepping up with a passkey; web/static/passkeys.js talks to the browser."""

import json
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.passkey_proof import PasskeyAsked
from volunteer_credit.people.operations.sign_in import ask_passkey_sign_in, sign_in_by_passkey
from volunteer_credit.people.operations.step_up import ask_passkey_step_up, step_up_by_passkey
from volunteer_credit.people.pages.answers import attempt, browser, enter
from volunteer_credit.people.pages.step_up import STEP_UP, stepped_up
from volunteer_credit.people.queries.proofs import proofs_of
from volunteer_credit.people.schemas.sign_in import AnswerSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import NOBODY, SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in

pages = Blueprint("people_passkeys", __name__, template_folder="../templates")

SIGN_IN = "people/sign_in_passkey.html"


@pages.post("/sign-in/passkey/ask")
@requires(NOBODY)
def ask() -> dict[str, Any]:
    """What the browser is to sign, for a script."""
    return told(ask_passkey_sign_in(request.remote_addr or ""))


@pages.post("/sign-in/passkey")
@requires(NOBODY)
def use() -> Response:
    """In, with what the browser signed."""
    form = forms.read(AnswerSchema)

    def work() -> Response:
        challenge, answer = form.values["challenge"], form.values["answer"]
        return enter(sign_in_by_passkey(challenge, answer, browser(form)), form.values["next"])

    return attempt(form, SIGN_IN, work)


@pages.post("/step-up/passkey/ask")
@requires(SIGNED_IN)
def ask_again() -> dict[str, Any]:
    """As `ask`, of who is signed in."""
    return told(ask_passkey_step_up(signed_in()))


@pages.post("/step-up/passkey")
@requires(SIGNED_IN)
def use_again() -> Response:
    """Proved once more."""
    form = forms.read(AnswerSchema)

    def work() -> Response:
        values = form.values
        step_up_by_passkey(signed_in(), values["challenge"], values["answer"])
        return stepped_up(form)

    return attempt(form, STEP_UP, work, proofs=proofs_of(db.session, signed_in()))


def told(asked: PasskeyAsked) -> dict[str, Any]:
    """A question for the browser, as the script reads it."""
    return {"challenge": asked.challenge_id, "options": json.loads(asked.options)}
