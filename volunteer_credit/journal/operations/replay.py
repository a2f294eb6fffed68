"""A replay of a book: what its rows and its head should say, from the entries alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from ledger import facts as fact_kinds
from ledger.book import Book
from ledger.entry import Entry
from ledger.errors import LedgerError
from ledger.merkle import Edge, leaf_hash
from ledger.transfer import Pending
from volunteer_credit.journal.operations.facts import Facts
from volunteer_credit.journal.operations.statements import SUMS
from volunteer_credit.journal.queries import ReadEntry
from volunteer_credit.journal.rules.head import Head

Values: TypeAlias = tuple[str | int, ...]


class What(StrEnum):
    """What is wrong with a row."""

    MISSING = "missing"
    ADDED = "added"
    CHANGED = "changed"  # this service did not write it so
    OLD = "old"  # this service wrote it, but not last
    REFUSED = "refused"  # an entry that the book does not accept


class Difference(NamedTuple):
    """A row that is not what the entries say. `reason`: the columns, or why an entry is refused."""

    origin: str
    table: str
    row: str
    what: What
    reason: str = ""


@dataclass
class Replay:
    """A book read from its first entry on, and the rows that it should have."""

    origin: str
    book: Book = field(init=False)
    stopped: bool = False
    facts: set[int] = field(default_factory=set)  # seqs of the kinds of `ledger.facts`

    def __post_init__(self) -> None:
        """Begin with an empty book."""
        self.book = Book(self.origin)
        self._facts = Facts(self.book)
        self._edge = Edge()
        self._pendings: dict[tuple[int, int], Values] = {}
        self._proposals: dict[int, tuple[str, str]] = {}  # state, note

    def run(self, entries: Iterable[ReadEntry]) -> Iterator[Difference]:
        """Read the entries; what is wrong with their rows."""
        for row in entries:
            try:
                entry = self.book.read(row.note)
            except LedgerError as problem:
                self.stopped = True
                reason = problem.code
                yield Difference(self.origin, "entries", str(row.seq), What.REFUSED, reason)
                return
            if (row.seq, row.id, row.kind) != (entry.seq, entry.id, entry.kind):
                yield Difference(
                    self.origin, "entries", str(row.seq), What.CHANGED, "seq, id, kind"
                )
            self._take(entry, row.note)

    def _take(self, entry: Entry, note: bytes) -> None:
        self._edge.append(leaf_hash(note))
        if entry.kind in fact_kinds.KINDS:
            self._facts.add(note)
            self.facts.add(entry.seq)
        for index, transfer in enumerate(entry.transfers):
            if isinstance(transfer, Pending):
                opened = self.book.accounts.pendings[entry.seq, index]
                self._pendings[entry.seq, index] = (
                    *(entry.seq, index, transfer.debit, transfer.credit),
                    *(opened.amount, opened.code, opened.expires_at_ms),
                )
        if entry.kind.endswith(".proposed"):
            self._proposals[entry.seq] = ("open", note.hex())
        elif entry.kind.endswith((".approved", ".withdrawn")):
            seq = entry.value["refs"][0]
            self._proposals[seq] = ("ended", self._proposals[seq][1])

    def expected(self) -> dict[str, dict[str, Values]]:
        """By table and name of the row: the values that its code is made of."""
        counts: dict[str, int] = {}
        accounts: dict[str, Values] = {}
        for name, each in self.book.accounts.accounts.items():
            accounts[name] = (name, *(getattr(each, sum_) for sum_ in SUMS))
            counts[each.family.name] = counts.get(each.family.name, 0) + 1
        resolved = self.book.accounts.resolved
        return {
            "accounts": accounts,
            "families": {
                name: (name, each.unit, int(each.limited), int(each.closed), counts.get(name, 0))
                for name, each in self.book.accounts.families.items()
            },
            "pendings": {
                f"{pair[0]}/{pair[1]}": (*values, resolved.get(pair, "open"))
                for pair, values in self._pendings.items()
            },
            "proposals": {str(seq): (seq, *values) for seq, values in self._proposals.items()},
        }

    def head(self, head: Head, operations_count: int) -> Head:
        """What a head row should say; what no entry says stays as it is."""
        return head._replace(
            size=self.book.size,
            edge=b"".join(self._edge.hashes()),
            last_at_ms=self.book.last_at_ms,
            facts_count=self._facts.count,
            facts_digest=self._facts.digest,
            families_count=len(self.book.accounts.families),
            operations_count=operations_count,
        )
