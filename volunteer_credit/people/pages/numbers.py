"""ID number and national volunteer number: optional, each kept with its own consent only."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.agreed import BOUND, Agreed
from volunteer_credit.people.operations.desk_view import desk_person
from volunteer_credit.people.operations.family_view import paper_consents
from volunteer_credit.people.operations.own_record import own_fields
from volunteer_credit.people.operations.persons import change_person
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.consents import has_consent
from volunteer_credit.people.rules.purposes import PURPOSES
from volunteer_credit.people.schemas.family import NumbersSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.forms import Form
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = Blueprint("people_numbers", __name__, template_folder="../templates")

DESK = "/c/<community>/desk/person/<person>/numbers"
OWN_FORM, DESK_FORM = "people/own_numbers.html", "people/desk_numbers.html"


@pages.get("/me/numbers")
@requires(SIGNED_IN)
def show() -> str:
    """Each with its text, and what is kept."""
    return render_template(OWN_FORM, errors={}, given={}, **_own())


@pages.post("/me/numbers")
@requires(SIGNED_IN)
def keep() -> Response:
    """Keep what was filled in and agreed to."""
    shown, caller = _own(), signed_in()
    form = _read(shown["agreed"])

    def work() -> Response:
        agreed = Agreed(_versions(form))
        change_person(caller, caller.person_id, _given(form), key=request_key(), agreed=agreed)
        return on("/me/numbers", "changed")

    return attempt(form, OWN_FORM, work, **shown)


@pages.get(DESK)
@requires("person.change")
def show_desk(community: str, person: str) -> str:
    """The same for somebody at the desk; what is kept is not shown."""
    return render_template(DESK_FORM, errors={}, given={}, **_at_desk(community, person))


@pages.post(DESK)
@requires("person.change")
def keep_desk(community: str, person: str) -> Response:
    """Keep what the person, or a guardian, signed."""
    shown = _at_desk(community, person)
    form = _read(shown["agreed"])

    def work() -> Response:
        agreed = Agreed(_versions(form), form.values["guardian"])
        change_person(
            signed_in(),
            person,
            _given(form),
            key=request_key(),
            community_id=community,
            agreed=agreed,
        )
        return on(f"/c/{community}/desk/person/{person}", "changed")

    return attempt(form, DESK_FORM, work, **shown)


def _read(agreed: Mapping[str, bool]) -> Form:
    """The form; a number without a tick beside its text does not read, nor does an empty one."""
    form = forms.read(NumbersSchema)
    if not form.is_good:
        return form
    given = _given(form)
    unsaid = t("Tick that you agree, or leave the number empty.", "请勾选同意，或不填此号码。")
    wrong = {
        f"{name}_agreed": unsaid
        for name in given
        if not agreed[name] and form.values[f"{name}_agreed"] != "yes"
    }
    if not given:
        wrong["id_number"] = t("Fill in one of the two numbers.", "请至少填写一个号码。")
    return Form(form.texts, form.values, wrong)


def _given(form: Form) -> dict[str, str]:
    return {name: form.values[name] for name in BOUND if form.values[name].strip()}


def _versions(form: Form) -> dict[str, int]:
    ticked = [name for name in BOUND if form.values[f"{name}_agreed"] == "yes"]
    return {BOUND[name]: form.values[f"{name}_version"] for name in ticked}


def _shown(person_id: str) -> dict[str, Any]:
    purposes = {name: PURPOSES[code] for name, code in BOUND.items()}
    agreed = {name: has_consent(db.session, person_id, code) for name, code in BOUND.items()}
    return {"purposes": purposes, "agreed": agreed}


def _own() -> dict[str, Any]:
    caller = signed_in()
    return {"fields": own_fields(caller), **_shown(caller.person_id)}


def _at_desk(community: str, person: str) -> dict[str, Any]:
    found = desk_person(signed_in(), community, person)
    return {
        "community": community,
        "person": found,
        "guardians": paper_consents(person, community).guardians,
        **_shown(person),
    }
