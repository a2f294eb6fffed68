"""What waits for a second person."""

from typing import Any

from volunteer_credit.people.operations.approvals_seen import proposal_seen, waiting
from volunteer_credit.people.operations.decisions import approve_any, withdraw_any
from volunteer_credit.people.operations.grants import propose_role
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.grants import RoleGrant
from volunteer_credit.people.schemas import calls, desk
from volunteer_credit.shared.db import db
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("approvals", __name__, description="What needs two persons.")

ROOT = "/communities/<community>/approvals"


@api.route(ROOT)
@requires("approval.read")
@api.response(200, calls.ApprovalSchema(many=True))
def show(community: str) -> list[dict[str, Any]]:
    """What waits and is the caller's to approve, or to take back; oldest first."""
    found = waiting(signed_in(), community)
    account = account_of(db.session, signed_in().person_id, community)
    every = sorted([*found.mine, *found.own, *found.rest], key=lambda each: each.seq)
    return [
        {
            "seq": each.seq,
            "name": each.name,
            "subject": each.subject,
            "proposer": each.proposer,
            "proposed_at_ms": each.proposed_at_ms,
            "is_asked": each.asked is not None and each.asked == account,
        }
        for each in every
    ]


@api.route(f"{ROOT}/<int:seq>/approve", methods=["POST"])
@requires("approval.read")
@api.response(201, calls.WrittenSchema)
def say_yes(community: str, seq: int) -> dict[str, int]:
    """Approve, as the second person, on one's own device; one steps up first."""
    proposal_seen(signed_in(), community, seq)  # of others nothing is told
    return {"seq": approve_any(signed_in(), community, seq, request_key())}


@api.route(f"{ROOT}/<int:seq>/withdraw", methods=["POST"])
@requires("approval.read")
@api.arguments(desk.WithdrawSchema)
@api.response(201, calls.WrittenSchema)
def end(given: dict[str, str], community: str, seq: int) -> dict[str, int]:
    """End a proposal without approving it."""
    proposal_seen(signed_in(), community, seq)
    return {"seq": withdraw_any(signed_in(), community, seq, given["reason"], request_key())}


@api.route("/communities/<community>/roles", methods=["POST"])
@requires("role.propose")
@api.arguments(calls.RoleProposalSchema)
@api.response(201, calls.WrittenSchema)
def propose(given: dict[str, Any], community: str) -> dict[str, int]:
    """Propose a role, or that one is taken away."""
    grant = RoleGrant(given["account"], given["role"], given["scope"], given["until_day"])
    return {"seq": propose_role(signed_in(), community, grant, request_key())}
