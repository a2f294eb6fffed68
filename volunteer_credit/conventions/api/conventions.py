"""The convention as data, and who takes part."""

from typing import Any

from flask import jsonify
from flask.views import MethodView

from volunteer_credit.conventions.operations.adopting import Proposed, propose_convention
from volunteer_credit.conventions.operations.contracts import end_contract, sign_contract
from volunteer_credit.conventions.operations.shown import shown
from volunteer_credit.conventions.rules.adoption import Adoption
from volunteer_credit.conventions.rules.checks import convention_of
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.json_schema import json_schema
from volunteer_credit.conventions.rules.reading import plain, read
from volunteer_credit.conventions.schemas import calls
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("conventions", __name__, description="Conventions as data, and contracts.")

ROOT = "/communities/<community>"


@api.route("/convention-schema")
@requires(NOBODY)
@api.response(200, {"type": "object"})
def schema() -> Any:
    """The JSON Schema of a convention."""
    return jsonify(json_schema(Convention))


@api.route(f"{ROOT}/convention")
@requires(NOBODY)
@api.response(200, calls.ConventionInForceSchema)
def in_force(community: str) -> dict[str, Any]:
    """What governs today, and all versions."""
    found = shown(community)
    return {
        "name": found.now.name if found.now else None,
        "effective_day": found.now.effective_day if found.now else None,
        "document": plain(found.now.convention) if found.now else None,
        "signed": found.signed,
        "versions": found.versions,
    }


@api.route(f"{ROOT}/conventions", methods=["POST"])
@requires("convention.propose")
@api.arguments(calls.ConventionProposalSchema)
@api.response(201, calls.ConventionProposedSchema)
def propose(given: dict[str, Any], community: str) -> Proposed:
    """Propose a version with the record of its adoption."""
    convention = convention_of(given["convention"])
    vote = read(Adoption, given["adoption"])
    return propose_convention(signed_in(), community, convention, vote, request_key())


@api.route(f"{ROOT}/contract")
class Contract(MethodView):
    """One's part in the points scheme."""

    @requires("convention.sign")
    @api.arguments(calls.ContractPersonSchema)
    @api.response(201, calls.ContractSchema)
    def post(self, given: dict[str, str], community: str) -> dict[str, int]:
        """Sign, for oneself or as a guardian."""
        return {"seq": sign_contract(signed_in(), community, request_key(), given["person_id"])}

    @requires("convention.sign")
    @api.response(200, calls.ContractSchema)
    def delete(self, community: str) -> dict[str, int]:
        """Leave it; hours go on."""
        return {"seq": end_contract(signed_in(), community, request_key())}
