"""One's family: for whom one stands, with their data and consents, and who stands for oneself."""

from typing import Any

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.consents import (
    ConsentAsked,
    give_consent,
    withdraw_consent,
)
from volunteer_credit.people.operations.family_view import Ward, own_family, own_ward
from volunteer_credit.people.operations.persons import change_person
from volunteer_credit.people.operations.proxies import end_proxy
from volunteer_credit.people.operations.proxy_view import own_asks
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.pages.own import given_fields
from volunteer_credit.people.queries.family import GUARDIAN
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.people.schemas.own import ConsentSchema, FieldsSchema, NamedSchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_family", __name__, template_folder="../templates")

ROOT = "/me/family/<ward>"
CHANGE, CONSENT = "people/own_change.html", "people/consent.html"


@pages.get("/me/family")
@requires(SIGNED_IN)
def show() -> str:
    """Both sides."""
    caller = signed_in()
    family, (asked, asking) = own_family(caller), own_asks(caller)
    shown = {"family": family, "asked": asked, "asking": asking}
    return render_template("people/own_family.html", **shown)


@pages.post("/me/family/end")
@requires(SIGNED_IN)
def end() -> Response:
    """Somebody acts for oneself no longer."""
    form, caller = forms.read(NamedSchema), signed_in()
    if not form.is_good:
        raise PersonUnknownError
    end_proxy(caller, caller.person_id, form.values["name"], key=request_key())
    return on("/me/family", "standing_ended")


@pages.get(ROOT)
@requires(SIGNED_IN)
def show_one(ward: str) -> str:
    """What is kept of somebody one stands for, and what a guardian decides for them."""
    return render_template("people/own_ward.html", ward=own_ward(signed_in(), ward))


@pages.get(f"{ROOT}/change")
@requires(SIGNED_IN)
def show_change(ward: str) -> str:
    """The form, filled in."""
    found = _guarded(ward)
    return render_template(CHANGE, errors={}, given=found.fields, **_about(found))


@pages.post(f"{ROOT}/change")
@requires(SIGNED_IN)
def change(ward: str) -> Response:
    """Keep the new data."""
    form, found = forms.read(FieldsSchema), _guarded(ward)

    def work() -> Response:
        change_person(signed_in(), ward, given_fields(form), key=request_key())
        return on(f"/me/family/{ward}", "changed")

    return attempt(form, CHANGE, work, **_about(found))


@pages.get(f"{ROOT}/consents/<purpose>/<subject>")
@requires(SIGNED_IN)
def show_consent(ward: str, purpose: str, subject: str) -> str:
    """The whole text, and one button."""
    shown = _consent(_guarded(ward), purpose, subject)
    return render_template(CONSENT, errors={}, given={}, **shown)


@pages.post(f"{ROOT}/consents/<purpose>/<subject>")
@requires(SIGNED_IN)
def consent(ward: str, purpose: str, subject: str) -> Response:
    """Give it for one's ward, or take it back."""
    form, shown = forms.read(ConsentSchema), _consent(_guarded(ward), purpose, subject)

    def work() -> Response:
        asked = ConsentAsked(purpose, form.values["version"], subject, ward)
        gives = form.values["act"] == "give"
        (give_consent if gives else withdraw_consent)(signed_in(), asked, request_key())
        return on(f"/me/family/{ward}", "given" if gives else "withdrawn")

    return attempt(form, CONSENT, work, **shown)


def _guarded(person_id: str) -> Ward:
    """A minor whose guardian the caller is; of others one decides nothing."""
    found = own_ward(signed_in(), person_id)
    if found.kind != GUARDIAN:
        abort(404)
    return found


def _about(found: Ward) -> dict[str, Any]:
    return {"root": f"/me/family/{found.person_id}", "whose": found.name}


def _consent(found: Ward, purpose: str, subject: str) -> dict[str, Any]:
    rows = [each for each in found.rows if (each.purpose.code, each.subject) == (purpose, subject)]
    if not rows:
        abort(404)
    return {"row": rows[0], **_about(found)}
