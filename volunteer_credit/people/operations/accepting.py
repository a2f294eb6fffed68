"""A founder accepts: in a strong session and by an entry of their own, before anybody has a role.

Nobody invents both founders alone: whoever reads the book finds an entry by each of them (they open
their own `hours` account) before anything else, and here the two sign on different devices, and no
one person let both in. Only the operator, who has the machine's shell, stands above that.
"""

from volunteer_credit.journal.operations.balances import open_families, opened_families
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Appended, Request
from volunteer_credit.people.models.membership import CommunityRow
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.grants import write_grant
from volunteer_credit.people.operations.memberships import ensure_member
from volunteer_credit.people.operations.notices import Notice
from volunteer_credit.people.operations.pair_words import Text
from volunteer_credit.people.queries.communities import community
from volunteer_credit.people.queries.founding import (
    FOUNDING,
    IS_OPEN,
    founding_for,
    let_in_by,
)
from volunteer_credit.people.queries.grants import member_state, person_of
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.queries.sessions import is_active, signed_in_on
from volunteer_credit.people.queries.standing import LEFT
from volunteer_credit.people.rules.authority_errors import StrongSignInNeededError
from volunteer_credit.people.rules.founding import (
    FoundersDeviceError,
    FoundersError,
    FoundersLetInError,
    FoundingMissingError,
)
from volunteer_credit.people.rules.grants import RoleGrant
from volunteer_credit.people.rules.roles import STRONG_METHODS
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, end_reading, retried
from volunteer_credit.shared.runtime import current

OPERATOR = Actor("operator:1", "operator")
ACTION = "self.credentials"  # what a card, a slip or an hour-old sign-in does not open


def accept_founding(caller: Caller, community_id: str, key: str) -> str:
    """Accept as one of the two founders; `founding`, or `open` once both have.

    Raises: FoundingMissingError, StrongSignInNeededError, FoundersError (the other one has gone
    or said no since), FoundersDeviceError, FoundersLetInError, NotSignedInError, StepUpNeededError.
    """
    end_reading()
    found = community(db.session(), community_id)
    account = account_of(db.session(), caller.person_id, community_id)
    if found is None or account is None or found.state not in (FOUNDING, IS_OPEN):
        raise FoundingMissingError
    if found.state == IS_OPEN:
        return IS_OPEN
    if not _accept(caller, community_id, account, key):
        return FOUNDING
    open_community(community_id)
    return IS_OPEN


@retried
def _accept(caller: Caller, community_id: str, account: str, key: str) -> bool:
    """Whether both have accepted now."""
    role = "founder"  # until the book is seen; the role of the entry stands in it
    request = Request(Actor(account, role), key, "founding.accept", {"community": community_id})
    with perform(community_id, request) as operation:
        _check_session(operation, caller)
        if not operation.replayed:
            operation.answer({"both": int(_signed(operation, caller, account))})
        return bool(operation.result["both"])


def _check_session(operation: Operation, caller: Caller) -> None:
    """The city's rules for one's own credentials, and a strong sign-in."""
    at_ms = current().clock.now_ms()
    authorise(operation.session, caller, ACTION, at_ms=at_ms, day=operation.day)
    if caller.method not in STRONG_METHODS:
        raise StrongSignInNeededError


def _signed(operation: Operation, caller: Caller, account: str) -> bool:
    roles = founders_of(operation)
    if account not in roles:
        raise FoundingMissingError
    session, community_id = operation.session, operation.community_id
    (other,) = roles.keys() - {account}
    other_id = person_of(session, community_id, other)
    has_declined = any(member_state(session, community_id, each)[0] == LEFT for each in roles)
    if has_declined or not is_active(session, other_id):
        raise FoundersError
    check_let_in(session, caller.person_id, other_id)
    if signed_in_on(session, other_id, caller.device_id):
        raise FoundersDeviceError
    open_families(operation, [f"hours:{account}"], Actor(account, roles[account]))
    if not opened_families(operation, [f"hours:{other}"]):
        return False
    opened = Appended(0, "", operation.at_ms)
    for each, role in roles.items():
        ensure_member(session, community_id, each, operation.at_ms)
        write_grant(operation, RoleGrant(each, role).data, opened)
    return True


def founders_of(operation: Operation) -> dict[str, str]:
    """The two that a book of which nobody has a role yet was opened with: account to role."""
    grants = operation.writing.log.book.parties.grants
    return {account: role for account, role, _scope in grants}


def check_let_in(reader: Reader, one: str, other: str) -> None:
    """Accept two whom no one person let in. Raises: FoundersLetInError."""
    by_one, by_other = let_in_by(reader, one), let_in_by(reader, other)
    if by_one & by_other or other in by_one or one in by_other:
        raise FoundersLetInError


@retried
def open_community(community_id: str) -> None:
    """Say in the city that a community has its two; twice is once."""
    with perform(CITY, Request(OPERATOR, f"open {community_id}", "community.open")) as operation:
        if operation.replayed:
            return
        row = operation.session.get(CommunityRow, community_id)
        assert row is not None
        row.state = IS_OPEN
        operation.answer({})


def founding_notices(caller: Caller) -> list[Notice]:
    """What waits for a founder, on their first page."""
    return [
        Notice(
            "warning",
            Text(f"请您确认发起建立{name}", f"You are asked to found {name}"),
            link=f"/me/founding/{community_id}",
        )
        for community_id, name in founding_for(db.session, caller.person_id)
    ]
