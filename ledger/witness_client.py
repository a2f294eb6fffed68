"""Asking a witness for its cosignature (C2SP tlog-witness, add-checkpoint, the log's side).

`Submission` says what to send and reads what comes back; it does no I/O. `cosign` drives it with
a transport that is handed in; `ledger.witness_http` has the one for HTTP.
"""

import base64
import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from ledger.checkpoint import CHECKPOINT_BYTES_MAX, read_checkpoint
from ledger.cosignature import verify_cosignature
from ledger.errors import LedgerError, MalformedError
from ledger.merkle import HashReader, consistency_proof, root_from, verify_consistency
from ledger.note import Note, SignatureLine, known_lines, parse_note
from ledger.vkey import VerifierKey, keys_by_id
from ledger.witness import SIZE_TYPE
from ledger.witness_errors import (
    WitnessAheadError,
    WitnessAnswerError,
    WitnessBusyError,
    WitnessDistrustError,
    WitnessFailedError,
    WitnessForkError,
    WitnessMovingError,
    WitnessRequestError,
    WitnessStrangerError,
)

ROUNDS_MAX = 3

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,19})\n")


class Reply(NamedTuple):
    """What a transport brings back; `retry_after` is that header, or empty."""

    status: int
    content_type: str
    body: bytes
    retry_after: str = ""


Post = Callable[[str, bytes], Reply]


class Submission:
    """A signed checkpoint on its way to the witness that has these `keys`, one or more.

    `hashes` reads the tree of the checkpoint; `old_size` is what the witness cosigned last, as
    far as the caller knows: 0 asks it.
    Raises: as `read_checkpoint` (malformed), and, for a line of the witness that is on the
    checkpoint already, as `known_lines` and `verify_cosignature` (signature, incomplete).
    """

    def __init__(
        self, data: bytes, hashes: HashReader, keys: Collection[VerifierKey], old_size: int = 0
    ) -> None:
        assert keys
        self._data, self._hashes, self._keys = data, hashes, tuple(keys)
        self._head, self._note = read_checkpoint(data)
        self._old_size = old_size
        self._name = self._keys[0].name
        known = keys_by_id(self._keys)
        lines = [line for line in self._note.lines if (line.name, line.key_id) in known]
        held = self._verified(lines) if lines else ()
        self.done = len(held) == len(known)

    def body(self) -> bytes:
        """Return the next request.

        Raises: TreeSizeError, RootMismatchError (proof), or as the reader: a proof from hashes
        that are not of this checkpoint is seen here and not taken for a fork of the witness.
        """
        old_size, head = self._old_size, self._head
        proof = consistency_proof(self._hashes, old_size, head.size)
        old_root = root_from(self._hashes, old_size)
        verify_consistency(old_size, old_root, head.size, head.root, proof)
        lines = [b"old %d\n" % old_size, *(base64.b64encode(one) + b"\n" for one in proof)]
        return b"".join([*lines, b"\n", self._data])

    def take(self, reply: Reply) -> bytes | None:
        """Return the checkpoint with the new lines, or None: send the next `body`.

        Raises: the errors of `ledger.witness_errors`; for a line of the witness that is missing or
        fails, as `known_lines` and `verify_cosignature` (signature, incomplete); and
        NoteLinesError (malformed) when the checkpoint has no room for the lines.
        """
        if reply.status == 200:  # noqa: PLR2004 - a status of HTTP
            return self._with(self._cosignatures(reply))
        if reply.status == 409:  # noqa: PLR2004 - a status of HTTP
            self._old_size = self._conflict(reply)
            return None
        raise self._refused(reply)

    def _cosignatures(self, reply: Reply) -> Sequence[SignatureLine]:
        """Return the lines of the witness's keys in its answer, all verified."""
        text = self._note.text
        try:
            answer = parse_note(text + b"\n" + reply.body, bytes_max=CHECKPOINT_BYTES_MAX)
        except MalformedError as error:
            raise WitnessAnswerError(witness=self._name, status=reply.status) from error
        # An empty line in the answer would move the end of the text.
        if answer.text != text:
            raise WitnessAnswerError(witness=self._name, status=reply.status)
        return self._verified(answer.lines)

    def _verified(self, lines: Sequence[SignatureLine]) -> Sequence[SignatureLine]:
        """Return the lines of the witness's keys, which all verify and give a time."""
        pairs = known_lines(lines, self._keys)
        for key, line in pairs:
            verify_cosignature(key, line, self._head, timestamp_min=1)
        return tuple(line for _, line in pairs)

    def _with(self, lines: Sequence[SignatureLine]) -> bytes:
        """Return the checkpoint with `lines` added, but for keys that are on it already."""
        there = {(line.name, line.key_id) for line in self._note.lines}
        new = [line for line in lines if (line.name, line.key_id) not in there]
        data = Note(self._note.text, (*self._note.lines, *new)).encode()
        read_checkpoint(data)
        return data

    def _conflict(self, reply: Reply) -> int:
        """Return the size that a 409 names, if another request from there makes sense."""
        if reply.content_type.partition(";")[0].strip().lower() != SIZE_TYPE:
            raise WitnessForkError(witness=self._name, size=self._head.size)
        match = _SIZE.fullmatch(reply.body)
        if match is None:
            raise WitnessAnswerError(witness=self._name, status=reply.status)
        size = int(match[1])
        if size > self._head.size:
            raise WitnessAheadError(witness=self._name, ahead=size, size=self._head.size)
        if size != self._old_size:
            return size
        # Before version 1.0.0 of the specification this was the answer to another root.
        if size == self._head.size:
            raise WitnessForkError(witness=self._name, size=size)
        raise WitnessAnswerError(witness=self._name, status=reply.status)

    def _refused(self, reply: Reply) -> LedgerError:
        """Return the error that a status other than 200 and 409 stands for."""
        witness, origin = self._name, self._head.origin
        match reply.status:
            case 400:
                return WitnessRequestError(witness=witness, origin=origin)
            case 403:
                return WitnessDistrustError(witness=witness, origin=origin)
            case 404:
                return WitnessStrangerError(witness=witness, origin=origin)
            case 422:
                return WitnessForkError(witness=witness, size=self._head.size)
            case 429:
                return WitnessBusyError(witness=witness, retry_after=reply.retry_after[:80])
            case _:
                return WitnessFailedError(witness=witness, status=reply.status)


def cosign(
    data: bytes,
    hashes: HashReader,
    url: str,
    keys: Collection[VerifierKey],
    post: Post,
    *,
    old_size: int = 0,
) -> bytes:
    """Return the signed checkpoint `data` with the lines of the witness at `url` added.

    Lines that are there stay, byte for byte; when all `keys` have signed, nobody is asked.
    Raises: as `Submission`, its `body` and `take`, as `post`, and WitnessMovingError (incomplete).
    """
    submission = Submission(data, hashes, keys, old_size)
    if submission.done:
        return data
    for _ in range(ROUNDS_MAX):
        cosigned = submission.take(post(f"{url.rstrip('/')}/add-checkpoint", submission.body()))
        if cosigned is not None:
            return cosigned
    raise WitnessMovingError(witness=next(iter(keys)).name, rounds=ROUNDS_MAX)
