"""How an entry refers to one of an earlier book of its community (docs/ledger-format.md E4)."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from volunteer_credit.journal.models import HeadRow
from volunteer_credit.journal.operations.closing import origin_of
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.shared.db import Reader

_heads = HeadRow.__table__.c
OPENED = 0  # the entry that names the book before, which names the one before that


def reference(operation: Operation, book: int, seq: int) -> Any:
    """The entry `seq` of the community's book `book`, as an entry of its book now names it.

    What lies further back than the book before has no name of its own: it is behind entry 0.
    """
    head = operation.head
    if book == head.book:
        return seq
    origin = origin_of(head, book)
    for number, each in enumerate(operation.writing.log.book.predecessors):
        if each.origin == origin and seq < each.size:
            return [number, seq]
    return OPENED


def references(operation: Operation, entries: Iterable[tuple[int, int]]) -> list[Any]:
    """Several of them as (book, seq), each once; a seq of 0 names none."""
    found: list[Any] = []
    for book, seq in entries:
        named = reference(operation, book, seq) if seq else None
        if named is not None and named not in found:
            found.append(named)
    return found


def book_now(reader: Reader, community_id: str) -> int:
    """The number of a community's book now; 0 where it has none."""
    query = select(_heads.book).where(_heads.community_id == community_id)
    return reader.execute(query).scalar_one_or_none() or 0


def book_query(reader: Reader, community_id: str, book: int) -> str:
    """What an address needs beside a seq: nothing where it is of the book now."""
    return "" if book == book_now(reader, community_id) else f"?book={book}"
