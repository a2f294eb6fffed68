"""Receipts: what a member takes home to prove that an entry is in the published book (T4)."""

from collections.abc import Callable

from ledger.checkpoint import Checkpoint, read_checkpoint
from ledger.errors import LedgerError
from ledger.files import CHECKPOINT, Published
from ledger.merkle import inclusion_proof, leaf_hash, verify_inclusion
from ledger.proof import TlogProof
from ledger.tiles import TileHashes
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.examine import check_signed, key_ring, read_head
from volunteer_credit.journal.operations.folders import PUBLICATION, folder_errors
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.rules.head import Head
from volunteer_credit.journal.rules.seal_errors import EntryMissingError, ReceiptFailedError
from volunteer_credit.shared.db import Reader

ReadFile = Callable[[str], bytes]


def receipt(community_id: str, seq: int) -> bytes:
    """The tlog-proof of an entry against the newest published checkpoint; it carries the entry.

    The book is sealed first if the entry is not published yet. What is handed out was checked: the
    checkpoint is signed by the book's keys and the proof leads from the entry to its root.
    Raises: EntryMissingError, ReceiptFailedError, CheckpointChangedError, FactsChangedError, and
    as `seal`.
    """
    session, head, _ = read_head(community_id)
    if not 0 <= seq < head.size:
        raise EntryMissingError(seq=seq, origin=head.origin)
    folder = Published(sealing().folders[PUBLICATION] / head.origin)
    data = _published(folder, head.origin)
    if data is None or read_checkpoint(data)[0].size <= seq:
        seal(community_id)
        session, head, _ = read_head(community_id)
        data = _published(folder, head.origin)
    if data is None:
        raise ReceiptFailedError(seq=seq, origin=head.origin)
    check_signed(head.origin, key_ring(session, head), data)
    checkpoint = read_checkpoint(data)[0]
    notes = [row.note for row in queries.entries(session, head, seq, seq + 1)]
    for read in (_cached(session, head), folder.read):
        try:
            return _proved(read, checkpoint, seq, notes[0], data)
        except (LedgerError, IndexError):
            continue  # the cache may lack a tile that the newest checkpoint no longer has
    raise ReceiptFailedError(seq=seq, origin=head.origin)


def _published(folder: Published, origin: str) -> bytes | None:
    with folder_errors(PUBLICATION, origin):
        try:
            data = folder.read(CHECKPOINT)
        except FileNotFoundError:
            return None
        read_checkpoint(data)
        return data


def _cached(session: Reader, head: Head) -> ReadFile:
    return lambda path: queries.tile(session, head, path)


def _proved(read: ReadFile, checkpoint: Checkpoint, seq: int, note: bytes, data: bytes) -> bytes:
    """The receipt, if it holds. Raises: LedgerError."""
    proof = inclusion_proof(TileHashes(read, checkpoint.size), seq, checkpoint.size)
    verify_inclusion(leaf_hash(note), seq, checkpoint.size, proof, checkpoint.root)
    return TlogProof(seq, tuple(proof), data, note).encode()
