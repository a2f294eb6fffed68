"""Commands that only read: show, prove, check, verify, accounts, journal."""

import gc
import json
import os
import signal
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from ledger.book import Book
from ledger.checkpoint import Checkpoint, read_checkpoint
from ledger.cli_errors import NotPublishedError, SeqMissingError, UsageError
from ledger.console import Console
from ledger.files import Published
from ledger.identity import identities
from ledger.ids import SpillingIds
from ledger.journal_text import journal as journal_text
from ledger.merkle import inclusion_proof, leaf_hash, verify_inclusion
from ledger.policy import (
    parse_policy,
)
from ledger.proof import TlogProof, check_proof, parse_proof
from ledger.tiles import TileHashes
from ledger.verify import Options
from ledger.verify import verify as verify_book

FEW_ENTRIES = 5_000  # below, starting other processes takes longer than it saves


def show(words: Namespace, console: Console) -> int:
    """Print an entry's note."""
    files, head = _published(words.folder)
    console.write(_note(files, head, words.seq))
    return 0


def prove(words: Namespace, console: Console) -> int:
    """Print the receipt of an entry; it carries the entry itself."""
    files, head = _published(words.folder)
    note = _note(files, head, words.seq)
    hashes = TileHashes(files.read, head.size)
    proof = inclusion_proof(hashes, words.seq, head.size)
    # A receipt that nobody will accept is better refused here.
    verify_inclusion(leaf_hash(note), words.seq, head.size, proof, head.root)
    receipt = TlogProof(words.seq, tuple(proof), files.read("checkpoint"), note)
    console.write(receipt.encode())
    return 0


def check(words: Namespace, console: Console) -> int:
    """Check a receipt against a policy: that the book holds the entry."""
    proof = parse_proof(console.read_file(words.receipt))
    entry = console.read_file(words.entry) if words.entry else proof.extra
    if entry is None:
        raise UsageError(problem="the receipt does not carry its entry; name it with --entry")
    opened = check_proof(proof, entry, parse_policy(console.read_file(words.policy)))
    found = opened.checkpoint
    console.say(f"GOOD: entry {proof.index} of {found.origin} is in its {found.size} entries:")
    text = entry.partition(b"\n")[0].decode("ascii", "backslashreplace")
    console.say("".join(each if each.isprintable() else ascii(each)[1:-1] for each in text))
    return 0


def verify(words: Namespace, console: Console) -> int:
    """Verify a published book, all of it."""
    policy = parse_policy(console.read_file(words.policy))
    files = Published(Path(words.folder))
    with tempfile.TemporaryDirectory() as folder, _processes(words, files) as executor:
        ids = SpillingIds(Path(folder))
        options = Options(
            signatures=not words.fast,
            since=console.read_file(words.since) if words.since else None,
            predecessors={_origin(path): Published(Path(path)) for path in words.predecessor},
            executor=executor,
            progress=console.progress,
        )
        gc.disable()  # as in the helpers
        try:
            report = verify_book(files, policy, ids, options).report
        finally:
            gc.enable()
            ids.close()
            console.progress_end()
    if words.json:
        console.say(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        console.say("\n".join(report.lines()))
    return report.exit_code


def accounts(words: Namespace, console: Console) -> int:
    """Print every account's balances and every fund's identity."""
    files, head = _published(words.folder)
    book = Book(head.origin)
    for note in files.entries(0, head.size):
        book.read(note, verify=False)
    found = sorted(book.accounts.accounts.items())
    if words.json:
        rows = [
            {
                "account": name,
                "unit": each.family.unit,
                "debits_pending": each.debits_pending,
                "debits_posted": each.debits_posted,
                "credits_pending": each.credits_pending,
                "credits_posted": each.credits_posted,
                "closed": each.family.closed,
            }
            for name, each in found
        ]
        console.say(json.dumps(rows, indent=1))
        return 0
    if not found:
        console.say("no account has had a transfer yet")
    for name, each in found:
        console.say(f"{each.posted:>16} {each.family.unit:<12} {name}")
    for identity in identities(book.accounts):
        console.say(f"fund {identity.fund} adds up: {identity.outstanding} centipoints outstanding")
    return 0


def journal(words: Namespace, console: Console) -> int:
    """Print the book as a plain-text journal that hledger reads."""
    files, head = _published(words.folder)
    for piece in journal_text(Book(head.origin), files.entries(0, head.size), verify=False):
        console.write(piece.encode(), flush=False)
    console.write(b"")
    return 0


def _published(folder: str) -> tuple[Published, Checkpoint]:
    files = Published(Path(folder))
    try:
        return files, read_checkpoint(files.read("checkpoint"))[0]
    except FileNotFoundError:
        raise NotPublishedError(folder=folder) from None


def _origin(folder: str) -> str:
    return _published(folder)[1].origin


def _note(files: Published, head: Checkpoint, seq: int) -> bytes:
    if not 0 <= seq < head.size:
        raise SeqMissingError(seq=seq, size=head.size)
    return next(files.entries(seq, seq + 1, head.size))


@contextmanager
def _processes(words: Namespace, files: Published) -> Iterator[Executor | None]:
    """Other processes for a long book; none for a short one or where one is asked for."""
    count = words.processes or min(2, os.cpu_count() or 1)
    sizes = files.checkpoints()
    if count < 2 or not sizes or sizes[-1] < FEW_ENTRIES:  # noqa: PLR2004 -- one needs no others
        yield None
        return
    executor = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=start_helper)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def start_helper() -> None:
    """What a helper process does first."""
    # Ctrl-C goes to all of them; the process that was started alone says what it does about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Values parsed from JSON hold no circles, so looking for some only costs time.
    gc.disable()
