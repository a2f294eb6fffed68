"""All that decides what a caller may do in a book, in one read: session, person, numbers, roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    exists,
    false,
    literal_column,
    or_,
    select,
)

from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.models.vault import GuardianRow, LinkRow, PersonRow
from volunteer_credit.people.rules.roles import CITY, Holding
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.prepared import Prepared

ACTIVE, LEFT = "active", "left"


class Standing(NamedTuple):
    """What counts of a session, in the order of the columns below."""

    method: str
    is_shared_phone: int
    began_at_ms: int
    seen_at_ms: int
    idle_ms: int
    ends_at_ms: int
    stepped_up_until_ms: int
    is_ward: int  # a guardian of theirs is or was known


class SessionKnown(NamedTuple):
    """Whose session it is, in the order of the columns behind those."""

    session_id: str
    person_id: str
    device_id: str
    community_id: str
    face: str
    revoked_at_ms: int | None


_OF_LINK = len(Standing._fields)
_OF_SESSION = _OF_LINK + len(("community_id", "account", "state", "role", "scope"))
_sessions, _persons = SessionRow.__table__.c, PersonRow.__table__.c
_guardians, _links = GuardianRow.__table__.c, LinkRow.__table__.c
_members, _grants = MemberRow.__table__.c, GrantRow.__table__.c


def _reading(*which: ColumnElement[bool], further_book: ColumnElement[bool]) -> Prepared:
    """A row for each role that a book or the city's grants to each account number there."""
    is_here = or_(
        _links.community_id == bindparam("book"),
        _links.community_id == bindparam("city"),
        further_book,
    )
    is_granted = and_(
        _grants.community_id == _links.community_id,
        _grants.account == _links.account,
        _grants.until_day >= bindparam("day"),
    )
    is_member = and_(
        _members.community_id == _links.community_id, _members.account == _links.account
    )
    is_ward = exists().where(_guardians.minor_id == _sessions.person_id)
    return Prepared(
        select(
            *(_sessions[name] for name in Standing._fields[:-1]),
            case((is_ward, literal_column("1")), else_=literal_column("0")),
            _links.community_id,
            _links.account,
            _members.state,
            _grants.role,
            _grants.scope,
            *(_sessions[name] for name in SessionKnown._fields),
        )
        .select_from(SessionRow.__table__)
        .join(PersonRow.__table__, _persons.person_id == _sessions.person_id)
        .outerjoin(LinkRow.__table__, and_(_links.person_id == _sessions.person_id, is_here))
        .outerjoin(MemberRow.__table__, is_member)
        .outerjoin(GrantRow.__table__, is_granted)
        .where(*which, _persons.state == bindparam("state"))
        .order_by(_links.is_current.desc(), _links.account)
    )


STANDING = _reading(
    _sessions.session_id == bindparam("session"),
    _sessions.person_id == bindparam("person"),
    _sessions.device_id == bindparam("device"),
    _sessions.revoked_at_ms.is_(None),
    further_book=false(),
)
# By the secret of the cookie; then the book may also be the one that its owner has chosen.
BY_TOKEN = _reading(
    _sessions.token_digest == bindparam("token_digest"),
    further_book=_links.community_id == _sessions.community_id,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rows say of a caller.

    `accounts`, `in_city`: the numbers in a book and in the city's, the one in use first.
    `holdings`: in that book, by being there and by its grants.
    """

    standing: Standing
    accounts: tuple[str, ...]
    in_city: tuple[str, ...]
    holdings: tuple[Holding, ...]


def asked(caller: Caller, book: str, day: int) -> dict[str, Any]:
    """The values of STANDING. `day`: YYYYMMDD, on which grants must be in force."""
    return {
        "session": caller.session_id,
        "person": caller.person_id,
        "device": caller.device_id,
        **_everywhere(book, day),
    }


def asked_by_token(token_digest: str, book: str, day: int) -> dict[str, Any]:
    """The values of BY_TOKEN."""
    return {"token_digest": token_digest, **_everywhere(book, day)}


def _everywhere(book: str, day: int) -> dict[str, Any]:
    return {"state": ACTIVE, "book": book, "city": CITY, "day": day}


def session_in(rows: Sequence[Sequence[Any]]) -> SessionKnown | None:
    """Whose session this is."""
    return SessionKnown(*rows[0][_OF_SESSION:]) if rows else None


def seen_in(rows: Sequence[Sequence[Any]], book: str) -> Seen | None:
    """What the rows say of a book; None when the session does not stand."""
    if not rows:
        return None
    links = [row[_OF_LINK:_OF_SESSION] for row in rows]
    numbers = dict.fromkeys((of, account) for of, account, *_ in links)
    here, in_city = (
        tuple([account for of, account in numbers if of == one]) for one in (book, CITY)
    )
    of_book = [(state, role, scope) for of, _, state, role, scope in links if of == book]
    held = _membership({state for state, _, _ in of_book}, book)
    if held and held[0].role == "volunteer":  # who has left holds nothing there any more
        held += [Holding(role, book, scope, in_book=True) for _, role, scope in of_book if role]
    return Seen(Standing(*rows[0][:_OF_LINK]), here, in_city, tuple(held))


def _membership(states: set[str], book: str) -> list[Holding]:
    if book == CITY:
        return [Holding("volunteer", CITY)]
    if ACTIVE in states:
        return [Holding("volunteer", book)]
    return [Holding("former_member", book)] if LEFT in states else []
