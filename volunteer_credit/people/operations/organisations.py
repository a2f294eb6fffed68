"""Organisations and units: registered, changed, ended; who belongs to them and as what."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.organisations import OrganisationMemberRow, OrganisationRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.sealed import FOUND_STATES, stage_of
from volunteer_credit.people.queries.organisations import (
    admins_count,
    is_registered,
    organisation,
    positions,
)
from volunteer_credit.people.queries.persons import state_of
from volunteer_credit.people.rules.ages import Stage
from volunteer_credit.people.rules.organisations import (
    ADMIN,
    BY_ITSELF,
    MEMBER,
    LastAdminError,
    OrganisationUnknownError,
    PositionAgeError,
    RegistrationTakenError,
    parse_kind,
    parse_name,
    parse_position,
    parse_registration,
)
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

ACTIVE, ENDED = "active", "ended"
REGISTER, CHANGE = "organisation.register", "organisation.change"
MEMBERS, OWN = "organisation.member.change", "self.organisation"


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What is registered. `registration`: the unified social credit code, or empty.

    `community_id`: of a group, whose records the residents' committee looks after.
    Raises: OrganisationNameError, OrganisationKindError, RegistrationError.
    """

    kind: str
    name: str
    registration: str = ""
    community_id: str | None = None

    def __post_init__(self) -> None:
        """Keep what was parsed."""
        object.__setattr__(self, "kind", parse_kind(self.kind, self.community_id))
        object.__setattr__(self, "name", parse_name(self.name))
        object.__setattr__(self, "registration", parse_registration(self.registration))


@retried
def register_organisation(
    caller: Caller, community_id: str, new: NewOrganisation, admin_id: str, key: str
) -> str:
    """Register a body with its first administrator; its id. By staff, or by an admin of the city.

    `community_id`: where the registering staff works, empty for an admin of the city.
    Raises: RegistrationTakenError, OrganisationUnknownError, PersonUnknownError, PositionAgeError,
    NotAllowedError and its like.
    """
    target = Target(community_id)
    if new.community_id not in (None, community_id):
        raise OrganisationUnknownError
    body = {"kind": new.kind, "name": new.name, "code": new.registration, "admin": admin_id}
    request = Request(acting(caller, REGISTER, CITY, target), key, REGISTER, body)
    with perform(CITY, request) as operation:
        authorised(operation, caller, REGISTER, target)
        if not operation.replayed:
            session = operation.session
            if new.registration and is_registered(session, new.registration):
                raise RegistrationTakenError
            _check_person(operation, admin_id, ADMIN)
            organisation_id = new_id(current().random)
            session.add(
                OrganisationRow(
                    organisation_id=organisation_id,
                    kind=new.kind,
                    name=new.name,
                    registration=new.registration,
                    community_id=new.community_id,
                    state=ACTIVE,
                    created_at_ms=operation.at_ms,
                )
            )
            _place(operation, organisation_id, admin_id, ADMIN, caller.person_id)
            operation.answer({"organisation_id": organisation_id})
        return str(operation.result["organisation_id"])


@retried
def change_organisation(
    caller: Caller, organisation_id: str, key: str, *, name: str = "", end: bool = False
) -> None:
    """Rename a body, or end it: its members keep what they have done.

    Raises: OrganisationNameError, OrganisationUnknownError, NotAllowedError and its like.
    """
    target = Target(organisation_id=organisation_id)
    parsed = parse_name(name) if name else ""
    body = {"organisation": organisation_id, "name": parsed, "end": end}
    with perform(
        CITY, Request(acting(caller, CHANGE, CITY, target), key, CHANGE, body)
    ) as operation:
        authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            session = operation.session
            row = session.get(OrganisationRow, organisation_id)
            if row is None or row.state != ACTIVE:
                raise OrganisationUnknownError
            row.name = parsed or row.name
            if end:
                end_body(operation, row, caller.person_id, BY_ITSELF)
            operation.answer({})


def end_body(
    operation: Operation, row: OrganisationRow, by_person: str, reason: str, words: str = ""
) -> None:
    """Inside an operation on the city: a body ends, with all positions in it."""
    row.state, row.ended_at_ms, row.ended_by = ENDED, operation.at_ms, by_person
    row.end_reason, row.end_words = reason, words
    for person_id in positions(operation.session, row.organisation_id):
        _present(operation.session, row.organisation_id, person_id).until_ms = operation.at_ms


def put_back(operation: Operation, was: OrganisationMemberRow, by_person: str) -> str:
    """Inside an operation on the city: the position that ended, again; empty for who has gone."""
    if state_of(operation.session, was.person_id) not in FOUND_STATES:
        return ""
    _place(operation, was.organisation_id, was.person_id, was.position, by_person)
    return was.position


@retried
def set_position(
    caller: Caller, organisation_id: str, person_id: str, position: str, key: str
) -> None:
    """Take a person into a body, or give them another position. By its administrator.

    Raises: PositionError, PositionAgeError, PersonUnknownError, LastAdminError,
    OrganisationUnknownError, NotAllowedError and its like.
    """
    position = parse_position(position)
    target = Target(organisation_id=organisation_id)
    body = {"organisation": organisation_id, "person": person_id, "position": position}
    actor = acting(caller, MEMBERS, CITY, target)
    with perform(CITY, Request(actor, key, MEMBERS, body)) as operation:
        authorised(operation, caller, MEMBERS, target)
        if not operation.replayed:
            _check_active(operation.session, organisation_id)
            _check_person(operation, person_id, position)
            step_down(operation, organisation_id, person_id, next_position=position)
            _place(operation, organisation_id, person_id, position, caller.person_id)
            operation.answer({})


@retried
def leave_organisation(
    caller: Caller, organisation_id: str, key: str, *, person_id: str = ""
) -> None:
    """Leave a body, or (its administrator) let a member go.

    Raises: LastAdminError, OrganisationUnknownError, NotAllowedError and its like.
    """
    leaver = person_id or caller.person_id
    is_own = leaver == caller.person_id
    action = OWN if is_own else MEMBERS
    target = Target() if is_own else Target(organisation_id=organisation_id)
    body = {"organisation": organisation_id, "person": leaver}
    actor = acting(caller, action, CITY, target)
    with perform(CITY, Request(actor, key, "organisation.leave", body)) as operation:
        authorised(operation, caller, action, target)
        if not operation.replayed:
            if leaver not in positions(operation.session, organisation_id):
                raise OrganisationUnknownError
            step_down(operation, organisation_id, leaver)
            operation.answer({})


def step_down(
    operation: Operation, organisation_id: str, person_id: str, *, next_position: str = ""
) -> None:
    """Inside an operation on the city: end a person's position in a body, if there is one.

    Raises: LastAdminError.
    """
    session = operation.session
    now = positions(session, organisation_id).get(person_id)
    if now is None:
        return
    if now == ADMIN != next_position and admins_count(session, organisation_id) == 1:
        raise LastAdminError
    _present(session, organisation_id, person_id).until_ms = operation.at_ms
    session.flush()


def _check_person(operation: Operation, person_id: str, position: str) -> None:
    session = operation.session
    if state_of(session, person_id) not in FOUND_STATES:
        raise PersonUnknownError
    is_adult = stage_of(session, person_id, operation.day) is Stage.ADULT
    if position != MEMBER and not is_adult:
        raise PositionAgeError


def _check_active(session: Session, organisation_id: str) -> None:
    found = organisation(session, organisation_id)
    if found is None or found.state != ACTIVE:
        raise OrganisationUnknownError


def _place(
    operation: Operation, organisation_id: str, person_id: str, position: str, confirmed_by: str
) -> None:
    # Who changes within one second has that row again.
    key = (organisation_id, person_id, operation.at_ms)
    row = operation.session.get(OrganisationMemberRow, key)
    if row is None:
        names = ("organisation_id", "person_id", "since_ms")
        row = OrganisationMemberRow(**dict(zip(names, key, strict=True)))
        operation.session.add(row)
    row.position, row.until_ms, row.confirmed_by = position, None, confirmed_by


def _present(session: Session, organisation_id: str, person_id: str) -> OrganisationMemberRow:
    return session.execute(
        select(OrganisationMemberRow).where(
            OrganisationMemberRow.organisation_id == organisation_id,
            OrganisationMemberRow.person_id == person_id,
            OrganisationMemberRow.until_ms.is_(None),
        )
    ).scalar_one()
