"""Inviting somebody from the machine's shell: the first persons of a city, before anybody is staff.

Afterwards the desk adds persons (persons.py, memberships.py) and issues their slips (slips.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.operations.agreed import refuse_numbers
from volunteer_credit.people.operations.digests import check_same, personal_digest
from volunteer_credit.people.operations.memberships import enter, link, linked_account
from volunteer_credit.people.operations.persons import new_person, prepare_person
from volunteer_credit.people.operations.slips import issue, slip_made
from volunteer_credit.people.queries.communities import community
from volunteer_credit.people.rules.identity import PersonFields, parse_fields
from volunteer_credit.people.rules.slips import Slip
from volunteer_credit.shared.db import NoBookError, db, end_reading, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

OPERATOR = Actor("operator:1", "operator")


@dataclass(frozen=True, slots=True)
class Invited:
    """A new person, their account number in the community's book if they joined one, their slip."""

    person_id: str
    account: str
    slip: Slip


def invite(given: Mapping[str, object], community_id: str, kind: str, key: str) -> Invited:
    """Add a person, and issue a slip: `invitation` signs them in, `device` enrols one.

    `given`: as `parse_fields` takes it. `community_id`: empty for who joins none yet.
    Raises: NoBookError, ConsentNeededError, and as `parse_fields`, `new_person` and `link`.
    """
    fields = parse_fields(given)
    refuse_numbers(fields)
    end_reading()
    if community_id and community(db.session(), community_id) is None:
        raise NoBookError(community=community_id)
    person_id, slip = _add(fields, community_id, kind, key)
    return Invited(person_id, _join(person_id, community_id), slip)


@retried
def _add(fields: PersonFields, community_id: str, kind: str, key: str) -> tuple[str, Slip]:
    body = {"community": community_id, "kind": kind}
    prepared_id = prepare_person()
    with perform(CITY, Request(OPERATOR, key, "invite", body)) as operation:
        if operation.replayed:
            made = operation.result
            check_same(made["asked"], made["person"], fields.stored())
            slip = slip_made(operation, kind, made["person"], made["expires_at_ms"])
            return made["person"], slip
        session, at_ms, day = operation.session, operation.at_ms, operation.day
        person_id = new_person(session, prepared_id, fields, at_ms=at_ms, day=day)
        if community_id:
            link(session, person_id, community_id, at_ms, day)
        slip = issue(operation, kind, person_id, community_id, "")
        asked = personal_digest(person_id, fields.stored())
        made = {"person": person_id, "asked": asked, "expires_at_ms": slip.expires_at_ms}
        operation.answer(made)
        return person_id, slip


@retried
def _join(person_id: str, community_id: str) -> str:
    if not community_id:
        return ""
    end_reading()
    account = linked_account(db.session(), person_id, community_id)
    # A key that stood in both books would join person and account.
    request = Request(OPERATOR, new_id(current().random), "invite", {"to": account})
    with perform(community_id, request) as operation:
        enter(operation, person_id, account)
        operation.answer({})
    return account
