"""Reads of the hot path, for whoever has a session or a connection.

A question that every request asks several times costs thirty times less this way than through the
toolkit (docs/benchmarks.md).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from volunteer_credit.shared.db import TRANSACTION, Question, Reader, writer
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.together import answers


def all_rows(reader: Reader, statement: Prepared, **values: Any) -> list[Any]:
    """Every row, as tuples. Raises: as `Prepared`."""
    if isinstance(reader, Connection):
        return statement.all(reader, values)
    reader.flush()  # what the session holds is written before it is read
    now = reader.info.get(TRANSACTION)
    if now is None:
        return statement.all(reader.connection(), values)
    found = now.ahead.get(_name(statement, values)) if now.ahead else None
    return statement.all(now.connection, values) if found is None else found


def ahead(session: Session, questions: Sequence[Question]) -> None:
    """Ask in one statement what a transaction's session is going to read.

    `all_rows` has the answers until the session writes. SQLite has no way to go, and is not asked.
    """
    session.flush()
    now = session.info[TRANSACTION]
    if now.connection.dialect.name != "postgresql":
        return
    names = [_name(*each) for each in questions]
    now.ahead.update(zip(names, answers(now.connection, questions), strict=True))


def alone(statement: Prepared, **values: Any) -> list[Any]:
    """Every row of one read that belongs to no other: as of now, on a connection that is kept."""
    kept = writer().readers
    connection = kept.take()
    try:
        rows = statement.all(connection, values)
    except BaseException:
        connection.close()
        raise
    kept.keep(connection)
    return rows


def _name(statement: Prepared, values: Mapping[str, Any]) -> tuple[Prepared, str]:
    return statement, repr(sorted(values.items()))
