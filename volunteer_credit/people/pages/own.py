"""One's own data: to read, to change, to take along; and how one wants to read pages."""

import json

from flask import Blueprint, Response, render_template
from werkzeug.wrappers import Response as AnyResponse

from volunteer_credit.people.operations.accesses import who_looked
from volunteer_credit.people.operations.own_export import own_export
from volunteer_credit.people.operations.own_record import own_fields
from volunteer_credit.people.operations.persons import change_person
from volunteer_credit.people.operations.settings import change_settings
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.communities import communities
from volunteer_credit.people.queries.settings import belongings, settings_of
from volunteer_credit.people.rules.reasons import REASONS
from volunteer_credit.people.schemas.own import FieldsSchema, SettingsSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web import cookies, forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.forms import Form
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import LARGE, NORMAL

pages = Blueprint("people_own", __name__, template_folder="../templates")

CHANGE, SETTINGS = "people/own_change.html", "people/settings.html"


@pages.get("/me")
@requires(SIGNED_IN)
def show() -> str:
    """What is kept, and everything one can do about it."""
    caller = signed_in()
    return render_template(
        "people/own.html",
        fields=own_fields(caller),
        belongings=belongings(db.session, caller.person_id),
    )


@pages.get("/me/change")
@requires(SIGNED_IN)
def show_change() -> str:
    """The form, filled in."""
    return render_template(CHANGE, errors={}, given=own_fields(signed_in()))


@pages.post("/me/change")
@requires(SIGNED_IN)
def change() -> AnyResponse:
    """Keep the new data."""
    form = forms.read(FieldsSchema)

    def work() -> AnyResponse:
        caller = signed_in()
        change_person(caller, caller.person_id, given_fields(form), key=request_key())
        return on("/me", "changed")

    return attempt(form, CHANGE, work)


def given_fields(form: Form) -> dict[str, object]:
    """What a form of somebody's data says; skills come as one text."""
    skills = form.values["skills"].replace("，", "、").replace(",", "、").split("、")
    return {**form.values, "skills": [each for each in skills if each.strip()]}


@pages.get("/me/looked")
@requires(SIGNED_IN)
def looked() -> str:
    """Who looked at one's record, and why."""
    names = {each.community_id: each.name for each in communities(db.session)}
    looks = who_looked(signed_in())
    return render_template("people/looked.html", looks=looks, reasons=REASONS, names=names)


@pages.get("/me/export")
@requires(SIGNED_IN)
def show_export() -> str:
    """What the file holds."""
    return render_template("people/export.html")


@pages.get("/me/export.json")
@requires(SIGNED_IN)
def export() -> Response:
    """Everything that is kept about one, as a file."""
    text = json.dumps(own_export(signed_in()), ensure_ascii=False, indent=1, default=str)
    response = Response(text, mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename="my-data.json")
    return response


@pages.get("/me/settings")
@requires(SIGNED_IN)
def show_settings() -> str:
    """The form, filled in."""
    language, large = settings_of(db.session, signed_in().person_id)
    given = {"language": language, "large_print": "yes" if large else ""}
    return render_template(SETTINGS, errors={}, given=given)


@pages.post("/me/settings")
@requires(SIGNED_IN)
def change_reading() -> AnyResponse:
    """Keep it for this person, and show it in this browser at once."""
    form = forms.read(SettingsSchema)

    def work() -> AnyResponse:
        language, is_large = form.values["language"], form.values["large_print"] == "yes"
        change_settings(signed_in(), language, request_key(), large_print=is_large)
        _show_at_once(language, is_large=is_large)
        return on("/me/settings", "changed")

    return attempt(form, SETTINGS, work)


def _show_at_once(language: str, *, is_large: bool) -> None:
    if language:
        cookies.set_choice(cookies.LANGUAGE, language)
    cookies.set_choice(cookies.SIZE, LARGE if is_large else NORMAL)
