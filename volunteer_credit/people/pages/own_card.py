"""One's card, and one's pass: a code that changes, on one's own screen."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.cards import end_card, own_pass, pass_shown
from volunteer_credit.people.pages.answers import on
from volunteer_credit.people.queries.cards import ACTIVE, PAPER, PASS, cards_of
from volunteer_credit.people.rules.card_errors import CardUnknownError
from volunteer_credit.people.schemas.own import NamedSchema
from volunteer_credit.shared.db import db
from volunteer_credit.shared.qr import qr_svg
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = Blueprint("people_card", __name__, template_folder="../templates")

SHOWN_SECONDS = 20
DIGITS_ZH = "零一二三四五六七八九"
DIGITS_EN = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@pages.get("/me/card")
@requires(SIGNED_IN)
def show() -> str:
    """The card's number, and the pass as it is now; the page asks again by itself."""
    caller = signed_in()
    cards = cards_of(db.session, caller.person_id)
    numbers = {kind: number for number, kind, state, _ in cards if state == ACTIVE}
    code, number = pass_shown(caller), numbers.get(PASS, "")
    return render_template(
        "people/card.html",
        card=numbers.get(PAPER, ""),
        number=number,
        spoken=spoken(number),
        qr=qr_svg(address(code), t("Your pass", "您的志愿码")) if code else "",
        seconds=SHOWN_SECONDS,
    )


@pages.post("/me/card/pass")
@requires(SIGNED_IN)
def make() -> Response:
    """Make the pass, once."""
    own_pass(signed_in(), request_key())
    return on("/me/card")


@pages.get("/me/card/lost")
@requires(SIGNED_IN)
def show_lost() -> str:
    """Before a card ends."""
    cards = cards_of(db.session, signed_in().person_id)
    card = next((each[0] for each in cards if each[1:3] == (PAPER, ACTIVE)), "")
    return render_template("people/card_lost.html", card=card)


@pages.post("/me/card/lost")
@requires(SIGNED_IN)
def lost() -> Response:
    """The card opens nothing any more."""
    form = forms.read(NamedSchema)
    own = [each[0] for each in cards_of(db.session, signed_in().person_id)]
    if form.values.get("name") not in own:  # nor is it told whether it is somebody else's
        raise CardUnknownError
    end_card(signed_in(), form.values["name"], "", request_key())
    return on("/", "card_ended")  # a session that the card began has ended too


def address(code: str) -> str:
    """What a pass's QR says: in capitals, so that the QR is small."""
    return f"{current().settings.public_url}/P/{code}".upper()


def spoken(number: str) -> str:
    """The number digit by digit, to be said at a desk or by telephone."""
    zh = "".join(DIGITS_ZH[int(each)] for each in number)
    return t(" ".join(DIGITS_EN[int(each)] for each in number), f"{zh[:4]} {zh[4:]}".strip())
