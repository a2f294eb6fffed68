"""Joining a community: a random account number that only the person's vault row knows.

Two operations: the city's book links the person, the community's has the member. A crash between
the two is finished by the retry, or by anybody who adds the person once more: the second is done by
state and under a random key, because a key that stood in both books would join person and account.
"""

from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.sealed import FOUND_STATES, Vault, person, put
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.queries.persons import guardians_of, state_of
from volunteer_credit.people.rules.ages import Stage, stage_on
from volunteer_credit.people.rules.person_errors import GuardianNeededError, PersonUnknownError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current


@retried
def join_community(
    caller: Caller, person_id: str, *, community_id: str, key: str, grid_id: str = ""
) -> str:
    """Make a person a member of a community, once; their account number in its book.

    Raises: as `authorised`; PersonUnknownError, GuardianNeededError.
    """
    target = Target(community_id, person_id, grid_id=grid_id)
    asked = request_digest(db.session, {"person": person_id, "community": community_id})
    actor = acting(caller, "member.add", CITY, target)
    with perform(CITY, Request(actor, key, "member.add", {"asked": asked})) as operation:
        authorised(operation, caller, "member.add", target)
        if not operation.replayed:
            link(operation.session, person_id, community_id, operation.at_ms, operation.day)
            operation.answer({})
    account = linked_account(db.session, person_id, community_id)
    actor = acting(caller, "member.add", community_id, target)
    request = Request(actor, new_id(current().random), "member.add", {"account": account})
    with perform(community_id, request) as operation:
        authorised(operation, caller, "member.add", target)
        enter(operation, person_id, account)
        operation.answer({})
    return account


def enter(operation: Operation, person_id: str, account: str) -> None:
    """Inside a community's operation: make the person whom `link` linked a member.

    Raises: PersonUnknownError for whom an erasure or a merge has reached since.
    """
    session, community_id = operation.session, operation.community_id
    is_here = state_of(session, person_id) in FOUND_STATES
    if not is_here or account_of(session, person_id, community_id) != account:
        raise PersonUnknownError
    ensure_member(session, community_id, account, operation.at_ms)


def link(session: Session, person_id: str, community_id: str, at_ms: int, day: int) -> None:
    """Give a person an account number in a community's book, as a step of a city operation.

    Whoever had left everything is back by this. `day`: today, YYYYMMDD.
    Raises: PersonUnknownError, GuardianNeededError.
    """
    row, vault = person(session, person_id)
    is_minor = stage_on(vault.fields.birth_day, day) is not Stage.ADULT
    if is_minor and not guardians_of(session, person_id):
        raise GuardianNeededError
    if vault.account(community_id) and row.state != "locked":
        return
    if row.state == "locked":
        row.state = "active"
    account = vault.account(community_id) or new_id(current().random)
    links = {*vault.links, (community_id, account)}
    put(session, row, Vault(vault.fields, tuple(sorted(links)), vault.former), at_ms)


def linked_account(reader: Reader, person_id: str, community_id: str) -> str:
    """The number that `link` gave. Raises: PersonUnknownError for who has none."""
    account = account_of(reader, person_id, community_id)
    if account is None:
        raise PersonUnknownError
    return account


def ensure_member(session: Session, community_id: str, account: str, at_ms: int) -> MemberRow:
    """Have an active member of this number, as a step of a community's operation."""
    row = session.get(MemberRow, (community_id, account))
    if row is None:
        row = MemberRow(
            community_id=community_id, account=account, state="active", joined_at_ms=at_ms
        )
        session.add(row)
    elif row.state == "left":
        row.state, row.left_at_ms = "active", None
    return row
