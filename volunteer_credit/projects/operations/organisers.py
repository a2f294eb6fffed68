"""For whom somebody may publish, and who may lead there (谁组织谁记录)."""

from dataclasses import dataclass, replace

from volunteer_credit.people.operations.authority import Authority, authorise
from volunteer_credit.people.queries.communities import community
from volunteer_credit.people.queries.grants import holders_of
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.queries.organisations import (
    organisation,
    organisations,
    organisations_of,
    positions,
)
from volunteer_credit.people.rules.organisations import (
    ADMIN,
    COORDINATOR,
    GROUP,
    OrganisationUnknownError,
)
from volunteer_credit.people.rules.roles import COMMUNITY, POSITIONS, Target
from volunteer_credit.projects.operations.times import today
from volunteer_credit.projects.rules.errors import NotYourOrganiserError, ShiftUnknownError
from volunteer_credit.projects.rules.states import COMMITTEE
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.errors import DeniedError, SignInError
from volunteer_credit.shared.runtime import current

CHANGE, STAFF = "project.change", "staff"
ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Organiser:
    """A body that may publish. `organiser`: its id, or `committee`."""

    organiser: str
    name: str


def target_of(community_id: str, organiser: str) -> Target:
    """What an act about this organiser's activities is about."""
    return Target(community_id, organisation_id="" if organiser == COMMITTEE else organiser)


def as_own(caller: Caller, organiser: str) -> Caller:
    """The caller in the face that counts: whoever has a place in the body uses that first."""
    return caller if organiser == COMMITTEE else replace(caller, face=COORDINATOR)


def organisers_of(reader: Reader, caller: Caller, community_id: str) -> list[Organiser]:
    """For whom the caller may publish here: their own bodies, and as staff the committee."""
    own = [
        Organiser(organisation_id, name)
        for organisation_id, name, position in organisations_of(reader, caller.person_id)
        if position in (COORDINATOR, ADMIN) and is_at_home(reader, organisation_id, community_id)
    ]
    if not may_change(reader, caller, Target(community_id)):
        return own
    groups = organisations(reader, community_id)
    found = [Organiser(COMMITTEE, committee_name(reader, community_id)), *own]
    return list(dict.fromkeys([*found, *(Organiser(each[0], each.name) for each in groups)]))


def looks_after(reader: Reader, caller: Caller, community_id: str, organiser: str) -> bool:
    """Whether the caller looks after what an organiser announced: staff also of an ended group."""
    if organiser in [each.organiser for each in organisers_of(reader, caller, community_id)]:
        return True
    found = organisation(reader, organiser)
    is_ended_here = (
        found is not None and found.state != ACTIVE and found.community_id == community_id
    )
    return is_ended_here and may_change(reader, caller, Target(community_id))


def may_change(reader: Reader, caller: Caller, target: Target, action: str = CHANGE) -> bool:
    """Whether the caller may do that now, as far as is known before the lock."""
    at_ms, day = current().clock.now_ms(), today(reader, target.community_id)
    try:
        authorise(reader, caller, action, target, at_ms=at_ms, day=day)
    except (DeniedError, SignInError):
        return False
    return True


def named(
    reader: Reader, authority: Authority, organiser: str, *, is_announced: bool = False
) -> str:
    """The organiser's name, if this authority may publish for it.

    `is_announced`: it was published before, so staff may change it when the group has ended.

    Raises: NotYourOrganiserError, OrganisationUnknownError.
    """
    if organiser == COMMITTEE:
        return committee_name(reader, authority.community_id)
    found = organisation(reader, organiser)
    is_over = found is not None and found.state != ACTIVE
    if found is None or (is_over and not (is_announced and authority.role == STAFF)):
        raise OrganisationUnknownError
    if not is_at_home(reader, organiser, authority.community_id):
        raise NotYourOrganiserError
    if authority.role == STAFF and found.kind != GROUP:
        raise NotYourOrganiserError
    return found.name


def is_at_home(reader: Reader, organisation_id: str, community_id: str) -> bool:
    """Whether a body works here: a group does so in its own community only."""
    found = organisation(reader, organisation_id)
    return found is not None and found.community_id in (None, community_id)


def committee_name(reader: Reader, community_id: str) -> str:
    """The residents' committee, as records name it. Raises: ShiftUnknownError without one."""
    found = community(reader, community_id)
    if found is None:
        raise ShiftUnknownError
    return f"{found.name}居民委员会"


def lead_accounts(reader: Reader, community_id: str, organiser: str, day: int) -> list[str]:
    """Who may lead for an organiser: those with a place in it, or the community's staff."""
    found = set[str]()
    if organiser == COMMITTEE or _is_group(reader, organiser):
        found |= holders_of(reader, community_id, STAFF, COMMUNITY, day)
    if organiser != COMMITTEE:
        held = [each for each, place in positions(reader, organiser).items() if place in POSITIONS]
        accounts = (account_of(reader, each, community_id) for each in held)
        found |= {each for each in accounts if each}
    return sorted(found)


def _is_group(reader: Reader, organisation_id: str) -> bool:
    found = organisation(reader, organisation_id)
    return found is not None and found.kind == GROUP
