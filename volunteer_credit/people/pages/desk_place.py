"""Where a member lives: entered at the desk, or by the worker of their grid."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.desk_view import desk_person
from volunteer_credit.people.operations.place_view import place_paths_of, place_where
from volunteer_credit.people.operations.places import move_member
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.schemas.places import HomeSchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_desk_place", __name__, template_folder="../templates")

ROOT = "/c/<community>/desk/person/<person>/place"
HOME = "people/desk_place.html"


@pages.get(ROOT)
@requires("household.confirm")
def show(community: str, person: str) -> str:
    """Where they live, as far as it is entered."""
    shown = _home(community, person)
    return render_template(HOME, errors={}, given={"place": shown["place"]}, **shown)


@pages.post(ROOT)
@requires("household.confirm")
def move(community: str, person: str) -> Response:
    """Enter where they live; nothing chosen: nowhere."""
    form, shown = forms.read(HomeSchema), _home(community, person)

    def work() -> Response:
        account, place = shown["person"].account, form.values["place"] or None
        move_member(signed_in(), community, account, place, request_key())
        return on(f"/c/{community}/desk/person/{person}", "changed")

    return attempt(form, HOME, work, **shown)


def _home(community: str, person: str) -> dict[str, Any]:
    found = desk_person(signed_in(), community, person)
    return {
        "community": community,
        "person": found,
        "paths": place_paths_of(community),
        "place": place_where(community, found.account),
    }
