"""Receipts: what is proved, every changed byte, and every way of not being a receipt."""

import base64
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import merkle, note, proof, tree_errors, vkey
from ledger.checkpoint import Checkpoint, CheckpointExtensionError, sign_checkpoint
from ledger.cosignature import Ed25519Cosigner, MldsaCosigner
from ledger.errors import LedgerError, ProofError
from ledger.policy import (
    Policy,
    parse_policy,
)
from ledger.proof import TlogProof, check_proof, parse_proof
from ledger.tiles import MemoryHashes

ORIGIN = "example.com/book/1"
SIZE, INDEX = 13, 5
LOG = note.Ed25519Signer(ORIGIN, b"\x01" * 32)
MLDSA = MldsaCosigner(f"{ORIGIN}/mldsa", b"\x02" * 32)
WITNESS = Ed25519Cosigner("witness.example/w1", b"\x03" * 32)
POLICY = parse_policy(
    f"log {LOG.verifier_key.encode()}\n"
    f"log {MLDSA.verifier_key.encode()}\n"
    f"witness w1 {WITNESS.verifier_key.encode()}\nquorum w1\n".encode()
)
ENTRIES = [b"entry %d" % number for number in range(SIZE)]


@cache
def hashes() -> MemoryHashes:
    """All hashes of the small log."""
    out = MemoryHashes()
    for entry in ENTRIES:
        out.append(merkle.leaf_hash(entry))
    return out


@cache
def signed(size: int = SIZE) -> bytes:
    """Return the log's checkpoint at `size`."""
    head = Checkpoint(ORIGIN, size, merkle.root_from(hashes(), size))
    return sign_checkpoint(head, [LOG], [MLDSA, WITNESS], 1_700_000_000)


def receipt(index: int = INDEX, size: int = SIZE, extra: bytes | None = None) -> TlogProof:
    """Make the receipt of one entry."""
    path = merkle.inclusion_proof(hashes(), index, size)
    return TlogProof(index, tuple(path), signed(size), extra)


def test_every_entry_has_a_receipt() -> None:
    """Receipts of all entries at all sizes read back, hold, and hold for no other entry."""
    for size in range(1, SIZE + 1):
        for index in range(size):
            read = parse_proof(receipt(index, size).encode())
            assert read == receipt(index, size)
            assert check_proof(read, ENTRIES[index], POLICY).checkpoint.size == size
            with pytest.raises(tree_errors.RootMismatchError):
                check_proof(read, b"another entry", POLICY)


def test_layout() -> None:
    """The lines stand as tlog-proof says, with the extra data before the index."""
    lines = receipt(extra=b"\x00opening").encode().split(b"\n")
    assert lines[0] == b"c2sp.org/tlog-proof@v1"
    assert lines[1] == b"extra " + base64.b64encode(b"\x00opening")
    assert lines[2] == b"index 5"
    assert lines[7:10] == [b"", ORIGIN.encode(), b"13"]
    assert proof.SUFFIX == ".tlog-proof"


def test_example_head_of_the_specification() -> None:
    """The published example's index and five hashes read, over a checkpoint of ours."""
    head = (
        b"c2sp.org/tlog-proof@v1\nindex 73894\n"
        b"gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
        b"B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
        b"EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\n"
        b"RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n"
        b"AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n\n"
    )
    read = parse_proof(head + signed())
    assert (read.index, len(read.hashes), read.checkpoint) == (73894, 5, signed())
    with pytest.raises(tree_errors.LeafIndexError):
        check_proof(read, ENTRIES[0], POLICY)


@pytest.mark.untraced
@pytest.mark.parametrize("turns", [1, pytest.param(2, marks=pytest.mark.soak)])
@pytest.mark.parametrize("extra", [None, b"opening"])
def test_every_changed_byte_is_refused(extra: bytes | None, turns: int) -> None:
    """No byte of a receipt can change, but two kinds that prove nothing.

    Harmless is the extra data, which nothing vouches for, and the name and key id in the ML-DSA
    line, which make it a stranger's line: this policy does not require that line.
    """
    data = receipt(extra=extra).encode()
    harmless = range(data.find(b"extra ") + 6, data.find(b"\nindex ")) if extra else range(0)
    start = data.index(f"— {ORIGIN}/mldsa ".encode())
    # The dash is no part of it; the first six characters of the base64 hold the key id.
    stranger = range(start + 4, start + len(f"— {ORIGIN}/mldsa ".encode()) + 6)
    accepted = set()
    for at in range(len(data)):
        for turn in ((0x01, 0x20) * 2)[at % 2 :][:turns]:
            bad = data[:at] + bytes([data[at] ^ turn]) + data[at + 1 :]
            with suppress(LedgerError):
                opened = check_proof(parse_proof(bad), ENTRIES[INDEX], POLICY)
                assert opened.checkpoint.size == SIZE
                accepted.add(at)
    assert accepted <= {*harmless, *stranger}
    assert bool(accepted.intersection(harmless)) == bool(extra)


def replaced(old: bytes, new: bytes) -> bytes:
    """Return a good receipt with `old` replaced once by `new`."""
    data = receipt(extra=b"opening").encode()
    assert old in data
    return data.replace(old, new, 1)


HASH = base64.b64encode(receipt().hashes[0])


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", proof.ProofMalformedError),
        (receipt().encode()[len(proof.HEADER) + 1 :], proof.ProofMalformedError),
        (replaced(b"@v1", b"@v2"), proof.ProofMalformedError),
        (replaced(b"@v1\n", b"@v1\r\n"), proof.ProofMalformedError),
        (proof.HEADER + b"\n\n" + signed(), proof.ProofMalformedError),
        (replaced(b"index 5", b"index 05"), proof.ProofMalformedError),
        (replaced(b"index 5", b"index  5"), proof.ProofMalformedError),
        (replaced(b"index 5", b"index -5"), proof.ProofMalformedError),
        (replaced(b"index 5", b"index 5 "), proof.ProofMalformedError),
        (replaced(b"index 5\n", b""), proof.ProofMalformedError),
        (replaced(b"extra ", b"extras "), proof.ProofMalformedError),
        (replaced(b"extra ", b"extra  "), vkey.Base64Error),
        (replaced(b"index 5", b"extra AAAA\nindex 5"), proof.ProofMalformedError),
        (replaced(HASH, HASH[:-1]), vkey.Base64Error),
        (replaced(HASH, b"AAAA"), proof.ProofMalformedError),
        (replaced(HASH, b"\n".join([HASH] * 60)), proof.ProofMalformedError),
        (replaced(HASH, b"\n".join([HASH] * 51)), proof.ProofMalformedError),
        (replaced(b"\n\n", b"\n\n\n"), vkey.KeyNameError),
        (replaced(b"=\n\n\xe2", b"=\nmore\n\n\xe2"), CheckpointExtensionError),
        (receipt().encode() + b"\n", note.NoteLineError),
        (receipt().encode()[:-1], note.NoteTextError),
        (proof.HEADER + b"\n" + b"x" * proof.PROOF_BYTES_MAX, proof.ProofTooLargeError),
        (receipt(extra=bytes(65_537)).encode(), proof.ProofTooLargeError),
    ],
)
def test_bad_receipts(data: bytes, error: type[LedgerError]) -> None:
    """Each way of not being a receipt is refused."""
    with pytest.raises(error) as caught:
        parse_proof(data)
    assert caught.value.sentence("en") != caught.value.sentence("zh")


def test_wrong_proofs_are_refused() -> None:
    """Hashes in another order or number, and a checkpoint of another size, prove nothing."""
    good = receipt()
    for hashes_, error in (
        (good.hashes[::-1], tree_errors.RootMismatchError),
        (good.hashes[:-1], tree_errors.ProofLengthError),
        ((*good.hashes, good.hashes[0]), tree_errors.ProofLengthError),
    ):
        with pytest.raises(error):
            check_proof(TlogProof(INDEX, hashes_, good.checkpoint), ENTRIES[INDEX], POLICY)
    with pytest.raises(ProofError):
        check_proof(TlogProof(INDEX, good.hashes, signed(12)), ENTRIES[INDEX], POLICY)


def test_the_policy_decides() -> None:
    """A receipt is worth as much as who signed its checkpoint."""
    nobody = Policy((), (), (), b"none")
    with pytest.raises(note.SignatureUnknownError):
        check_proof(receipt(), ENTRIES[INDEX], nobody)


@given(
    st.integers(0, merkle.SIZE_MAX),
    st.lists(st.binary(min_size=32, max_size=32), max_size=proof.HASHES_MAX),
    st.none() | st.binary(max_size=300),
)
def test_round_trip(index: int, path: list[bytes], extra: bytes | None) -> None:
    """Any index, hashes and extra data read back, and only as written."""
    one = TlogProof(index, tuple(path), signed(), extra)
    assert parse_proof(one.encode()) == one


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """What is read writes back as it was; nothing fails in another way."""
    for full in (data, proof.HEADER + b"\n" + data, receipt().encode() + data):
        with suppress(LedgerError):
            assert parse_proof(full).encode() == full
