"""Receipts: an offline proof that an entry is in a log (C2SP tlog-proof; step T4).

    c2sp.org/tlog-proof@v1
    extra <base64>            (may be missing)
    index <decimal>
    <base64 of a hash>        (none or more, the leaf's sibling first)
    (empty line)
    <signed checkpoint, verbatim>

Nothing vouches for the extra data: a reader must not trust it by itself.
"""

import base64
import re
from dataclasses import dataclass

from ledger.checkpoint import CHECKPOINT_BYTES_MAX, OpenedCheckpoint, read_checkpoint
from ledger.errors import MalformedError
from ledger.merkle import HASH_BYTES, SIZE_MAX, leaf_hash, verify_inclusion
from ledger.policy import (
    Policy,
)
from ledger.vkey import decode_base64

SUFFIX = ".tlog-proof"
HEADER = b"c2sp.org/tlog-proof@v1"
HASHES_MAX = SIZE_MAX.bit_length()  # 53: no tree that we accept is higher
EXTRA_BYTES_MAX = 65_536
# Header, 87,388 characters of extra, 53 hashes of 45 bytes, the checkpoint, and some room.
PROOF_BYTES_MAX = CHECKPOINT_BYTES_MAX + 98_304

_INDEX = re.compile(rb"index (0|[1-9][0-9]{0,15})")


class ProofTooLargeError(MalformedError):
    """A receipt over the limits."""

    code = "proof_too_large"
    en = "The proof has {count} bytes; at most {bytes_max} are read, 65,536 of them extra data."
    zh = "证明文件共 {count} 字节，最多读取 {bytes_max} 字节，其中附加数据不超过 65536 字节。"


class ProofMalformedError(MalformedError):
    """A receipt whose lines are not those of tlog-proof."""

    code = "proof_malformed"
    en = "Line {line} of the proof is not what belongs there: header, extra, index, hashes."
    zh = "证明文件第 {line} 行不合格式：应依次为文件头、附加数据、序号、哈希。"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A receipt for leaf `index`: its inclusion `hashes`, the signed `checkpoint`, any `extra`."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """Return the bytes of the receipt."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(b"extra " + base64.b64encode(self.extra))
        lines.append(b"index %d" % self.index)
        lines += [base64.b64encode(one) for one in self.hashes]
        return b"\n".join(lines) + b"\n\n" + self.checkpoint


def parse_proof(data: bytes) -> TlogProof:
    """Read a receipt; encoding the result gives `data` again. Nothing is verified yet.

    Raises: ProofTooLargeError, ProofMalformedError, Base64Error, and as `read_checkpoint`
    (malformed).
    """
    if len(data) > PROOF_BYTES_MAX:
        raise ProofTooLargeError(count=len(data), bytes_max=PROOF_BYTES_MAX)
    head, blank, checkpoint = data.partition(b"\n\n")
    header, *lines = head.split(b"\n")
    if header != HEADER or not blank:
        raise ProofMalformedError(line=1)
    extra = None
    if lines and lines[0].startswith(b"extra "):
        extra = decode_base64(lines.pop(0).removeprefix(b"extra "))
        if len(extra) > EXTRA_BYTES_MAX:
            raise ProofTooLargeError(count=len(data), bytes_max=PROOF_BYTES_MAX)
    index_line = 2 if extra is None else 3
    match = _INDEX.fullmatch(lines[0]) if lines else None
    if match is None:
        raise ProofMalformedError(line=index_line)
    hashes = tuple(decode_base64(line) for line in lines[1 : HASHES_MAX + 2])
    for number, one in enumerate(hashes, 1):
        if number > HASHES_MAX or len(one) != HASH_BYTES:
            raise ProofMalformedError(line=index_line + number)
    read_checkpoint(checkpoint)
    return TlogProof(int(match[1]), hashes, checkpoint, extra)


def check_proof(proof: TlogProof, entry: bytes, policy: Policy) -> OpenedCheckpoint:
    """Accept `proof` that the log holds `entry` (its bytes, not its hash) at `proof.index`.

    `proof.extra` is not covered by anything.
    Raises: as `Policy.open` (malformed, signature, incomplete), then as `verify_inclusion` (proof).
    """
    opened = policy.open(proof.checkpoint)
    checkpoint = opened.checkpoint
    verify_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return opened
