"""Reads of the journal: heads, entries, checkpoints, tiles, operations. Nothing here decides."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select, text

from volunteer_credit.journal.models import (
    CheckpointRow,
    EntryRow,
    HeadRow,
    KeyRow,
    OperationRow,
    TileRow,
)
from volunteer_credit.journal.rules.head import Head, octets
from volunteer_credit.shared.db import Reader

CHUNK = 1000

_heads, _entries, _checkpoints, _tiles, _operations, _keys = (
    HeadRow.__table__.c,
    EntryRow.__table__.c,
    CheckpointRow.__table__.c,
    TileRow.__table__.c,
    OperationRow.__table__.c,
    KeyRow.__table__.c,
)


def _named(columns: Any, *names: str) -> list[ColumnElement[bool]]:
    return [columns[name] == bindparam(name) for name in names]


# Built once: a receipt asks for all of these, and building one costs more than running it.
_BEYOND = (
    select(func.min(_entries.seq))
    .where(
        _entries.community_id == _heads.community_id,
        _entries.book == _heads.book,
        _entries.seq >= _heads.size,
    )
    .scalar_subquery()
)
# One statement, so that both are of one moment.
_HEAD_ROW = select(HeadRow.__table__, _BEYOND.label("beyond")).where(
    *_named(_heads, "community_id")
)
_RANGE = (
    select(_entries.seq, _entries.id, _entries.kind, _entries.note)
    .where(
        *_named(_entries, "community_id", "book"),
        _entries.seq >= bindparam("start"),
        _entries.seq < bindparam("stop"),
    )
    .order_by(_entries.seq)
)
_TILE = select(_tiles.data).where(*_named(_tiles, "community_id", "book", "path"))


class ReadEntry(NamedTuple):
    """An entry's row."""

    seq: int
    id: str
    kind: str
    note: bytes


def head_row(session: Reader, community_id: str) -> dict[str, Any] | None:
    """The head row, and as `beyond` the first row among the entries that the head doesn't count."""
    found = session.execute(_HEAD_ROW, {"community_id": community_id})
    row = found.mappings().one_or_none()
    return None if row is None else {str(name): value for name, value in row.items()}


def entries(session: Reader, head: Head, start: int, stop: int) -> Iterator[ReadEntry]:
    """The rows at `start` up to `stop` that are there, in order, chunk by chunk."""
    while start < stop:
        end = min(start + CHUNK, stop)
        yield from (
            ReadEntry(seq, id_, kind, octets(note))
            for seq, id_, kind, note in session.execute(
                _RANGE, {**_book(head), "start": start, "stop": end}
            )
        )
        start = end


def fact_notes(session: Reader, head: Head) -> list[bytes]:
    """The entries that everybody has to know (`ledger.facts`), in order."""
    chosen = (*_of(_entries, head), text("fact = 1"), _entries.seq < head.size)
    rows = session.execute(select(_entries.note).where(*chosen).order_by(_entries.seq))
    return [octets(note) for note in rows.scalars()]


def newest_checkpoint(session: Reader, head: Head) -> bytes | None:
    """The last checkpoint that was signed."""
    return _checkpoint(session, head, _checkpoints.size.desc())


def next_checkpoint(session: Reader, head: Head, after: int, count: int) -> bytes | None:
    """The largest checkpoint at most `count` entries after a size, or else the next one."""
    later = _checkpoints.size > after
    near = _checkpoints.size <= after + count
    return _checkpoint(session, head, _checkpoints.size.desc(), later, near) or _checkpoint(
        session, head, _checkpoints.size, later
    )


def checkpoint_until(session: Reader, head: Head, size: int) -> bytes | None:
    """The largest checkpoint up to a size."""
    return _checkpoint(session, head, _checkpoints.size.desc(), _checkpoints.size <= size)


def _checkpoint(
    session: Reader, head: Head, order: ColumnElement[Any], *also: ColumnElement[bool]
) -> bytes | None:
    chosen = select(_checkpoints.note).where(*_of(_checkpoints, head), *also)
    note = session.execute(chosen.order_by(order).limit(1)).scalar_one_or_none()
    return None if note is None else octets(note)


def tile(session: Reader, head: Head, path: str) -> bytes:
    """A hash tile out of the cache. Raises: KeyError."""
    data = session.execute(_TILE, {**_book(head), "path": path}).scalar_one_or_none()
    if data is None:
        raise KeyError(path)
    return octets(data)


def operations(session: Reader, community_id: str, start: int, stop: int) -> list[dict[str, Any]]:
    """The operations at the positions from `start` up to `stop`, in order."""
    rows = session.execute(
        select(OperationRow.__table__)
        .where(
            _operations.community_id == community_id,
            _operations.position >= start,
            _operations.position < stop,
        )
        .order_by(_operations.position)
    )
    return [{str(name): value for name, value in row.items()} for row in rows.mappings()]


def wrapped_keys(session: Reader, name: str) -> list[dict[str, Any]]:
    """The encrypted keys of a community, by `<namespace>/<community>`, and of all its books."""
    rows = session.execute(
        select(KeyRow.__table__)
        .where((_keys.origin == name) | _keys.origin.startswith(f"{name}/", autoescape=True))
        .order_by(_keys.origin, _keys.role, _keys.key_id)
    )
    return [{str(name): value for name, value in row.items()} for row in rows.mappings()]


def head_of_origin(session: Reader, origin: str) -> dict[str, Any] | None:
    """The head row whose book this is now."""
    found = session.execute(select(HeadRow.__table__).where(_heads.origin == origin))
    row = found.mappings().one_or_none()
    return None if row is None else {str(name): value for name, value in row.items()}


def operations_count(session: Reader, community_id: str) -> int:
    """How many operations a community has had."""
    counted = select(func.count()).where(_operations.community_id == community_id)
    return int(session.execute(counted).scalar_one())


def signing_keys(session: Reader, origin: str) -> list[tuple[str, str]]:
    """Role and id of the stored keys of a book, but for its row key."""
    chosen = (_keys.origin == origin, _keys.role != "rows")
    rows = session.execute(select(_keys.role, _keys.key_id).where(*chosen))
    return [(role, key_id) for role, key_id in rows]


def sealed_sizes(session: Reader) -> dict[str, tuple[str, int, int]]:
    """Of each community: the origin, how many entries its book has, how many are sealed."""
    sealed = (
        select(func.coalesce(func.max(_checkpoints.size), 0))
        .where(_checkpoints.community_id == _heads.community_id, _checkpoints.book == _heads.book)
        .scalar_subquery()
    )
    rows = session.execute(select(_heads.community_id, _heads.origin, _heads.size, sealed))
    return {community: (origin, size, count) for community, origin, size, count in rows}


def _book(head: Head) -> dict[str, Any]:
    return {"community_id": head.community_id, "book": head.book}


def _of(columns: Any, head: Head) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return columns.community_id == head.community_id, columns.book == head.book
