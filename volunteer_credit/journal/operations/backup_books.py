"""The books in a backup: what the files say, recomputed from the entries in them."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table

from ledger.checkpoint import read_checkpoint
from ledger.errors import LedgerError
from ledger.merkle import Edge, leaf_hash
from volunteer_credit.journal.models import CheckpointRow, EntryRow, HeadRow
from volunteer_credit.journal.operations.backup_files import (
    ENDING,
    BookState,
    plain_table,
    read_rows,
)
from volunteer_credit.journal.operations.writing import hashes_of
from volunteer_credit.journal.rules.recovery_errors import BookDamagedError
from volunteer_credit.shared.runtime import current

Place = tuple[str, int]  # community, book


@dataclass(slots=True)
class _Book:
    """A book while its entries stream by; the roots it must have by size."""

    edge: Edge = field(default_factory=Edge)
    wanted: dict[int, bytes] = field(default_factory=dict)
    checkpoint: bytes = b""
    head_size: int = -1


def states(folder: Path) -> tuple[BookState, ...]:
    """Every book of a backup whose table files are whole. Raises: BookDamagedError."""
    books: dict[Place, _Book] = {}
    for row in _rows(folder, CheckpointRow):
        _take_checkpoint(books.setdefault(_place(row), _Book()), row)
    for row in _rows(folder, HeadRow):
        _take_head(books.setdefault(_place(row), _Book()), row)
    for row in _rows(folder, EntryRow):
        book = books.setdefault(_place(row), _Book())
        if row["seq"] != book.edge.size:
            raise _damaged(_place(row), f"entry {book.edge.size} is missing")
        book.edge.append(leaf_hash(row["note"]))
        _check_root(_place(row), book)
    return tuple(_state(place, books[place]) for place in sorted(books))


def _take_checkpoint(book: _Book, row: dict[str, Any]) -> None:
    try:
        checkpoint = read_checkpoint(row["note"])[0]
    except LedgerError:
        raise _damaged(_place(row), f"checkpoint {row['size']} does not read") from None
    if checkpoint.size >= max(book.wanted, default=0):
        book.wanted, book.checkpoint = {checkpoint.size: checkpoint.root}, row["note"]


def _take_head(book: _Book, row: dict[str, Any]) -> None:
    book.head_size = row["size"]
    try:
        root = Edge(row["size"], hashes_of(row["edge"])).root()
    except LedgerError:
        raise _damaged(_place(row), "the head is no tree") from None
    if book.wanted.setdefault(row["size"], root) != root:
        raise _damaged(_place(row), "the head differs from the checkpoint")


def _check_root(place: Place, book: _Book) -> None:
    root = book.wanted.pop(book.edge.size, None)
    if root is not None and root != book.edge.root():
        raise _damaged(place, f"another root at size {book.edge.size}")


def _state(place: Place, book: _Book) -> BookState:
    if book.wanted or book.head_size not in (-1, book.edge.size):
        raise _damaged(place, f"{book.edge.size} entries instead of {book.head_size}")
    community_id, number = place
    return BookState(
        community_id,
        number,
        f"{current().settings.namespace}/{community_id}/{number}",
        book.edge.size,
        book.edge.root().hex(),
        base64.b64encode(book.checkpoint).decode(),
    )


def _rows(folder: Path, model: Any) -> Iterator[dict[str, Any]]:
    table = plain_table(cast(Table, model.__table__))
    return read_rows(folder / (table.name + ENDING), table)


def _place(row: dict[str, Any]) -> Place:
    return row["community_id"], row["book"]


def _damaged(place: Place, reason: str) -> BookDamagedError:
    return BookDamagedError(community=place[0], book=place[1], reason=reason)
