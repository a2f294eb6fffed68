"""The writer: entries in, signed leaves and a growing tree out (docs/ledger-format.md §4, §12).

Nothing is stored here and no clock is read: the caller gives `at`, keeps the notes and signs
checkpoints when it wants them.
"""

from collections.abc import Mapping, Sequence

from ledger.book import Book
from ledger.canonical import Value
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import MldsaCosigner
from ledger.entry import VERSION, check_size, encode
from ledger.merkle import Edge, leaf_hash
from ledger.note import Ed25519Signer


class Log:
    """One book being written: its state and the right edge of its tree."""

    def __init__(self, book: Book, edge: Edge | None = None) -> None:
        self.book = book
        self.edge = Edge() if edge is None else edge

    def append(self, fields: Mapping[str, Value], signers: Sequence[Ed25519Signer]) -> bytes:
        """Sign the next entry and take it in; its note, which is the leaf.

        `fields` are the entry's without `v`, `book` and `seq`; `signers` in the order of N6.
        Raises: LedgerError, and then nothing has changed.
        """
        value = {**fields, "v": VERSION, "book": self.book.origin, "seq": self.book.size}
        entry, text = encode(value)
        note = text + b"\n" + b"".join([signer.sign_line_bytes(text) for signer in signers])
        check_size(note)
        self.book.append(entry, [signer.verifier_key for signer in signers])
        self.edge.append(leaf_hash(note))
        return note

    def checkpoint(
        self, logs: Sequence[Ed25519Signer], cosigners: Sequence[MldsaCosigner], at_seconds: int
    ) -> bytes:
        """The signed checkpoint of the entries so far (T2, T3); `at_seconds` is POSIX time."""
        checkpoint = Checkpoint(self.book.origin, self.edge.size, self.edge.root())
        return sign_checkpoint(checkpoint, logs, cosigners, at_seconds)
