"""Guardians and proxies: confirmed at the desk from documents, and ended there."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.desk_view import desk_person
from volunteer_credit.people.operations.family_view import desk_family
from volunteer_credit.people.operations.guardians import confirm_guardian, end_guardian
from volunteer_credit.people.operations.proxies import confirm_proxy, end_proxy
from volunteer_credit.people.pages.answers import attempt, on, unticked
from volunteer_credit.people.queries.family import GUARDIAN
from volunteer_credit.people.schemas.family import GuardianSchema, ProxySchema, StandingSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = Blueprint("people_desk_family", __name__, template_folder="../templates")

PERSON = "/c/<community>/desk/person/<person>"
FAMILY, GUARDIAN_FORM, PROXY_FORM = (
    f"people/desk_{each}.html" for each in ("family", "guardian", "proxy")
)


@pages.get(f"{PERSON}/family")
@requires("guardian.confirm")
def show(community: str, person: str) -> str:
    """Who stands for them, and for whom they stand."""
    return render_template(FAMILY, errors={}, given={}, **_family(community, person))


@pages.get(f"{PERSON}/family/guardian")
@requires("guardian.confirm")
def show_guardian(community: str, person: str) -> str:
    """Whose card, and what was seen."""
    found = desk_person(signed_in(), community, person)
    return render_template(GUARDIAN_FORM, errors={}, given={}, community=community, person=found)


@pages.post(f"{PERSON}/family/guardian")
@requires("guardian.confirm")
def guardian(community: str, person: str) -> Response:
    """Confirm a guardian, whose documents were seen."""
    found = desk_person(signed_in(), community, person)
    unseen = t("Look at the documents of both first.", "请先核对双方证件，再勾选确认。")
    form = unticked(forms.read(GuardianSchema), "seen", unseen)

    def work() -> Response:
        other = card_of(db.session, form.values["card"]).person_id
        confirm_guardian(signed_in(), person, other, community_id=community, key=request_key())
        return on(f"/c/{community}/desk/person/{person}/family", "confirmed")

    return attempt(form, GUARDIAN_FORM, work, community=community, person=found)


@pages.get(f"{PERSON}/family/proxy")
@requires("proxy.confirm")
def show_proxy(community: str, person: str) -> str:
    """Whose card, and how the person agreed."""
    found = desk_person(signed_in(), community, person)
    return render_template(PROXY_FORM, errors={}, given={}, community=community, person=found)


@pages.post(f"{PERSON}/family/proxy")
@requires("proxy.confirm")
def proxy(community: str, person: str) -> Response:
    """Confirm one of the family, to whom this person agreed."""
    form, found = forms.read(ProxySchema), desk_person(signed_in(), community, person)

    def work() -> Response:
        other, how = card_of(db.session, form.values["card"]).person_id, form.values["how"]
        confirm_proxy(signed_in(), person, other, how, community_id=community, key=request_key())
        return on(f"/c/{community}/desk/person/{person}/family", "confirmed")

    return attempt(form, PROXY_FORM, work, community=community, person=found)


@pages.post(f"{PERSON}/family/end")
@requires("guardian.confirm")
def end(community: str, person: str) -> Response:
    """Somebody stands for this person no longer."""
    form, shown = forms.read(StandingSchema), _family(community, person)

    def work() -> Response:
        ending = end_guardian if form.values["kind"] == GUARDIAN else end_proxy
        pair = person, form.values["name"]
        ending(signed_in(), *pair, community_id=community, key=request_key())
        return on(f"/c/{community}/desk/person/{person}/family", "standing_ended")

    return attempt(form, FAMILY, work, **shown)


def _family(community: str, person: str) -> dict[str, Any]:
    found = desk_person(signed_in(), community, person)
    return {"community": community, "person": found, "family": desk_family(person)}
