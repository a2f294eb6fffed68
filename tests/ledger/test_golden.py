"""The golden books: made again byte for byte, read again, and every changed byte noticed."""

import pytest

from ledger.book import Book
from ledger.checkpoint import read_checkpoint
from ledger.errors import LedgerError
from ledger.identity import identities
from ledger.kinds import KINDS
from ledger.merkle import Edge, leaf_hash, verify_inclusion
from ledger.policy import (
    parse_policy,
)
from ledger.proof import check_proof, parse_proof
from ledger.tiles import TileHashes, decode_bundle
from tests.ledger.golden import BOOKS, committed

ONE_BOOK = {
    "first": ("first", ""),
    "handover 1": ("handover", "1/"),
    "handover 2": ("handover", "2/"),
    "many": ("many", ""),
    "saturday": ("saturday", ""),
    "east": ("villages", "east/"),
    "west": ("villages", "west/"),
    "united": ("villages", "united/"),
}
# Changing these bits of a byte reaches another character, another case and no ASCII at all.
FLIPS = (0x01, 0x20, 0x80)


def files_of(name: str) -> dict[str, bytes]:
    """The files of one book out of its golden directory."""
    directory, folder = ONE_BOOK[name]
    found = committed(directory)
    return {path[len(folder) :]: data for path, data in found.items() if path.startswith(folder)}


def notes_of(files: dict[str, bytes]) -> list[bytes]:
    """All entries of a book, out of the bundles of its newest checkpoint."""
    checkpoint, _ = read_checkpoint(files["checkpoint"])
    notes: list[bytes] = []
    while len(notes) < checkpoint.size:
        width = min(256, checkpoint.size - len(notes))
        path = f"tile/entries/{len(notes) // 256:03}" + (f".p/{width}" if width < 256 else "")
        notes += decode_bundle(files[path], width)
    return notes


def origin_of(files: dict[str, bytes]) -> str:
    """The book's name."""
    return read_checkpoint(files["checkpoint"])[0].origin


@pytest.mark.parametrize("name", BOOKS)
def test_made_again(name: str) -> None:
    """The generator makes every byte again; only the randomised ML-DSA lines come from the file."""
    old = committed(name)
    assert BOOKS[name](old) == old


@pytest.mark.parametrize("name", ONE_BOOK)
def test_read_again(name: str) -> None:
    """A reader accepts every entry, checkpoint, tile and receipt, and the funds add up."""
    files = files_of(name)
    book, edge = Book(origin_of(files)), Edge()
    roots = {}
    notes = notes_of(files)
    for note in notes:
        book.read(note)
        edge.append(leaf_hash(note))
        roots[edge.size] = edge.root()
    for path, data in files.items():
        if path.startswith("checkpoints/"):
            checkpoint = book.open_checkpoint(data).checkpoint
            assert path == f"checkpoints/{checkpoint.size}"
            assert checkpoint.root == roots[checkpoint.size]
        if path.endswith(".tlog-proof"):
            proof = parse_proof(data)
            check_proof(proof, notes[proof.index], parse_policy(files["policy"]))
    hashes = TileHashes(files.__getitem__, book.size)
    assert [hashes(0, seq) for seq in range(book.size)] == [leaf_hash(note) for note in notes]
    assert all(identity.flows == identity.outstanding for identity in identities(book.accounts))


def test_every_kind_is_in_a_golden_book() -> None:
    """Every kind known to version 1 stands in some golden book, and so do unknown ones."""
    seen = set()
    for name in ONE_BOOK:
        files = files_of(name)
        book = Book(origin_of(files))
        seen |= {book.read(note, verify=False).kind for note in notes_of(files)}
    assert KINDS.keys() - seen == {
        "account.merge.withdrawn",
        "agreement.withdrawn",
        "convention.withdrawn",
    }
    assert seen - KINDS.keys()


def assert_refused(book: Book, note: bytes) -> None:
    """Cheaper than pytest.raises, for two hundred thousand times."""
    try:
        book.read(note)
    except LedgerError:
        return
    pytest.fail(f"accepted: {note!r}")


@pytest.mark.untraced
@pytest.mark.parametrize("flips", [1, pytest.param(len(FLIPS), marks=pytest.mark.soak)])
@pytest.mark.parametrize("name", ["first", "saturday", "east", "united"])
def test_changed_entries(name: str, flips: int) -> None:
    """Each byte of each entry, changed, is refused and changes nothing.

    Each in one of three ways, by turns, in `saturday` each eighth byte, by turns; `make soak`
    changes each in all three.
    """
    files = files_of(name)
    book = Book(origin_of(files))
    step = 8 if name == "saturday" and flips == 1 else 1
    for seq, note in enumerate(notes_of(files)):
        for position in range(seq % step, len(note), step):
            for turn in range(position, position + flips):
                changed = bytearray(note)
                changed[position] ^= FLIPS[turn % len(FLIPS)]
                assert_refused(book, bytes(changed))
        book.read(note)


@pytest.mark.untraced
@pytest.mark.parametrize("name", ["first", "united"])
def test_changed_checkpoints(name: str) -> None:
    """Each byte of a checkpoint is refused, but in lines that no trusted key signed.

    Harmless: the witness's and the stranger's lines for a reader that knows only the log's keys.
    Their names and key ids must stay unknown, so a change that breaks the note is refused too.
    """
    files = files_of(name)
    book = Book(origin_of(files))
    for note in notes_of(files):
        book.read(note, verify=False)
    data = files["checkpoint"]
    trusted_end = data.index(b"\xe2\x80\x94 witness.example/w1")
    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 0x01
        if position < trusted_end:
            with pytest.raises(LedgerError):
                book.open_checkpoint(bytes(changed))
        else:
            accepts_or_refuses(book, bytes(changed), data)


def accepts_or_refuses(book: Book, changed: bytes, data: bytes) -> None:
    """A change outside the trusted lines never changes what a checkpoint says."""
    wanted = read_checkpoint(data)[0]
    try:
        opened = book.open_checkpoint(changed)
    except LedgerError:
        return
    assert opened.checkpoint == wanted


def test_changed_receipts() -> None:
    """Each byte of a receipt is refused under the policy, but in the stranger's unknown line."""
    files = files_of("first")
    policy = parse_policy(files["policy"])
    notes = notes_of(files)
    data = files["34.tlog-proof"]
    # The log's ML-DSA line and the stranger's are not in the policy: unknown lines are ignored.
    known = [line for line in data.split(b"\n") if b"mldsa" not in line and b"grease" not in line]
    position = 0
    for line in data.split(b"\n"):
        for offset in range(len(line) + 1):
            changed = bytearray(data)
            if position + offset == len(data):
                break
            changed[position + offset] ^= 0x01
            if line in known and offset < len(line):
                with pytest.raises(LedgerError):
                    check_proof(parse_proof(bytes(changed)), notes[34], policy)
        position += len(line) + 1


def test_changed_tiles() -> None:
    """Each byte of a hash tile or bundle breaks the root or an entry's place in it."""
    files = files_of("united")
    book = Book(origin_of(files))
    checkpoint, _ = read_checkpoint(files["checkpoint"])
    size = checkpoint.size
    leaves = [leaf_hash(note) for note in notes_of(files)]
    path = f"tile/0/000.p/{size}"
    for position in range(len(files[path])):
        changed = bytearray(files[path])
        changed[position] ^= 0x01
        reader = TileHashes({**files, path: bytes(changed)}.__getitem__, size)
        seq = position // 32
        assert reader(0, seq) != leaves[seq]
    path = f"tile/entries/000.p/{size}"
    for position in range(len(files[path])):
        changed = bytearray(files[path])
        changed[position] ^= 0x01
        assert refused_or_other_leaves(bytes(changed), size, leaves)
    assert book.size == 0


def refused_or_other_leaves(bundle: bytes, size: int, leaves: list[bytes]) -> bool:
    """Whether a bundle is malformed or holds other entries than the tree."""
    try:
        notes = decode_bundle(bundle, size)
    except LedgerError:
        return True
    return [leaf_hash(note) for note in notes] != leaves


def test_swapped_receipts() -> None:
    """A receipt proves its own entry and no other."""
    files = files_of("many")
    policy = parse_policy(files["policy"])
    notes = notes_of(files)
    proof = parse_proof(files["255.tlog-proof"])
    opened = check_proof(proof, notes[255], policy)
    verify_inclusion(
        leaf_hash(notes[255]), 255, opened.checkpoint.size, proof.hashes, opened.checkpoint.root
    )
    for seq in (0, 254, 256, 299):
        with pytest.raises(LedgerError):
            check_proof(proof, notes[seq], policy)
