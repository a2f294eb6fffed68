"""Organisations, as a community's staff or the city registers them."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.organisations import NewOrganisation, register_organisation
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.organisations import organisations
from volunteer_credit.people.rules.organisations import GROUP, KINDS
from volunteer_credit.people.rules.roles import CITY
from volunteer_credit.people.schemas.organisations import RegisterSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_organisations", __name__, template_folder="../templates")

ROOT = "/c/<community>/organisations"
SHOWN_MAX = 50
LIST, REGISTER = "people/organisations.html", "people/organisation_new.html"


@pages.get(ROOT)
@requires("organisation.register")
def show(community: str) -> str:
    """The city's bodies by a part of their name, and the groups of this community."""
    name = request.args.get("name", "").strip()
    listed = [
        each
        for each in organisations(db.session)
        if name in each.name and (each.kind != GROUP or each.community_id == community)
    ]
    # This community's own come first: a city has thousands of the others.
    listed.sort(key=lambda each: each.community_id is None)
    return render_template(
        LIST,
        given={"name": name},
        organisations=listed[:SHOWN_MAX],
        more=len(listed) > SHOWN_MAX,
        community=community,
    )


@pages.get(f"{ROOT}/new")
@requires("organisation.register")
def show_new(community: str) -> str:
    """What it is, and who looks after it."""
    return render_template(REGISTER, errors={}, given={}, **_shown(community))


@pages.post(f"{ROOT}/new")
@requires("organisation.register")
def register(community: str) -> Response:
    """Register it with its first administrator."""
    form = forms.read(RegisterSchema)

    def work() -> Response:
        values, here = form.values, "" if community == CITY else community
        group_of = here if values["kind"] == GROUP and here else None
        new = NewOrganisation(values["kind"], values["name"], values["registration"], group_of)
        admin = card_of(db.session, values["card"]).person_id
        register_organisation(signed_in(), here, new, admin, request_key())
        return on(f"/c/{community}/organisations", "registered")

    return attempt(form, REGISTER, work, **_shown(community))


def _shown(community: str) -> dict[str, Any]:
    kinds = [each for each in KINDS if each != GROUP or community != CITY]
    return {"community": community, "kinds": kinds}
