"""What one signs in with: passkeys and a code generator, to be added and removed."""

from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.passkeys import (
    add_passkey,
    ask_new_passkey,
    own_passkeys,
    remove_passkey,
)
from volunteer_credit.people.operations.totps import confirm_totp, remove_totp, set_up_totp
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.pages.passkeys import told
from volunteer_credit.people.queries.sessions import totp_of
from volunteer_credit.people.rules.browsers import in_app, label_of
from volunteer_credit.people.rules.sign_in_errors import CredentialMissingError
from volunteer_credit.people.schemas.own import ConfirmCodeSchema, PasskeyNameSchema
from volunteer_credit.people.schemas.sign_in import AnswerSchema
from volunteer_credit.shared.db import db
from volunteer_credit.shared.qr import qr_svg
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = Blueprint("people_security", __name__, template_folder="../templates")

SHOWN, GENERATOR = "people/security.html", "people/totp.html"


@pages.context_processor
def _what_there_is() -> dict[str, Any]:
    totp = totp_of(db.session, signed_in().person_id)
    return {
        "passkeys": own_passkeys(signed_in()),
        "totp": "" if totp is None else "on" if totp[1] is not None else "waiting",
        "app": in_app(request.headers.get("User-Agent", "")),
    }


@pages.get("/me/security")
@requires(SIGNED_IN)
def show() -> str:
    """What there is."""
    return render_template(SHOWN, errors={}, given={})


@pages.post("/me/security/passkey/ask")
@requires(SIGNED_IN)
def ask() -> dict[str, Any]:
    """What the browser is to make, for a script."""
    return told(ask_new_passkey(signed_in()))


@pages.post("/me/security/passkey")
@requires(SIGNED_IN)
def add() -> Response:
    """Keep what the browser made."""
    form = forms.read(AnswerSchema)

    def work() -> Response:
        label = form.values["label"] or label_of(request.headers.get("User-Agent", ""))
        values = form.values
        add_passkey(signed_in(), values["challenge"], values["answer"], label, request_key())
        return on("/me/security", "passkey_added")

    return attempt(form, SHOWN, work)


@pages.post("/me/security/passkey/remove")
@requires(SIGNED_IN)
def remove() -> Response:
    """One less."""
    form = forms.read(PasskeyNameSchema)
    if not form.is_good:
        raise CredentialMissingError
    remove_passkey(signed_in(), form.values["passkey"], request_key())
    return on("/me/security", "passkey_removed")


@pages.post("/me/security/totp")
@requires(SIGNED_IN)
def set_up() -> Response:
    """A new secret, shown this once."""
    address = set_up_totp(signed_in(), request_key())
    return make_response(_generator(address))


@pages.get("/me/security/totp")
@requires(SIGNED_IN)
def show_totp() -> Response:
    """The field for the first code, where the secret was lost from view."""
    totp = totp_of(db.session, signed_in().person_id)
    if totp is None or totp[1] is not None:
        return on("/me/security")
    return make_response(render_template(GENERATOR, errors={}, given={}))


@pages.post("/me/security/totp/confirm")
@requires(SIGNED_IN)
def confirm() -> Response:
    """The generator shows the right code: it counts."""
    form = forms.read(ConfirmCodeSchema)

    def work() -> Response:
        confirm_totp(signed_in(), form.values["code"], request_key())
        return on("/me/security", "totp_added")

    return attempt(form, GENERATOR, work)


@pages.post("/me/security/totp/remove")
@requires(SIGNED_IN)
def remove_generator() -> Response:
    """It counts no more."""
    remove_totp(signed_in(), request_key())
    return on("/me/security", "totp_removed")


def _generator(address: str) -> str:
    secret = address.partition("secret=")[2].partition("&")[0]
    code = qr_svg(address, t("Secret for the code generator", "动态口令密钥"))
    return render_template(GENERATOR, errors={}, given={}, qr=code, secret=secret)
