"""Consents that were signed on paper, and roles that are proposed: for one person at the desk."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.consent_rows import consent_rows
from volunteer_credit.people.operations.consents import (
    ConsentAsked,
    give_consent,
    withdraw_consent,
)
from volunteer_credit.people.operations.desk_view import desk_person
from volunteer_credit.people.operations.grants import propose_role
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.rules.grants import CITY_ROLES, FAR_DAY, GrantDayError, RoleGrant
from volunteer_credit.people.rules.roles import COMMUNITY, FACTS, ROLES
from volunteer_credit.people.schemas.desk import PaperConsentSchema, RoleSchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_desk_consents", __name__, template_folder="../templates")

ROOT = "/c/<community>/desk/person/<person>"
CONSENTS, ROLE = "people/desk_consents.html", "people/desk_role.html"
GRANTABLE = tuple(
    role.code
    for role in ROLES.values()
    if role.reach == COMMUNITY and role.code not in FACTS | CITY_ROLES
)


@pages.get(f"{ROOT}/consents")
@requires("consent.record")
def show(community: str, person: str) -> str:
    """What they agreed to."""
    found = desk_person(signed_in(), community, person)
    rows = consent_rows(person, community)
    return render_template(
        CONSENTS, errors={}, given={}, community=community, person=found, rows=rows
    )


@pages.post(f"{ROOT}/consents")
@requires("consent.record")
def record(community: str, person: str) -> Response:
    """Write down what was signed."""
    form = forms.read(PaperConsentSchema)
    found = desk_person(signed_in(), community, person)

    def work() -> Response:
        values = form.values
        asked = ConsentAsked(
            values["purpose"], values["version"], values["subject"], person, community
        )
        gives = values["act"] == "give"
        (give_consent if gives else withdraw_consent)(signed_in(), asked, request_key())
        done = "given" if gives else "withdrawn"
        return on(f"/c/{community}/desk/person/{person}/consents", done)

    rows = consent_rows(person, community)
    return attempt(form, CONSENTS, work, community=community, person=found, rows=rows)


@pages.get(f"{ROOT}/role")
@requires("role.propose")
def show_role(community: str, person: str) -> str:
    """Which role, and until when."""
    found = desk_person(signed_in(), community, person)
    return render_template(
        ROLE, errors={}, given={}, community=community, person=found, roles=GRANTABLE
    )


@pages.post(f"{ROOT}/role")
@requires("role.propose")
def propose(community: str, person: str) -> Response:
    """Propose it; a second person decides."""
    form = forms.read(RoleSchema)
    found = desk_person(signed_in(), community, person)

    def work() -> Response:
        grant = RoleGrant(
            found.account, form.values["role"], until_day=_day(form.values["until_day"])
        )
        propose_role(signed_in(), community, grant, request_key())
        return on(f"/c/{community}/approvals", "proposed")

    return attempt(form, ROLE, work, community=community, person=found, roles=GRANTABLE)


def _day(text: str) -> int:
    """The last day, as `2026-12-31` or `20261231`; nothing: no end. Raises: GrantDayError."""
    digits = text.replace("-", "").strip()
    if not digits:
        return FAR_DAY
    if not (digits.isascii() and digits.isdigit()):
        raise GrantDayError
    return int(digits)
