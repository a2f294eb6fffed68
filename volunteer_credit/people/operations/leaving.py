"""Leaving a community: at once, by one's own word. The hours stay in the book; nothing is erased.

First the community's operation, which decides; then the city's, which follows from it: whoever has
left everywhere is locked to storage and keeps only what the records need. A crash between the two
is finished by the retry or by the nightly job. Coming back gives the same account number.
"""

from dataclasses import replace

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.households import step_out
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.people.operations.sealed import Vault, person, put
from volunteer_credit.people.operations.sessions import end_where, update_sessions
from volunteer_credit.people.queries.leaving import (
    ACTIVE,
    LEFT,
    LOCKED,
    has_city_role,
    left_everywhere,
    member_states,
    stands_for,
)
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.queries.persons import state_of
from volunteer_credit.people.rules.erasing import NoSuchMemberError
from volunteer_credit.people.rules.identity import PersonFields
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

OPERATOR = Actor("operator:1", "operator")
JOB = Actor("system:leave", "system")
LEAVE, END = "self.leave", "member.end"
_sessions = SessionRow.__table__.c


@retried
def leave(
    caller: Caller | None,
    community_id: str,
    key: str,
    person_id: str = "",
    *,
    at_desk: bool = False,
) -> bool:
    """Leave a community, and say whether the person has now left everywhere.

    `person_id`: whom a guardian, or with `at_desk` the community's staff, lets go; else the caller.
    `caller` None: whoever has the machine's shell. A second time changes nothing.
    Raises: NoSuchMemberError, and as `authorised` and `perform`.
    """
    action = END if at_desk else LEAVE
    whom = person_id or (caller.person_id if caller else "")
    account = account_of(db.session, whom, community_id)
    if account is None:
        raise NoSuchMemberError
    target = Target(community_id, whom)
    actor = OPERATOR if caller is None else acting(caller, action, community_id, target)
    with perform(community_id, Request(actor, key, "leave", {"account": account})) as operation:
        if caller is not None:
            authorised(operation, caller, action, target)
        if not operation.replayed:
            leave_member(operation, account)
            operation.answer({})
    return settle_left(whom, community_id)


def leave_member(operation: Operation, account: str) -> None:
    """Inside a community's operation: end a membership and all that hangs on it, if it stands."""
    session, community_id = operation.session, operation.community_id
    row = session.get(MemberRow, (community_id, account))
    if row is None or row.state != ACTIVE:
        return
    step_out(operation, account)
    # The book's grants stay; who comes back by one member of staff gets no role without a pair.
    held = (GrantRow.community_id == community_id, GrantRow.account == account)
    for grant in session.execute(select(GrantRow).where(*held)).scalars():
        session.delete(grant)
    row.state, row.left_at_ms, row.place_id = LEFT, operation.at_ms, None
    for work in hooks().leaving.values():
        work(operation, account)


@retried
def settle_left(person_id: str, community_id: str) -> bool:
    """What follows in the city: no session works there; who left everywhere is locked to storage.

    Whether the person is locked. It may be repeated; its key is random, because the community's
    own would join account and person. Raises: as `perform`.
    """
    request = Request(JOB, new_id(current().random), "leave.settle", {})
    with perform(CITY, request) as operation:
        session = operation.session
        is_here = _sessions.person_id == person_id, _sessions.community_id == community_id
        session.execute(update_sessions({"community_id": "", "face": ""}, *is_here))
        operation.answer(int(_lock(operation, person_id)))
    return bool(operation.result)


def lock_left() -> int:
    """Lock who left everywhere, where a crash kept it from being done; how many. A job."""
    found = left_everywhere(db.session)
    return sum(settle_left(each, "") for each in found)


def _lock(operation: Operation, person_id: str) -> bool:
    session = operation.session
    states = member_states(session, person_id)
    if not states or set(states) != {LEFT}:
        return False
    state = state_of(session, person_id)
    if state != ACTIVE:
        return state == LOCKED
    if has_city_role(session, person_id, operation.day) or stands_for(session, person_id):
        return False
    row, vault = person(session, person_id)
    row.state = LOCKED
    put(session, row, replace(vault, fields=floor_of(vault)), operation.at_ms)
    end_where(session, operation.at_ms, _sessions.person_id == person_id)
    return True


def floor_of(vault: Vault) -> PersonFields:
    """What the records need of somebody who has left: who it was, and how to reach them."""
    fields = vault.fields
    return PersonFields(fields.name, fields.phone, fields.reach, birth_day=fields.birth_day)
