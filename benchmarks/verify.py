"""Verifying a book of a million entries, beside the bare work on the same bytes, and hledger."""

import binascii
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from benchmarks.append import award, opened
from benchmarks.measure import Row
from ledger.book import Book
from ledger.files import DirectoryStore, Published
from ledger.journal_text import journal
from ledger.merkle import inclusion_proof
from ledger.note import parse_vkey
from ledger.seal import seal
from ledger.tiles import TileHashes, decode_bundle
from tests.ledger.make import Keys

ENTRIES = 1_000_000
JOURNAL_ENTRIES = 100_000  # hledger keeps all transactions in memory
BATCH = 10_000
SIGNATURE_BYTES = 64
TILE = 256


def run() -> list[Row]:
    """Make a book of ENTRIES, verify it whole and fast, tamper with it, refuse it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "book"
        made_seconds = seconds(lambda: make(folder, ENTRIES))
        files = Published(folder)
        floor_verify = seconds(lambda: bare_signatures(folder))
        whole_seconds, whole_mib, _ = verified(folder)
        fast_seconds, fast_mib, _ = verified(folder, "--fast")
        floor_read = bare_reading_seconds(files)
        reads = most_reads(files)
        tampered(folder)
        refused_seconds, _, answer = verified(folder, "--fast")
    ledger_us, hledger_us = beside_hledger()
    return [
        Row(f"make and seal {ENTRIES:,} entries", f"{made_seconds:.0f} s"),
        Row("bare Ed25519 verification of them, two processes", f"{floor_verify:.1f} s"),
        Row(
            "verify, all signatures, two processes",
            f"{whole_seconds:.1f} s",
            whole_seconds / floor_verify,
            "≤ 1.5",
        ),
        Row("json.loads + SHA-256 of them, one process", f"{floor_read:.1f} s"),
        Row("verify --fast", f"{fast_seconds:.1f} s", fast_seconds / floor_read, "≤ 3.5"),
        Row("peak memory, all processes, whole", f"{whole_mib:.0f} MiB", None, "≤ 400"),
        Row("peak memory, all processes, --fast", f"{fast_mib:.0f} MiB", None, "≤ 400"),
        Row("tiles read for one proof, at most", str(reads), None, "≤ 8 (2·⌈log256 n⌉ + 2)"),
        Row(f"one byte changed: {answer}", f"{refused_seconds:.1f} s", None, "refused"),
        Row(
            f"verify --fast beside hledger check, per entry of {JOURNAL_ENTRIES:,}",
            f"{ledger_us:.1f} µs, hledger {hledger_us:.1f} µs",
            ledger_us / hledger_us,
            "< 1",
        ),
    ]


def seconds(work: Callable[[], object]) -> float:
    """How long work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def make(folder: Path, entries: int) -> None:
    """A book of awards in a directory, sealed now and then."""
    maker = opened()
    log, signer = maker.log, maker.entry_signer
    with DirectoryStore.create(folder) as store:
        store.append(0, maker.notes)
        while log.book.size < entries:
            count = min(BATCH, entries - log.book.size)
            start = log.book.size
            store.append(start, [log.append(award(start + n), [signer]) for n in range(count)])
            seal(
                store,
                store.published.read,
                log.book.origin,
                logs=[maker.keys.log],
                cosigners=[maker.keys.cosign],
                at_seconds=log.book.last_at_ms // 1000,
            )
        store.put("policy", policy(maker.keys))


def policy(keys: Keys) -> bytes:
    """The policy of a book without witnesses."""
    return f"log {keys.log.verifier_key.encode()}\nquorum none\n".encode()


def bundles(folder: Path) -> list[tuple[str, int]]:
    """The newest bundles: path and width."""
    size = Published(folder).checkpoints()[-1]
    found = []
    for index in range(-(-size // TILE)):
        width = min(TILE, size - index * TILE)
        parts = [f"{index % 1000:03}"]
        rest = index // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        partial = "" if width == TILE else f".p/{width}"
        found.append((str(folder / "tile" / "entries" / "/".join(parts)) + partial, width))
    return found


def bare_signatures(folder: Path) -> None:
    """Nothing but the Ed25519 verifications, spread over two processes."""
    first = decode_bundle(*read(bundles(folder)[0]))[0]
    vkey = json.loads(first[: first.index(b"\n")])["data"]["keys"]["entry"]
    public = _public(vkey)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as executor:
        counts = executor.map(verify_bundle, [(each, public) for each in bundles(folder)])
        assert sum(counts) >= ENTRIES - TILE


def _public(vkey: str) -> bytes:
    return parse_vkey(vkey).public


def read(bundle: tuple[str, int]) -> tuple[bytes, int]:
    """A bundle's bytes and width."""
    return Path(bundle[0]).read_bytes(), bundle[1]


def verify_bundle(work: tuple[tuple[str, int], bytes]) -> int:
    """The bare verifications of one bundle's entries with one signature line."""
    key = Ed25519PublicKey.from_public_bytes(work[1])
    count = 0
    for note in decode_bundle(*read(work[0])):
        middle = note.index(b"\n\n")
        if note.count(b"\n") == len(("text", "blank", "line")):
            signature = binascii.a2b_base64(note[note.rindex(b" ") + 1 : -1])
            key.verify(signature[-SIGNATURE_BYTES:], note[: middle + 1])
            count += 1
    return count


def bare_reading_seconds(files: Published) -> float:
    """How long json.loads and SHA-256 of every entry take, from memory, in this process."""
    notes = list(files.entries(0, files.checkpoints()[-1]))
    start = time.perf_counter()
    for note in notes:
        sha256(note).digest()
        json.loads(note[: note.index(b"\n")])
    return time.perf_counter() - start


PROGRAM = """
import resource, sys
from ledger.__main__ import console
from ledger.cli import main
if __name__ == "__main__":
    code = main(sys.argv[1:], console())
    usage = [resource.getrusage(who).ru_maxrss for who in
             (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print("peak", usage[0] + 2 * usage[1])
    sys.exit(code)
"""


def verified(folder: Path, *more: str) -> tuple[float, float, str]:
    """Seconds, peak MiB (its process and twice the larger helper) and answer of `verify`."""
    program = folder.parent / "verify_and_weigh.py"
    program.write_text(PROGRAM)
    words = ["verify", str(folder), "--policy", str(folder / "policy"), *more]
    start = time.perf_counter()
    done = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, str(program), *words],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    took = time.perf_counter() - start
    *answer, peak = done.stdout.splitlines()
    last = next((line.strip() for line in answer if line.strip().startswith("V")), answer[-1])
    return took, int(peak.split()[1]) / 1024, f"exit {done.returncode}, {last[:60]}"


def most_reads(files: Published) -> int:
    """The most files that one inclusion proof of a sample reads."""
    size = files.checkpoints()[-1]
    most = 0
    for seq in range(0, size, size // 97):
        seen: list[str] = []

        def counted(path: str, seen: list[str] = seen) -> bytes:
            data = files.read(path)
            seen.append(path)
            return data

        inclusion_proof(TileHashes(counted, size), seq, size)
        most = max(most, len(seen))
    return most


def tampered(folder: Path) -> None:
    """Change one byte in the middle of the book."""
    path = Path(bundles(folder)[ENTRIES // TILE // 2][0])
    data = bytearray(path.read_bytes())
    data[data.index(b'"minutes":', len(data) // 2) + len(b'"minutes":12')] ^= 1
    path.write_bytes(bytes(data))


def beside_hledger() -> tuple[float, float]:
    """Microseconds per entry of `verify --fast` and of `hledger check` on the same book."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "book"
        make(folder, JOURNAL_ENTRIES)
        ours, _, _ = verified(folder, "--fast")
        files = Published(folder)
        head = Book(_origin(files))
        text = Path(name) / "book.journal"
        size = files.checkpoints()[-1]
        text.write_text("".join(journal(head, files.entries(0, size), verify=False)))
        theirs = seconds(partial(check_journal, text))
    return ours / JOURNAL_ENTRIES * 1e6, theirs / JOURNAL_ENTRIES * 1e6


def check_journal(text: Path) -> None:
    """Recompute all balances by hledger."""
    command = ["hledger", "-f", str(text), "check"]
    subprocess.run(command, check=True)  # noqa: S603 -- a fixed command on our own file


def _origin(files: Published) -> str:
    return files.read("checkpoint").split(b"\n")[0].decode()
