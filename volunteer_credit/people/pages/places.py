"""The places of a community: estates, their buildings and units, and the grids they lie in."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.place_view import outer_places, place_seen
from volunteer_credit.people.operations.places import add_place, change_place
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.schemas.own import NothingSchema
from volunteer_credit.people.schemas.places import PlaceAddSchema, PlaceChangeSchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_places", __name__, template_folder="../templates")

ROOT = "/c/<community>/places"
LIST, ONE, CHANGE = (f"people/{each}.html" for each in ("places", "place", "place_change"))


@pages.get(ROOT)
@requires("place.change")
def show(community: str) -> str:
    """Estates and grids."""
    return render_template(LIST, errors={}, given={}, **_outer(community))


@pages.post(ROOT)
@requires("place.change")
def add(community: str) -> Response:
    """Add a place: alone, or in the place whose page has the form."""
    form = forms.read(PlaceAddSchema)
    parent = form.texts.get("parent", "")
    template, shown = (ONE, _one(community, parent)) if parent else (LIST, _outer(community))

    def work() -> Response:
        values = form.values
        place, grid = (values["kind"], values["name"]), values["grid"] or None
        add_place(
            signed_in(), community, place, request_key(), parent_id=parent or None, grid_id=grid
        )
        return on(f"/c/{community}/places{'/' if parent else ''}{parent}", "changed")

    return attempt(form, template, work, **shown)


@pages.get(f"{ROOT}/<place_id>")
@requires("place.change")
def show_one(community: str, place_id: str) -> str:
    """One place, and what lies in it."""
    return render_template(ONE, errors={}, given={}, **_one(community, place_id))


@pages.get(f"{ROOT}/<place_id>/change")
@requires("place.change")
def show_change(community: str, place_id: str) -> str:
    """Its name and grid, filled in."""
    shown = _one(community, place_id)
    place = shown["seen"].place
    given = {"name": place.name, "grid": place.grid_id or ""}
    return render_template(CHANGE, errors={}, given=given, **shown)


@pages.post(f"{ROOT}/<place_id>/change")
@requires("place.change")
def change(community: str, place_id: str) -> Response:
    """Rename it, or put it into a grid."""
    form, shown = forms.read(PlaceChangeSchema), _one(community, place_id)

    def work() -> Response:
        name, grid = form.values["name"], form.values["grid"] or None
        change_place(signed_in(), community, place_id, request_key(), name=name, grid_id=grid)
        return on(f"/c/{community}/places/{place_id}", "changed")

    return attempt(form, CHANGE, work, **shown)


@pages.post(f"{ROOT}/<place_id>/remove")
@requires("place.change")
def remove(community: str, place_id: str) -> Response:
    """Remove it, when nothing belongs to it any more."""
    form, shown = forms.read(NothingSchema), _one(community, place_id)

    def work() -> Response:
        change_place(signed_in(), community, place_id, request_key(), remove=True)
        parent = shown["seen"].parent_id
        return on(f"/c/{community}/places{'/' if parent else ''}{parent}", "removed")

    return attempt(form, CHANGE, work, **shown)


def _outer(community: str) -> dict[str, Any]:
    estates, grids = outer_places(community)
    return {"community": community, "estates": estates, "grids": grids}


def _one(community: str, place_id: str) -> dict[str, Any]:
    return {"community": community, "seen": place_seen(community, place_id)}
