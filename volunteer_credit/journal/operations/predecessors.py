"""Whether the books that a successor names are closed in its favour, sealed, and what is said."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from ledger.canonical import Value
from ledger.checkpoint import read_checkpoint
from ledger.entry import NOTE_BYTES_MAX, decode
from ledger.merkle import Edge
from ledger.note import parse_note
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.writing import hashes_of
from volunteer_credit.journal.rules.head import Head, head_of
from volunteer_credit.journal.rules.rotation_errors import (
    BookNotClosedError,
    BookNotSealedError,
    PredecessorDiffersError,
)


def check_predecessors(
    session: Session, previous: Sequence[Mapping[str, Value]], successor: str
) -> None:
    """Refuse what a verifier would refuse later; predecessors from elsewhere are left to it.

    Raises: BookNotClosedError, BookNotSealedError, PredecessorDiffersError.
    """
    for each in previous:
        row = queries.head_of_origin(session, str(each["origin"]))
        if row is not None:
            _check(session, head_of(row), each, successor)


def _check(session: Session, head: Head, said: Mapping[str, Value], successor: str) -> None:
    if {"origin": successor, "state": said["state"]} not in _next(session, head):
        raise BookNotClosedError(origin=head.origin, successor=successor)
    root = Edge(head.size, hashes_of(head.edge)).root().hex()
    if (said["size"], said["root"]) != (head.size, root):
        raise PredecessorDiffersError(origin=head.origin, given=said["size"], size=head.size)
    sealed = queries.newest_checkpoint(session, head)
    if sealed is None or read_checkpoint(sealed)[0].size != head.size:
        raise BookNotSealedError(origin=head.origin)


def _next(session: Session, head: Head) -> Sequence[Value]:
    """The successors that the last entry names, if it is a `book.closed`."""
    for row in queries.entries(session, head, head.size - 1, head.size):
        entry = decode(parse_note(row.note, bytes_max=NOTE_BYTES_MAX).text)
        if entry.kind == "book.closed":
            return list(entry.data["next"])
    return []
