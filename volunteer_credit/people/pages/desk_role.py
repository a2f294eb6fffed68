"""Roles: proposed for one person at the desk, in this community or for one grid or shop of it."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.desk_view import desk_person
from volunteer_credit.people.operations.grants import propose_role
from volunteer_credit.people.operations.place_view import grid_names, outer_places
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.rules.grants import CITY_ROLES, FAR_DAY, GrantDayError, RoleGrant
from volunteer_credit.people.rules.roles import COMMUNITY, FACTS, GRID, MERCHANT, ROLES
from volunteer_credit.people.schemas.desk import RoleSchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import requires
from volunteer_credit.web.forms import Form
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.languages import t

pages = Blueprint("people_desk_role", __name__, template_folder="../templates")

ROOT = "/c/<community>/desk/person/<person>/role"
ROLE = "people/desk_role.html"
GRANTABLE = tuple(
    role.code
    for role in ROLES.values()
    if role.reach in (COMMUNITY, GRID, MERCHANT) and role.code not in FACTS | CITY_ROLES
)


@pages.get(ROOT)
@requires("role.propose")
def show(community: str, person: str) -> str:
    """Which role, for what, and until when."""
    return render_template(ROLE, errors={}, given={}, **_shown(community, person))


@pages.post(ROOT)
@requires("role.propose")
def propose(community: str, person: str) -> Response:
    """Propose it; a second person decides."""
    shown = _shown(community, person)
    form = _with_scope(forms.read(RoleSchema), shown["grids"])

    def work() -> Response:
        role, until_day = form.values["role"], _day(form.values["until_day"])
        grant = RoleGrant(shown["person"].account, role, _scope(form), until_day)
        propose_role(signed_in(), community, grant, request_key())
        return on(f"/c/{community}/approvals", "proposed")

    return attempt(form, ROLE, work, **shown)


def _shown(community: str, person: str) -> dict[str, Any]:
    found = desk_person(signed_in(), community, person)
    return {
        "community": community,
        "person": found,
        "roles": GRANTABLE,
        "grids": outer_places(community)[1],
        "grid_names": grid_names(community),
    }


def _with_scope(form: Form, grids: list[Any]) -> Form:
    """A role that is held for something says for what: one of this community's grids, a shop."""
    if not form.is_good:
        return form
    reach, wrong = _reach(form), {}
    if reach == GRID and form.values["grid"] not in [each.place_id for each in grids]:
        wrong["grid"] = t("Choose the grid.", "请选择网格。")
    if reach == MERCHANT and not form.values["merchant"]:
        wrong["merchant"] = t("Enter the shop's number.", "请填写商户编号。")
    return Form(form.texts, form.values, wrong)


def _scope(form: Form) -> str:
    reach = _reach(form)
    return f"{reach}:{form.values[reach]}" if reach in (GRID, MERCHANT) else COMMUNITY


def _reach(form: Form) -> str:
    role = ROLES.get(form.values["role"])
    return role.reach if role else ""


def _day(text: str) -> int:
    """The last day, as `2026-12-31` or `20261231`; nothing: no end. Raises: GrantDayError."""
    digits = text.replace("-", "").strip()
    if not digits:
        return FAR_DAY
    if not (digits.isascii() and digits.isdigit()):
        raise GrantDayError
    return int(digits)
