"""What a witness answers to a submitted checkpoint (C2SP tlog-witness v1.0.0, add-checkpoint).

Pure: what was cosigned last is an argument, and the cosigning itself is in `ledger.witness_app`.
The bytes of a request are read in `ledger.witness_request`, whose names are given here again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ledger.checkpoint import Checkpoint, CheckpointEmptyRootError
from ledger.cosignature import verify_cosignature
from ledger.errors import (
    ForkError,
    IncompleteError,
    LedgerError,
    MalformedError,
    ProofError,
    SignatureError,
)
from ledger.merkle import EMPTY_ROOT, verify_consistency
from ledger.note import SignatureLine, known_lines, verify_ed25519
from ledger.vkey import ED25519, VerifierKey
from ledger.witness_request import REQUEST_BYTES_MAX, Request, WrongEmptyHead, parse_request

__all__ = [
    "REQUEST_BYTES_MAX",
    "SIZE_TYPE",
    "TEXT_TYPE",
    "Decision",
    "Last",
    "LogKeys",
    "Request",
    "Response",
    "WrongEmptyHead",
    "decide",
    "parse_request",
    "refusal",
]

TEXT_TYPE = "text/plain; charset=utf-8"
SIZE_TYPE = "text/x.tlog.size"

Last = tuple[int, bytes]
LogKeys = Mapping[str, Collection[VerifierKey]]


class OldSizeError(MalformedError):
    """A request from a larger tree to a smaller one."""

    code = "witness_old_size"
    en = "The old size {old_size} is larger than the size {size} of the checkpoint."
    zh = "旧大小 {old_size} 大于检查点的大小 {size}。"


class LogUnknownError(IncompleteError):
    """A checkpoint of a log that this witness does not follow."""

    code = "witness_log_unknown"
    en = "This witness does not follow the log {origin!r}."
    zh = "本见证者不跟踪日志 {origin!r}。"


class OldSizeStaleError(ForkError):
    """A request that does not start from what was cosigned last."""

    code = "witness_old_size_stale"
    en = "The request starts from size {old_size}; the last cosigned size is {size}."
    zh = "请求从大小 {old_size} 开始，而上次联署的大小为 {size}。"


# The first family that fits gives the status.
_STATUSES: tuple[tuple[type[LedgerError], int], ...] = (
    (LogUnknownError, 404),
    (SignatureError, 403),
    (OldSizeStaleError, 409),
    (ProofError, 422),
    (CheckpointEmptyRootError, 422),
    (MalformedError, 400),
)


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back over HTTP."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Decision(Response):
    """The answer; with status 200 the `checkpoint` to cosign and the trusted `lines` on it."""

    checkpoint: Checkpoint | None = None
    lines: tuple[SignatureLine, ...] = ()


def decide(request: Request, known: LogKeys, last: Last | None) -> Decision:
    """Answer `request`, given the keys per origin and the (size, root) cosigned `last`.

    404 unknown origin; 403 no trusted signature, or a trusted one that fails; 400 old size above
    the new; 409 old size other than the last, with the last in the body; 422 a proof that does
    not hold, another root for the same size, size 0 with another root than the empty one.
    Raises: MldsaUnavailableError (incomplete).
    """
    try:
        lines = _trusted_lines(request, known)
        checkpoint = _grown(request, last or (0, EMPTY_ROOT))
    except (MalformedError, LogUnknownError, SignatureError, ForkError, ProofError) as error:
        return refusal(error)
    return Decision(200, TEXT_TYPE, b"", checkpoint, lines)


def _trusted_lines(request: Request, known: LogKeys) -> tuple[SignatureLine, ...]:
    """Return the lines of the log's trusted keys, all verified; unknown lines are ignored."""
    head = request.head
    keys = known.get(head.origin)
    if keys is None:
        raise LogUnknownError(origin=head.origin)
    pairs = known_lines(request.note.lines, keys)
    for key, line in pairs:
        if key.algorithm == ED25519:
            verify_ed25519(key, line, request.note.text)
        else:
            verify_cosignature(key, line, head)
    return tuple(line for _, line in pairs)


def _grown(request: Request, last: Last) -> Checkpoint:
    """Return the head of `request` if it is the tree cosigned last, or that tree grown."""
    head, (size, root) = request.head, last
    if isinstance(head, WrongEmptyHead):
        raise CheckpointEmptyRootError(origin=head.origin)
    if request.old_size > head.size:
        raise OldSizeError(old_size=request.old_size, size=head.size)
    if request.old_size != size:
        raise OldSizeStaleError(old_size=request.old_size, size=size)
    verify_consistency(size, root, head.size, head.root, request.proof)
    return head


def refusal(error: LedgerError) -> Decision:
    """Return the answer to a request that `parse_request` or `decide` refuses with `error`."""
    status = next(status for family, status in _STATUSES if isinstance(error, family))
    if isinstance(error, OldSizeStaleError):
        return Decision(status, SIZE_TYPE, f"{error.where['size']}\n".encode())
    return Decision(status, TEXT_TYPE, f"{error.code}: {error}\n".encode())
