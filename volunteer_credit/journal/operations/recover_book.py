"""Bringing one book up to what was published: each entry from the first place that has it right.

The archive comes first, then the publication, then the database itself. What none of them has, and
all after it, are no entries; what was published and is nowhere is lost, and that is said.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from sqlalchemy import Connection, delete, insert, select

from ledger import state
from ledger.canonical import Value
from ledger.checkpoint import read_checkpoint
from ledger.errors import LedgerError
from ledger.facts import KINDS
from ledger.tiles import TILE_WIDTH
from volunteer_credit.journal.models import CheckpointRow, EntryRow, TileRow
from volunteer_credit.journal.operations.copies import Copy
from volunteer_credit.journal.operations.keys import drop_key
from volunteer_credit.journal.operations.quarantine import Quarantine
from volunteer_credit.journal.operations.rebuild import Rebuild
from volunteer_credit.journal.rules.errors import BookForkError
from volunteer_credit.journal.rules.head import octets
from volunteer_credit.journal.rules.recovery_errors import EntriesLostError

_entries, _checkpoints, _tiles = (
    EntryRow.__table__.c,
    CheckpointRow.__table__.c,
    TileRow.__table__.c,
)
Stored: TypeAlias = tuple[int, str, str, int, bytes]  # seq, id, kind, fact, note


@dataclass(slots=True)
class Found:
    """What came of one book. `lost`: published entries that are nowhere any more."""

    number: int
    origin: str
    size: int = 0
    published: int = 0
    put_back: int = 0
    lost: int = 0
    cut: bool = False  # a row failed, and it and all after it are gone


@dataclass(frozen=True, slots=True)
class LastState:
    """What a successor says of a book that lost entries (S3), and the lines of that state."""

    previous: Mapping[str, Value]
    lines: bytes


class BookRecovery:
    """One book of one recovery. `limit`: where the last whole operation ends, if known."""

    def __init__(
        self,
        connection: Connection,
        quarantine: Quarantine,
        place: tuple[str, int, str],
        copies: Sequence[Copy],
        limit: int | None = None,
    ) -> None:
        self._connection = connection
        self._quarantine = quarantine
        self._community_id, self._number, self._origin = place
        self._copies = copies
        self._limit = limit
        self.found = Found(self._number, self._origin)
        self.rebuild = Rebuild(connection, *place)
        self._where = {"community_id": self._community_id, "book": self._number}
        self._roots: dict[int, bytes] = {}
        self._reason = "entry_missing"
        self._wanted = {size for copy in copies for size in (*copy.history(), copy.size)}
        self._wanted |= set(self._sizes_here())

    def run(self, witnessed: int, progress: Callable[[str, int], None]) -> None:
        """Replay, put back, move away; then compare with every checkpoint there is.

        Raises: EntriesLostError, ArchiveDamagedError, BookForkError, KeyMissingError.
        """
        while self._bundle(self.rebuild.book.size):
            progress(self._origin, self.rebuild.book.size)
        size = self.found.size = self.rebuild.book.size
        self._move_rest(size)
        self.rebuild.write()
        if size:
            for copy in self._copies:
                copy.check(self.rebuild.book)
        self._compare()
        signed_here = next(filter(self._is_signed, self._sizes_here()), 0)
        self.found.published = max(witnessed, signed_here, *(copy.size for copy in self._copies))
        self.found.lost = max(self.found.published - size, 0)
        self._write_checkpoints()
        self._drop_retired()

    def last_state(self) -> LastState:
        """The state as of the last good entry."""
        book = self.rebuild.book
        lines = state.encode(book.closing_lines())
        previous = {
            "origin": book.origin,
            "root": self.rebuild.edge.root().hex(),
            "size": book.size,
            "state": sha256(lines).hexdigest(),
        }
        return LastState(previous, lines)

    def refuse_loss(self) -> None:
        """Raises: ArchiveDamagedError where a copy may help, else EntriesLostError."""
        if self.found.lost:
            for copy in self._copies:
                if copy.damage is not None:
                    raise copy.damage
            raise EntriesLostError(origin=self._origin, size=self.found.size, count=self.found.lost)

    def _bundle(self, start: int) -> bool:
        """Take in as much as there is of a bundle from `start` on; whether it was all of it."""
        stop = start - start % TILE_WIDTH + TILE_WIDTH
        if self._limit is not None:
            stop = min(stop, self._limit)
        here = {row[0]: row for row in self._stored(start, stop)}
        copies = [copy.entries(start) for copy in self._copies]
        wrong: list[tuple[int, bytes, str]] = []
        new: list[dict[str, Any]] = []
        for seq in range(start, stop):
            stored = here.get(seq)
            notes = [notes[seq - start] for notes in copies if seq - start < len(notes)]
            right = self._right(seq, [*notes, *([stored[-1]] if stored else [])])
            if right is None:
                break
            if stored != right:
                if stored is not None:
                    wrong.append((seq, stored[-1], "not_this_entry"))
                new.append({**self._where, **dict(zip(_NAMES, right, strict=True))})
        wrong += self._ids_taken(new, {seq for seq, _, _ in wrong})
        self._quarantine.move(self._number, wrong)
        if new:
            self._connection.execute(insert(EntryRow), new)
            self.found.put_back += len(new)
        return start < stop == self.rebuild.book.size

    def _right(self, seq: int, notes: Sequence[bytes]) -> Stored | None:
        """The first of these notes that is the next entry, taken in."""
        for note in dict.fromkeys(notes):
            try:
                entry = self.rebuild.take(note)
            except LedgerError as problem:
                self._reason = problem.code
                continue
            if seq + 1 in self._wanted:
                self._roots[seq + 1] = self.rebuild.edge.root()
            return seq, entry.id, entry.kind, int(entry.kind in KINDS), note
        if not notes:
            self._reason = "entry_missing"
        return None

    def _stored(self, start: int, stop: int | None = None) -> list[Stored]:
        chosen = [_entries[name] == value for name, value in self._where.items()]
        chosen += [] if stop is None else [_entries.seq < stop]
        rows = self._connection.execute(
            select(*(_entries[name] for name in _NAMES))
            .where(*chosen, _entries.seq >= start)
            .order_by(_entries.seq)
            .limit(TILE_WIDTH)
        )
        return [(seq, id_, kind, fact, octets(note)) for seq, id_, kind, fact, note in rows]

    def _ids_taken(
        self, new: Sequence[dict[str, Any]], moved: set[int]
    ) -> Iterator[tuple[int, bytes, str]]:
        """Rows elsewhere that bear the id of an entry which comes back."""
        if not new:
            return
        chosen = [_entries[name] == value for name, value in self._where.items()]
        ids = [row["id"] for row in new]
        rows = self._connection.execute(
            select(_entries.seq, _entries.note).where(*chosen, _entries.id.in_(ids))
        )
        for seq, note in rows.all():
            if seq not in moved:
                yield seq, octets(note), "id_of_another_entry"

    def _move_rest(self, size: int) -> None:
        """What stands beyond the last entry, or before the first, is none."""
        reason = self._reason
        while rows := self._stored(size):
            self.found.cut = True
            self._quarantine.move(self._number, [(seq, note, reason) for seq, *_, note in rows])
            reason = "after_a_bad_entry"
        chosen = [_entries[name] == value for name, value in self._where.items()]
        before = select(_entries.seq, _entries.note).where(*chosen, _entries.seq < 0)
        rows_before = self._connection.execute(before).all()
        self._quarantine.move(
            self._number, [(seq, octets(note), "seq_below_zero") for seq, note in rows_before]
        )

    def _sizes_here(self) -> list[int]:
        """The sizes of the checkpoints in the database, largest first."""
        chosen = [_checkpoints[name] == value for name, value in self._where.items()]
        ordered = select(_checkpoints.size).where(*chosen).order_by(_checkpoints.size.desc())
        return list(self._connection.execute(ordered).scalars())

    def _note_here(self, size: int) -> bytes:
        chosen = [_checkpoints[name] == value for name, value in self._where.items()]
        found = select(_checkpoints.note).where(*chosen, _checkpoints.size == size)
        return octets(self._connection.execute(found).scalar_one())

    def _is_signed(self, size: int) -> bool:
        """Whether the book's keys signed the checkpoint that the database has of a size."""
        try:
            return self.rebuild.book.open_checkpoint(self._note_here(size)).checkpoint.size == size
        except LedgerError:
            return False

    def _compare(self) -> None:
        """Every copy's checkpoint has the root that the entries give. Raises: BookForkError."""
        for copy in self._copies:
            root = self._roots.get(copy.size)
            if copy.checkpoint is not None and root not in (None, copy.checkpoint.root):
                raise BookForkError(origin=self._origin, where=copy.where, size=copy.size)

    def _write_checkpoints(self) -> None:
        """Put back the checkpoints and tiles of the copies; what is no checkpoint goes."""
        good = {size for size in self._sizes_here() if self._stays(size)}
        new: dict[int, bytes] = {}
        for copy in self._copies:
            for size in copy.history():
                note = None if size in good or size in new else copy.signed(size)
                if note is not None and self._is_good(size, note):
                    new[size] = note
        rows = [{**self._where, "size": size, "note": note} for size, note in new.items()]
        if rows:
            self._connection.execute(insert(CheckpointRow), rows)
        self._write_tiles()

    def _stays(self, size: int) -> bool:
        """Keep a checkpoint that is one, and move away what is none. Raises: BookForkError."""
        if self._is_good(size, self._note_here(size)):
            return True
        if not self._is_signed(size):
            self._move_checkpoint(size)
            return False
        if size <= self.found.size:
            raise BookForkError(origin=self._origin, where="database", size=size)
        return True

    def _move_checkpoint(self, size: int) -> None:
        note = self._note_here(size)
        self._quarantine.keep(self._number, size, note, "checkpoint_not_ours")
        chosen = [_checkpoints[name] == value for name, value in self._where.items()]
        self._connection.execute(delete(CheckpointRow).where(*chosen, _checkpoints.size == size))

    def _is_good(self, size: int, note: bytes) -> bool:
        try:
            checkpoint = read_checkpoint(note)[0]
        except LedgerError:
            return False
        named = (checkpoint.origin, checkpoint.size) == (self._origin, size)
        return named and checkpoint.root == self._roots.get(size)

    def _write_tiles(self) -> None:
        largest = max(self._copies, key=lambda copy: copy.size, default=None)
        newest = max(self._sizes_here(), default=0)
        if largest is None or largest.size != newest or not newest:
            return
        chosen = [_tiles[name] == value for name, value in self._where.items()]
        self._connection.execute(delete(TileRow).where(*chosen))
        rows = [
            {**self._where, "path": path, "data": data} for path, data in largest.tiles().items()
        ]
        if rows:
            self._connection.execute(insert(TileRow), rows)

    def _drop_retired(self) -> None:
        """A key that an entry has retired must not come back with an old backup."""
        held = self.rebuild.book.keys.held.values()
        retired = {(each.role, each.key.key_id.hex()) for each in held if each.retired is not None}
        for role, key_id in sorted(retired):
            drop_key(self._connection, self._origin, role, key_id)


_NAMES = ("seq", "id", "kind", "fact", "note")
