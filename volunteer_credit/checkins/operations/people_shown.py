"""Names at the door: the first character and two digits, enough to tell people apart."""

from collections.abc import Iterable

from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.queries.cards import PAPER, PASS, number_of
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.person_keys_errors import PersonErasedError

DIGITS = 2


def shown_name(reader: Reader, community_id: str, account: str) -> str:
    """`王* ·34`: the last two digits are those of the card, the pass or the phone."""
    person_id = person_of(reader, community_id, account)
    if not person_id:
        return "*"
    try:
        known = read_person(reader, person_id).fields
    except (PersonUnknownError, PersonErasedError):
        return "*"
    number = number_of(reader, person_id, PAPER) or number_of(reader, person_id, PASS)
    digits = (number or known.phone or "")[-DIGITS:]
    return f"{masked(known.name)} ·{digits}" if digits else masked(known.name)


def masked(name: str) -> str:
    """The first character of a name."""
    return f"{name[:1]}*"


def shown_names(reader: Reader, community_id: str, accounts: Iterable[str]) -> dict[str, str]:
    """The same for several accounts."""
    return {each: shown_name(reader, community_id, each) for each in dict.fromkeys(accounts)}


def own_masked(reader: Reader, person_id: str) -> str:
    """The caller's own name, as it may stand on a screen that others see."""
    return masked(read_person(reader, person_id).fields.name)
