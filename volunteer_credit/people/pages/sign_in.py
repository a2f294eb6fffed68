"""Signing in with what one has: a card, an enrolled device, a code generator, a slip."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.sign_in import (
    sign_in_by_card,
    sign_in_by_device,
    sign_in_by_totp,
    ways,
)
from volunteer_credit.people.pages.answers import attempt, browser, enter, on, read_next
from volunteer_credit.people.rules.browsers import in_app
from volunteer_credit.people.rules.slips import parse_slip
from volunteer_credit.people.schemas.sign_in import (
    CardSchema,
    PinSchema,
    SlipSchema,
    TotpSchema,
)
from volunteer_credit.web import cookies, forms
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.languages import t

pages = Blueprint("people_sign_in", __name__, template_folder="../templates")

FORMS = {way: f"people/sign_in_{way}.html" for way in ("card", "device", "totp", "slip")}


@pages.get("/sign-in")
@requires(NOBODY)
def show() -> str:
    """The ways that this installation and this browser have."""
    found = [way for way in ways() if way != "device" or cookies.enrolled_secret()]
    app = in_app(request.headers.get("User-Agent", ""))
    return render_template("people/sign_in.html", ways=found, app=app, next=read_next())


@pages.get("/sign-in/<any(card, device, totp, slip):way>")
@requires(NOBODY)
def form_of(way: str) -> str:
    """One way, one page."""
    return render_template(FORMS[way], errors={}, given={"next": read_next()})


@pages.post("/sign-in/card")
@requires(NOBODY)
def card() -> Response:
    """With a card and its PIN."""
    form = forms.read(CardSchema)

    def work() -> Response:
        signed = sign_in_by_card(form.values["card"], form.values["pin"], browser(form))
        return enter(signed, form.values["next"])

    return attempt(form, FORMS["card"], work)


@pages.post("/sign-in/device")
@requires(NOBODY)
def device() -> Response:
    """With the PIN of this enrolled device."""
    form = forms.read(PinSchema)

    def work() -> Response:
        secret = cookies.enrolled_secret()
        return enter(
            sign_in_by_device(secret, form.values["pin"], browser(form)), form.values["next"]
        )

    return attempt(form, FORMS["device"], work)


@pages.post("/sign-in/totp")
@requires(NOBODY)
def totp() -> Response:
    """With a phone number and a code generator."""
    form = forms.read(TotpSchema)

    def work() -> Response:
        signed = sign_in_by_totp(form.values["phone"], form.values["code"], browser(form))
        return enter(signed, form.values["next"])

    return attempt(form, FORMS["totp"], work)


@pages.post("/sign-in/slip")
@requires(NOBODY)
def slip() -> Response:
    """A slip that was typed goes on as one that was scanned."""
    form = forms.read(SlipSchema)
    letters = parse_slip(form.values.get("slip", ""))
    if form.is_good and letters is None:
        wrong = t("A slip has 26 letters and digits.", "凭条上有 26 个字母和数字。")
        form = forms.Form(form.texts, {}, {"slip": wrong})
    return attempt(form, FORMS["slip"], lambda: on(f"/s/{letters}"))
