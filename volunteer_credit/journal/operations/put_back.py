"""Operations and the rows that they wrote: out of the sidecars, back into their tables.

An operation of the archive counts; the database's own stand where the archive has none yet. From
the first one that the database lacks, the rows of all are put back in order: each is whole, so
doing it again changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from volunteer_credit.journal.models import OperationRow
from volunteer_credit.journal.operations.quarantine import Quarantine, as_note
from volunteer_credit.journal.operations.sidecar import opened_rows
from volunteer_credit.journal.rules.errors import RowChangedError
from volunteer_credit.shared.db import Model

CHUNK = 500
_operations = OperationRow.__table__.c
Operation: TypeAlias = Mapping[str, Any]
Written: TypeAlias = tuple[str, str, dict[str, Any]]  # put or drop, table, values


class Walk:
    """Which operations belong to books that are here: `sizes` of these books, oldest first.

    An operation after which its book has as many entries as the finished book before it may
    belong to either: it opened the one, or wrote no entry in the other. Both are followed.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        """Begin before the first operation."""
        self._sizes = sizes
        self._places = {(0, 0)}  # which book, and its size after the last operation

    def fits(self, size: int) -> bool:
        """Go on to an operation after which its book has `size` entries, if it is here."""
        places = {place for at, last in self._places for place in self._next(at, last, size)}
        self._places = places or self._places
        return bool(places)

    def _next(self, at: int, last: int, size: int) -> Iterator[tuple[int, int]]:
        if last <= size <= self._sizes[at]:
            yield at, size
            if not last == size == self._sizes[at]:
                return
        for later in range(at + 1, len(self._sizes)):
            if size <= self._sizes[later]:
                yield later, size
                return

    @property
    def at(self) -> int:
        """Which book the last operation belongs to."""
        return max(self._places)[0]

    @property
    def last(self) -> int:
        """The size of that book after it."""
        return max(self._places)[1]

    @property
    def whole(self) -> bool:
        """Whether every entry has its operation."""
        return (len(self._sizes) - 1, self._sizes[-1]) in self._places


class PutBack:
    """The operations of one community in one recovery; `key` opens the rows in them."""

    def __init__(
        self, connection: Connection, community_id: str, key: bytes, quarantine: Quarantine
    ) -> None:
        self._connection = connection
        self._community_id = community_id
        self._key = key
        self._quarantine = quarantine
        self.count = 0  # of operations there now
        self.put_back = 0
        self.rows = 0  # written again in other tables

    def run(self, archived: Iterator[Operation], walk: Walk) -> None:
        """Put back what the archive has; move away what belongs to no entry.

        Raises: RowChangedError, and as `archived`.
        """
        rest = _Ahead(archived)
        missing_from: int | None = None
        position = 0
        while True:
            stop = position + CHUNK
            theirs = {row["position"]: row for row in rest.until(stop)}
            ours = {row["position"]: row for row in self._stored(position, stop)}
            chosen = []
            for at in range(position, stop):
                row = theirs.get(at) or ours.get(at)
                if row is None or not walk.fits(row["size"]):
                    break
                if at not in ours and missing_from is None:
                    missing_from = at
                chosen.append(row)
            self._replace(chosen, ours)
            again = [row for row in chosen if missing_from is not None]
            self._write([row for row in again if row["position"] >= (missing_from or 0)])
            self.count = position + len(chosen)
            if self.count < stop:
                break
            position = stop
        self._move_rest()

    def _stored(self, start: int, stop: int) -> list[Operation]:
        rows = self._connection.execute(
            select(OperationRow.__table__)
            .where(
                _operations.community_id == self._community_id,
                _operations.position >= start,
                _operations.position < stop,
            )
            .order_by(_operations.position)
        )
        return [_plain(row) for row in rows.mappings()]

    def _replace(self, rows: Sequence[Operation], ours: Mapping[int, Operation]) -> None:
        """Store these where they are missing or others."""
        new = [row for row in rows if ours.get(row["position"]) != row]
        if not new:
            return
        there = [each for row in new if (each := ours.get(row["position"]))]
        self._move(there, "not_this_operation")
        keys = [(row["actor"], row["key"]) for row in new]
        same = select(OperationRow.__table__).where(
            _operations.community_id == self._community_id,
            tuple_(_operations.actor, _operations.key).in_(keys),
        )
        taken = self._connection.execute(same).mappings().all()
        self._move([_plain(row) for row in taken], "key_of_another_operation")
        self._connection.execute(insert(OperationRow), new)
        self.put_back += len(new)

    def _move_rest(self) -> None:
        outside = (_operations.position >= self.count) | (_operations.position < 0)
        chosen = _operations.community_id == self._community_id
        while rows := (
            self._connection.execute(
                select(OperationRow.__table__).where(chosen, outside).limit(CHUNK)
            )
            .mappings()
            .all()
        ):
            self._move([_plain(row) for row in rows], "operation_without_entries")

    def _move(self, rows: Sequence[Operation], reason: str) -> None:
        for row in rows:
            self._quarantine.keep(0, row["position"], as_note(row), reason)
            self._connection.execute(
                delete(OperationRow).where(
                    _operations.community_id == self._community_id,
                    _operations.position == row["position"],
                )
            )

    def _write(self, operations: Sequence[Operation]) -> None:
        """Do again what these operations wrote, in order."""
        written: list[Written] = []
        for row in operations:
            try:
                written += opened_rows(self._key, self._community_id, row["position"], row["rows"])
            except (InvalidTag, ValueError):
                name = f"operation {row['position']}"
                raise RowChangedError(origin=self._community_id, row=name) from None
        self.rows += len(written)
        write_rows(self._connection, written)


class _Ahead:
    """An iterator of operations that gives those below a position."""

    def __init__(self, rows: Iterator[Operation]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def until(self, stop: int) -> Iterator[Operation]:
        while self._next is not None and self._next["position"] < stop:
            yield self._next
            self._next = next(self._rows, None)


def write_rows(connection: Connection, written: Iterable[Written]) -> None:
    """Put and drop rows; of neighbours with the same action those first that others refer to."""
    order = {table.name: number for number, table in enumerate(Model.metadata.sorted_tables)}
    # A table or column that a later release has dropped has nothing to come back to.
    known = (each for each in written if each[1] in order)
    for action, run in groupby(known, key=lambda each: each[0]):
        ordered = sorted(run, key=lambda each: order[each[1]], reverse=action == "drop")
        for name, group in groupby(ordered, key=lambda each: each[1]):
            table = Model.metadata.tables[name]
            rows = [_known_columns(table, values) for _, _, values in group]
            for _, same in groupby(rows, key=sorted):
                _run(connection, table, action, list(same))


def _known_columns(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of columns that are there; keys that an older release had not, by default."""
    defaults = ((each.name, getattr(each.default, "arg", None)) for each in table.primary_key)
    new = {name: value for name, value in defaults if isinstance(value, int)}
    return {**new, **{name: value for name, value in values.items() if name in table.c}}


def _run(connection: Connection, table: Table, action: str, rows: list[dict[str, Any]]) -> None:
    keys = [column.name for column in table.primary_key]
    if action == "drop":
        for row in rows:
            chosen = [table.c[name] == row[name] for name in keys]
            connection.execute(delete(table).where(*chosen))
        return
    others = [name for name in rows[0] if name not in keys]
    made = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
    if others:
        changed = {name: made.excluded[name] for name in others}
        statement = made.on_conflict_do_update(index_elements=keys, set_=changed)
    else:
        statement = made.on_conflict_do_nothing(index_elements=keys)
    connection.execute(statement, rows)


def _plain(row: RowMapping) -> dict[str, Any]:
    return {
        name: bytes(value) if isinstance(value, memoryview) else value
        for name, value in row.items()
    }
