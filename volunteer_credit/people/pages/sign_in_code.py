"""Signing in with a code that is sent to a phone: ask, type, and choose who of a family it is."""

from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.codes import PhoneProved, ask_code, prove_phone
from volunteer_credit.people.operations.sign_in import CODE, sign_in_by_code, ways
from volunteer_credit.people.pages.answers import attempt, browser, enter, on, read_next
from volunteer_credit.people.schemas.sign_in import CodeSchema, PersonSchema, PhoneSchema
from volunteer_credit.web import cookies, forms
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.forms import Form

pages = Blueprint("people_sign_in_code", __name__, template_folder="../templates")

PHONE, TYPED, CHOICE = (f"people/sign_in_code{each}.html" for each in ("", "_typed", "_choice"))


@pages.before_request
def _only_with_a_sender() -> None:
    if CODE not in ways():
        abort(404)


@pages.get("/sign-in/code")
@requires(NOBODY)
def show() -> str:
    """Which phone."""
    return render_template(PHONE, errors={}, given={"next": read_next()})


@pages.post("/sign-in/code")
@requires(NOBODY)
def ask() -> Response:
    """Send a code; what comes next is the same for phones that nobody has."""
    form = forms.read(PhoneSchema)

    def work() -> Response:
        address, device_id = request.remote_addr or "", cookies.device_id()
        asked = ask_code(form.values["phone"], address, device_id)
        return on("/sign-in/code/typed", asked=asked.code_id, next=form.values["next"])

    return attempt(form, PHONE, work)


@pages.get("/sign-in/code/typed")
@requires(NOBODY)
def show_typed() -> str:
    """Which code came."""
    given = {"asked": request.args.get("asked", "")[:64], "next": read_next()}
    return render_template(TYPED, errors={}, given=given)


@pages.post("/sign-in/code/typed")
@requires(NOBODY)
def check() -> Response:
    """The right code lets in who has the phone alone; a family is asked who it is."""
    form = forms.read(CodeSchema)

    def work() -> Response:
        address, device_id = request.remote_addr or "", cookies.known_device_id()
        asked, code = form.values["asked"], form.values["code"]
        return _entered(form, prove_phone(asked, code, address, device_id))

    return attempt(form, TYPED, work)


def _entered(form: Form, proved: PhoneProved) -> Response:
    if len(proved.persons) == 1:
        person_id = proved.persons[0][0]
        return enter(sign_in_by_code(proved.proof, person_id, browser(form)), form.values["next"])
    return make_response(render_template(CHOICE, errors={}, given=form.texts, proved=proved))


@pages.post("/sign-in/code/person")
@requires(NOBODY)
def choose() -> Response:
    """In, as one of the family."""
    form = forms.read(PersonSchema)

    def work() -> Response:
        proof, person_id = form.values["proof"], form.values["person"]
        return enter(sign_in_by_code(proof, person_id, browser(form)), form.values["next"])

    return attempt(form, PHONE, work)
