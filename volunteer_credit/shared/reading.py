"""Reads of the hot path, for whoever has a session or a connection.

A question that every request asks several times costs thirty times less this way than through the
toolkit (docs/benchmarks.md).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.prepared import Prepared


def all_rows(reader: Reader, statement: Prepared, **values: Any) -> list[Any]:
    """Every row, as tuples. Raises: as `Prepared`."""
    return statement.all(_connection(reader), values)


def one_row(reader: Reader, statement: Prepared, **values: Any) -> Any:
    """The first row as a tuple, or None."""
    return statement.one_or_none(_connection(reader), values)


def one_mapping(reader: Reader, statement: Prepared, **values: Any) -> Mapping[str, Any] | None:
    """The first row by its columns' names, or None."""
    return statement.mapping(_connection(reader), values)


def _connection(reader: Reader) -> Connection:
    """The connection, inside a transaction; what the session holds is written before it is read."""
    if isinstance(reader, Connection):
        return reader
    reader.flush()
    return reader.connection()
