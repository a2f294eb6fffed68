"""Rows that a builder makes once in a run of tests, put into each later fresh database."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, Table, exists, insert, or_, select

from tests.tracing import untraced
from volunteer_credit.shared.db import Model, db, end_reading, transaction
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.person_keys_tables import PERSON_KEYS
from volunteer_credit.shared.runtime import current

T = TypeVar("T")
Rows = dict[Table, list[dict[str, Any]]]
_made: dict[tuple[Any, ...], tuple[Rows, Rows, Any]] = {}


def built_once(name: tuple[str, ...], build: Callable[[], T]) -> T:
    """What `build` gives, from memory where it has met such an installation before.

    It may write rows of the service and keys of people, and nothing else: no file, no part of the
    process. Where rows are there already, and at another time or secret, it is simply called.
    """
    settings, at_ms = current().settings, current().clock.now_ms()
    key = (*name, settings.namespace, settings.clock, settings.key_secret, at_ms)
    if not _is_fresh():
        return build()
    if key not in _made:
        answer = build()
        _made[key] = (_taken(), _taken_keys(), deepcopy(answer))
        return answer
    rows, keys, answer = _made[key]
    with untraced():
        with transaction() as session:
            _put(session.connection(), rows)
        with person_keys(current())._database.writing() as connection:
            _put(connection, keys)
        copied: T = deepcopy(answer)
    return copied


def _tables() -> list[Table]:
    """Those of the service, which every migrated database has, a table before what refers to it."""
    own = {
        mapper.local_table
        for mapper in Model.registry.mappers
        if mapper.class_.__module__.startswith("volunteer_credit.")
    }
    return [each for each in Model.metadata.sorted_tables if each in own]


def _is_fresh() -> bool:
    end_reading()
    if db.session.execute(_whether_used()).scalar_one():
        return False
    with person_keys(current())._database.reading() as connection:
        return not connection.execute(select(exists(select(PERSON_KEYS)))).scalar_one()


@cache
def _whether_used() -> Select[bool]:
    return select(or_(*(exists(select(1).select_from(each)) for each in _tables())))


def _taken() -> Rows:
    end_reading()
    return _read(db.session.connection(), _tables())


def _taken_keys() -> Rows:
    with person_keys(current())._database.reading() as connection:
        return _read(connection, [PERSON_KEYS])


def _read(connection: Connection, tables: list[Table]) -> Rows:
    found = {each: connection.execute(select(each)).all() for each in tables}
    return {table: [_values(row) for row in rows] for table, rows in found.items() if rows}


def _values(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)


def _put(connection: Connection, rows: Rows) -> None:
    for table, values in rows.items():
        connection.execute(insert(table), values)
