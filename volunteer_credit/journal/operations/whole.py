"""A whole book read from its entries: what rows can't say, such as the closing state."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.book import Book
from ledger.errors import LedgerError
from ledger.merkle import Edge, leaf_hash
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.writing import hashes_of
from volunteer_credit.journal.rules.errors import NotAnEntryError
from volunteer_credit.journal.rules.head import Head
from volunteer_credit.journal.rules.seal_errors import TreeChangedError
from volunteer_credit.shared.db import Reader


@dataclass(slots=True)
class WholeBook:
    """A book and its tree as far as they were read; `read_on` goes on from there."""

    origin: str
    book: Book = field(init=False)
    edge: Edge = field(init=False)

    def __post_init__(self) -> None:
        self.book, self.edge = Book(self.origin), Edge()

    def read_on(self, session: Reader, head: Head) -> None:
        """Read up to the size of a head. Raises: NotAnEntryError."""
        reason = "missing"
        for row in queries.entries(session, head, self.book.size, head.size):
            try:
                self.book.read(row.note)
            except LedgerError as problem:
                reason = problem.code
                break
            self.edge.append(leaf_hash(row.note))
        if self.book.size != head.size:
            raise NotAnEntryError(seq=self.book.size, origin=head.origin, reason=reason)

    def check(self, head: Head) -> None:
        """Accept a head that these entries make. Raises: TreeChangedError."""
        edges: Sequence[bytes] = hashes_of(head.edge)
        if list(self.edge.hashes()) != edges or self.book.last_at_ms != head.last_at_ms:
            raise TreeChangedError(origin=head.origin, size=head.size)
