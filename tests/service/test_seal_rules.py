"""Reading entries back, and the tree as files: pure, against books made in memory."""

from collections.abc import Callable

import pytest

from ledger.book import Book
from ledger.book_errors import (
    AtBackError,
    BookClosedError,
    BookOpenedError,
    ClockResetError,
    SeqError,
    WrongBookError,
)
from ledger.entry import NOTE_BYTES_MAX, Entry, decode
from ledger.errors import LedgerError, SignatureError
from ledger.key_errors import LineMissingError
from ledger.keys import KeyRing
from ledger.log import Log
from ledger.merkle import leaf_hash, root_from
from ledger.note import parse_note
from ledger.tiles import MemoryHashes, TileHashes
from tests.ledger.make import OPERATOR, Keys, Maker
from volunteer_credit.journal.rules.reading import Reading, RowDiffersError, named_paths
from volunteer_credit.journal.rules.tree import bundle_start, edge_at, files_between

ORIGIN = "weihai.example/huancui-01/1"


def entry_of(note: bytes) -> Entry:
    return decode(parse_note(note, bytes_max=NOTE_BYTES_MAX).text)


def read(notes: list[bytes], origin: str = ORIGIN) -> Reading:
    """All of these notes, from the first on."""
    reading = Reading(origin, KeyRing(origin), 0, None)
    for note in notes:
        entry = entry_of(note)
        reading.take(entry.seq, entry.id, entry.kind, note)
    return reading


def made(add: Callable[[Maker], object]) -> list[bytes]:
    """A book with a few entries and then some more."""
    maker = Maker(ORIGIN)
    maker.open()
    maker.add("note.example")
    add(maker)
    return maker.notes


def forged(maker: Maker, **changes: object) -> bytes:
    """An entry that the book itself would refuse, signed with the entry key all the same."""
    book = Book(ORIGIN)
    for note in maker.notes:
        book.read(note)
    book.size = int(changes.pop("seq", book.size))  # type: ignore[call-overload] # a number here
    book.last_at_ms = 0
    fields = {**maker.fields("note.example"), **changes}
    signers = maker.both() if fields["kind"] == "clock.reset" else [maker.entry_signer]
    if fields["kind"] == "clock.reset":
        book.last_at_ms = fields["data"]["last_at"]
    return Log(book).append(fields, signers)


def test_a_book_with_everything_about_keys_is_read() -> None:
    later = Keys(ORIGIN, 1)

    def add(maker: Maker) -> None:
        key = later.log.verifier_key.encode()
        data = {"key": key, "reason": "planned", "role": "log"}
        maker.add("key.added", data, signers=maker.both(), actor=OPERATOR)
        maker.at_ms -= 10_000_000
        reset = {"last_at": maker.book.last_at_ms, "reason": "wrong"}
        maker.add("clock.reset", reset, signers=maker.both(), actor=OPERATOR)

    notes = made(add)
    reading = read(notes)
    assert reading.size == 4
    assert reading.keys.in_force("log")[-1] == later.log.verifier_key


def test_what_is_not_the_next_entry_is_refused() -> None:
    maker = Maker(ORIGIN)
    maker.open()
    maker.add("note.example")
    last_at_ms = maker.book.last_at_ms
    reset = {"kind": "clock.reset", "actor": OPERATOR}
    cases: list[tuple[bytes, type[LedgerError]]] = [
        (forged(maker, seq=3), SeqError),
        (forged(maker, at=last_at_ms - 1000), AtBackError),
        (
            forged(maker, **reset, data={"last_at": last_at_ms - 1000, "reason": "x"}),
            ClockResetError,
        ),
        (maker.notes[0], SeqError),
        (b"x", LedgerError),
        (maker.notes[1].partition(b"\n\n")[0] + b"\n\n", LedgerError),
    ]
    for note, refusal in cases:
        with pytest.raises(refusal):
            read([*maker.notes, note])


def test_entry_0_opens_the_book_and_no_other_does() -> None:
    maker = Maker(ORIGIN)
    maker.open()
    maker.add("note.example")
    with pytest.raises(WrongBookError):
        read(maker.notes, "weihai.example/huancui-02/1")
    book = Book(ORIGIN)
    book.read(maker.notes[0])
    book.size = 0
    first = forged(maker, seq=2).replace(b'"seq":2', b'"seq":0')
    with pytest.raises(BookOpenedError):
        read([first])
    again = maker.notes[0].replace(b'"seq":0', b'"seq":1')
    with pytest.raises(BookOpenedError):
        read([maker.notes[0], again])


def test_nothing_follows_the_end() -> None:
    reading = read(made(lambda _maker: None))
    last = entry_of(made(lambda _maker: None)[-1])._replace(kind="book.closed")
    after = Reading(ORIGIN, reading.keys, 2, last)
    note = made(lambda maker: maker.add("note.example"))[2]
    entry = entry_of(note)
    with pytest.raises(BookClosedError):
        after.take(entry.seq, entry.id, entry.kind, note)


def test_a_signature_of_another_is_refused() -> None:
    maker = Maker(ORIGIN)
    maker.open()
    stranger = Keys(ORIGIN, 7)
    note = made(lambda each: each.add("note.example"))[2]
    text = parse_note(note, bytes_max=NOTE_BYTES_MAX).text
    for lines, refusal in (
        (stranger.entry.sign_line_bytes(text), SignatureError),
        (maker.keys.log.sign_line_bytes(text), SignatureError),
        (maker.keys.entry.sign_line_bytes(text + b"x\n"), SignatureError),
    ):
        with pytest.raises(refusal):
            read([*made(lambda _maker: None), text + b"\n" + lines])
    opened = maker.notes[0].splitlines(keepends=True)
    with pytest.raises(LineMissingError):
        read([b"".join(opened[:-1])])


def test_the_columns_of_a_row_are_those_of_its_note() -> None:
    note = made(lambda _maker: None)[0]
    entry = entry_of(note)
    for row in (
        (1, entry.id, entry.kind),
        (0, "0" * 32, entry.kind),
        (0, entry.id, "note.example"),
    ):
        with pytest.raises(RowDiffersError):
            Reading(ORIGIN, KeyRing(ORIGIN), 0, None).take(*row, note)


def test_what_an_entry_names() -> None:
    entry = entry_of(made(lambda maker: maker.add("note.example", document="a" * 64))[2])
    assert named_paths(entry) == [f"document/{'a' * 64}"]
    convention = entry._replace(kind="convention.approved", data={"convention": "b" * 64})
    assert named_paths(convention) == [f"document/{'a' * 64}", f"document/{'b' * 64}"]
    data = {"state": "c", "next": [{"state": "d"}, {"state": "c"}]}
    closed = entry._replace(kind="book.closed", data=data, document="")
    assert named_paths(closed) == ["state/c", "state/d"]
    assert named_paths(entry._replace(document="")) == []


@pytest.mark.parametrize(("old", "size"), [(0, 1), (1, 300), (256, 257), (255, 256), (300, 900)])
def test_files_grow_as_the_tree_does(old: int, size: int) -> None:
    entries = [f"entry {number}".encode() for number in range(size)]
    hashes = MemoryHashes()
    files: dict[str, bytes] = {}
    for entry in entries:
        hashes.append(leaf_hash(entry))
    if old:
        files = files_between(files.__getitem__, entries[:old], 0, old)
    files |= files_between(files.__getitem__, entries[bundle_start(old) :], old, size)
    reader = TileHashes(files.__getitem__, size)
    assert root_from(reader, size) == root_from(hashes, size) == edge_at(reader, size).root()
