"""The bytes of add-checkpoint (C2SP tlog-witness v1.0.0): what a log asks a witness.

old <size>
<base64 of a hash>        (0 to 63 of them: the consistency proof)
(empty line)
<signed checkpoint, verbatim>
"""

import re
from dataclasses import dataclass

from ledger.checkpoint import (
    CHECKPOINT_BYTES_MAX,
    Checkpoint,
    CheckpointEmptyRootError,
    parse_checkpoint_text,
)
from ledger.errors import MalformedError
from ledger.merkle import HASH_BYTES
from ledger.note import Note, parse_note
from ledger.vkey import decode_base64

REQUEST_BYTES_MAX = 65_536
HASHES_MAX = 63

_OLD = re.compile(rb"old (0|[1-9][0-9]{0,15})")


class RequestTooLargeError(MalformedError):
    """A request over the size that a witness reads."""

    code = "witness_request_too_large"
    en = "The request has {count} bytes; at most 65,536 are read."
    zh = "请求共 {count} 字节，最多读取 65536 字节。"


class RequestMalformedError(MalformedError):
    """A request whose lines are not those of add-checkpoint."""

    code = "witness_request_malformed"
    en = "Line {line} of the request is not what belongs there: old size, up to 63 hashes, blank."
    zh = "请求第 {line} 行不合格式：应依次为旧大小、至多 63 个哈希、空行。"


@dataclass(frozen=True, slots=True)
class WrongEmptyHead:
    """A head of size 0 whose root is not the empty one; it may yet be signed by its log."""

    origin: str
    size: int
    root: bytes
    note_text: bytes

    def text(self) -> bytes:
        """Return the note text."""
        return self.note_text


@dataclass(frozen=True, slots=True)
class Request:
    """What a body says: from `old_size` by `proof` to `head`, signed as `note`."""

    old_size: int
    proof: tuple[bytes, ...]
    head: Checkpoint | WrongEmptyHead
    note: Note


def parse_request(body: bytes) -> Request:
    """Read the body of add-checkpoint; nothing is verified yet.

    Raises: RequestTooLargeError, RequestMalformedError, Base64Error, and as `read_checkpoint`
    (malformed), but a head of size 0 with another root than the empty one is let through: it is
    for `decide`, after the signature.
    """
    if len(body) > REQUEST_BYTES_MAX:
        raise RequestTooLargeError(count=len(body))
    top, blank, signed = body.partition(b"\n\n")
    old_line, *lines = top.split(b"\n")
    match = _OLD.fullmatch(old_line)
    if match is None or not blank:
        raise RequestMalformedError(line=1)
    if len(lines) > HASHES_MAX:
        raise RequestMalformedError(line=HASHES_MAX + 2)
    proof = tuple(decode_base64(line) for line in lines)
    for number, one in enumerate(proof, 2):
        if len(one) != HASH_BYTES:
            raise RequestMalformedError(line=number)
    note = parse_note(signed, bytes_max=CHECKPOINT_BYTES_MAX)
    return Request(int(match[1]), proof, _head(note.text), note)


def _head(text: bytes) -> Checkpoint | WrongEmptyHead:
    """Read the text of a checkpoint, also one of size 0 with another root than the empty one."""
    try:
        return parse_checkpoint_text(text)
    except CheckpointEmptyRootError:
        # The root is the last thing that is checked, so the lines themselves are right.
        origin, _, root, _ = text.split(b"\n")
        return WrongEmptyHead(origin.decode(), 0, decode_base64(root), text)
