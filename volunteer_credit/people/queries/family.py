"""Reads of who stands for whom: guardians for minors, proxies for adults of their family."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, select

from volunteer_credit.people.models.vault import GuardianRow, PersonRow, ProxyRow
from volunteer_credit.people.queries.persons import MERGED
from volunteer_credit.people.rules.erasing import ERASING
from volunteer_credit.shared.db import Reader

GUARDIAN, PROXY = "guardian", "proxy"
# By the word for who stands: their column, and that of whom they stand for.
_BONDS: dict[str, tuple[Any, Any, Any]] = {
    GUARDIAN: (GuardianRow, GuardianRow.guardian_id, GuardianRow.minor_id),
    PROXY: (ProxyRow, ProxyRow.proxy_id, ProxyRow.principal_id),
}


_persons = PersonRow.__table__.c


class Bond(NamedTuple):
    """One of two persons, seen from the other. `kind`: guardian or proxy, as who stands."""

    kind: str
    person_id: str
    since_ms: int


def can_be_read(person_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a person's row is there: of who is just being erased nothing can be shown."""
    gone = _persons.state.in_((MERGED, ERASING))
    return exists().where(_persons.person_id == person_id, ~gone)


def wards_of(reader: Reader, person_id: str) -> list[Bond]:
    """For whom a person stands now."""
    return [
        Bond(kind, each.other, each.since_ms)
        for kind, (table, standing, stood_for) in _BONDS.items()
        for each in reader.execute(
            select(stood_for.label("other"), table.since_ms)
            .where(standing == person_id, table.until_ms.is_(None), can_be_read(stood_for))
            .order_by(table.since_ms, stood_for)
        )
    ]


def standing_for(reader: Reader, person_id: str) -> list[Bond]:
    """Who stands for a person now."""
    return [
        Bond(kind, each.other, each.since_ms)
        for kind, (table, standing, stood_for) in _BONDS.items()
        for each in reader.execute(
            select(standing.label("other"), table.since_ms)
            .where(stood_for == person_id, table.until_ms.is_(None), can_be_read(standing))
            .order_by(table.since_ms, standing)
        )
    ]
