"""What a process remembers of a book between transactions: keys, roles, merges, prices.

All of it stands in entries of a few kinds. They are read once, their signatures checked, and the
running hash in the head row says whether what a process remembers is still all there is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, text

from ledger import facts
from ledger.book import Book
from ledger.entry import NOTE_BYTES_MAX, decode
from ledger.errors import LedgerError
from ledger.keys import verify_lines
from ledger.merkle import leaf_hash
from ledger.note import parse_note
from volunteer_credit.journal.models import EntryRow
from volunteer_credit.journal.rules.errors import FactsChangedError
from volunteer_credit.journal.rules.head import NO_FACTS, Head, facts_digest, octets
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import Runtime, current

_entries = EntryRow.__table__.c


@dataclass(slots=True)
class Facts:
    """A book without its accounts, and what the head says when it is up to date."""

    book: Book
    count: int = 0
    digest: bytes = NO_FACTS

    def add(self, note: bytes) -> None:
        """Count an entry of these kinds."""
        self.count += 1
        self.digest = facts_digest(self.digest, leaf_hash(note))


class Remembered:
    """The facts of the books that this process has written to."""

    def __init__(self, _runtime: Runtime) -> None:
        self.facts: dict[str, Facts] = {}

    def take(self, session: Reader, head: Head) -> Facts:
        """The facts of a locked book; they are the caller's until `keep` gives them back.

        Raises: FactsChangedError.
        """
        found = self.facts.pop(head.origin, None)
        if found is None or (found.count, found.digest) != (head.facts_count, head.facts_digest):
            found = read_facts(session, head)
        return found

    def keep(self, found: Facts) -> None:
        """Remember facts that are committed."""
        self.facts[found.book.origin] = found


def remembered() -> Remembered:
    """What the current application remembers."""
    return current().part(Remembered, Remembered)


def read_facts(session: Reader, head: Head) -> Facts:
    """Read them from the entries. Raises: FactsChangedError."""
    chosen = (
        _entries.community_id == head.community_id,
        _entries.book == head.book,
        text("fact = 1"),  # spelled out, or the index would not be used
        _entries.seq < head.size,
    )
    rows = session.execute(select(_entries.note).where(*chosen).order_by(_entries.seq)).scalars()
    try:
        found = replayed(head.origin, (octets(note) for note in rows))
    except (LedgerError, KeyError) as problem:
        raise FactsChangedError(origin=head.origin, count=head.facts_count) from problem
    if (found.count, found.digest) != (head.facts_count, head.facts_digest):
        raise FactsChangedError(origin=head.origin, count=head.facts_count)
    return found


def replayed(origin: str, notes: Iterable[bytes]) -> Facts:
    """The facts of these entries. Raises: LedgerError, KeyError."""
    found = Facts(Book(origin))
    for note_bytes in notes:
        note = parse_note(note_bytes, bytes_max=NOTE_BYTES_MAX)
        entry = decode(note.text)
        keys = found.book.keys.assign(entry, found.book.keys.check(entry), note.lines)
        verify_lines(keys, note.lines, note.text)
        facts.take_in(found.book, entry)
        found.add(note_bytes)
    return found
