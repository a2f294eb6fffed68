"""A founder says no: nobody has to found a community because somebody named them.

The book, which names both, stays as it is; its community is never opened, and its code is used up.
"""

from volunteer_credit.journal.operations.balances import opened_families
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.membership import CommunityRow
from volunteer_credit.people.operations.accepting import OPERATOR, founders_of
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.memberships import ensure_member
from volunteer_credit.people.queries.communities import community
from volunteer_credit.people.queries.founding import DECLINED, FOUNDING
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.founding import FoundingMissingError
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, end_reading, retried
from volunteer_credit.shared.runtime import current

ACTION = "self.leave"


def decline_founding(caller: Caller, community_id: str, key: str) -> None:
    """Say no as one of the two, also after having accepted alone. Twice is once.

    Raises: FoundingMissingError (also when both have accepted), NotSignedInError.
    """
    end_reading()
    found = community(db.session(), community_id)
    account = account_of(db.session(), caller.person_id, community_id)
    if found is None or account is None or found.state not in (FOUNDING, DECLINED):
        raise FoundingMissingError
    if found.state == FOUNDING:
        _decline(caller, community_id, account, key)
        _end(community_id)


@retried
def _decline(caller: Caller, community_id: str, account: str, key: str) -> None:
    """As one who has left: whoever accepts from now on is told that the other has gone."""
    request = Request(Actor(account, "founder"), key, "founding.decline", {"place": community_id})
    with perform(community_id, request) as operation:
        session, at_ms = operation.session, current().clock.now_ms()
        authorise(session, caller, ACTION, at_ms=at_ms, day=operation.day)
        if operation.replayed:
            return
        both = founders_of(operation)
        signed = opened_families(operation, [f"hours:{each}" for each in both])
        if account not in both or len(signed) == len(both):
            raise FoundingMissingError
        row = ensure_member(session, community_id, account, operation.at_ms)
        row.state, row.left_at_ms = "left", operation.at_ms
        operation.answer({})


@retried
def _end(community_id: str) -> None:
    """Say in the city that nobody waits for it any more; twice is once."""
    request = Request(OPERATOR, f"decline {community_id}", "community.decline")
    with perform(CITY, request) as operation:
        if not operation.replayed:
            row = operation.session.get_one(CommunityRow, community_id)
            row.state = DECLINED
            operation.answer({})
