"""One's session and one's own data."""

from typing import Any

from flask import jsonify
from flask.views import MethodView

from volunteer_credit.people.api.family import consent_told
from volunteer_credit.people.operations.accesses import Looked, who_looked
from volunteer_credit.people.operations.agreed import Agreed
from volunteer_credit.people.operations.cards import own_pass, pass_shown
from volunteer_credit.people.operations.consent_rows import consent_rows
from volunteer_credit.people.operations.consents import (
    ConsentAsked,
    give_consent,
    withdraw_consent,
)
from volunteer_credit.people.operations.faces import own_faces
from volunteer_credit.people.operations.own_export import own_export
from volunteer_credit.people.operations.own_record import own_fields
from volunteer_credit.people.operations.persons import change_person
from volunteer_credit.people.operations.session_ends import end_session, own_sessions, sign_out
from volunteer_credit.people.operations.sessions import choose_face
from volunteer_credit.people.queries.cards import PASS, number_of
from volunteer_credit.people.queries.sessions import SessionSeen
from volunteer_credit.people.rules.card_errors import CardUnknownError
from volunteer_credit.people.schemas import calls
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.web import cookies, csrf
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("own", __name__, description="One's session and one's own data.")


@api.route("/session")
class Session(MethodView):
    """The session of who calls."""

    @requires(SIGNED_IN)
    @api.response(200, calls.SessionSchema)
    def get(self) -> dict[str, Any]:
        """Who calls, and as what they may work."""
        return _told(signed_in())

    @requires(SIGNED_IN)
    @api.arguments(calls.FaceSchema)
    @api.response(200, calls.SessionSchema)
    def put(self, face: dict[str, str]) -> dict[str, Any]:
        """Work somewhere else, or as something else."""
        return _told(choose_face(signed_in(), face["community_id"], face["face"]))

    @requires(SIGNED_IN)
    @api.response(204)
    def delete(self) -> None:
        """Sign out."""
        sign_out(signed_in())
        cookies.forget_session()


def _told(caller: Caller) -> dict[str, Any]:
    return {
        "method": caller.method,
        "is_shared_phone": caller.is_shared_phone,
        "stepped_up_until_ms": caller.stepped_up_until_ms,
        "community_id": caller.community_id,
        "face": caller.face,
        "csrf_token": csrf.token(),
        "faces": own_faces(caller),
    }


@api.route("/me")
class Me(MethodView):
    """One's own data."""

    @requires(SIGNED_IN)
    @api.response(200, calls.OwnDataSchema)
    def get(self) -> dict[str, Any]:
        """What is kept of oneself."""
        return {"fields_": own_fields(signed_in())}

    @requires(SIGNED_IN)
    @api.arguments(calls.OwnChangeSchema)
    @api.response(200, calls.OwnDataSchema)
    def patch(self, given: dict[str, Any]) -> dict[str, Any]:
        """Change some of it."""
        caller, agreed = signed_in(), Agreed(given.pop("agreed", {}))
        change_person(caller, caller.person_id, given, key=request_key(), agreed=agreed)
        return {"fields_": own_fields(caller)}


@api.route("/me/sessions")
@requires(SIGNED_IN)
@api.response(200, calls.OwnSessionSchema(many=True))
def sessions() -> list[SessionSeen]:
    """Where one is signed in."""
    return own_sessions(signed_in())


@api.route("/me/sessions/<session>", methods=["DELETE"])
@requires(SIGNED_IN)
@api.response(204)
def end(session: str) -> None:
    """End one of them."""
    end_session(signed_in(), session)


@api.route("/me/looked")
@requires(SIGNED_IN)
@api.response(200, calls.LookSchema(many=True))
def looked() -> list[Looked]:
    """Who looked at one's record, newest first."""
    return who_looked(signed_in())


@api.route("/me/export")
@requires(SIGNED_IN)
@api.response(200, {"type": "object"})
def export() -> Any:
    """Everything that is kept about oneself."""
    return jsonify(own_export(signed_in()))


@api.route("/me/pass")
class Pass(MethodView):
    """One's pass."""

    @requires(SIGNED_IN)
    @api.response(200, calls.PassSchema)
    def get(self) -> dict[str, str]:
        """What it shows now; 404 before it is made."""
        caller = signed_in()
        code, number = pass_shown(caller), number_of(db.session, caller.person_id, PASS)
        if code is None or number is None:
            raise CardUnknownError
        return {"number": number, "code": code}

    @requires(SIGNED_IN)
    @api.response(201, calls.PassSchema)
    def post(self) -> dict[str, str]:
        """Make it, once."""
        number = own_pass(signed_in(), request_key())
        return {"number": number, "code": pass_shown(signed_in()) or ""}


@api.route("/me/consents")
class Consents(MethodView):
    """What one agreed to."""

    @requires(SIGNED_IN)
    @api.response(200, calls.OwnConsentSchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """Every purpose, with its text."""
        return [consent_told(row) for row in consent_rows(signed_in().person_id)]

    @requires(SIGNED_IN)
    @api.arguments(calls.ConsentChangeSchema)
    @api.response(204)
    def post(self, given: dict[str, Any]) -> None:
        """Give one, or take it back."""
        asked = ConsentAsked(given["purpose"], given["version"], given["subject"])
        act = give_consent if given["act"] == "give" else withdraw_consent
        act(signed_in(), asked, request_key())
