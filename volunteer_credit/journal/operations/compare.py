"""Every row of balances held against a replay of the entries, in one state of the database.

A row's code shows that this service wrote it; only a replay shows that it is the newest. So this
also finds a row that was put back from an older copy of the database.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from volunteer_credit.journal import queries
from volunteer_credit.journal.operations import statements
from volunteer_credit.journal.operations.backup import snapshot
from volunteer_credit.journal.operations.keys import ROW_KEY_ID, ROWS, keeper
from volunteer_credit.journal.operations.replay import Difference, Replay, Values, What
from volunteer_credit.journal.operations.rows import family_of
from volunteer_credit.journal.operations.sidecar import operation_code
from volunteer_credit.journal.rules.head import Head, head_of, octets, row_code
from volunteer_credit.shared.db import NoBookError

__all__ = ["Compared", "Difference", "What", "compare_rows"]


@dataclass(frozen=True)
class Compared:
    """How many entries were replayed, how many rows compared, and what differs."""

    entries: int
    rows: int
    differences: list[Difference]


def compare_rows(community_id: str) -> Compared:
    """Replay every book of a community and compare its rows.

    Raises: NoBookError, KeyMissingError.
    """
    found: list[Difference] = []
    entries = rows = 0
    with snapshot() as connection, Session(connection) as session:
        row = queries.head_row(session, community_id)
        if row is None:
            raise NoBookError(community=community_id)
        newest = head_of(dict(row))
        for number in range(1, newest.book + 1):
            head = of_book(newest, number)
            replay = Replay(head.origin)
            stop = _last(connection, head) + 1
            found += replay.run(queries.entries(session, head, 0, stop))
            entries += replay.book.size
            if not replay.stopped:
                rows += _compare(connection, head, replay, found)
                if number == newest.book:
                    found += _compare_head(connection, head, octets(row["mac"]), replay)
    return Compared(entries, rows, found)


def _compare(connection: Connection, head: Head, replay: Replay, found: list[Difference]) -> int:
    """Add what differs in the four tables of balances; how many rows there should be.

    Also which entries are marked as facts: no code covers the mark.
    """
    entries = statements.ENTRIES
    marked = select(entries.c.seq).where(*_where(entries, head), entries.c.fact == 1)
    found += (
        Difference(head.origin, "entries", str(seq), What.CHANGED, "fact")
        for seq in sorted(replay.facts ^ set(connection.scalars(marked)))
    )
    row_key = keeper().seed(connection, head.origin, ROWS, ROW_KEY_ID)
    expected = replay.expected()
    for table, rows in expected.items():
        there = _READ[table](connection, head)
        found += _differences(head.origin, table, rows, there, row_key)
    return sum(map(len, expected.values()))


def _compare_head(
    connection: Connection, head: Head, mac: bytes, replay: Replay
) -> Iterator[Difference]:
    """What is wrong with the head row, the count of operations included."""
    should = replay.head(head, _operations(connection, head))._asdict()
    ours = mac == head.code(keeper().keys(connection, head).head_key)
    names = [name for name, value in should.items() if value != getattr(head, name)]
    if names or not ours:
        what = What.OLD if ours else What.CHANGED
        yield Difference(head.origin, "heads", head.community_id, what, ", ".join(names))


Found: TypeAlias = Mapping[str, tuple[Values, bytes]]


def _differences(
    origin: str, table: str, expected: Mapping[str, Values], found: Found, row_key: bytes
) -> Iterator[Difference]:
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield Difference(origin, table, name, What.MISSING)
        elif name not in expected:
            yield Difference(origin, table, name, What.ADDED)
        else:
            values, mac = found[name]
            ours = mac == row_code(row_key, table, values)
            if not ours:
                yield Difference(origin, table, name, What.CHANGED)
            elif values != expected[name]:
                yield Difference(origin, table, name, What.OLD)


def of_book(newest: Head, number: int) -> Head:
    """What names one of a community's books; for the newest it is its head."""
    if number == newest.book:
        return newest
    return newest._replace(book=number, origin=f"{newest.origin.rpartition('/')[0]}/{number}")


def _where(table: Table, head: Head) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.community_id == head.community_id, table.c.book == head.book


def _last(connection: Connection, head: Head) -> int:
    """The highest seq there is, whatever the head says."""
    entries = statements.ENTRIES
    chosen = select(func.coalesce(func.max(entries.c.seq), -1)).where(*_where(entries, head))
    return int(connection.execute(chosen).scalar_one())


def _operations(connection: Connection, head: Head) -> int:
    """How many operations there are; -1 when one is missing or was changed."""
    table, count = statements.OPERATIONS, 0
    chosen = select(table).where(table.c.community_id == head.community_id)
    for row in connection.execute(chosen.order_by(table.c.position)).mappings():
        if row["position"] != count or octets(row["mac"]) != operation_code(connection, row):
            return -1
        count += 1
    return count


def _read(connection: Connection, table: Table, names: tuple[str, ...], head: Head) -> list[Any]:
    columns = [table.c[name] for name in names]
    return list(connection.execute(select(*columns, table.c.mac).where(*_where(table, head))))


def _read_accounts(connection: Connection, head: Head) -> Found:
    names = ("family", "name", *statements.SUMS)
    rows = _read(connection, statements.ACCOUNTS, names, head)
    # The family is no part of the code: a row that names another one has none that fits.
    return {
        name: ((name, *sums), octets(mac) if family == family_of(name) else b"")
        for family, name, *sums, mac in rows
    }


def _read_families(connection: Connection, head: Head) -> Found:
    names = ("name", "unit", "limited", "closed", "accounts")
    rows = _read(connection, statements.FAMILIES, names, head)
    return {values[0]: (tuple(values), octets(mac)) for *values, mac in rows}


def _read_pendings(connection: Connection, head: Head) -> Found:
    names = ("seq", "position", "debit", "credit", "amount", "code", "expires_at_ms", "state")
    rows = _read(connection, statements.PENDINGS, names, head)
    return {f"{values[0]}/{values[1]}": (tuple(values), octets(mac)) for *values, mac in rows}


def _read_proposals(connection: Connection, head: Head) -> Found:
    rows = _read(connection, statements.PROPOSALS, ("seq", "state"), head)
    entries = statements.ENTRIES
    seqs = [seq for seq, _, _ in rows]
    notes: dict[int, str] = {}
    for start in range(0, len(seqs), queries.CHUNK):
        chosen = entries.c.seq.in_(seqs[start : start + queries.CHUNK])
        found = connection.execute(
            select(entries.c.seq, entries.c.note).where(*_where(entries, head), chosen)
        )
        notes |= {seq: octets(note).hex() for seq, note in found}
    return {str(seq): ((seq, state, notes.get(seq, "")), octets(mac)) for seq, state, mac in rows}


_READ = {
    "accounts": _read_accounts,
    "families": _read_families,
    "pendings": _read_pendings,
    "proposals": _read_proposals,
}
