"""Published checkpoints with who signed them, every line checked that can be."""

import base64
from dataclasses import dataclass

from ledger.checkpoint import OpenedCheckpoint, open_checkpoint
from ledger.errors import LedgerError
from ledger.files import CHECKPOINT
from ledger.keys import COSIGN, LOG, KeyRing
from ledger.merkle import SIZE_MAX
from volunteer_credit.journal.operations.published import (
    BookName,
    book_and_keys,
    checkpoint_sizes,
    public_bytes,
)
from volunteer_credit.journal.operations.witnesses import witnesses
from volunteer_credit.journal.rules.publication_errors import NotPublishedError
from volunteer_credit.journal.rules.seal_errors import CheckpointChangedError

WITNESS, UNKNOWN = "witness", "unknown"


@dataclass(frozen=True, slots=True)
class SignedLine:
    """A signature line. `role`: log, cosign, witness (checked), or unknown (not checked)."""

    name: str
    role: str
    at_seconds: int | None


@dataclass(frozen=True, slots=True)
class ShownCheckpoint:
    """A checkpoint as a page shows it; `root` is base64, `at_seconds` POSIX."""

    origin: str
    book: int
    size: int
    root: str
    at_seconds: int | None
    lines: tuple[SignedLine, ...]


def newest_shown(community_id: str, number: int = 0) -> ShownCheckpoint | None:
    """The newest published checkpoint of a book.

    Raises: NoBookError, NotPublishedError for a book that there is not, CheckpointChangedError.
    """
    name, keys = book_and_keys(community_id, number)
    return _shown(community_id, name, keys, CHECKPOINT)


def checkpoints_shown(
    community_id: str, number: int, below: int, count: int
) -> tuple[list[ShownCheckpoint], int]:
    """The published ones of `count` checkpoints of a book, newest first, and where older begin.

    `below`: only those of fewer entries; 0: from the newest on. Older ones: 0 when there are none.
    Raises: as `newest_shown`.
    """
    name, keys = book_and_keys(community_id, number)
    sizes = checkpoint_sizes(community_id, name.number, below or SIZE_MAX + 1, count + 1)
    found = (_shown(community_id, name, keys, f"checkpoints/{size}") for size in sizes[:count])
    older = sizes[count - 1] if len(sizes) > count else 0
    return [each for each in found if each is not None], older


def _shown(community_id: str, name: BookName, keys: KeyRing, path: str) -> ShownCheckpoint | None:
    try:
        data = public_bytes(community_id, name.number, path)[1]
    except NotPublishedError:
        return None
    policy = witnesses().policy
    known = [] if policy is None else [each.key for each in policy.witnesses]
    own = {held.key: held.role for held in keys.held.values() if held.role in (LOG, COSIGN)}
    try:
        opened = open_checkpoint(data, list(own), witnesses=known)
    except LedgerError as problem:
        raise CheckpointChangedError(origin=name.origin, reason=problem) from problem
    times = {(each.key.name, each.key.key_id): each.timestamp_seconds for each in opened.verified}
    roles = {(key.name, key.key_id): role for key, role in own.items()}
    roles |= {(key.name, key.key_id): WITNESS for key in known}
    lines = tuple(
        SignedLine(line.name, roles.get(mark, UNKNOWN), times.get(mark))
        for line in opened.note.lines
        for mark in [(line.name, line.key_id)]
    )
    tree = opened.checkpoint
    root = base64.b64encode(tree.root).decode()
    return ShownCheckpoint(name.origin, name.number, tree.size, root, signed_at(opened), lines)


def signed_at(opened: OpenedCheckpoint) -> int | None:
    """When a checkpoint was first signed with a time, POSIX seconds."""
    times = [each.timestamp_seconds for each in opened.verified]
    return min((each for each in times if each is not None), default=None)
