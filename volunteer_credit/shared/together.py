"""Statements that go to the server together: each way there and back costs as much as its work.

SQLite has no way to go, so there everything runs at once. On PostgreSQL a few writes of different
rows become one statement (data-modifying WITH), which also saves most of the server's work.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

import psycopg
from sqlalchemy import Connection

from volunteer_credit.shared.prepared import (
    WAITING,
    Numbered,
    Prepared,
    TransactionEndedError,
    Values,
    Waiting,
    numbered,
    wrapped,
)

JOINED_MAX = 16  # writes in one statement: few shapes, which the server keeps prepared
_NUMBER = re.compile(r"\$([0-9]+)")


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
    texts = tuple([prepared.numbered(connection) for prepared, _ in waiting])
    if texts:
        pairs = zip(texts, waiting, strict=True)
        values = [row[name] for each, (_, row) in pairs for name in each.names]
        numbered(driver, joined(texts), values)


def _runs(waiting: Sequence[Waiting]) -> Iterator[tuple[Any, list[Any]]]:
    """Neighbours of one statement, which the driver sends quicker."""
    rows: list[Any] = []
    for number, (prepared, row) in enumerate(waiting):
        rows.append(row)
        if number + 1 == len(waiting) or waiting[number + 1][0] is not prepared:
            yield prepared, rows
            rows = []


@lru_cache(maxsize=256)
def joined(texts: tuple[Numbered, ...]) -> str:
    """One statement that does all of these; its parameters are theirs, one after the other."""
    *first, last = renumbered(texts)
    named = ", ".join(f"w{number} AS ({part})" for number, part in enumerate(first))
    return f"WITH {named} {last}" if first else last


def answers(
    connection: Connection, questions: Sequence[tuple[Prepared, Values]]
) -> list[list[tuple[Any, ...]]]:
    """The rows of some reads on PostgreSQL, which are one statement to the server."""
    found = [prepared.question(connection, values) for prepared, values in questions]
    text = _joined_reads(
        tuple([each for each, _ in found]), tuple([prepared.width for prepared, _ in questions])
    )
    driver: Any = connection.connection.dbapi_connection
    try:
        row = numbered(driver, text, [value for _, values in found for value in values]).fetchone()
    except psycopg.Error as problem:
        raise wrapped(connection, problem, text) from problem
    return [[tuple(each) for each in rows] for rows in row]


@lru_cache(maxsize=256)
def _joined_reads(texts: tuple[Numbered, ...], widths: tuple[int, ...]) -> str:
    """One statement with a list of rows for each of these, in their order."""
    parts = []
    for text, width in zip(renumbered(texts), widths, strict=True):
        names = ", ".join([f"c{number}" for number in range(width)])
        listed = f"coalesce(json_agg(json_build_array({names})), '[]')"
        parts.append(f"(SELECT {listed} FROM ({text}) AS q ({names}))")  # noqa: S608 - our texts
    return f"SELECT {', '.join(parts)}"


def renumbered(texts: Sequence[Numbered]) -> list[str]:
    """Their texts, so that no two parameters have one number."""
    found, count = [], 0
    for each in texts:
        found.append(_NUMBER.sub(partial(_moved, count), each.text))
        count += len(each.names)
    return found


def _moved(count: int, match: re.Match[str]) -> str:
    return f"${int(match[1]) + count}"
