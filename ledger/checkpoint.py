"""Checkpoints: what a log says its tree is, signed (C2SP tlog-checkpoint; steps T2 and T3).

    <origin>
    <size in decimal>
    <base64 of the 32-byte root>

Extension lines are refused: this log never writes them, and what no monitor can audit has no
place under its signature.
"""

import base64
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ledger.cosignature import Ed25519Cosigner, MldsaCosigner, verify_cosignature
from ledger.errors import MalformedError, SignatureError
from ledger.merkle import EMPTY_ROOT, HASH_BYTES, SIZE_MAX
from ledger.note import (
    Ed25519Signer,
    Note,
    SignatureLine,
    check_text,
    known_lines,
    parse_note,
    verify_ed25519,
)
from ledger.vkey import ED25519, VerifierKey, check_name, decode_base64

TEXT_LINES = 3
LINES_MAX = 64
# 64 ML-DSA-44 lines of at most 3,505 bytes and a text of at most 318 make 224,639 bytes.
CHECKPOINT_BYTES_MAX = 262_144

_SIZE = re.compile(rb"0|[1-9][0-9]{0,15}")


class CheckpointMalformedError(MalformedError):
    """A text that is not three lines: origin, size, root."""

    code = "checkpoint_malformed"
    en = "The checkpoint text is not three lines with origin, size and a 32-byte root."
    zh = "检查点正文不是“名称、大小、32 字节根哈希”三行。"


class CheckpointExtensionError(MalformedError):
    """A text with more than three lines."""

    code = "checkpoint_extension"
    en = "The checkpoint of {origin!r} has extension lines, which are not accepted."
    zh = "{origin!r} 的检查点带有扩展行，此处不接受。"


class CheckpointSizeError(MalformedError):
    """A size that is not a plain decimal up to 2^53 - 1."""

    code = "checkpoint_size"
    en = "The checkpoint size {size} is not a plain decimal from 0 to 2^53-1."
    zh = "检查点的大小 {size} 不是 0 到 2^53-1 之间的规范十进制数。"


class CheckpointEmptyRootError(MalformedError):
    """An empty tree with some other root."""

    code = "checkpoint_empty_root"
    en = "The checkpoint of {origin!r} has size 0 but not the root of the empty tree."
    zh = "{origin!r} 的检查点大小为 0，根哈希却不是空树的根。"


class CheckpointSignersError(SignatureError):
    """Signers under whom no checkpoint may go out."""

    code = "checkpoint_signers"
    en = (
        "A checkpoint of {origin!r} needs at least one Ed25519 log key, all of that name, "
        "and at most 64 lines."
    )
    zh = "{origin!r} 的检查点至少要有一把同名的 Ed25519 日志密钥，且签名行不超过 64 条。"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: `origin`, `size` (leaves), `root` (32 bytes).

    Raises: KeyNameError, CheckpointSizeError, CheckpointMalformedError, CheckpointEmptyRootError
    (malformed).
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Check the parts."""
        check_name(self.origin)
        if not 0 <= self.size <= SIZE_MAX:
            raise CheckpointSizeError(size=self.size)
        if len(self.root) != HASH_BYTES:
            raise CheckpointMalformedError
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise CheckpointEmptyRootError(origin=self.origin)

    def text(self) -> bytes:
        """Return the note text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()


@dataclass(frozen=True, slots=True)
class VerifiedLine:
    """A trusted key that signed, and when it says so (POSIX seconds; None for type 0x01)."""

    key: VerifierKey
    timestamp_seconds: int | None


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint, the trusted lines on it in their order, and the note as it was read."""

    checkpoint: Checkpoint
    verified: tuple[VerifiedLine, ...]
    note: Note

    @property
    def keys(self) -> frozenset[VerifierKey]:
        """The trusted keys that signed."""
        return frozenset(line.key for line in self.verified)


def parse_checkpoint_text(text: bytes) -> Checkpoint:
    """Read the text of a checkpoint; encoding the result gives `text` again.

    Raises: NoteTextError, CheckpointMalformedError, CheckpointExtensionError, CheckpointSizeError,
    CheckpointEmptyRootError, KeyNameError, Base64Error (malformed).
    """
    lines = check_text(text).split(b"\n")[:-1]
    if len(lines) < TEXT_LINES:
        raise CheckpointMalformedError
    origin = check_name(lines[0].decode())
    if len(lines) > TEXT_LINES:
        raise CheckpointExtensionError(origin=origin)
    if not _SIZE.fullmatch(lines[1]):
        raise CheckpointSizeError(size=repr(lines[1][:20].decode("utf-8", "replace")))
    return Checkpoint(origin, int(lines[1]), decode_base64(lines[2]))


def sign_checkpoint(
    checkpoint: Checkpoint,
    log_signers: Sequence[Ed25519Signer],
    cosigners: Sequence[MldsaCosigner | Ed25519Cosigner],
    timestamp_seconds: int,
) -> bytes:
    """Return the signed checkpoint: 0x01 lines of the log, then its cosignature lines.

    A log key bears the log's name, so an entry key cannot sign here by mistake.
    Raises: CheckpointSignersError, CosignatureTimestampError (signature).
    """
    count = len(log_signers) + len(cosigners)
    named = all(signer.verifier_key.name == checkpoint.origin for signer in log_signers)
    if not log_signers or not named or count > LINES_MAX:
        raise CheckpointSignersError(origin=checkpoint.origin)
    text = checkpoint.text()
    lines = [signer.sign(text) for signer in log_signers]
    lines += [cosigner.cosign(checkpoint, timestamp_seconds) for cosigner in cosigners]
    return Note(text, tuple(lines)).encode()


def read_checkpoint(data: bytes) -> tuple[Checkpoint, Note]:
    """Read a signed checkpoint without verifying anything.

    Raises: as `parse_note` and `parse_checkpoint_text` (malformed).
    """
    note = parse_note(data, bytes_max=CHECKPOINT_BYTES_MAX, lines_max=LINES_MAX)
    return parse_checkpoint_text(note.text), note


def open_checkpoint(
    data: bytes, keys: Collection[VerifierKey], *, witnesses: Collection[VerifierKey] = ()
) -> OpenedCheckpoint:
    """Read a signed checkpoint and verify every line of a trusted key, by its type.

    `witnesses` are trusted too, and must give a time other than 0. Unknown lines are ignored;
    one trusted line that fails refuses the whole checkpoint.
    Raises: as `read_checkpoint` (malformed), `known_lines`, `verify_ed25519` and
    `verify_cosignature` (signature, incomplete).
    """
    checkpoint, note = read_checkpoint(data)
    timed = frozenset(witnesses)
    pairs = known_lines(note.lines, [*keys, *witnesses])
    verified = tuple(
        _verify(key, line, checkpoint, timestamp_min=int(key in timed)) for key, line in pairs
    )
    return OpenedCheckpoint(checkpoint, verified, note)


def _verify(
    key: VerifierKey, line: SignatureLine, checkpoint: Checkpoint, *, timestamp_min: int
) -> VerifiedLine:
    """Verify one line of a trusted key."""
    if key.algorithm == ED25519:
        verify_ed25519(key, line, checkpoint.text())
        return VerifiedLine(key, None)
    return VerifiedLine(key, verify_cosignature(key, line, checkpoint, timestamp_min=timestamp_min))
