"""The desk: find somebody for a reason, open their record, add somebody new."""

from typing import Any

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.approvals_seen import waiting
from volunteer_credit.people.operations.arrivals import add_member
from volunteer_credit.people.operations.desk_view import desk_person
from volunteer_credit.people.operations.faces import own_grid
from volunteer_credit.people.operations.look_up import Why, look_up
from volunteer_credit.people.operations.proxy_view import to_confirm
from volunteer_credit.people.operations.search import Terms, search
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.rules.identity import parse_fields
from volunteer_credit.people.rules.reasons import REASONS
from volunteer_credit.people.schemas.desk import AddSchema, SearchSchema, WhySchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import may, signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_desk", __name__, template_folder="../templates")

DESK, FOUND, PERSON, RECORD, ADD = (
    f"people/desk{each}.html" for each in ("", "_found", "_person", "_record", "_add")
)


@pages.context_processor
def _reasons() -> dict[str, Any]:
    return {"reasons": REASONS}


@pages.get("/c/<community>/desk")
@requires("person.search")
def show(community: str) -> str:
    """Search, and what waits."""
    return render_template(DESK, errors={}, given={}, **_waiting(community))


@pages.post("/c/<community>/desk/search")
@requires("person.search")
def find(community: str) -> Response:
    """Who fits; each of them will read who searched, and why."""
    form = forms.read(SearchSchema)

    def work() -> Response:
        caller, values = signed_in(), form.values
        terms = Terms(values["text"], own_grid(caller, community))
        why = Why(values["reason"], values["note"])
        hits = search(caller, community, terms, why, request_key())
        page = render_template(FOUND, hits=hits, given=form.texts, community=community)
        return make_response(page)

    return attempt(form, DESK, work, **_waiting(community))


@pages.get("/c/<community>/desk/person/<person>")
@requires("person.read")
def show_person(community: str, person: str) -> str:
    """What can be done for somebody; the record opens for a reason."""
    found = desk_person(signed_in(), community, person)
    return render_template(PERSON, errors={}, given={}, community=community, person=found)


@pages.post("/c/<community>/desk/person/<person>")
@requires("person.read")
def open_record(community: str, person: str) -> Response:
    """The record, as far as the role sees it."""
    form, caller = forms.read(WhySchema), signed_in()
    found = desk_person(caller, community, person)

    def work() -> Response:
        why = Why(form.values["reason"], form.values["note"])
        seen = look_up(caller, community, person, why, request_key())
        page = render_template(RECORD, community=community, person=found, fields=seen.fields)
        return make_response(page)

    return attempt(form, PERSON, work, community=community, person=found)


@pages.get("/c/<community>/desk/add")
@requires("member.add")
def show_add(community: str) -> str:
    """Who comes for the first time."""
    return render_template(ADD, errors={}, given={}, community=community)


@pages.post("/c/<community>/desk/add")
@requires("member.add")
def add(community: str) -> Response:
    """Add them, and make them a member."""
    form = forms.read(AddSchema)

    def work() -> Response:
        caller, given = signed_in(), dict(form.values)
        card = given.pop("guardian_card", "")
        made = add_member(
            caller,
            parse_fields(given),
            community_id=community,
            key=request_key(),
            grid_id=own_grid(caller, community),
            guardian_card=card,
        )
        return on(f"/c/{community}/desk/person/{made.person_id}", "added")

    return attempt(form, ADD, work, community=community)


def _waiting(community: str) -> dict[str, Any]:
    is_second, confirms = (may(each, community) for each in ("approval.read", "proxy.confirm"))
    return {
        "community": community,
        "waiting": waiting(signed_in(), community).count if is_second else 0,
        "proxies": len(to_confirm(community)) if confirms else 0,
    }
