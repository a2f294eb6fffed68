"""A person as the desk works on them: a masked name, and what can be done. No look at the record.

The record itself is opened for a reason, and that is written down (look_up.py).
"""

from dataclasses import dataclass

from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.household_view import Housemate, housemates
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.cards import PAPER, number_of
from volunteer_credit.people.queries.grants import Grant, grants_of, person_of
from volunteer_credit.people.queries.households import household_of
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.people.rules.reasons import NoSuchPersonError, masked_name
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import DeniedError
from volunteer_credit.shared.person_keys_errors import PersonErasedError
from volunteer_credit.shared.runtime import current


@dataclass(frozen=True, slots=True)
class DeskPerson:
    """Somebody at the desk. `card`: the number of their paper card, or empty."""

    person_id: str
    account: str
    name: str
    card: str
    household_id: str
    household: list[Housemate]
    grants: list[Grant]


def desk_person(caller: Caller, community_id: str, person_id: str) -> DeskPerson:
    """One of this community, for who may open records here. Raises: NoSuchPersonError."""
    at_ms, target = current().clock.now_ms(), Target(community_id, person_id)
    day = day_of(at_ms)
    try:
        found = authorise(db.session, caller, "person.read", target, at_ms=at_ms, day=day)
    except DeniedError as refusal:
        raise NoSuchPersonError from refusal
    account = found.target.account
    return DeskPerson(
        person_id,
        account,
        masked_name(read_person(db.session, person_id).fields.name),
        number_of(db.session, person_id, PAPER) or "",
        household_of(db.session, community_id, account) or "",
        housemates(db.session, community_id, account),
        grants_of(db.session, community_id, [account], day),
    )


def name_of_account(community_id: str, account: str) -> str:
    """The masked name behind an account number of a book; empty for nobody's.

    Also of who is just being erased: a page that lists many stays readable.
    """
    person_id = person_of(db.session, community_id, account)
    try:
        return masked_name(read_person(db.session, person_id).fields.name) if person_id else ""
    except (PersonUnknownError, PersonErasedError):
        return ""
