"""Reading a book's unsealed entries with a stranger's eyes, before anything is signed (§3.5)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hmac import compare_digest

from ledger.book import Book
from ledger.checkpoint import Checkpoint, read_checkpoint
from ledger.entry import NOTE_BYTES_MAX, Entry, decode
from ledger.errors import LedgerError
from ledger.files import DirectoryStore
from ledger.keys import KeyRing
from ledger.merkle import EMPTY_ROOT, Edge, leaf_hash
from ledger.note import parse_note
from ledger.store_errors import TreeForkError
from ledger.tiles import TileHashes
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.facts import replayed
from volunteer_credit.journal.operations.folders import ARCHIVE, folder_errors
from volunteer_credit.journal.operations.keys import keeper
from volunteer_credit.journal.operations.writing import hashes_of
from volunteer_credit.journal.rules.errors import (
    FactsChangedError,
    HeadChangedError,
    KeyMissingError,
    NotAnEntryError,
)
from volunteer_credit.journal.rules.head import RESTORED, Head, head_of, octets
from volunteer_credit.journal.rules.reading import KEY_KINDS, Reading, named_paths
from volunteer_credit.journal.rules.recovery_errors import RestoredError
from volunteer_credit.journal.rules.seal_errors import CheckpointChangedError, TreeChangedError
from volunteer_credit.journal.rules.tree import bundle_start, edge_at
from volunteer_credit.shared.db import NoBookError, Reader, db, end_reading
from volunteer_credit.shared.runtime import Runtime, current


@dataclass(slots=True)
class Examined:
    """What was found good: the keys after all of it, and the root at the end of each step."""

    keys: KeyRing
    roots: dict[int, bytes] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)  # of the files that the entries name


class KeyEntries:
    """The entries about keys of the books that this process has sealed, as the head proves them."""

    def __init__(self, _runtime: Runtime) -> None:
        self._known: dict[str, tuple[tuple[int, bytes], list[Entry]]] = {}

    def take(self, session: Reader, head: Head) -> list[Entry] | None:
        """The entries about keys; None when the rows are not those that the head counts."""
        mark = (head.facts_count, head.facts_digest)
        if head.origin in self._known and self._known[head.origin][0] == mark:
            return self._known[head.origin][1]
        notes = queries.fact_notes(session, head)
        try:
            found = replayed(head.origin, notes)
        except (LedgerError, KeyError):
            return None
        if (found.count, found.digest) != mark:
            return None
        entries = [entry for entry in map(entry_of, notes) if entry.kind in KEY_KINDS]
        self._known[head.origin] = (mark, entries)
        return entries


def read_head(community_id: str) -> tuple[Reader, Head, int | None]:
    """The head as it is now, without a lock, and the first row that it doesn't count.

    Raises: NoBookError, RestoredError, HeadChangedError, KeyMissingError.
    """
    try:
        return _read_head(community_id)
    except KeyMissingError:
        # A rotation between head and keys has destroyed a key that no newer head names.
        return _read_head(community_id)


def has_moved(head: Head) -> bool:
    """Whether the head is another by now; what was read under it may be gone."""
    end_reading()
    row = queries.head_row(db.session(), head.community_id)
    return row is None or head_of(row) != head


def _read_head(community_id: str) -> tuple[Reader, Head, int | None]:
    end_reading()
    session = db.session()
    row = queries.head_row(session, community_id)
    if row is None:
        raise NoBookError(community=community_id)
    head = head_of(row)
    if octets(row["mac"]).startswith(RESTORED):
        raise RestoredError(origin=head.origin)
    if not compare_digest(octets(row["mac"]), head.code(keeper().keys(session, head).head_key)):
        raise HeadChangedError(origin=head.origin)
    return session, head, row["beyond"]


def key_ring(session: Reader, head: Head) -> KeyRing:
    """All keys of a book. Raises: FactsChangedError."""
    entries = current().part(KeyEntries, KeyEntries).take(session, head)
    if entries is None:
        raise FactsChangedError(origin=head.origin, count=head.facts_count)
    return _ring(head.origin, entries, head.size)


def check_signed(origin: str, keys: KeyRing, checkpoint: bytes) -> None:
    """Accept a checkpoint that the book's keys signed (T3). Raises: CheckpointChangedError."""
    book = Book(origin)
    book.keys = keys
    try:
        book.open_checkpoint(checkpoint)
    except LedgerError as problem:
        raise CheckpointChangedError(origin=origin, reason=problem) from problem


def examine(
    session: Reader, head: Head, archive: DirectoryStore, newest: bytes | None, step: int
) -> Examined:
    """Check every entry after the newest checkpoint, in steps of so many.

    Raises: NotAnEntryError, FactsChangedError, TreeChangedError, CheckpointChangedError, and as
    `folder_errors`.
    """
    base = Checkpoint(head.origin, 0, EMPTY_ROOT)
    with folder_errors(ARCHIVE, head.origin):
        if newest is not None:
            base = read_checkpoint(newest)[0]
        tiles = TileHashes(archive.published.read, base.size)
        edge = edge_at(tiles, base.size)
        if edge.root() != base.root:
            raise TreeForkError(checkpoint=base.size)
    known = current().part(KeyEntries, KeyEntries).take(session, head)
    with folder_errors(ARCHIVE, head.origin):
        entries = known if known is not None else list(_archived(archive, base))
    found = Examined(_ring(head.origin, entries, base.size))
    if newest is not None:
        check_signed(head.origin, found.keys, newest)
    _walk(session, head, found, tiles, edge, step)
    if known is None:
        raise FactsChangedError(origin=head.origin, count=head.facts_count)
    if edge.root() != Edge(head.size, hashes_of(head.edge)).root():
        raise TreeChangedError(origin=head.origin, size=head.size)
    return found


def _walk(
    session: Reader, head: Head, found: Examined, tiles: TileHashes, edge: Edge, step: int
) -> None:
    """Read the rows after `edge` and let it grow. Raises: NotAnEntryError, FolderChangedError."""
    start = edge.size
    last = _last(session, head, tiles, start) if start else None
    reading = Reading(head.origin, found.keys, start, last)
    for row in queries.entries(session, head, start, head.size):
        if row.seq != reading.size:
            break
        try:
            entry = reading.take(*row)
        except (LedgerError, KeyError) as problem:
            reason = problem.code if isinstance(problem, LedgerError) else "malformed"
            raise NotAnEntryError(seq=row.seq, origin=head.origin, reason=reason) from problem
        edge.append(leaf_hash(row.note))
        found.paths += named_paths(entry)
        if (edge.size - start) % step == 0 or edge.size == head.size:
            found.roots[edge.size] = edge.root()
    if reading.size != head.size:
        raise NotAnEntryError(seq=reading.size, origin=head.origin, reason="missing")


def _last(session: Reader, head: Head, tiles: TileHashes, size: int) -> Entry:
    """The last sealed entry; it and those of its bundle must be the leaves that the tree has."""
    start = min(bundle_start(size), size - 1)
    rows = {row.seq: row.note for row in queries.entries(session, head, start, size)}
    for seq in range(start, size):
        with folder_errors(ARCHIVE, head.origin):
            leaf = tiles(0, seq)
        if seq not in rows or leaf_hash(rows[seq]) != leaf:
            raise NotAnEntryError(seq=seq, origin=head.origin, reason="sealed_otherwise")
    return entry_of(rows[size - 1])


def _archived(archive: DirectoryStore, base: Checkpoint) -> Iterator[Entry]:
    """The entries about keys out of the archive, proved by the root: when rows can't be believed.

    Raises: LedgerError.
    """
    edge = Edge()
    for note in archive.published.entries(0, base.size):
        edge.append(leaf_hash(note))
        entry = entry_of(note)
        if entry.kind in KEY_KINDS:
            yield entry
    if edge.root() != base.root:
        raise TreeForkError(checkpoint=base.size)


def _ring(origin: str, entries: list[Entry], size: int) -> KeyRing:
    ring = KeyRing(origin)
    for entry in entries:
        if entry.seq < size:
            ring.apply(entry)
    return ring


def entry_of(note: bytes) -> Entry:
    """The entry of a note. Raises: LedgerError (malformed)."""
    return decode(parse_note(note, bytes_max=NOTE_BYTES_MAX).text)
