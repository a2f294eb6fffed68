"""The organisations that one belongs to; their administrators look after members and name."""

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.organisation_view import Body, body_seen, member_seen
from volunteer_credit.people.operations.organisations import (
    change_organisation,
    leave_organisation,
    set_position,
)
from volunteer_credit.people.pages.answers import attempt, on
from volunteer_credit.people.queries.organisations import ended_of, organisations_of
from volunteer_credit.people.rules.organisations import DAY_MS, REOPEN_DAYS
from volunteer_credit.people.schemas.organisations import (
    BodyMemberSchema,
    BodyNameSchema,
    BodyPositionSchema,
)
from volunteer_credit.people.schemas.own import LeaveSchema, NothingSchema
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.limits import limited

pages = Blueprint("people_own_organisations", __name__, template_folder="../templates")

OWN = "/me/organisations"
ONE = f"{OWN}/<organisation>"
SHOWN, ADD, MEMBER, NAME, END = (
    f"people/body{each}.html" for each in ("", "_add", "_member", "_name", "_end")
)
NOBODY = slice(0)
SHOWN_MAX = 50  # members on one page
HOURLY = (60, 3600)  # cards that one may name


@pages.get(OWN)
@requires(SIGNED_IN)
def show() -> str:
    """All of them, with one's position."""
    person_id, at_ms = signed_in().person_id, current().clock.now_ms()
    return render_template(
        "people/own_organisations.html",
        bodies=organisations_of(db.session, person_id),
        ended=ended_of(db.session, person_id, at_ms - REOPEN_DAYS * DAY_MS),
        reopen_days=REOPEN_DAYS,
    )


@pages.get(ONE)
@requires(SIGNED_IN)
def show_one(organisation: str) -> str:
    """One of them, as far as one may see it."""
    start = max(0, request.args.get("from", 0, type=int))
    body = body_seen(signed_in(), organisation, part=slice(start, start + SHOWN_MAX))
    further = start + SHOWN_MAX if start + SHOWN_MAX < body.members_count else 0
    return render_template(SHOWN, errors={}, given={}, body=body, further=further)


@pages.post(f"{ONE}/leave")
@requires(SIGNED_IN)
def leave(organisation: str) -> Response:
    """Belong to it no longer."""
    form, body = forms.read(NothingSchema), body_seen(signed_in(), organisation, part=NOBODY)

    def work() -> Response:
        leave_organisation(signed_in(), organisation, request_key())
        return on(OWN, "body_left")

    return attempt(form, SHOWN, work, body=body)


@pages.get(f"{ONE}/add")
@requires(SIGNED_IN)
def show_add(organisation: str) -> str:
    """Whose card, and as what."""
    body = body_seen(signed_in(), organisation, part=NOBODY)
    if not body.may_place:
        abort(404)
    return render_template(ADD, errors={}, given={}, body=body)


@pages.post(f"{ONE}/add")
@requires(SIGNED_IN)
@limited("organisation", per_session=HOURLY)
def add(organisation: str) -> Response:
    """Take somebody in."""
    form, body = forms.read(BodyMemberSchema), body_seen(signed_in(), organisation, part=NOBODY)

    def work() -> Response:
        other, position = (
            card_of(db.session, form.values["card"]).person_id,
            form.values["position"],
        )
        set_position(signed_in(), organisation, other, position, request_key())
        return on(f"{OWN}/{organisation}", "changed")

    return attempt(form, ADD, work, body=body)


@pages.get(f"{ONE}/members/<member>")
@requires(SIGNED_IN)
def show_member(organisation: str, member: str) -> str:
    """One who belongs to it."""
    body, one = member_seen(signed_in(), organisation, member)
    return render_template(MEMBER, errors={}, given={"position": one.position}, body=body, one=one)


@pages.post(f"{ONE}/members/<member>")
@requires(SIGNED_IN)
def place(organisation: str, member: str) -> Response:
    """Give them another position, or let them go."""
    form = forms.read(BodyPositionSchema)
    body, one = member_seen(signed_in(), organisation, member)

    def work() -> Response:
        caller, key, position = signed_in(), request_key(), form.values["position"]
        if position == "out":
            leave_organisation(caller, organisation, key, person_id=member)
        else:
            set_position(caller, organisation, member, position, key)
        return on(OWN if one.is_self else f"{OWN}/{organisation}", "changed")

    return attempt(form, MEMBER, work, body=body, one=one)


@pages.get(f"{ONE}/name")
@requires(SIGNED_IN)
def show_name(organisation: str) -> str:
    """Its name, filled in."""
    body = _changed(organisation)
    return render_template(NAME, errors={}, given={"name": body.organisation.name}, body=body)


@pages.post(f"{ONE}/name")
@requires(SIGNED_IN)
def rename(organisation: str) -> Response:
    """Keep the new name."""
    form, body = forms.read(BodyNameSchema), body_seen(signed_in(), organisation, part=NOBODY)

    def work() -> Response:
        change_organisation(signed_in(), organisation, request_key(), name=form.values["name"])
        return on(f"{OWN}/{organisation}", "changed")

    return attempt(form, NAME, work, body=body)


@pages.get(f"{ONE}/end")
@requires(SIGNED_IN)
def show_end(organisation: str) -> str:
    """Before it ends."""
    return render_template(END, errors={}, given={}, body=_changed(organisation))


@pages.post(f"{ONE}/end")
@requires(SIGNED_IN)
def end(organisation: str) -> Response:
    """It ends, with all positions in it."""
    form, body = forms.read(LeaveSchema), body_seen(signed_in(), organisation, part=NOBODY)

    def work() -> Response:
        change_organisation(signed_in(), organisation, request_key(), end=True)
        return on(OWN, "body_ended")

    return attempt(form, END, work, body=body)


def _changed(organisation: str) -> Body:
    """A body that the caller may rename or end; to others these pages are not there."""
    body = body_seen(signed_in(), organisation, part=NOBODY)
    if not body.may_change:
        abort(404)
    return body
