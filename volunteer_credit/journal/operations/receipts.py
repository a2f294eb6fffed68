"""Receipts: what a member takes home to prove that an entry is in the published book (T4)."""

from collections.abc import Callable

from ledger.checkpoint import Checkpoint, read_checkpoint
from ledger.errors import LedgerError
from ledger.files import CHECKPOINT, Published
from ledger.merkle import HashReader, inclusion_proof, leaf_hash, verify_inclusion
from ledger.proof import TlogProof
from ledger.tiles import TileHashes
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.catch_up import earlier_book, earlier_ring
from volunteer_credit.journal.operations.compare import of_book
from volunteer_credit.journal.operations.examine import check_signed, key_ring, read_head
from volunteer_credit.journal.operations.folders import PUBLICATION, folder_errors
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.subtrees import Subtrees
from volunteer_credit.journal.rules.head import Head
from volunteer_credit.journal.rules.seal_errors import EntryMissingError, ReceiptFailedError
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import current

ReadFile = Callable[[str], bytes]


def receipt(community_id: str, seq: int, book: int = 0) -> bytes:
    """The tlog-proof of an entry against the newest published checkpoint; it carries the entry.

    `book`: the number of the book, also of an earlier one; 0 is the present one. It is sealed
    first if the entry is not published yet. What is handed out was checked: the checkpoint is
    signed by the book's keys and the proof leads from the entry to its root.
    Raises: EntryMissingError, ReceiptFailedError, CheckpointChangedError, FactsChangedError, and
    as `seal`.
    """
    session, head, present = _book(community_id, book)
    if not 0 <= seq < head.size:
        raise EntryMissingError(seq=seq, origin=head.origin)
    folder = Published(sealing().folders[PUBLICATION] / head.origin)
    data = _published(folder, head.origin)
    if data is None or read_checkpoint(data)[0].size <= seq:
        seal(community_id)
        session, head, present = _book(community_id, head.book)  # another may follow it by now
        data = _published(folder, head.origin)
    if data is None:
        raise ReceiptFailedError(seq=seq, origin=head.origin)
    check_signed(head.origin, (key_ring if present else earlier_ring)(session, head), data)
    checkpoint = read_checkpoint(data)[0]
    subtrees = current().part(Subtrees, Subtrees)
    cached = subtrees.reader(head.origin, TileHashes(_cached(session, head), checkpoint.size))
    for hashes in (cached, TileHashes(folder.read, checkpoint.size)):
        try:
            note = _note(session, head, seq) if present else _note_in(folder, seq, checkpoint)
            return _proved(hashes, checkpoint, seq, note, data)
        except (LedgerError, IndexError):
            # The cache may lack a tile that the newest checkpoint no longer has, or have a wrong
            # one: nothing of it is remembered.
            subtrees.forget(head.origin)
    raise ReceiptFailedError(seq=seq, origin=head.origin)


def _book(community_id: str, number: int) -> tuple[Reader, Head, bool]:
    """What is known of a book, and whether it is the present one; 0 is. Raises: as `receipt`."""
    session, head, _ = read_head(community_id)
    if number in (0, head.book):
        return session, head, True
    if not 0 < number < head.book:
        raise EntryMissingError(seq=0, origin=of_book(head, number).origin)
    return session, earlier_book(session, head, number), False


def _note(session: Reader, head: Head, seq: int) -> bytes:
    """An entry of the present book. Raises: IndexError."""
    return [row.note for row in queries.entries(session, head, seq, seq + 1)].pop()


def _note_in(folder: Published, seq: int, checkpoint: Checkpoint) -> bytes:
    """An entry of an earlier one, as it was published. Raises: LedgerError."""
    return next(iter(folder.entries(seq, seq + 1, checkpoint.size)))


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


def _proved(
    hashes: HashReader, checkpoint: Checkpoint, seq: int, note: bytes, data: bytes
) -> bytes:
    """The receipt, if it holds. Raises: LedgerError."""
    proof = inclusion_proof(hashes, seq, checkpoint.size)
    verify_inclusion(leaf_hash(note), seq, checkpoint.size, proof, checkpoint.root)
    return TlogProof(seq, tuple(proof), data, note).encode()
