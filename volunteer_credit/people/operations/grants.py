"""Roles: proposed by one, approved by another, and in force from the approval on.

A role is taken away in the same way, with a last day that is past. `authorise` reads the rows, so
nobody keeps a right by staying signed in.
"""

from collections.abc import Mapping
from typing import Any

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Actor, Appended, Request
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.pairs import approve, propose_in, register_effect
from volunteer_credit.people.operations.sealed import FOUND_STATES
from volunteer_credit.people.operations.session_ends import shorten_sessions
from volunteer_credit.people.queries.grants import (
    ACTIVE,
    accounts_of,
    grants_of,
    member_state,
    person_of,
)
from volunteer_credit.people.queries.persons import state_of
from volunteer_credit.people.rules.grants import GranteeUnknownError, RoleGrant, check_grant
from volunteer_credit.people.rules.roles import CITY, Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import retried
from volunteer_credit.shared.runtime import current

ROLE = "role"


@retried
def propose_role(
    caller: Caller | None, community_id: str, grant: RoleGrant, key: str, *, operator: int = 1
) -> int:
    """Propose a role for somebody, or take one away; the seq of the proposal.

    `caller` None: the operator with this number, who has the shell of the machine.
    Raises: as `authorised` and `propose_in`; GranteeUnknownError, RoleUnknownError, GrantDayError.
    """
    target = Target(community_id)
    actor = Actor(f"operator:{operator}", "operator")
    if caller is not None:
        actor = acting(caller, "role.propose", community_id, target)
    with perform(community_id, Request(actor, key, "role.propose", grant.data)) as operation:
        if caller is not None:
            authorised(operation, caller, "role.propose", target)
        if not operation.replayed:
            operation.answer({"seq": propose_role_in(operation, caller, grant).seq})
    return int(operation.result["seq"])


def propose_role_in(operation: Operation, caller: Caller | None, grant: RoleGrant) -> Appended:
    """Propose a role as a step of an operation that has asked for authority.

    Raises: as `propose_in`; GranteeUnknownError, RoleUnknownError, GrantDayError.
    """
    _check(operation, grant)
    return propose_in(operation, caller, ROLE, grant.data, grant.account)


def approve_role(caller: Caller, community_id: str, seq: int, key: str) -> int:
    """Approve a role as the second person; the seq of the approval. Raises: as `approve`."""
    return approve(caller, community_id, seq, key)


def _check(operation: Operation, grant: RoleGrant) -> None:
    session, book = operation.session, operation.community_id
    person_id = person_of(session, book, grant.account)
    state, _grid = member_state(session, book, grant.account)
    if not person_id or (book != CITY and state != ACTIVE):
        raise GranteeUnknownError
    held = grants_of(session, book, accounts_of(session, person_id, book), operation.day)
    is_held = any((each.role, each.scope) == (grant.role, grant.scope) for each in held)
    check_grant(grant, book, operation.day, is_held=is_held)


def write_grant(
    operation: Operation, data: Mapping[str, Any], appended: Appended, account: str = ""
) -> None:
    """Write what a book grants, as its effect; it replaces what stood there."""
    operation.session.merge(
        GrantRow(
            community_id=operation.community_id,
            account=account or data["account"],
            role=data["role"],
            scope=data["scope"],
            until_day=data["until_day"],
            seq=appended.seq,
        )
    )


def _granted(operation: Operation, data: Mapping[str, Any], appended: Appended) -> None:
    # The account may have been merged into another since: grants stand by root (P6).
    session, book = operation.session, operation.community_id
    person_id = person_of(session, book, data["account"])
    if state_of(session, person_id) not in FOUND_STATES:
        raise GranteeUnknownError  # erased, or left for good, since it was proposed
    accounts = accounts_of(session, person_id, book)
    states = {member_state(session, book, each)[0] for each in accounts}
    if book != CITY and ACTIVE not in states:
        raise GranteeUnknownError
    write_grant(operation, data, appended, accounts[0])
    session.flush()
    shorten_sessions(session, person_id, current().clock.now_ms())


register_effect(ROLE, _granted)
