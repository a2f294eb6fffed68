"""Statements of the hot path: built with SQLAlchemy, compiled once, run by the driver itself.

Through the toolkit a statement costs several times what SQLite needs for it (docs/benchmarks.md).
Errors come out as SQLAlchemy's, so that nobody has to know which way a statement went.
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeAlias

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, LargeBinary, SelectBase
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.sql import ClauseElement

_SQLITE: Dialect = SQLiteDialect(paramstyle="named")
_untyped: Any = PGDialect
_POSTGRESQL: Dialect = _untyped(paramstyle="pyformat")
_PARAMETER = re.compile(r"%\((\w+)\)s|%(%)")
_DRIVERS = (sqlite3.Error, psycopg.Error)
Values = Mapping[str, Any]
Waiting: TypeAlias = tuple["Prepared", Values]
READS = "reads"  # a connection that cannot write: its statements need no transaction
WAITING = "waiting"  # where a connection keeps the writes that are to go together
# SQLAlchemy keeps a column's own name from the parameters of an UPDATE; the texts give it back.
ALIAS = "named_"


class Numbered(NamedTuple):
    """A statement as PostgreSQL reads it, `$1` and so on, and which parameter is which."""

    text: str
    names: tuple[str, ...]


class TransactionEndedError(InvalidRequestError):
    """A fault of ours: the transaction was rolled back (a flush that failed, a caught error).

    Without it a statement would be kept by itself (SQLite) or be lost silently (PostgreSQL).
    """


class Prepared:
    """One statement. A parameter in `lists` is a sequence: `column IN (…)`."""

    def __init__(self, statement: ClauseElement, *, lists: Sequence[str] = ()) -> None:
        self._statement = statement
        self._lists = tuple(lists)
        self._texts: dict[object, Any] = {}  # by dialect, and by the lengths of lists

    def all(self, connection: Connection, values: Values) -> list[Any]:
        """Every row, as tuples."""
        return list(self._execute(connection, values).fetchall())

    def one_or_none(self, connection: Connection, values: Values) -> Any:
        """The first row as a tuple, or None."""
        return self._execute(connection, values).fetchone()

    def mapping(self, connection: Connection, values: Values) -> dict[str, Any] | None:
        """The first row by its columns' names, or None."""
        return first_row(self._execute(connection, values))

    def send(self, connection: Connection, values: Values) -> Any:
        """The cursor, for `first_row` when all that was sent together is answered."""
        return self._execute(connection, values)

    def run(self, connection: Connection, values: Values) -> None:
        """Write one row."""
        self.run_many(connection, (values,))

    def run_many(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Write some rows, now or with others that wait (`shared/together.py`)."""
        waiting = connection.info.get(WAITING) if _is_postgresql(connection) else None
        if waiting is not None:
            waiting += [(self, row) for row in rows]
        elif len(rows) == 1:
            self._execute(connection, rows[0])
        elif rows:
            self._execute_many(connection, rows)

    def _execute_many(self, connection: Connection, rows: Sequence[Values]) -> None:
        text = self._text(connection, rows[0])
        driver: Any = connection.connection.dbapi_connection
        try:
            _in_transaction(connection)
            if isinstance(text, Numbered):
                listed = [[row[name] for name in text.names] for row in rows]
                psycopg.RawCursor(driver).executemany(text.text, listed)
            else:
                driver.cursor().executemany(text, rows)
        except _DRIVERS as problem:
            raise wrapped(connection, problem, str(text)) from problem

    def _execute(self, connection: Connection, values: Values) -> Any:
        text, values = self._filled(connection, values)
        driver: Any = connection.connection.dbapi_connection
        try:
            _in_transaction(connection)
            if isinstance(text, Numbered):
                return numbered(driver, text.text, [values[name] for name in text.names])
            return driver.execute(text, values)
        except _DRIVERS as problem:
            raise wrapped(connection, problem, str(text)) from problem

    def _filled(self, connection: Connection, values: Values) -> tuple[Any, Values]:
        """The text for this engine and these lists, and the values by the names in it."""
        if not self._lists:
            return self._text(connection, values), values
        values = {**values, **{name: _padded(values[name]) for name in self._lists}}
        text = self._text(connection, values)
        given = dict(values)
        for name in self._lists:
            items = given.pop(name)
            given.update(zip(_numbered(name, len(items)), items, strict=True))
        return text, given

    def question(self, connection: Connection, values: Values) -> tuple[Numbered, list[Any]]:
        """The statement for PostgreSQL, and its values in their order."""
        text, given = self._filled(connection, values)
        assert isinstance(text, Numbered)
        return text, [given[name] for name in text.names]

    @cached_property
    def width(self) -> int:
        """How many columns a row has, all of them numbers and texts, as JSON has them."""
        assert isinstance(self._statement, SelectBase)
        columns = list(self._statement.selected_columns)
        assert not any(isinstance(each.type, LargeBinary) for each in columns)
        return len(columns)

    def numbered(self, connection: Connection) -> Numbered:
        """The statement for PostgreSQL; it has no lists."""
        found = self._text(connection, {})
        assert isinstance(found, Numbered)
        return found

    def _text(self, connection: Connection, values: Values) -> Any:
        """The statement for this engine and for lists of these lengths."""
        engine = connection.dialect.name
        key: object = engine
        if self._lists:
            key = (engine, *[len(values[name]) for name in self._lists])
        return self._texts.get(key) or self._compiled(key, engine, values)

    def _compiled(self, key: object, engine: str, values: Values) -> Any:
        on_sqlite = engine == "sqlite"
        dialect: Dialect = _SQLITE if on_sqlite else _POSTGRESQL
        text = str(self._statement.compile(dialect=dialect)).replace(ALIAS, "")
        for name in self._lists:
            items = _numbered(name, len(values[name]))
            marks = ", ".join([f":{item}" if on_sqlite else f"%({item})s" for item in items])
            text = text.replace(f"__[POSTCOMPILE_{name}]", marks or "NULL")
        made = self._texts[key] = text if on_sqlite else _numbered_text(text)
        return made


def numbered(driver: psycopg.Connection[Any], text: str, values: Sequence[Any]) -> Any:
    """Run a statement with `$1`: the driver reads the others anew when they are long."""
    return psycopg.RawCursor(driver).execute(text, values)


def _numbered_text(text: str) -> Numbered:
    names: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        if match[2]:
            return "%"
        return f"${names.setdefault(match[1], len(names) + 1)}"

    return Numbered(_PARAMETER.sub(number, text), tuple(names))


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def first_row(cursor: Any) -> dict[str, Any] | None:
    """The first row by its columns' names, or None."""
    row = cursor.fetchone()
    if row is None:
        return None
    return dict(zip([column[0] for column in cursor.description], row, strict=True))


@lru_cache(maxsize=256)
def _numbered(name: str, count: int) -> list[str]:
    """The parameters of a list."""
    return [f"{name}_{number}" for number in range(count)]


def _padded(items: Sequence[Any]) -> Sequence[Any]:
    """The last one again, up to a power of two: few texts are kept, however long lists are."""
    return (
        [*items, *[items[-1]] * ((1 << (len(items) - 1).bit_length()) - len(items))]
        if items
        else ()
    )


def _in_transaction(connection: Connection) -> None:
    """Raises: TransactionEndedError."""
    if not connection.in_transaction() and READS not in connection.info:
        raise TransactionEndedError


def is_open(connection: Connection) -> bool:
    """Whether a COMMIT would keep anything: PostgreSQL rolls back then after a caught error."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return bool(driver.in_transaction)
    return bool(driver.pgconn.transaction_status != TransactionStatus.INERROR)


def wrapped(connection: Connection, problem: Any, text: str) -> BaseException:
    """The driver's error as SQLAlchemy's; a lost connection is thrown away."""
    dialect = connection.dialect
    driver: Any = connection.connection.driver_connection
    on_sqlite = dialect.name == "sqlite"
    # SQLite may end a transaction by itself (disk full): nothing more runs on such a connection.
    ended = on_sqlite and not driver.in_transaction
    lost = ended or dialect.is_disconnect(problem, driver, None)
    if lost:
        connection.invalidate(problem)
    base: type[Exception] = sqlite3.Error if on_sqlite else psycopg.Error
    found: BaseException = DBAPIError.instance(
        text, {}, problem, base, dialect=dialect, connection_invalidated=lost
    )
    return found
