"""Reads of who looked at whose record."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, null, select

from volunteer_credit.people.models.privacy import AccessRow
from volunteer_credit.shared.db import Reader

LOOKS = ("person.read", "person.search")
ALERT = "alert.many_looks"
NOTE = "sealed_note"


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody looked at a person's record; `sealed_note` opens under that person's key."""

    access_id: str
    person_id: str
    by_person: str
    by_role: str
    community_id: str
    action: str
    reason: str
    sealed_note: bytes | None
    at_ms: int


_c = AccessRow.__table__.c
_COLUMNS = [_c[name] for name in Access.__dataclass_fields__]


def accesses_of(reader: Reader, person_id: str) -> list[Access]:
    """Who looked at a person's record, newest first."""
    query = select(*_COLUMNS).where(_c.person_id == person_id, _c.action.in_(LOOKS))
    return _read(reader, query)


def accesses_in(reader: Reader, community_id: str, from_ms: int, to_ms: int) -> list[Access]:
    """What was looked at from a community's desks, newest first, alerts too; without notes."""
    columns = [null().label(each.name) if each.name == NOTE else each for each in _COLUMNS]
    times = _c.at_ms.between(from_ms, to_ms - 1)
    return _read(reader, select(*columns).where(_c.community_id == community_id, times))


def looks_since(reader: Reader, by_person: str, since_ms: int) -> int:
    """How many records somebody has opened since a time."""
    chosen = _c.by_person == by_person, _c.at_ms > since_ms, _c.action.in_(LOOKS)
    return reader.execute(select(func.count()).where(*chosen)).scalar_one()


def looked_at(reader: Reader, by_person: str, action: str, since_ms: int) -> set[str]:
    """Whose records somebody has opened by this action since a time."""
    chosen = _c.by_person == by_person, _c.action == action, _c.at_ms >= since_ms
    return set(reader.execute(select(_c.person_id).where(*chosen)).scalars())


def _read(reader: Reader, query: Select[Any]) -> list[Access]:
    rows = reader.execute(query.order_by(_c.at_ms.desc(), _c.access_id))
    return [Access(*row) for row in rows]
