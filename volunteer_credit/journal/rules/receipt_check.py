"""Whether a receipt holds under the keys of its book, and what its entry says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ledger.book import Book
from ledger.chart import PERSON
from ledger.checkpoint import Checkpoint, OpenedCheckpoint, read_checkpoint
from ledger.entry import NOTE_BYTES_MAX, Entry, decode
from ledger.errors import LedgerError
from ledger.keys import KeyRing
from ledger.merkle import leaf_hash, verify_inclusion
from ledger.note import parse_note
from ledger.proof import TlogProof, parse_proof
from ledger.transfer import Pending, Plain
from volunteer_credit.journal.rules.publication_errors import (
    ReceiptProofError,
    ReceiptSignatureError,
    ReceiptUnreadableError,
    ReceiptWithoutEntryError,
)


@dataclass(frozen=True, slots=True)
class ReadReceipt:
    """A receipt as it reads; nothing of it is believed yet."""

    proof: TlogProof
    checkpoint: Checkpoint
    note: bytes


@dataclass(frozen=True, slots=True)
class Amounts:
    """What an entry gives to or takes from persons; None where it says nothing of it."""

    minutes: int | None
    centipoints: int | None


def read_receipt(data: bytes) -> ReadReceipt:
    """Read a receipt. Raises: ReceiptUnreadableError, ReceiptWithoutEntryError."""
    try:
        proof = parse_proof(data)
        checkpoint = read_checkpoint(proof.checkpoint)[0]
    except LedgerError as problem:
        raise ReceiptUnreadableError(reason=problem) from problem
    if proof.extra is None:
        raise ReceiptWithoutEntryError
    return ReadReceipt(proof, checkpoint, proof.extra)


def check_held(found: ReadReceipt, keys: KeyRing) -> tuple[Entry, OpenedCheckpoint]:
    """Accept a receipt that the keys of its book vouch for: the entry that it proves.

    Raises: ReceiptSignatureError, ReceiptProofError.
    """
    book = Book(found.checkpoint.origin)
    book.keys = keys
    try:
        opened = book.open_checkpoint(found.proof.checkpoint)
    except LedgerError as problem:
        raise ReceiptSignatureError(reason=problem) from problem
    place, tree = found.proof.index, found.checkpoint
    try:
        verify_inclusion(leaf_hash(found.note), place, tree.size, found.proof.hashes, tree.root)
        entry = decode(parse_note(found.note, bytes_max=NOTE_BYTES_MAX).text)
    except LedgerError as problem:
        raise ReceiptProofError from problem
    if (entry.seq, entry.book) != (place, tree.origin):
        raise ReceiptProofError
    return entry, opened


def amounts_of(entry: Entry) -> Amounts:
    """The minutes and centipoints of an entry: as its data says, else as it moves them."""
    moves = [each for each in entry.transfers if isinstance(each, Plain | Pending)]
    minutes = entry.data.get("minutes")
    if not isinstance(minutes, int):
        minutes = _sum(moves, ("hours", "aid"))
    return Amounts(minutes, _sum(moves, ("wallet",)))


def _sum(moves: Iterable[Plain | Pending], classes: tuple[str, ...]) -> int | None:
    found = None
    for each in moves:
        for name, sign in ((each.credit, 1), (each.debit, -1)):
            if name.partition(":")[0] in classes:
                found = (found or 0) + sign * each.amount
    return found


def accounts_named(entry: Entry) -> frozenset[str]:
    """Every account number that acts in an entry or is named in it."""
    value = entry.value
    told = [value["actor"], value["data"], value.get("transfers", [])]
    return frozenset(
        part for text in _texts(told) for part in text.split(":") if PERSON.fullmatch(part)
    )


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
