"""What can be verified of a bundle without knowing the book: done in other processes (V2, V3).

`look` reads the bytes, the canonical spelling, the envelope and the signatures of a bundle's
entries, and gives the verifier plain tuples with what it needs to replay them. A bundle in which
anything is odd comes back as None: the verifier then reads it itself, to say what and where.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any, NamedTuple, TypeAlias

from ledger import kinds
from ledger.entry import NOTE_BYTES_MAX, Actor, Entry, Rule, decode
from ledger.errors import LedgerError
from ledger.merkle import Edge, leaf_hash
from ledger.note import VerifierKey, parse_note, verify_ed25519
from ledger.tiles import Tile, decode_bundle, encode_bundle
from ledger.transfer import Pending, Plain, Post, Void
from ledger.verify_errors import FileMissingError, WorkerLostError
from ledger.verify_tree import TILE_WIDTH

_FORMS: tuple[Any, ...] = (Plain, Pending, Post, Void)
IN_FLIGHT_MAX = 12  # bundles that other processes hold at once
_NOTHING: dict[str, Any] = {}

# A whole note where the entry has to be read in its place in the book, else what `replay` takes.
Seen: TypeAlias = bytes | tuple[Any, ...]


class Looked(NamedTuple):
    """A bundle, looked at: its leaf hashes, the root over them, and its entries."""

    leaves: list[bytes]
    root: bytes
    seen: list[Seen]


class BundleStream:
    """The bundles of a published book of `size` entries, in order."""

    def __init__(self, read: Callable[[str], bytes], size: int) -> None:
        self._read = read
        self._size = size

    def notes(self) -> Iterator[bytes]:
        """All entries, one by one."""
        for index in range(self._count()):
            yield from decode_bundle(*self._bundle(index))

    def looked(
        self, executor: Executor | None, keys: Callable[[], Sequence[VerifierKey]] | None
    ) -> Iterator[Looked]:
        """All bundles, looked at here or in other processes; `keys` are asked as they go."""
        waiting: deque[tuple[bytes, int, Future[Looked | None]]] = deque()
        for index in range(self._count()):
            data, width = self._bundle(index)
            known = None if keys is None else keys()
            # The first bundle is looked at here: it brings the keys that the others need.
            if executor is None or index == 0:
                yield look(data, width, known) or _unlooked(data, width)
                continue
            waiting.append((data, width, executor.submit(look, data, width, known)))
            if len(waiting) >= IN_FLIGHT_MAX:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())

    def _count(self) -> int:
        return -(-self._size // TILE_WIDTH)

    def _bundle(self, index: int) -> tuple[bytes, int]:
        """A bundle and its width; the whole one where the partial one is gone (tlog-tiles)."""
        width = min(TILE_WIDTH, self._size - index * TILE_WIDTH)
        tile = Tile(0, index, width).bundle()
        try:
            return self._read(tile.path()), width
        except FileMissingError:
            if width == TILE_WIDTH:
                raise
            whole = decode_bundle(self._read(tile.full().path()), TILE_WIDTH)
            return encode_bundle(whole[:width]), width


def _result(data: bytes, width: int, future: "Future[Looked | None]") -> Looked:
    try:
        return future.result() or _unlooked(data, width)
    except BrokenExecutor:
        raise WorkerLostError from None


def _unlooked(data: bytes, width: int) -> Looked:
    """A bundle that the verifier has to read itself."""
    notes = decode_bundle(data, width)
    leaves = [leaf_hash(note) for note in notes]
    return Looked(leaves, _root(leaves), list(notes))


def _root(leaves: Sequence[bytes]) -> bytes:
    edge = Edge()
    for leaf in leaves:
        edge.append(leaf)
    return edge.root()


class LineName(NamedTuple):
    """Which key signed."""

    name: str
    key_id: bytes


def look(data: bytes, count: int, keys: Sequence[VerifierKey] | None) -> Looked | None:
    """A bundle's entries; `keys` verify the signatures, None leaves those out.

    An entry that needs more than its own bytes (a known kind, a pair, a key not among `keys`) is
    passed on as its note.
    """
    by_id = None if keys is None else {(key.name, key.key_id): key for key in keys}
    try:
        notes = decode_bundle(data, count)
        seen = [_look(note, by_id) for note in notes]
    except LedgerError:
        return None
    leaves = [leaf_hash(note) for note in notes]
    return Looked(leaves, _root(leaves), seen)


def entry_of(seen: tuple[Any, ...]) -> tuple[Entry, LineName]:
    """The entry that `look` saw, without `data`, `value` and commitments, and who signed it."""
    book, seq, id_, at_ms, kind, actor, day, rule, tier, refs, moves, document, name, key_id = seen
    transfers = tuple([_FORMS[form](*fields) for form, fields in moves])
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


def _look(note_bytes: bytes, keys: dict[tuple[str, bytes], VerifierKey] | None) -> Seen:
    note = parse_note(note_bytes, bytes_max=NOTE_BYTES_MAX)
    entry = decode(note.text)
    if len(note.lines) > 1 or entry.kind in kinds.KINDS or entry.kind.endswith(kinds.PAIR_ENDINGS):
        return note_bytes
    (line,) = note.lines
    if keys is not None:
        key = keys.get((line.name, line.key_id))
        if key is None:
            return note_bytes
        verify_ed25519(key, line, note.text)
    return (
        entry.book,
        entry.seq,
        entry.id,
        entry.at_ms,
        entry.kind,
        tuple(entry.actor),
        entry.day,
        entry.rule and tuple(entry.rule),
        entry.tier,
        entry.refs,
        [(_FORMS.index(type(each)), tuple(each)) for each in entry.transfers],
        entry.document,
        line.name,
        line.key_id,
    )
