"""Checkpoints: vectors, one spelling only, and signatures by type."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import checkpoint, cosignature, note, vkey
from ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint_text, sign_checkpoint
from ledger.cosignature import Ed25519Cosigner, MldsaCosigner
from ledger.errors import LedgerError
from ledger.merkle import EMPTY_ROOT, SIZE_MAX, leaf_hash
from ledger.vkey import VerifierKey

ORIGIN = "example.com/book/1"
NOW = 1_700_000_000
HEAD = Checkpoint(ORIGIN, 15, base64.b64decode("rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs="))
LOG = note.Ed25519Signer(ORIGIN, b"\x01" * 32)
MLDSA = MldsaCosigner(f"{ORIGIN}/mldsa", b"\x02" * 32)
WITNESS = Ed25519Cosigner("witness.example/w1", b"\x03" * 32)
KEYS = [one.verifier_key for one in (LOG, MLDSA, WITNESS)]
SIGNED = sign_checkpoint(HEAD, [LOG], [MLDSA, WITNESS], NOW)
STRANGER = "— stranger.example/x AAAAAGdyZWFzZQ==\n".encode()


def test_go_checksum_database_vector() -> None:
    """The size and hash lines of golang/mod's test come out; its origin has spaces, ours never."""
    head = Checkpoint("go.sum-database-tree", 123_456_789_012, leaf_hash(b"hello world"))
    assert head.text() == (
        b"go.sum-database-tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"
    )
    with pytest.raises(vkey.KeyNameError):
        parse_checkpoint_text(head.text().replace(b"go.sum-", b"go.sum "))


def test_specification_vector() -> None:
    """The example of tlog-checkpoint reads and writes back."""
    text = b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    head = parse_checkpoint_text(text)
    assert (head.origin, head.size, head.text()) == ("example.com/behind-the-sofa", 20852163, text)


def test_opens_by_type() -> None:
    """Each trusted line is verified by its type, and gives its time if it has one."""
    opened = open_checkpoint(SIGNED, KEYS)
    assert opened.checkpoint == HEAD
    assert opened.note.encode() == SIGNED
    assert [(line.key, line.timestamp_seconds) for line in opened.verified] == [
        (KEYS[0], None),
        (KEYS[1], NOW),
        (KEYS[2], NOW),
    ]
    assert opened.keys == frozenset(KEYS)
    for key in KEYS:
        assert open_checkpoint(SIGNED + STRANGER, [key]).keys == {key}
    with pytest.raises(note.SignatureUnknownError):
        open_checkpoint(SIGNED, [])


@pytest.mark.parametrize("signer", [LOG, MLDSA, WITNESS])
def test_one_failing_line_refuses_all(
    signer: note.Ed25519Signer | MldsaCosigner | Ed25519Cosigner,
) -> None:
    """A trusted line made over another tree spoils the checkpoint for who trusts that key."""
    other = Checkpoint(ORIGIN, 14, HEAD.root)
    if isinstance(signer, note.Ed25519Signer):
        line = signer.sign(other.text())
    else:
        line = signer.cosign(other, NOW)
    name = f" {signer.verifier_key.name} ".encode()
    lines = [one for one in SIGNED.splitlines(keepends=True) if name not in one]
    mixed = b"".join(lines) + line.encode()
    others = [key for key in KEYS if key != signer.verifier_key]
    assert open_checkpoint(mixed, others).keys == frozenset(others)
    with pytest.raises(note.SignatureInvalidError):
        open_checkpoint(mixed, KEYS)


@pytest.mark.untraced
@pytest.mark.parametrize("key", KEYS)
def test_every_changed_byte_is_refused(key: VerifierKey) -> None:
    """For one trusted key no byte of the text, the separator or its own line can change.

    A byte of another key's line is harmless: that line is ignored, or the note does not read.
    """
    text_end = SIGNED.index(b"\n\n") + 2
    line_start = SIGNED.index(f"— {key.name} ".encode())
    line_end = SIGNED.index(b"\n", line_start) + 1
    for at in range(len(SIGNED)):
        own = at < text_end or line_start <= at < line_end
        for turn in (0x01, 0x20) if own else (0x01,):
            bad = SIGNED[:at] + bytes([SIGNED[at] ^ turn]) + SIGNED[at + 1 :]
            if own:
                with pytest.raises(LedgerError):
                    open_checkpoint(bad, [key])
            else:
                with suppress(LedgerError):
                    assert open_checkpoint(bad, [key]).checkpoint == HEAD


ROOT = base64.b64encode(HEAD.root)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"a\n1\n", checkpoint.CheckpointMalformedError),
        (b"\n", checkpoint.CheckpointMalformedError),
        (b"a\n1\n" + ROOT, note.NoteTextError),
        (b"\n1\n" + ROOT + b"\n", vkey.KeyNameError),
        (b"a b\n1\n" + ROOT + b"\n", vkey.KeyNameError),
        (b"a+b\n1\n" + ROOT + b"\n", vkey.KeyNameError),
        (b"a\n1\n" + ROOT + b"\nextension\n", checkpoint.CheckpointExtensionError),
        (b"a\n1\n" + ROOT + b"\n\n", checkpoint.CheckpointExtensionError),
        (b"a\n01\n" + ROOT + b"\n", checkpoint.CheckpointSizeError),
        (b"a\n\n" + ROOT + b"\n", checkpoint.CheckpointSizeError),
        (b"a\n-1\n" + ROOT + b"\n", checkpoint.CheckpointSizeError),
        (b"a\n+1\n" + ROOT + b"\n", checkpoint.CheckpointSizeError),
        (b"a\n1 \n" + ROOT + b"\n", checkpoint.CheckpointSizeError),
        (b"a\n0xab\n" + ROOT + b"\n", checkpoint.CheckpointSizeError),
        ("a\n\u0661\n".encode() + ROOT + b"\n", checkpoint.CheckpointSizeError),
        (b"a\n9007199254740992\n" + ROOT + b"\n", checkpoint.CheckpointSizeError),
        (b"a\n10000000000000000\n" + ROOT + b"\n", checkpoint.CheckpointSizeError),
        (b"a\n100000000000000000\n" + ROOT + b"\n", checkpoint.CheckpointSizeError),
        (b"a\n1\n" + ROOT[:-1] + b"\n", vkey.Base64Error),
        (b"a\n1\n" + ROOT[:-2] + b"t=\n", vkey.Base64Error),
        (b"a\n1\nAAAA\n", checkpoint.CheckpointMalformedError),
        (b"a\n0\n" + ROOT + b"\n", checkpoint.CheckpointEmptyRootError),
    ],
)
def test_bad_texts(text: bytes, error: type[LedgerError]) -> None:
    """Each way of not being a checkpoint text has its own refusal, in both languages."""
    with pytest.raises(error) as caught:
        parse_checkpoint_text(text)
    assert caught.value.sentence("en") != caught.value.sentence("zh")


def test_limits() -> None:
    """The empty tree and the largest size are checkpoints; beyond them nothing is."""
    for head in (Checkpoint(ORIGIN, 0, EMPTY_ROOT), Checkpoint(ORIGIN, SIZE_MAX, HEAD.root)):
        assert parse_checkpoint_text(head.text()) == head
    for size in (-1, SIZE_MAX + 1):
        with pytest.raises(checkpoint.CheckpointSizeError):
            Checkpoint(ORIGIN, size, HEAD.root)
    with pytest.raises(note.NoteTooLargeError):
        open_checkpoint(b"x" * checkpoint.CHECKPOINT_BYTES_MAX + SIGNED, KEYS)


def test_the_largest_checkpoint_fits() -> None:
    """64 lines with the longest names and ML-DSA-44 signatures are under the cap."""
    name = "n" * vkey.NAME_BYTES_MAX
    line = note.SignatureLine(name, b"abcd", bytes(8 + 2420))
    head = Checkpoint(name, SIZE_MAX, HEAD.root)
    signer = note.Ed25519Signer(name, bytes(32))
    lines = (signer.sign(head.text()), *[line] * 63)
    data = note.Note(head.text(), lines).encode()
    assert open_checkpoint(data, [signer.verifier_key]).checkpoint == head
    assert len(head.text()) + 1 + 64 * len(line.encode()) < checkpoint.CHECKPOINT_BYTES_MAX
    with pytest.raises(note.NoteLinesError):
        open_checkpoint(data + line.encode(), [signer.verifier_key])


def test_witnesses_must_give_a_time() -> None:
    """A time of 0 is accepted of a log's own cosignature and refused of a witness."""
    unstamped = sign_checkpoint(HEAD, [LOG], [MLDSA, WITNESS], 0)
    assert open_checkpoint(unstamped, KEYS).keys == frozenset(KEYS)
    for key in KEYS[1:]:
        with pytest.raises(cosignature.CosignatureTimestampError):
            open_checkpoint(unstamped, KEYS, witnesses=[key])
    assert open_checkpoint(SIGNED, KEYS[:1], witnesses=KEYS[1:]).keys == frozenset(KEYS)


def test_who_may_sign() -> None:
    """A checkpoint goes out under a log key of its own name, and with at most 64 lines."""
    entry_key = note.Ed25519Signer(f"{ORIGIN}/entry", b"\x01" * 32)
    for log, more in (([], [MLDSA]), ([entry_key], []), ([LOG, entry_key], []), ([LOG] * 65, [])):
        with pytest.raises(checkpoint.CheckpointSignersError):
            sign_checkpoint(HEAD, log, more, NOW)
    with pytest.raises(cosignature.CosignatureTimestampError):
        sign_checkpoint(HEAD, [LOG], [MLDSA], 2**63)


@given(st.integers(1, SIZE_MAX), st.binary(min_size=32, max_size=32))
def test_round_trip(size: int, root: bytes) -> None:
    """Any tree head is signed, opened and read back, and encodes to the same text."""
    head = Checkpoint(ORIGIN, size, root)
    data = sign_checkpoint(head, [LOG], [], NOW)
    assert open_checkpoint(data, KEYS).checkpoint == head == parse_checkpoint_text(head.text())


@given(st.binary(max_size=120))
def test_any_text_is_canonical_or_refused(text: bytes) -> None:
    """What is read writes back as it was; nothing fails in another way."""
    with suppress(LedgerError):
        assert parse_checkpoint_text(text).text() == text
