"""How a resident is named on a list at the door: a first character and two digits, no more."""

from dataclasses import dataclass

from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.queries.cards import PAPER, number_of
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.people.rules.reasons import masked_name
from volunteer_credit.shared.db import Reader

DIGITS = 2


@dataclass(frozen=True, slots=True)
class DoorName:
    """`name`: masked; empty for who is not known any more. `digits`: of card, else phone."""

    account: str
    name: str = ""
    digits: str = ""


def door_name(reader: Reader, community_id: str, account: str) -> DoorName:
    """How the list of a shift names an account."""
    person_id = person_of(reader, community_id, account)
    try:
        fields = read_person(reader, person_id).fields
    except PersonUnknownError:
        return DoorName(account)
    number = number_of(reader, person_id, PAPER) or fields.phone
    return DoorName(account, masked_name(fields.name), number[-DIGITS:])
