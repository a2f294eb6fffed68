"""Organisations, as a community's staff or the city registers them."""

from typing import Any

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.organisation_ends import (
    Ending,
    end_organisation,
    reopen_organisation,
)
from volunteer_credit.people.operations.organisations import NewOrganisation, register_organisation
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.organisations import (
    Organisation,
    ended_in,
    organisation,
    organisations,
)
from volunteer_credit.people.rules.organisations import (
    DAY_MS,
    END_REASONS,
    GROUP,
    KINDS,
    REOPEN_DAYS,
)
from volunteer_credit.people.rules.roles import CITY
from volunteer_credit.people.schemas.organisations import BodyEndSchema, RegisterSchema
from volunteer_credit.people.schemas.own import NothingSchema
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_organisations", __name__, template_folder="../templates")

ROOT = "/c/<community>/organisations"
SHOWN_MAX = 50
LIST, REGISTER, END = (f"people/organisation{each}.html" for each in ("s", "_new", "_end"))


@pages.get(ROOT)
@requires("organisation.register")
def show(community: str) -> str:
    """The city's bodies by a part of their name, and the groups of this community."""
    name = request.args.get("name", "").strip()
    return render_template(LIST, errors={}, given={"name": name}, **_listed(community, name))


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


@pages.get(f"{ROOT}/<organisation>/end")
@requires("organisation.change")
def show_end(community: str, organisation: str) -> str:
    """Why, and what follows."""
    return render_template(END, errors={}, given={}, **_body(community, organisation))


@pages.post(f"{ROOT}/<organisation>/end")
@requires("organisation.change")
def end(community: str, organisation: str) -> Response:
    """It ends; its members read the reason."""
    form, shown = forms.read(BodyEndSchema), _body(community, organisation, has_ended=True)

    def work() -> Response:
        ending = Ending(form.values["reason"], form.values["words"])
        end_organisation(signed_in(), _here(community), organisation, ending, request_key())
        return on(f"/c/{community}/organisations", "body_ended_here")

    return attempt(form, END, work, **shown)


@pages.post(f"{ROOT}/<organisation>/reopen")
@requires("organisation.change")
def reopen(community: str, organisation: str) -> Response:
    """It goes on, with whoever was in it."""
    form = forms.read(NothingSchema)

    def work() -> Response:
        reopen_organisation(signed_in(), _here(community), organisation, request_key())
        return on(f"/c/{community}/organisations", "body_reopened")

    return attempt(form, LIST, work, **_listed(community))


def _here(community: str) -> str:
    return "" if community == CITY else community


def _listed(community: str, name: str = "") -> dict[str, Any]:
    """What is here, and what ended lately and may come back."""
    listed = [
        each
        for each in organisations(db.session)
        if name in each.name and (each.kind != GROUP or each.community_id == community)
    ]
    # This community's own come first: a city has thousands of the others.
    listed.sort(key=lambda each: each.community_id is None)
    since_ms = current().clock.now_ms() - REOPEN_DAYS * DAY_MS
    return {
        "community": community,
        "organisations": listed[:SHOWN_MAX],
        "more": len(listed) > SHOWN_MAX,
        "ended": ended_in(db.session, None if community == CITY else community, since_ms),
        "reopen_days": REOPEN_DAYS,
    }


def _body(community: str, organisation_id: str, *, has_ended: bool = False) -> dict[str, Any]:
    """One that may be ended here: a group of the community; by the city any.

    `has_ended`: or that has been, where the same request may come once more.
    """
    found: Organisation | None = organisation(db.session, organisation_id)
    is_here = community == CITY or (found is not None and found.community_id == community)
    if found is None or not (has_ended or found.state == "active") or not is_here:
        abort(404)
    days = {"reopen_days": REOPEN_DAYS}
    return {"community": community, "body": found, "reasons": END_REASONS, **days}


def _shown(community: str) -> dict[str, Any]:
    kinds = [each for each in KINDS if each != GROUP or community != CITY]
    return {"community": community, "kinds": kinds}
