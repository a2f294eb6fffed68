"""The first page: what this is, or what somebody can do here today."""

from typing import Any

from flask import Blueprint, render_template, request
from marshmallow import Schema
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.approvals_seen import waiting
from volunteer_credit.people.operations.faces import own_faces
from volunteer_credit.people.operations.notices import notices
from volunteer_credit.people.operations.own_record import own_name
from volunteer_credit.people.operations.session_ends import sign_out
from volunteer_credit.people.operations.sessions import choose_face
from volunteer_credit.people.pages.answers import on
from volunteer_credit.people.queries.communities import communities, community
from volunteer_credit.people.rules.roles import CITY, STRONG_METHODS
from volunteer_credit.people.schemas.sign_in import line
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.web import cookies, forms, gate
from volunteer_credit.web.auth import COMMUNITY, NOBODY, SIGNED_IN, requires
from volunteer_credit.web.fields import FieldsError

pages = Blueprint("people_home", __name__, template_folder="../templates")


class FaceSchema(Schema):
    """Where to work, and as what."""

    community = line()
    face = line()


@pages.get("/")
@requires(NOBODY)
def show() -> str:
    """Home."""
    caller = gate.caller()
    if caller is None:
        return render_template("people/welcome.html")
    return render_template(
        "people/home.html",
        me=caller,
        name=own_name(caller),
        faces=own_faces(caller),
        is_strong=caller.method in STRONG_METHODS,
        approvals=_approvals(caller),
        notices=notices(caller),
    )


def _approvals(caller: Caller) -> int | None:
    """How many proposals the caller may approve where they work now; None for who approves none."""
    if caller.face == "volunteer" or not gate.may("approval.read"):
        return None
    return waiting(caller, caller.community_id).count


@pages.post("/face")
@requires(SIGNED_IN)
def choose() -> Response:
    """Work somewhere else, or as something else."""
    form = forms.read(FaceSchema)
    if not form.is_good:
        raise FieldsError
    choose_face(gate.signed_in(), form.values["community"], form.values["face"])
    return on("/")


@pages.post("/sign-out")
@requires(NOBODY)
def leave() -> Response:
    """Done: the session ends here and in the browser, with the pages that it kept."""
    caller = gate.caller()
    if caller is not None:
        sign_out(caller)
        if caller.is_shared_phone:
            cookies.forget_device()
    cookies.forget_session()
    return on("/", "signed_out")


@pages.app_context_processor
def _community() -> dict[str, Any]:
    """The name of the community that a page is about, and whom to call there."""
    try:
        return _named()
    except (ServiceError, SQLAlchemyError):
        return {}  # a page must be sayable while the database is away


def _named() -> dict[str, Any]:
    caller = gate.caller()
    code = (request.view_args or {}).get(COMMUNITY) or (caller.community_id if caller else "")
    if code and code != CITY:
        found = community(db.session, code)
    else:
        everywhere = communities(db.session)
        found = everywhere[0] if len(everywhere) == 1 else None
    if found is None:
        return {}
    return {
        "community_name": found.name,
        "help_phone": found.help_phone,
        "community_code": found.community_id,
    }
