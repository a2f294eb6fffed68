"""A household as those in it see it, and finding the next one by the card they show."""

from dataclasses import dataclass

from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.people.queries.households import household_of, present
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.card_errors import CardUnknownError
from volunteer_credit.people.rules.households import ASKED
from volunteer_credit.people.rules.reasons import masked_name
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db
from volunteer_credit.shared.runtime import current


@dataclass(frozen=True, slots=True)
class Housemate:
    """One of a household. `name`: masked, and empty until they agreed."""

    account: str
    name: str
    state: str
    is_representative: bool
    is_self: bool


def own_household(caller: Caller, community_id: str) -> list[Housemate]:
    """Who belongs to the caller's household, oneself first; nobody where there is none.

    Raises: as `authorise`.
    """
    at_ms = current().clock.now_ms()
    target = Target(community_id)
    authorise(db.session, caller, "self.household", target, at_ms=at_ms, day=day_of(at_ms))
    account = account_of(db.session, caller.person_id, community_id) or ""
    return housemates(db.session, community_id, account)


def housemates(reader: Reader, community_id: str, account: str) -> list[Housemate]:
    """Who belongs to the household of an account, that one first."""
    household_id = household_of(reader, community_id, account)
    inside = present(reader, community_id, household_id) if household_id else {}
    found = [
        Housemate(
            each,
            _name(reader, community_id, each) if state != ASKED or each == account else "",
            state,
            is_first,
            each == account,
        )
        for each, (state, is_first) in inside.items()
    ]
    return sorted(found, key=lambda each: (not each.is_self, each.account))


def account_by_card(community_id: str, text: str) -> str:
    """The account here of whoever's card or pass this is.

    Raises: CardUnknownError, also for somebody of another community; as `card_of`.
    """
    seen = card_of(db.session, text)
    account = account_of(db.session, seen.person_id, community_id)
    if account is None:
        raise CardUnknownError
    return account


def _name(reader: Reader, community_id: str, account: str) -> str:
    person_id = person_of(reader, community_id, account)
    return masked_name(read_person(reader, person_id).fields.name) if person_id else ""
