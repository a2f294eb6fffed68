"""One's household: with whom one lives, by everybody's own word."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.household_asking import ask_into_household
from volunteer_credit.people.operations.household_view import Housemate, own_household
from volunteer_credit.people.operations.households import agree_to_household, leave_household
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.settings import belongings
from volunteer_credit.people.rules.households import HouseholdUnknownError
from volunteer_credit.people.schemas.own import HouseholdAddSchema, NamedSchema
from volunteer_credit.shared.db import db
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.limits import limited

pages = Blueprint("people_household", __name__, template_folder="../templates")

SHOWN = "people/household.html"
HOURLY = (20, 3600)  # cards that one may name


@pages.get("/me/household")
@requires(SIGNED_IN)
def first() -> Response:
    """Where one works, else the first community that one belongs to."""
    caller = signed_in()
    here = [
        each.community_id
        for each in belongings(db.session, caller.person_id)
        if each.state == "active"
    ]
    if not here:
        return redirect("/me", 303)
    chosen = caller.community_id if caller.community_id in here else here[0]
    return redirect(f"/me/household/{chosen}", 303)


@pages.get("/me/household/<community>")
@requires("self.household")
def show(community: str) -> str:
    """Who belongs to it, and what one can do."""
    mates = own_household(signed_in(), community)
    return render_template(
        SHOWN, errors={}, given={}, mates=mates, own=_own(mates), community=community
    )


@pages.post("/me/household/<community>/add")
@requires("self.household")
@limited("household", per_session=HOURLY)
def add(community: str) -> Response:
    """Ask somebody by their card; the first one makes the household."""
    caller, form = signed_in(), forms.read(HouseholdAddSchema)
    mates = own_household(caller, community)

    def work() -> Response:
        ask_into_household(caller, community, form.values["card"], request_key())
        return on(f"/me/household/{community}", "asked")

    return attempt(form, SHOWN, work, mates=mates, own=_own(mates), community=community)


@pages.post("/me/household/<community>/agree")
@requires("self.household")
def agree(community: str) -> Response:
    """Yes, I live there."""
    agree_to_household(signed_in(), community, request_key())
    return on(f"/me/household/{community}", "changed")


@pages.post("/me/household/<community>/leave")
@requires("self.household")
def leave(community: str) -> Response:
    """No longer, or never again; or take out somebody, as the representative."""
    form = forms.read(NamedSchema)
    if not form.is_good:
        raise HouseholdUnknownError
    act = form.values["name"]
    account = "" if act in ("leave", "decline") else act
    caller, declines = signed_in(), act == "decline"
    leave_household(caller, community, request_key(), account=account, decline=declines)
    return on(f"/me/household/{community}", "changed")


def _own(mates: list[Housemate]) -> Housemate | None:
    return mates[0] if mates else None
