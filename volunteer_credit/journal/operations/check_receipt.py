"""Checking a receipt that somebody brings: under the keys of its book, against what is public."""

from dataclasses import dataclass

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import LedgerError
from ledger.files import Published
from ledger.keys import KeyRing
from ledger.policy import parse_policy
from ledger.quorum import PolicyQuorumError
from ledger.tiles import TileHashes
from volunteer_credit.journal.operations.checkpoints_shown import signed_at
from volunteer_credit.journal.operations.folders import PUBLICATION, folder_errors
from volunteer_credit.journal.operations.publish import policy_text
from volunteer_credit.journal.operations.published import book_and_keys, published_size
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.rules.publication_errors import (
    NotPublishedError,
    ReceiptElsewhereError,
    ReceiptForkError,
    ReceiptSignatureError,
)
from volunteer_credit.journal.rules.receipt_check import (
    Amounts,
    amounts_of,
    check_held,
    read_receipt,
)
from volunteer_credit.journal.rules.tree import edge_at
from volunteer_credit.shared.db import NoBookError
from volunteer_credit.shared.runtime import current

BOOK_DIGITS_MAX = 9


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """A receipt that holds, and what its entry says without naming anybody.

    `size`: of the tree that it proves the entry in. `is_witnessed`: whether as many witnesses
    signed as the policy asks for. `at_ms` is UTC, `day` YYYYMMDD or 0.
    """

    community_id: str
    origin: str
    book: int
    seq: int
    size: int
    kind: str
    at_ms: int
    day: int
    amounts: Amounts
    signed_at_seconds: int | None
    witnesses: tuple[str, ...]
    is_witnessed: bool


def check_receipt(data: bytes) -> CheckedReceipt:
    """Accept a receipt of a book that is kept here.

    Raises: ReceiptUnreadableError, ReceiptWithoutEntryError, ReceiptElsewhereError,
    ReceiptSignatureError, ReceiptProofError, ReceiptForkError, and as `book_and_keys`.
    """
    found = read_receipt(data)
    origin = found.checkpoint.origin
    community_id, number = _place(origin)
    try:
        name, keys = book_and_keys(community_id, number)
    except (NoBookError, NotPublishedError) as problem:
        raise ReceiptElsewhereError(origin=origin) from problem
    entry, opened = check_held(found, keys)
    _check_history(name.origin, found.checkpoint)
    names, is_witnessed = _witnessed(found.proof.checkpoint, keys)
    return CheckedReceipt(
        community_id,
        origin,
        number,
        entry.seq,
        found.checkpoint.size,
        entry.kind,
        entry.at_ms,
        entry.day,
        amounts_of(entry),
        signed_at(opened),
        names,
        is_witnessed,
    )


def _place(origin: str) -> tuple[str, int]:
    """Community and number of a book of this installation. Raises: ReceiptElsewhereError."""
    namespace, community_id, number = ["", "", *origin.rsplit("/", 2)][-3:]
    is_number = number.isascii() and number.isdigit() and len(number) <= BOOK_DIGITS_MAX
    is_ours = namespace == current().settings.namespace and is_number
    if not is_ours or number != str(int(number)) or number == "0":
        raise ReceiptElsewhereError(origin=origin)
    return community_id, int(number)


def _check_history(origin: str, told: Checkpoint) -> None:
    """See that a signed tree is a beginning of the published one. Raises: ReceiptForkError."""
    size = published_size(origin)
    if told.size > size:
        raise ReceiptForkError
    folder = Published(sealing().folders[PUBLICATION] / origin)
    with folder_errors(PUBLICATION, origin):
        root = edge_at(TileHashes(folder.read, size), told.size).root()
    if root != told.root:
        raise ReceiptForkError


def _witnessed(checkpoint: bytes, keys: KeyRing) -> tuple[tuple[str, ...], bool]:
    """The witnesses of the policy that signed, and whether they are as many as it asks for.

    Raises: ReceiptSignatureError.
    """
    policy = parse_policy(policy_text(keys))
    known = {each.key: each.name.decode("utf-8", "replace") for each in policy.witnesses}
    try:
        logs = [each.key for each in policy.logs]
        opened = open_checkpoint(checkpoint, logs, witnesses=list(known))
        names = tuple(known[each.key] for each in opened.verified if each.key in known)
        policy.open(checkpoint)
    except PolicyQuorumError:
        return names, False
    except LedgerError as problem:
        raise ReceiptSignatureError(reason=problem) from problem
    return names, True
