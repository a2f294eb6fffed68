"""An organisation as whoever asks may see it: its administrator, one of it, the city's own."""

from dataclasses import dataclass

from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.organisations import ACTIVE, CHANGE, MEMBERS
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.organisations import Organisation, organisation, positions
from volunteer_credit.people.rules.organisations import ADMIN, POSITIONS, OrganisationUnknownError
from volunteer_credit.people.rules.reasons import NoSuchPersonError, masked_name
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import DeniedError, SignInError
from volunteer_credit.shared.runtime import current


@dataclass(frozen=True, slots=True)
class BodyMember:
    """One who belongs to a body; the name is masked."""

    person_id: str
    name: str
    position: str
    is_self: bool


@dataclass(frozen=True, slots=True)
class Body:
    """A body. `position`: the caller's own, or empty.

    `members`: for its administrator only, as many as were asked for of `members_count`.
    `is_closed_here`: the caller administers it, but not in a session that was begun like this one.
    """

    organisation: Organisation
    position: str
    may_change: bool
    may_place: bool
    members: list[BodyMember]
    members_count: int

    @property
    def is_closed_here(self) -> bool:
        """As above."""
        return self.position == ADMIN and not self.may_place


def body_seen(caller: Caller, organisation_id: str, *, part: slice = slice(None)) -> Body:
    """One active body. `part`: of its members, who look after it first.

    Raises: OrganisationUnknownError, also for who has nothing to do with it.
    """
    found = organisation(db.session, organisation_id)
    if found is None or found.state != ACTIVE:
        raise OrganisationUnknownError
    belong = positions(db.session, organisation_id)
    position = belong.get(caller.person_id, "")
    may_change, may_place = (_may(caller, each, organisation_id) for each in (CHANGE, MEMBERS))
    if not (position or may_change or may_place):
        raise OrganisationUnknownError
    order = sorted(belong, key=lambda each: (-POSITIONS.index(belong[each]), each))
    shown = order[part] if may_place else []
    members = [_member(each, belong[each], caller) for each in shown]
    return Body(found, position, may_change, may_place, members, len(belong))


def member_seen(caller: Caller, organisation_id: str, person_id: str) -> tuple[Body, BodyMember]:
    """One member of a body, for its administrator. Raises: as `body_seen`; NoSuchPersonError."""
    body = body_seen(caller, organisation_id, part=slice(0))
    position = positions(db.session, organisation_id).get(person_id)
    if position is None or not body.may_place:
        raise NoSuchPersonError
    return body, _member(person_id, position, caller)


def _member(person_id: str, position: str, caller: Caller) -> BodyMember:
    name = masked_name(read_person(db.session, person_id).fields.name)
    return BodyMember(person_id, name, position, person_id == caller.person_id)


def _may(caller: Caller, action: str, organisation_id: str) -> bool:
    at_ms, target = current().clock.now_ms(), Target(organisation_id=organisation_id)
    try:
        authorise(db.session, caller, action, target, at_ms=at_ms, day=day_of(at_ms))
    except (DeniedError, SignInError):
        return False
    return True
