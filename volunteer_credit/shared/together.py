"""Statements that go to the server together: each way there and back costs as much as its work.

SQLite has no way to go, so there everything runs at once. On PostgreSQL a few writes of different
rows become one statement (data-modifying WITH), which also saves most of the server's work.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from sqlalchemy import Connection

from volunteer_credit.shared.prepared import WAITING, TransactionEndedError, Waiting, wrapped

JOINED_MAX = 16  # writes in one statement: few shapes, which the server keeps prepared
_PARAMETER = re.compile(r"%\((\w+)\)s")


@contextmanager
def together(connection: Connection) -> Iterator[psycopg.Connection[Any] | None]:
    """Send the statements inside in one go where the driver can (PostgreSQL's pipeline).

    What one of them meets is raised at the end. Only prepared statements may stand inside: the
    toolkit takes an answer that is still under way for none. Gives that driver, or None.
    """
    driver: object = connection.connection.dbapi_connection
    if not isinstance(driver, psycopg.Connection):
        yield None
        return
    try:
        with driver.pipeline():
            yield driver
    except psycopg.Error as problem:
        raise wrapped(connection, problem, "statements sent together") from problem


def write_last(connection: Connection, write: Callable[[], None]) -> None:
    """Do these writes, each of another row; on PostgreSQL the COMMIT goes with them.

    No read inside may look for what was written. Raises: TransactionEndedError, DBAPIError.
    """
    if connection.dialect.name != "postgresql":
        write()
        return
    waiting: list[Waiting] = []
    info = connection.info
    info[WAITING] = waiting
    try:
        write()
    finally:
        info.pop(WAITING, None)  # a connection that is lost forgets by itself
    with together(connection) as driver:
        assert driver is not None
        _send(connection, driver, waiting)
        done = driver.execute("COMMIT")
    if done.statusmessage != "COMMIT":  # it ended before, and nothing is saved
        raise TransactionEndedError


def _send(
    connection: Connection, driver: psycopg.Connection[Any], waiting: Sequence[Waiting]
) -> None:
    if len(waiting) > JOINED_MAX:
        for prepared, rows in _runs(waiting):
            prepared.run_many(connection, rows)
        return
    values: dict[str, Any] = {}
    for number, (_, row) in enumerate(waiting):
        values.update(zip(_named(number, tuple(row)), row.values(), strict=True))
    texts = tuple([prepared.text(connection) for prepared, _ in waiting])
    if texts:
        driver.execute(joined(texts), values)


def _runs(waiting: Sequence[Waiting]) -> Iterator[tuple[Any, list[Any]]]:
    """Neighbours of one statement, which the driver sends quicker."""
    rows: list[Any] = []
    for number, (prepared, row) in enumerate(waiting):
        rows.append(row)
        if number + 1 == len(waiting) or waiting[number + 1][0] is not prepared:
            yield prepared, rows
            rows = []


@lru_cache(maxsize=256)
def _named(number: int, names: tuple[str, ...]) -> list[str]:
    return [f"w{number}_{name}" for name in names]


@lru_cache(maxsize=256)
def joined(texts: tuple[str, ...]) -> str:
    """One statement that does all of these."""
    parts = [_PARAMETER.sub(rf"%(w{number}_\1)s", text) for number, text in enumerate(texts)]
    *first, last = parts
    named = ", ".join(f"w{number} AS ({part})" for number, part in enumerate(first))
    return f"WITH {named} {last}" if first else last
