"""How somebody is named where they are only pointed out: never a whole name, never a number."""

from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.queries.cards import PAPER, number_of
from volunteer_credit.people.queries.consents import has_consent
from volunteer_credit.people.queries.grants import ACTIVE, member_state, person_of
from volunteer_credit.people.rules.ages import Stage, stage_on
from volunteer_credit.people.rules.identity import PersonFields
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.people.rules.reasons import masked_name
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.person_keys_errors import NoPersonKeyError, PersonErasedError

CONSENT = "public_notice"
HEX_SHOWN = 6
DIGITS_SHOWN = 2


def name_on_list(reader: Reader, community_id: str, account: str) -> str:
    """For who decides: the masked name, and the last two digits of card or phone."""
    person_id, fields = _person(reader, community_id, account)
    if fields is None or not fields.name:
        return account[:HEX_SHOWN]
    digits = number_of(reader, person_id, PAPER) or fields.phone
    end = f" …{digits[-DIGITS_SHOWN:]}" if digits else ""
    return masked_name(fields.name) + end


def name_in_public(reader: Reader, community_id: str, account: str, day: int) -> str:
    """For everybody: the masked name of an adult member who agreed, else part of the account."""
    hidden, person_id = account[:HEX_SHOWN], person_of(reader, community_id, account)
    is_member = member_state(reader, community_id, account)[0] == ACTIVE
    if not (is_member and has_consent(reader, person_id, CONSENT, community_id)):
        return hidden
    fields = _person(reader, community_id, account)[1]
    if fields is None or not fields.name:
        return hidden
    is_adult = stage_on(fields.birth_day, day) is Stage.ADULT
    return masked_name(fields.name) if is_adult else hidden


def _person(reader: Reader, community_id: str, account: str) -> tuple[str, PersonFields | None]:
    person_id = person_of(reader, community_id, account)
    try:
        return person_id, read_person(reader, person_id).fields if person_id else None
    except (PersonUnknownError, PersonErasedError, NoPersonKeyError):
        return person_id, None
