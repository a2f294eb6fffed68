"""The page behind a slip's QR: looking changes nothing, one tap lets in, enrols, or founds."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.bootstrap import enrol_admin
from volunteer_credit.people.operations.devices import enrol_device
from volunteer_credit.people.operations.sign_in import sign_in_by_device, sign_in_by_slip
from volunteer_credit.people.operations.slip_seen import kind_seen
from volunteer_credit.people.pages.answers import attempt, browser, enter, on
from volunteer_credit.people.rules.browsers import label_of
from volunteer_credit.people.rules.slips import ADMIN, DEVICE, INVITATION
from volunteer_credit.people.schemas.sign_in import EnrolSchema, FounderSchema, RedeemSchema
from volunteer_credit.web import cookies, forms, headers
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = Blueprint("people_slips", __name__, template_folder="../templates")

FORMS = {kind: f"people/slip_{kind}.html" for kind in (INVITATION, DEVICE, ADMIN)}


@pages.get("/s/<code>")
@pages.get("/S/<code>")
@pages.get("/d/<code>")
@requires(NOBODY)
def show(code: str) -> str:
    """What the slip is for, and a button."""
    headers.hide_referrer()
    return render_template(FORMS[kind_seen(code)], errors={}, given={}, code=code)


@pages.post("/s/<code>")
@requires(NOBODY)
def redeem(code: str) -> Response:
    """Let the person of an invitation in."""
    form = forms.read(RedeemSchema)

    def work() -> Response:
        return enter(sign_in_by_slip(code, browser(form), request_key()), "/")

    return _attempt(form, INVITATION, code, work)


@pages.post("/d/<code>")
@requires(NOBODY)
def enrol(code: str) -> Response:
    """Enrol this browser with a PIN, and sign in with it."""
    form = forms.read(EnrolSchema)
    if form.is_good and form.values["pin"] != form.values["pin_again"]:
        differs = t("The two PINs are not the same.", "两次输入的密码不一致。")
        form = forms.Form(form.texts, {}, {"pin_again": differs})

    def work() -> Response:
        label = form.values["label"] or label_of(request.headers.get("User-Agent", ""))
        address, pin = request.remote_addr or "", form.values["pin"]
        made = enrol_device(code, pin, label, address, request_key())
        cookies.set_enrolled(made.secret)
        return enter(sign_in_by_device(made.secret, pin, browser(form)), "/")

    return _attempt(form, DEVICE, code, work)


@pages.post("/s/<code>/founder")
@requires(NOBODY)
def found(code: str) -> Response:
    """One of the city's first two says who they are; what signs them in comes right after."""
    form = forms.read(FounderSchema)

    def work() -> Response:
        given = {name: form.values[name] for name in ("name", "phone", "reach")}
        made = enrol_admin(code, given, request.remote_addr or "", request_key())
        signed = sign_in_by_slip(made.code, browser(form), f"{request_key()} in")
        enter(signed, "/")
        return on("/me/security", "founded")

    return _attempt(form, ADMIN, code, work)


def _attempt(form: forms.Form, kind: str, code: str, work: Any) -> Response:
    headers.hide_referrer()
    return attempt(form, FORMS[kind], work, code=code)
