"""What can be verified of a bundle without knowing the book: done in other processes (V2, V3).

`look` reads the usual entries of a bundle and their signatures, and gives the verifier plain
tuples with what it needs to replay them. Every other entry comes back as its note, a bundle with
a bad signature as None: the verifier then reads it itself, to say what and where.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from typing import Any, NamedTuple, TypeAlias

from ledger import usual_note
from ledger.entry import Actor, Entry, Rule
from ledger.errors import LedgerError
from ledger.merkle import Edge, leaf_hash
from ledger.note import SignatureLine, VerifierKey, verify_ed25519
from ledger.tiles import Tile, decode_bundle
from ledger.transfer import FORMS
from ledger.usual_note import Fields
from ledger.verify_errors import FileMissingError, WorkerLostError
from ledger.verify_tree import TILE_WIDTH

AT_ONCE = 8  # bundles that a process takes at once
IN_FLIGHT_MAX = 6  # such tasks that other processes hold
_NOTHING: dict[str, Any] = {}

# A whole note where the entry has to be read in its place in the book.
Seen: TypeAlias = bytes | Fields


class Looked(NamedTuple):
    """A bundle, looked at: its leaf hashes, the root over them, and its entries."""

    leaves: list[bytes]
    root: bytes
    seen: Sequence[Seen]


class BundleStream:
    """The bundles of a published book of `size` entries, in order.

    `read` gives a published file; it and the stream go to other processes as they are.
    """

    def __init__(self, read: Callable[[str], bytes], size: int) -> None:
        self._read = read
        self._size = size

    def notes(self) -> Iterator[bytes]:
        """All entries, one by one."""
        for index in range(self._count()):
            yield from self._notes(index)

    def looked(
        self, executor: Executor | None, keys: Callable[[], Sequence[VerifierKey]] | None
    ) -> Iterator[Looked]:
        """All bundles, looked at here or in other processes; `keys` are asked as they go."""
        known: Callable[[], Sequence[VerifierKey] | None] = keys or (lambda: None)
        # The first bundle is looked at here: it brings the keys that the others need.
        here = self._count() if executor is None else min(1, self._count())
        for index in range(here):
            yield self.look(index, known()) or self._unlooked(index)
        waiting: deque[tuple[range, Future[list[Looked | None]]]] = deque()
        if executor is not None:
            for first in range(here, self._count(), AT_ONCE):
                indexes = range(first, min(first + AT_ONCE, self._count()))
                waiting.append((indexes, executor.submit(self.look_at, indexes, known())))
                if len(waiting) >= IN_FLIGHT_MAX:
                    yield from self._results(*waiting.popleft())
        while waiting:
            yield from self._results(*waiting.popleft())

    def look_at(
        self, indexes: Iterable[int], keys: Sequence[VerifierKey] | None
    ) -> list[Looked | None]:
        """Several bundles: handed over one by one they would keep the processes waiting."""
        return [self.look(index, keys) for index in indexes]

    def look(self, index: int, keys: Sequence[VerifierKey] | None) -> Looked | None:
        """A bundle's entries; `keys` verify the signatures, None leaves those out.

        An entry that is not usual, or not by one of these keys, is passed on as its note.
        """
        by_id = None if keys is None else {(key.name, key.key_id): key for key in keys}
        try:
            notes = self._notes(index)
            seen = [_look(note, by_id) for note in notes]
        except LedgerError:
            return None
        return _looked(notes, seen)

    def _unlooked(self, index: int) -> Looked:
        """A bundle that the verifier has to read itself."""
        notes = self._notes(index)
        return _looked(notes, notes)

    def _results(self, indexes: range, future: "Future[list[Looked | None]]") -> Iterator[Looked]:
        try:
            found = future.result()
        except BrokenExecutor:
            raise WorkerLostError from None
        for index, looked in zip(indexes, found, strict=True):
            yield looked or self._unlooked(index)

    def _count(self) -> int:
        return -(-self._size // TILE_WIDTH)

    def _notes(self, index: int) -> list[bytes]:
        """A bundle's notes; out of the whole one where the partial one is gone (tlog-tiles)."""
        width = min(TILE_WIDTH, self._size - index * TILE_WIDTH)
        tile = Tile(0, index, width).bundle()
        try:
            return decode_bundle(read_file(self._read, tile.path()), width)
        except FileMissingError:
            if width == TILE_WIDTH:
                raise
            whole = read_file(self._read, tile.full().path())
            return decode_bundle(whole, TILE_WIDTH)[:width]


def read_file(read: Callable[[str], bytes], path: str) -> bytes:
    """A published file. Raises: FileMissingError (incomplete), and as `read`."""
    with suppress(KeyError, FileNotFoundError):
        return read(path)
    raise FileMissingError(path=path)


def _looked(notes: Sequence[bytes], seen: Sequence[Seen]) -> Looked:
    leaves = [leaf_hash(note) for note in notes]
    return Looked(leaves, _root(leaves), seen)


def _root(leaves: Sequence[bytes]) -> bytes:
    edge = Edge()
    for leaf in leaves:
        edge.append(leaf)
    return edge.root()


class LineName(NamedTuple):
    """Which key signed."""

    name: str
    key_id: bytes


def entry_of(seen: Fields) -> tuple[Entry, LineName]:
    """The entry that `look` saw, without `data`, `value` and commitments, and who signed it."""
    book, seq, id_, at_ms, kind, actor, day, rule, tier, refs, moves, document, name, key_id = seen
    transfers = tuple([FORMS[form](*fields) for form, fields in moves])
    entry = Entry(
        book,
        seq,
        id_,
        at_ms,
        kind,
        Actor(*actor),
        _NOTHING,
        _NOTHING,
        day,
        rule and Rule(*rule),
        tier,
        refs,
        _NOTHING,
        transfers,
        document,
    )
    return entry, LineName(name, key_id)


def _look(note: bytes, keys: dict[tuple[str, bytes], VerifierKey] | None) -> Seen:
    usual = usual_note.read(note)
    if usual is None:
        return note
    fields, signature = usual
    if keys is not None:
        name, key_id = fields[-2:]
        key = keys.get((name, key_id))
        if key is None:
            return note
        text = note[: note.index(b"\n") + 1]
        verify_ed25519(key, SignatureLine(name, key_id, signature), text)
    return fields
