"""The book as a state machine: order, time, references, unknown kinds, and what is no entry."""

from collections.abc import Iterator

import pytest

from ledger import dates
from ledger.checkpoint import read_checkpoint
from ledger.cosignature import Ed25519Cosigner
from ledger.entry import NOTE_BYTES_MAX, decode
from ledger.kinds import DataKeysError
from ledger.note import Note, SignatureLine, parse_note
from ledger.state import state_hash
from tests.ledger.expect import (
    DAY_MS,
    HOUR_MS,
    note_of,
    opened,
    picture,
    read_again,
    refused,
    refuses,
    signed,
    successor,
    text_of,
)
from tests.ledger.make import (
    ANNA,
    AT_MS,
    CHEN,
    OPERATOR,
    Maker,
    actor,
    digest,
    family,
    plain,
    seed,
)

NOTE = "note.example"
MIDNIGHT_MS = AT_MS + 16 * HOUR_MS  # 00:00 of 2026-11-23 in Weihai
FOUNDER = {"account": ANNA, "role": "staff", "scope": "community", "type": "role"}
STATE = [{**FOUNDER, "until_day": 99991231}]


@pytest.fixture
def maker() -> Iterator[Maker]:
    yield from opened()


def test_entry_zero(maker: Maker) -> None:
    """`book.opened` gives the book its type, clock, offset, keys and the roles of its founders."""
    book = maker.book
    assert (book.type, book.clock, book.utc_offset_minutes) == ("community", "utc", 480)
    assert (book.size, book.last_at_ms, book.opening, book.closed) == (1, AT_MS, None, None)
    assert book.parties.holds(ANNA, "staff", "anything", 99991231)
    assert [len(book.keys.in_force(role)) for role in ("entry", "log", "cosign")] == [1, 1, 1]


def test_wrong_book(maker: Maker) -> None:
    """An entry of another book is refused, though the key of this one signed it (E3)."""
    refuses(maker.book, signed(maker, NOTE, book="weihai.example/other/1"), "wrong_book")
    maker.add(NOTE)


@pytest.mark.parametrize("step", [-2, -1, 1, 2**40])
def test_seq(maker: Maker, step: int) -> None:
    """A gap and a repeated seq are refused (E6)."""
    maker.add(NOTE)
    refuses(maker.book, signed(maker, NOTE, seq=maker.book.size + step), "seq")
    maker.add(NOTE)


def test_id_used(maker: Maker) -> None:
    """An id enters a book once, whoever uses it and for whatever (E3)."""
    first = maker.fields(NOTE)["id"]
    maker.add(NOTE)
    with refused(maker, "id_used", id=first):
        maker.add("other.example", id=first, actor=actor(CHEN, "member"))
    maker.add(NOTE)


def test_at_back(maker: Maker) -> None:
    """A time before the last entry's is refused by a second; the same time is not (E6)."""
    maker.add(NOTE, at=maker.book.last_at_ms)
    with refused(maker, "at_back"):
        maker.add(NOTE, at=maker.book.last_at_ms - 1000)


def test_clock_reset(maker: Maker) -> None:
    """Only `clock.reset` goes back, and only if it names the time that it resets (D4)."""
    maker.add(NOTE, at=AT_MS + 50 * DAY_MS)
    last = maker.book.last_at_ms
    data = {"last_at": last, "reason": "clock_was_ahead"}
    for wrong in (last - 1000, last + 1000, 0):
        with refused(maker, "clock_reset"):
            changed = {**data, "last_at": wrong}
            maker.add("clock.reset", changed, actor=OPERATOR, signers=maker.both())
    closed = {"next": [], "reason": "archived", "state": digest("")}
    for kind, signers in ((NOTE, [maker.entry_signer]), ("book.closed", maker.both())):
        with refused(maker, "at_back"):
            maker.add(kind, closed, actor=OPERATOR, signers=signers, at=AT_MS)
    seq = maker.add("clock.reset", data, actor=OPERATOR, signers=maker.both(), at=AT_MS)
    assert (maker.book.last_at_ms, maker.book.clock_resets) == (AT_MS, [seq])
    data = {"last_at": AT_MS, "reason": "confirmed"}
    maker.add("clock.reset", data, actor=OPERATOR, signers=maker.both(), at=AT_MS + HOUR_MS)
    maker.add(NOTE, at=AT_MS + HOUR_MS)


def test_day_at_midnight(maker: Maker) -> None:
    """The local date begins at midnight of the book's offset, and `day` is not after it (E3)."""
    maker.add(NOTE, at=MIDNIGHT_MS - 1000, day=20261122)
    with refused(maker, "day_in_future", day=20261123, local_day=20261122):
        maker.add(NOTE, at=MIDNIGHT_MS - 1000, day=20261123)
    maker.add(NOTE, at=MIDNIGHT_MS, day=20261123)
    maker.add(NOTE, at=MIDNIGHT_MS, day=19700101)
    with refused(maker, "day_in_future"):
        maker.add(NOTE, at=MIDNIGHT_MS, day=20261124)


@pytest.mark.parametrize(
    ("offset", "day"), [(-481, 20261121), (480, 20261122), (-840, 20261121), (840, 20261122)]
)
def test_day_of_entry_zero(offset: int, day: int) -> None:
    """`book.opened` is dated by the offset that it sets, and so is what follows it."""
    maker = Maker(at_ms=AT_MS + 8 * HOUR_MS)
    book = maker.book
    keys = {"clock": "utc", "keys": maker.keys.vkeys(), "previous": [], "type": "city"}
    founders = [{"account": ANNA, "role": "staff"}, {"account": CHEN, "role": "supervisor"}]
    data = {**keys, "founders": founders, "utc_offset_minutes": offset}
    with refused(maker, "day_in_future", local_day=day):
        maker.add("book.opened", data, actor=OPERATOR, signers=maker.both(), day=day + 1)
    maker.add("book.opened", data, actor=OPERATOR, signers=maker.both(), day=day)
    for at_ms in range(maker.at_ms, maker.at_ms + 3 * DAY_MS, HOUR_MS // 2):
        assert book.local_day(at_ms) == dates.local_day(at_ms, offset)


def test_refs_into_predecessors() -> None:
    """`[k, seq]` reaches the entries of the predecessors and no further (E4)."""
    maker = successor(STATE)
    maker.add(NOTE, refs=[[0, 0], [0, 2], 0, 1])
    for ref in ([0, 3], [1, 0], [2**53 - 1, 0], [0, 2**53 - 1]):
        with refused(maker, "ref", ref=ref):
            maker.add(NOTE, refs=[0, [0, 0], ref])


def test_refs_without_predecessors(maker: Maker) -> None:
    """A book that follows nobody knows its own earlier entries only (E4)."""
    maker.add(NOTE, refs=[0])
    with refused(maker, "ref", ref=[0, 0]):
        maker.add(NOTE, refs=[[0, 0]])
    for ref in (maker.book.size, maker.book.size + 1):
        with refused(maker, "entry_field", key="refs"):
            maker.add(NOTE, refs=[ref])


def test_book_opened_is_entry_zero(maker: Maker) -> None:
    """`book.opened` is entry 0 and only that (E9)."""
    with refused(maker, "book_opened"):
        maker.open()
    empty = Maker()
    for kind, data in ((NOTE, {}), ("clock.reset", {"last_at": 0, "reason": "new"})):
        with refused(empty, "book_opened"):
            empty.add(kind, data, actor=OPERATOR)
    empty.open()


def test_nothing_follows_book_closed(maker: Maker) -> None:
    """After `book.closed` nothing follows, not even another (E9)."""
    closing = maker.book.closing_lines(maker.at_ms)
    assert [line["type"] for line in closing] == ["role", "role"]
    data = {"next": [], "reason": "archived", "state": state_hash(closing)}
    maker.add("book.closed", data, actor=OPERATOR, signers=maker.both())
    assert maker.book.closed is not None
    for kind, signers in ((NOTE, [maker.entry_signer]), ("book.closed", maker.both())):
        with refused(maker, "book_closed"):
            maker.add(kind, data, actor=OPERATOR, signers=signers)


@pytest.mark.parametrize("kind", ["book.opening", "book.opened.complete"])
def test_no_opening_without_predecessors(maker: Maker, kind: str) -> None:
    """A book that follows nobody restates nothing (S4)."""
    data = {"lines": STATE, "previous": 0} if kind == "book.opening" else {}
    with refused(maker, "opening_phase"):
        maker.add(kind, data, actor=OPERATOR)


def test_unknown_kinds(maker: Maker) -> None:
    """Unknown kinds are counted with their transfers; those that change the reading are refused."""
    lots = [family("lot:a", "fen"), family("lot:b", "fen"), family("tin:a", "fen", limited=True)]
    maker.add("account.opened", {"accounts": lots})
    moves = [plain("lot:a", "lot:b", 1, unit="fen"), plain("lot:b", "lot:a", 1, unit="fen")]
    for _ in range(2):
        maker.add("raffle.drawn", {"any": [1, {"thing": "x"}]}, transfers=moves)
    maker.add(NOTE)
    assert maker.book.unknown_kinds == {"raffle.drawn": 2, NOTE: 1}
    assert maker.book.unknown_moves == {"raffle.drawn": 4, NOTE: 0}
    for start in ("book", "key", "clock", "role", "account", "convention", "agreement"):
        with refused(maker, "unknown_kind"):
            maker.add(f"{start}.newer")
    with refused(maker, "exceeds_credits"):
        maker.add("raffle.drawn", transfers=[plain("tin:a", "lot:a", 1, unit="fen")])


def test_size(maker: Maker) -> None:
    """A note of 32,768 bytes is an entry, one of a byte more is none (E2)."""
    room = NOTE_BYTES_MAX - len(signed(maker, NOTE, {"text": ["x" * 4096] * 7 + [""]}))
    too_long = {"text": ["x" * 4096] * 7 + ["x" * (room + 1)]}
    with refused(maker, "entry_too_large", count=NOTE_BYTES_MAX + 1):
        maker.add(NOTE, too_long)
    maker.add(NOTE, {"text": ["x" * 4096] * 7 + ["x" * room]})
    assert len(maker.notes[-1]) == NOTE_BYTES_MAX


def test_other_notes_are_no_entries(maker: Maker) -> None:
    """A checkpoint, a text of two lines and a cosigned entry are refused by a reader of entries."""
    keys = maker.keys
    tree = maker.log.checkpoint([keys.log], [keys.cosign], maker.at_ms // 1000)
    refuses(maker.book, tree, "entry_text")
    text = text_of(maker, NOTE)
    for other, code in (
        (text + b"\n", "entry_text"),
        (b"\n" + text, "entry_text"),
        (text + text, "not_json"),
        (text + b"\n" + text, "not_json"),
        (b"[" + text[:-1] + b"]\n", "entry_text"),
        (tree.partition(b"\n\n")[0] + b"\n", "entry_text"),
    ):
        refuses(maker.book, note_of(other, [maker.entry_signer]), code)
    cosigner = Ed25519Cosigner(f"{maker.origin}/entry", seed(f"{maker.origin} entry 0"))
    head, _ = read_checkpoint(tree)
    refuses(maker.book, Note(text, (cosigner.cosign(head, 1),)).encode(), "key_unknown")
    stamped = SignatureLine(maker.entry_signer.verifier_key.name, b"key ", bytes(72))
    refuses(maker.book, Note(text, (stamped,)).encode(), "key_unknown")


def test_flipped_signature_bits(maker: Maker) -> None:
    """Each bit of a signature counts; `verify=False` looks at the key's name and id alone."""
    text = text_of(maker, NOTE)
    note = parse_note(note_of(text, [maker.entry_signer]), bytes_max=NOTE_BYTES_MAX)
    (line,) = note.lines
    for bit in range(len(line.signature) * 8):
        changed = bytearray(line.signature)
        changed[bit // 8] ^= 1 << bit % 8
        forged = Note(text, (SignatureLine(line.name, line.key_id, bytes(changed)),)).encode()
        refuses(maker.book, forged, "signature_invalid")
    for length in (0, 63, 65, 72):
        cut = (line.signature * 2)[:length]
        forged = Note(text, (SignatureLine(line.name, line.key_id, cut),)).encode()
        refuses(maker.book, forged, "signature_invalid" if length else "note_line_malformed")
    unverified = read_again(maker)
    unverified.read(forged, verify=False)
    maker.add(NOTE)
    assert picture(unverified) == picture(maker.book)


def test_changed_text(maker: Maker) -> None:
    """A signature stands for the bytes it was made of, not for others as good."""
    text = text_of(maker, NOTE, {"text": "abc"})
    (line,) = parse_note(note_of(text, [maker.entry_signer]), bytes_max=NOTE_BYTES_MAX).lines
    for changed in (text.replace(b"abc", b"abd"), text.replace(b"abc", b"")):
        refuses(maker.book, Note(changed, (line,)).encode(), "signature_invalid")
    maker.add(NOTE, {"text": "abd"})


def test_two_lines_of_one_key(maker: Maker) -> None:
    """A key signs once, where one line is due and where two are (N4)."""
    with refused(maker, "line_extra"):
        maker.add(NOTE, signers=[maker.entry_signer] * 2)
    data = {"last_at": maker.book.last_at_ms, "reason": "twice"}
    for signer, line in ((maker.entry_signer, 2), (maker.recovery_signer, 1)):
        with refused(maker, "line_misplaced", line=line):
            maker.add("clock.reset", data, actor=OPERATOR, signers=[signer, signer])
    maker.add("clock.reset", data, actor=OPERATOR, signers=maker.both())


def test_lines_of(maker: Maker) -> None:
    """A writer can ask which keys the next entry wants, line by line, before it signs (N6)."""
    entry_key, recovery_key = (signer.verifier_key for signer in maker.both())
    reset = {"last_at": AT_MS, "reason": "checked"}
    for kind, data, wanted in (
        (NOTE, {}, [[entry_key]]),
        ("clock.reset", reset, [[entry_key], [recovery_key]]),
    ):
        entry = decode(text_of(maker, kind, data, actor=OPERATOR))
        assert maker.book.lines_of(entry) == wanted
    with pytest.raises(DataKeysError):
        maker.book.lines_of(decode(text_of(maker, "clock.reset", {})))
