"""The end of a book: its closing state, computed from its entries (docs/ledger-format.md §11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ledger import state
from ledger.canonical import Value
from ledger.keys import RECOVERY
from ledger.log import Log
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.keys import signers
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.operations.succession_hooks import stated
from volunteer_credit.journal.operations.whole import WholeBook
from volunteer_credit.journal.rules.head import Head, head_of
from volunteer_credit.journal.rules.requests import Appended, NewEntry, Request, about
from volunteer_credit.journal.rules.rotation_errors import PartsNeededError
from volunteer_credit.shared.db import NoBookError, db, end_reading, retried

Divide = Callable[[Sequence[Value]], Sequence[Sequence[Value]]]


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed book; `state` and `parts` (one for each successor) are files `state/<hash>`."""

    entry: Appended
    origin: str
    size: int
    root: str
    state: bytes
    parts: tuple[bytes, ...]

    def previous(self, number: int = 0) -> dict[str, Value]:
        """What the `book.opened` of the successor with this number says of this book."""
        digest = sha256(self.parts[number]).hexdigest()
        return {"origin": self.origin, "root": self.root, "size": self.size, "state": digest}


@retried
def close_book(
    community_id: str,
    reason: str,
    next_origins: Sequence[str],
    request: Request,
    *,
    divide: Divide | None = None,
) -> Closed:
    """End a book in favour of its successors, or of none (archive).

    `divide` says who gets which lines of the closing state where there is more than one.
    The book is read before it is locked, so that others wait only for what came since.
    Raises: NoBookError, PartsNeededError, NotAnEntryError, TreeChangedError, KeyMissingError,
    LedgerError (`closing_parts` for parts that leave out or double a line).
    """
    asked = about(request, next=list(next_origins), reason=reason)
    whole = _read(community_id)
    with perform(community_id, asked) as operation:
        if not operation.replayed:
            closing = _Closing(operation, whole, reason, list(next_origins), divide)
            operation.answer(closing.run())
    book, origin, *entry = operation.result
    made = Appended(*entry)
    return _closed(community_id, book, origin, made, (next_origins, divide))


def next_origin(head: Head) -> str:
    """What the next book of a community is called."""
    return origin_of(head, head.book + 1)


def origin_of(head: Head, book: int) -> str:
    """What another book of the same community is called."""
    return f"{head.origin.rpartition('/')[0]}/{book}"


def _read(community_id: str) -> WholeBook:
    """The book as it is now, without a lock."""
    end_reading()
    row = queries.head_row(db.session(), community_id)
    if row is None:
        raise NoBookError(community=community_id)
    head = head_of(row)
    whole = WholeBook(head.origin)
    whole.read_on(db.session(), head)
    return whole


@dataclass(slots=True)
class _Closing:
    """One closing inside its operation."""

    operation: Operation
    whole: WholeBook
    reason: str
    origins: list[str]
    divide: Divide | None

    def run(self) -> list[Any]:
        """Append what the rooms state, and `book.closed`."""
        operation, writing, head = self.operation, self.operation.writing, self.operation.head
        if self.whole.origin != head.origin:
            self.whole = WholeBook(head.origin)
        self.whole.read_on(operation.session, head)
        self.whole.check(head)
        # The rows of a transaction are a part of the book; its end is decided over the whole.
        writing.log = Log(self.whole.book, self.whole.edge)
        operation.append_all(list(stated(operation)))
        lines = self.whole.book.closing_lines(operation.at_ms)
        parts = _parts(lines, self.origins, self.divide)
        data = {
            "next": [
                {"origin": origin, "state": state.state_hash(part)}
                for origin, part in zip(self.origins, parts, strict=True)
            ],
            "reason": self.reason,
            "state": state.state_hash(lines),
        }
        newest = writing.log.book.keys.in_force(RECOVERY)[-1:]
        recovery = signers(operation.session, head.origin, newest)
        entry = NewEntry("book.closed", data)
        made = operation.append(entry, signers=[writing.keys.signer, *recovery])
        return [head.book, head.origin, made.seq, made.id, made.at_ms]


def _parts(
    lines: Sequence[Value], origins: Sequence[str], divide: Divide | None
) -> Sequence[Sequence[Value]]:
    """One part for each successor. Raises: PartsNeededError, ClosingPartsError."""
    if not origins:
        return []
    parts = divide(lines) if divide else [lines]
    if len(parts) != len(origins):
        raise PartsNeededError(count=len(origins), parts=len(parts))
    ordered = [state.order(part) for part in parts]
    state.check_parts(lines, ordered)
    return ordered


def _closed(
    community_id: str,
    book: int,
    origin: str,
    entry: Appended,
    asked: tuple[Sequence[str], Divide | None],
) -> Closed:
    """The answer, the same for every retry: computed from the closed book."""
    end_reading()
    row = queries.head_row(db.session(), community_id)
    assert row is not None
    head = head_of(row)._replace(book=book, origin=origin, size=entry.seq + 1)
    whole = WholeBook(origin)
    whole.read_on(db.session(), head)
    lines = whole.book.closing_lines()
    return Closed(
        entry,
        origin,
        head.size,
        whole.edge.root().hex(),
        state.encode(lines),
        tuple(state.encode(part) for part in _parts(lines, *asked)),
    )
