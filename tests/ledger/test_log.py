"""The writer: leaves, the tree over them, and the checkpoints that its keys sign (T1 to T3)."""

from collections.abc import Callable, Iterator

import pytest

from ledger.book import Book
from ledger.checkpoint import CHECKPOINT_BYTES_MAX, Checkpoint, sign_checkpoint
from ledger.cosignature import Ed25519Cosigner
from ledger.errors import LedgerError
from ledger.log import Log
from ledger.merkle import Edge, leaf_hash, node_hash
from ledger.note import Ed25519Signer, Note, SignatureLine, parse_note
from tests.ledger.expect import opened, picture, read_again, refused
from tests.ledger.make import CHEN, OPERATOR, Keys, Maker, actor, seed

AT_SECONDS = 1_795_305_600


@pytest.fixture
def maker() -> Iterator[Maker]:
    yield from opened()


def tree(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, as it is written there."""
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(tree(leaves[:split]), tree(leaves[split:]))


def test_what_the_writer_appends_a_reader_accepts(maker: Maker) -> None:
    """Note for note, a reader of the leaves has the writer's state and the writer's root."""
    reader = Book(maker.origin)
    reader.read(maker.notes[0])
    steps: tuple[Callable[[], int], ...] = (
        maker.fund,
        lambda: maker.wallets(CHEN),
        lambda: maker.role(CHEN, "coordinator"),
        lambda: maker.add("note.example", {"text": "x"}, day=20261122, tier=2),
    )
    for step in steps:
        before = len(maker.notes)
        step()
        for note in maker.notes[before:]:
            entry = reader.read(note)
            assert reader.size == entry.seq + 1
        assert picture(reader) == picture(maker.book)
        assert maker.log.edge.size == maker.book.size
        assert maker.log.edge.root() == tree(maker.notes)


def test_append_returns_the_leaf(maker: Maker) -> None:
    """What `append` returns is the note, signed in the order given, and the leaf of the tree."""
    data = {"last_at": maker.book.last_at_ms, "reason": "checked"}
    fields = maker.fields("clock.reset", data, actor=OPERATOR)
    old = maker.log.edge.copy()
    note = maker.log.append(fields, maker.both())
    maker.notes.append(note)
    old.append(leaf_hash(note))
    assert old.hashes() == maker.log.edge.hashes()
    names = [line.name for line in parse_note(note, bytes_max=32_768).lines]
    assert names == [f"{maker.origin}/entry", f"{maker.origin}/recovery"]


def test_the_log_gives_version_book_and_seq(maker: Maker) -> None:
    """The caller's fields never decide in which book and where an entry stands."""
    fields = {**maker.fields("note.example"), "v": 2, "book": "weihai.example/x/1", "seq": 9}
    maker.notes.append(maker.log.append(fields, [maker.entry_signer]))
    assert read_again(maker).size == 2


def test_a_refused_append_leaves_the_tree(maker: Maker) -> None:
    """A refused append, for whatever reason, leaves tree and book; the next one is as before."""
    root = maker.log.edge.root()
    with refused(maker, "at_back"):
        maker.add("note.example", at=0)
    with refused(maker, "data_keys"):
        maker.add("account.opened", {})
    with refused(maker, "role_not_held"):
        maker.add("x.example.proposed", {"beneficiaries": []}, actor=actor(CHEN))
    with refused(maker, "entry_too_large"):
        maker.add("note.example", {"text": ["x" * 4000] * 10})
    before = picture(maker.book)
    for wrong in ({}, {"at": 1.5}, {"kind": "\u4e2d"}, {"data": {"x": None}}):
        fields = {**maker.fields("note.example"), **wrong} if wrong else {}
        with pytest.raises(LedgerError):
            maker.log.append(fields, [maker.entry_signer])
    assert (maker.log.edge.root(), picture(maker.book)) == (root, before)
    maker.add("note.example")
    assert maker.log.edge.root() == tree(maker.notes)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8])
def test_resumed_from_a_stored_edge(maker: Maker, count: int) -> None:
    """A log goes on from stored notes and a stored edge as if it had never stopped."""
    while maker.book.size < count:
        maker.add("note.example")
    stored = maker.log.edge.size, maker.log.edge.hashes()
    resumed = Log(read_again(maker), Edge(*stored))
    for number in range(5):
        fields = maker.fields("note.example", {"number": number})
        note = resumed.append(fields, [maker.entry_signer])
        assert maker.log.append(fields, [maker.entry_signer]) == note
        maker.notes.append(note)
        assert resumed.edge.hashes() == maker.log.edge.hashes()
        assert resumed.edge.root() == tree(maker.notes)
    assert picture(resumed.book) == picture(maker.book)
    assert Log(Book(maker.origin)).edge.size == 0


def rotate(maker: Maker, role: str, new: Keys, retire: Keys | None = None) -> None:
    """Add a log or cosign key; retire another where it is named."""
    key = getattr(new, role).verifier_key.encode()
    data = {"key": key, "reason": "planned", "role": role}
    maker.add("key.added", data, actor=OPERATOR, signers=maker.both())
    if retire is not None:
        old = getattr(retire, role).verifier_key.encode()
        data = {"key": old, "reason": "planned", "suspect_from": 0}
        maker.add("key.retired", data, actor=OPERATOR, signers=maker.both())


@pytest.fixture
def rotated(maker: Maker) -> tuple[Maker, Keys, Keys]:
    """A book whose log and cosign key were replaced: entries 1 to 4; with old and new keys."""
    old, new = maker.keys, Keys(maker.origin, 1)
    rotate(maker, "log", new, retire=old)
    rotate(maker, "cosign", new, retire=old)
    return maker, old, new


def test_keys_in_force_by_size(rotated: tuple[Maker, Keys, Keys]) -> None:
    """After entry n - 1 those keys are in force that were added and not retired by then (T3)."""
    maker, old, new = rotated
    ring = maker.book.keys
    for role, sizes in (("log", (1, 2, 3)), ("cosign", (1, 4, 5))):
        first, second = (getattr(keys, role).verifier_key for keys in (old, new))
        alone, both, replaced = sizes
        assert ring.in_force(role, 0) == []
        for size in range(1, maker.book.size + 3):
            wanted = [first] if alone <= size < both else [first, second]
            assert ring.in_force(role, size) == (wanted if size < replaced else [second])
        assert ring.in_force(role) == [second]
    assert list(ring.entry_keys()) == ring.in_force("entry")
    assert ring.in_force("entry", 1) == [maker.entry_signer.verifier_key]
    ring.in_force("log").clear()
    assert ring.in_force("log")


def test_checkpoints_by_keys_of_their_size(rotated: tuple[Maker, Keys, Keys]) -> None:
    """A checkpoint is signed by the keys in force at its size, none earlier or later (T3)."""
    maker, old, new = rotated
    in_force = maker.book.keys.in_force
    for size in range(1, 6):
        log = maker.log_at(size)
        for logs in (old, new):
            for cosigners in (old, new):
                data = log.checkpoint([logs.log], [cosigners.cosign], AT_SECONDS)
                right = (
                    logs.log.verifier_key in in_force("log", size),
                    cosigners.cosign.verifier_key in in_force("cosign", size),
                )
                if all(right):
                    checkpoint = maker.book.open_checkpoint(data).checkpoint
                    assert (checkpoint.size, checkpoint.root) == (size, tree(maker.notes[:size]))
                else:
                    code = "checkpoint_role" if any(right) else "signature_none_known"
                    refuses_checkpoint(maker.book, data, code)


def refuses_checkpoint(book: Book, data: bytes, code: str) -> None:
    """A book refuses a checkpoint with this code and stays as it was."""
    before = picture(book)
    with pytest.raises(LedgerError) as caught:
        book.open_checkpoint(data)
    assert caught.value.code == code, caught.value
    assert picture(book) == before


def lines_of(data: bytes) -> Note:
    """A checkpoint as text and lines."""
    return parse_note(data, bytes_max=CHECKPOINT_BYTES_MAX)


def test_one_line_of_each_role(maker: Maker) -> None:
    """A checkpoint without a log line or without a cosign line is refused (T3)."""
    keys = maker.keys
    note = lines_of(maker.log.checkpoint([keys.log], [keys.cosign], AT_SECONDS))
    log, cosign = note.lines
    for line, role in ((log, "cosign"), (cosign, "log")):
        data = Note(note.text, (line,)).encode()
        with pytest.raises(LedgerError) as caught:
            maker.book.open_checkpoint(data)
        assert (caught.value.code, caught.value.where["role"]) == ("checkpoint_role", role)
    stranger = Ed25519Signer(maker.origin, seed("stranger")).sign(note.text)
    refuses_checkpoint(maker.book, Note(note.text, (stranger, cosign)).encode(), "checkpoint_role")
    refuses_checkpoint(maker.book, Note(note.text, (stranger,)).encode(), "signature_none_known")
    entry = maker.entry_signer.sign(note.text)
    refuses_checkpoint(maker.book, Note(note.text, (entry, cosign)).encode(), "checkpoint_role")
    verified = maker.book.open_checkpoint(Note(note.text, (cosign, log)).encode()).verified
    assert [line.timestamp_seconds for line in verified] == [AT_SECONDS, None]


def test_unknown_lines_are_ignored(maker: Maker) -> None:
    """Witnesses and strangers may sign too; they neither help nor hinder (N4)."""
    keys = maker.keys
    note = lines_of(maker.log.checkpoint([keys.log], [keys.cosign], AT_SECONDS))
    strangers = (
        Ed25519Signer("grease.example", seed("grease")).sign(note.text),
        SignatureLine(maker.origin, b"none", b"nothing of the kind"),
        maker.recovery_signer.sign(note.text),
    )
    for lines in ((*strangers, *note.lines), (*note.lines, *strangers)):
        found = maker.book.open_checkpoint(Note(note.text, lines).encode())
        assert found.keys == {keys.log.verifier_key, keys.cosign.verifier_key}
    refuses_checkpoint(maker.book, Note(note.text, strangers).encode(), "signature_none_known")


def test_a_known_line_that_fails(maker: Maker) -> None:
    """One failing or doubled line of a known key refuses the checkpoint, beside good ones (T3)."""
    keys, new = maker.keys, Keys(maker.origin, 1)
    rotate(maker, "log", new)
    rotate(maker, "cosign", new)
    both = [keys.log, new.log], [keys.cosign, new.cosign]
    note = lines_of(maker.log.checkpoint(*both, AT_SECONDS))
    assert len(maker.book.open_checkpoint(note.encode()).verified) == 4
    for place, line in enumerate(note.lines):
        others = note.lines[:place] + note.lines[place + 1 :]
        maker.book.open_checkpoint(Note(note.text, others).encode())
        changed = line.signature[:-1] + bytes([line.signature[-1] ^ 1])
        failing = SignatureLine(line.name, line.key_id, changed)
        data = Note(note.text, (*others, failing)).encode()
        refuses_checkpoint(maker.book, data, "signature_invalid")
        data = Note(note.text, (*note.lines, line)).encode()
        refuses_checkpoint(maker.book, data, "signature_repeated")
    other = note.text.replace(b"\n3\n", b"\n4\n")
    refuses_checkpoint(maker.book, Note(other, note.lines).encode(), "signature_invalid")


def test_other_checkpoints(maker: Maker) -> None:
    """Another origin, no time, no entries, and what is no checkpoint: all refused (T2, T3)."""
    keys = maker.keys
    other = Maker("weihai.example/other/1")
    other.open()
    theirs = other.log.checkpoint([other.keys.log], [other.keys.cosign], AT_SECONDS)
    refuses_checkpoint(maker.book, theirs, "wrong_book")
    data = maker.log.checkpoint([keys.log], [keys.cosign], 0)
    refuses_checkpoint(maker.book, data, "cosignature_timestamp")
    empty = Log(maker.book).checkpoint([keys.log], [keys.cosign], AT_SECONDS)
    refuses_checkpoint(maker.book, empty, "signature_none_known")
    refuses_checkpoint(maker.book, maker.notes[0], "checkpoint_malformed")
    witness = Ed25519Cosigner(f"{maker.origin}/mldsa", seed("witness"))
    checkpoint = Checkpoint(maker.origin, maker.log.edge.size, maker.log.edge.root())
    data = sign_checkpoint(checkpoint, [keys.log], [witness], AT_SECONDS)
    refuses_checkpoint(maker.book, data, "checkpoint_role")
    with pytest.raises(LedgerError) as caught:
        maker.log.checkpoint([maker.entry_signer], [keys.cosign], AT_SECONDS)
    assert caught.value.code == "checkpoint_signers"
