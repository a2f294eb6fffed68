"""Reads of who asks whom to act for them."""

from typing import Any, NamedTuple

from sqlalchemy import Select, exists, select

from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.models.vault import LinkRow, ProxyAskRow
from volunteer_credit.people.queries.family import can_be_read
from volunteer_credit.people.rules.proxy_asks import ACCEPTED, ASKED, OPEN
from volunteer_credit.shared.db import Reader

_asks = ProxyAskRow.__table__.c
_links, _members = LinkRow.__table__.c, MemberRow.__table__.c
ACTIVE = "active"


class Ask(NamedTuple):
    """See ProxyAskRow."""

    ask_id: str
    principal_id: str
    proxy_id: str | None
    community_id: str
    number_end: str
    state: str
    asked_at_ms: int
    decided_at_ms: int | None
    reason: str


def ask(reader: Reader, ask_id: str) -> Ask | None:
    """One of them."""
    return next(iter(_read(reader, _all().where(_asks.ask_id == ask_id))), None)


def asks_of(reader: Reader, principal_id: str) -> list[Ask]:
    """What somebody asked, newest first, as long as it is kept."""
    return _read(reader, _all().where(_asks.principal_id == principal_id))


def asking(reader: Reader, proxy_id: str, since_ms: int) -> list[Ask]:
    """Who waits for somebody's yes, asked after a time, and has not gone since."""
    mine = _asks.proxy_id == proxy_id, _asks.state == ASKED, _asks.asked_at_ms > since_ms
    return _read(reader, _all().where(*mine, can_be_read(_asks.principal_id)))


def at_desk(reader: Reader, community_id: str, since_ms: int) -> list[Ask]:
    """What both want and a community's desk has to confirm: its member, and who has not gone."""
    here = _asks.community_id == community_id, _asks.state == ACCEPTED
    member = exists().where(
        _links.person_id == _asks.principal_id,
        _links.community_id == _asks.community_id,
        _members.community_id == _links.community_id,
        _members.account == _links.account,
        _members.state == ACTIVE,
    )
    found = _all().where(*here, _asks.asked_at_ms > since_ms, member)
    both = can_be_read(_asks.principal_id), can_be_read(_asks.proxy_id)
    return _read(reader, found.where(*both))


def open_asks(reader: Reader, principal_id: str, since_ms: int) -> list[Ask]:
    """What of somebody's waits for anybody."""
    mine = _asks.principal_id == principal_id, _asks.state.in_(OPEN)
    return _read(reader, _all().where(*mine, _asks.asked_at_ms > since_ms))


def _all() -> Select[Any]:
    return select(*(_asks[name] for name in Ask._fields))


def _read(reader: Reader, query: Select[Any]) -> list[Ask]:
    order = _asks.asked_at_ms.desc(), _asks.ask_id
    return [Ask(*row) for row in reader.execute(query.order_by(*order))]
