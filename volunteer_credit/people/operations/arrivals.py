"""Who comes to a desk for the first time: added, a minor with a guardian, and a member."""

from typing import NamedTuple

from volunteer_credit.people.operations.memberships import join_community
from volunteer_credit.people.operations.persons import add_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.rules.ages import Stage, check_birth_day, stage_on
from volunteer_credit.people.rules.identity import PersonFields
from volunteer_credit.people.rules.person_errors import GuardianNeededError
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.runtime import current

KEY_LENGTH_MAX = 120  # a request's key and the word after it fit into the column


class Added(NamedTuple):
    """A new member: the person, and their account number in the community's book."""

    person_id: str
    account: str


def add_member(
    caller: Caller,
    fields: PersonFields,
    *,
    community_id: str,
    key: str,
    grid_id: str = "",
    guardian_card: str = "",
) -> Added:
    """Add a person at a desk and make them a member; a crash between is finished by the retry.

    `guardian_card`: the card of a minor's guardian, typed or scanned; without it no minor is added.
    Raises: BirthDayError, GuardianNeededError, and as `add_person` and `join_community`.
    """
    day = day_of(current().clock.now_ms())
    check_birth_day(fields.birth_day, day)
    if stage_on(fields.birth_day, day) is not Stage.ADULT and not guardian_card.strip():
        raise GuardianNeededError
    made = add_person(
        caller,
        fields,
        community_id=community_id,
        key=key,
        grid_id=grid_id,
        guardian_card=guardian_card,
    )
    join_key = f"{key[:KEY_LENGTH_MAX]} join"
    account = join_community(caller, made, community_id=community_id, key=join_key, grid_id=grid_id)
    return Added(made, account)
