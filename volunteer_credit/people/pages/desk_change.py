"""Correcting somebody's data at the desk, without opening the record: only what is filled in."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.desk_view import desk_person
from volunteer_credit.people.operations.persons import change_person
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.schemas.desk import CorrectSchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_desk_change", __name__, template_folder="../templates")

ROOT = "/c/<community>/desk/person/<person>/change"
CHANGE = "people/desk_change.html"


@pages.get(ROOT)
@requires("person.change")
def show(community: str, person: str) -> str:
    """An empty form."""
    found = desk_person(signed_in(), community, person)
    return render_template(CHANGE, errors={}, given={}, community=community, person=found)


@pages.post(ROOT)
@requires("person.change")
def change(community: str, person: str) -> Response:
    """Keep what was filled in; the rest stays as it is."""
    form, caller = forms.read(CorrectSchema), signed_in()
    found = desk_person(caller, community, person)

    def work() -> Response:
        given = {name: text for name, text in form.values.items() if text.strip()}
        change_person(caller, person, given, key=request_key(), community_id=community)
        return on(f"/c/{community}/desk/person/{person}", "changed")

    return attempt(form, CHANGE, work, community=community, person=found)
