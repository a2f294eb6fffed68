"""Reads of organisations and of who belongs to them."""

from typing import NamedTuple

from sqlalchemy import func, select

from volunteer_credit.people.models.organisations import OrganisationMemberRow, OrganisationRow
from volunteer_credit.people.rules.organisations import ADMIN
from volunteer_credit.shared.db import Reader

_bodies, _members = OrganisationRow.__table__.c, OrganisationMemberRow.__table__.c
_BODY = (_bodies.organisation_id, _bodies.kind, _bodies.name, _bodies.community_id, _bodies.state)


class Organisation(NamedTuple):
    """A body that organises or sends volunteers; `community_id` of a group only."""

    organisation_id: str
    kind: str
    name: str
    community_id: str | None
    state: str


def organisation(reader: Reader, organisation_id: str) -> Organisation | None:
    """One body, also when it has ended."""
    chosen = select(*_BODY).where(_bodies.organisation_id == organisation_id)
    row = reader.execute(chosen).one_or_none()
    return None if row is None else Organisation(*row)


def organisations(reader: Reader, community_id: str | None = None) -> list[Organisation]:
    """The active bodies of the city, or the groups of one community."""
    chosen = select(*_BODY).where(_bodies.state == "active")
    if community_id is not None:
        chosen = chosen.where(_bodies.community_id == community_id)
    rows = reader.execute(chosen.order_by(_bodies.name, _bodies.organisation_id))
    return [Organisation(*row) for row in rows]


class Ended(NamedTuple):
    """A body that ended. `reason`: by_itself, or one of the list."""

    organisation_id: str
    kind: str
    name: str
    reason: str
    words: str
    ended_at_ms: int


_ENDED = (
    _bodies.organisation_id,
    _bodies.kind,
    _bodies.name,
    _bodies.end_reason,
    _bodies.end_words,
    _bodies.ended_at_ms,
)


def ended_in(reader: Reader, community_id: str | None, since_ms: int) -> list[Ended]:
    """The groups of a community, or (None) all bodies, that ended after a time; newest first."""
    chosen = select(*_ENDED).where(_bodies.state == "ended", _bodies.ended_at_ms > since_ms)
    if community_id is not None:
        chosen = chosen.where(_bodies.community_id == community_id)
    rows = reader.execute(chosen.order_by(_bodies.ended_at_ms.desc(), _bodies.organisation_id))
    return [Ended(*row) for row in rows]


def ended_of(reader: Reader, person_id: str, since_ms: int) -> list[Ended]:
    """The bodies that ended after a time while a person belonged to them; newest first."""
    chosen = (
        select(*_ENDED)
        .join(OrganisationMemberRow, _members.organisation_id == _bodies.organisation_id)
        .where(
            _members.person_id == person_id,
            _members.until_ms == _bodies.ended_at_ms,
            _bodies.state == "ended",
            _bodies.ended_at_ms > since_ms,
        )
    )
    rows = reader.execute(chosen.order_by(_bodies.ended_at_ms.desc(), _bodies.organisation_id))
    return [Ended(*row) for row in rows]


def is_registered(reader: Reader, registration: str) -> bool:
    """Whether an active body has this unified social credit code."""
    chosen = select(func.count()).where(
        _bodies.registration == registration, _bodies.state == "active"
    )
    return bool(reader.execute(chosen).scalar_one())


def positions(reader: Reader, organisation_id: str) -> dict[str, str]:
    """By person: the position, of who belongs to a body now."""
    chosen = select(_members.person_id, _members.position).where(
        _members.organisation_id == organisation_id, _members.until_ms.is_(None)
    )
    return dict(reader.execute(chosen).all())


def organisations_of(reader: Reader, person_id: str) -> list[tuple[str, str, str]]:
    """Id and name of the bodies that a person belongs to now, with the position there."""
    chosen = (
        select(_bodies.organisation_id, _bodies.name, _members.position)
        .join(OrganisationMemberRow, _members.organisation_id == _bodies.organisation_id)
        .where(_members.person_id == person_id, _members.until_ms.is_(None))
    )
    rows = reader.execute(chosen.order_by(_bodies.name, _bodies.organisation_id))
    return [(organisation_id, name, position) for organisation_id, name, position in rows]


def admins_count(reader: Reader, organisation_id: str) -> int:
    """How many administrators a body has now."""
    return list(positions(reader, organisation_id).values()).count(ADMIN)
