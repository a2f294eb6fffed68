"""Consents that were signed on paper: written down for one person at the desk."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.consents import (
    ConsentAsked,
    give_consent,
    withdraw_consent,
)
from volunteer_credit.people.operations.desk_view import desk_person
from volunteer_credit.people.operations.family_view import paper_consents
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.schemas.desk import PaperConsentSchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_desk_consents", __name__, template_folder="../templates")

ROOT = "/c/<community>/desk/person/<person>"
CONSENTS = "people/desk_consents.html"


@pages.get(f"{ROOT}/consents")
@requires("consent.record")
def show(community: str, person: str) -> str:
    """What they, or a guardian for them, agreed to."""
    return render_template(CONSENTS, errors={}, given={}, **_shown(community, person))


@pages.post(f"{ROOT}/consents")
@requires("consent.record")
def record(community: str, person: str) -> Response:
    """Write down what was signed."""
    form, shown = forms.read(PaperConsentSchema), _shown(community, person)

    def work() -> Response:
        values = form.values
        asked = ConsentAsked(
            values["purpose"],
            values["version"],
            values["subject"],
            person,
            community,
            values["guardian"],
        )
        gives = values["act"] == "give"
        (give_consent if gives else withdraw_consent)(signed_in(), asked, request_key())
        done = "given" if gives else "withdrawn"
        return on(f"/c/{community}/desk/person/{person}/consents", done)

    return attempt(form, CONSENTS, work, **shown)


def _shown(community: str, person: str) -> dict[str, Any]:
    found = desk_person(signed_in(), community, person)
    return {
        "community": community,
        "person": found,
        "paper": paper_consents(person, community),
    }
