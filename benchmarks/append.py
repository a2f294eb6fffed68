"""Appending an entry in memory, beside bare Ed25519 signing of the same bytes."""

from functools import partial
from hashlib import sha256
from typing import Any

from benchmarks.measure import Row, interleaved, median_ratio, per_second
from ledger.entry import entry_id
from ledger.log import Log
from ledger.note import Ed25519Signer
from tests.ledger.make import AT_MS, Maker

ORIGIN = "bench.example/one/1"
ROUNDS = 9
BATCH = 2_000
SMALL = 1_000
LARGE = 1_000_000
PERSONS = 3_000  # a community has 1,000 to 3,000 households


def run() -> list[Row]:
    """Rates and ratios at 1,000 and at 1,000,000 entries."""
    maker = opened()
    log, signer = maker.log, maker.entry_signer
    grow(log, signer, SMALL)
    small = rounds(log, signer)
    grow(log, signer, LARGE)
    large = rounds(log, signer)
    return [
        Row("bare Ed25519 signatures of an entry's text", rate(small[1])),
        Row(f"appends at {SMALL:,} entries, beside it", rate(small[0]), ratio(small), "≥ 0.4"),
        Row(f"appends at {LARGE:,} entries, beside it", rate(large[0]), ratio(large), "≥ 0.4"),
        Row(
            f"appends at {LARGE:,} beside {SMALL:,} entries, each against its own floor",
            "",
            ratio(large) / ratio(small),
            "≥ 0.9",
        ),
    ]


def rate(times: list[float]) -> str:
    """A rate as the table shows it."""
    return f"{per_second(BATCH, times):,.0f}/s"


def ratio(times: list[list[float]]) -> float:
    """Appends beside bare signing."""
    return median_ratio(times[0], times[1])


def rounds(log: Log, signer: Ed25519Signer) -> list[list[float]]:
    """Seconds per batch: appending, and signing the same texts without anything else."""
    appended: list[list[float]] = [[], []]
    for _ in range(ROUNDS):
        batch = [award(log.book.size + number) for number in range(BATCH)]
        notes: list[bytes] = []
        (took,) = interleaved(1, partial(append_all, log, signer, batch, notes))
        texts = [note[: note.index(b"\n") + 1] for note in notes]
        (floor,) = interleaved(1, partial(sign_all, signer, texts))
        appended[0] += took
        appended[1] += floor
    return appended


def append_all(
    log: Log, signer: Ed25519Signer, batch: list[dict[str, Any]], notes: list[bytes]
) -> None:
    """The measured work: canonical bytes, rules, accounts, signature, hash, tree."""
    signers = [signer]
    for fields in batch:
        notes.append(log.append(fields, signers))


def sign_all(signer: Ed25519Signer, texts: list[bytes]) -> None:
    """The floor."""
    for text in texts:
        signer.sign_line_bytes(text)


def grow(log: Log, signer: Ed25519Signer, size: int) -> None:
    """Append until the book has `size` entries."""
    while log.book.size < size:
        log.append(award(log.book.size), [signer])


def award(seq: int) -> dict[str, Any]:
    """The fields of an award to one of many persons, as the service would write it."""
    person = person_number(seq % PERSONS)
    return {
        "actor": {"account": "system:points", "role": "system"},
        "at": AT_MS + 36_000_000 + seq // 100 * 1000,
        "data": {"after": 1325, "before": 1200, "minutes": 125},
        "day": 20261122,
        "id": entry_id(ORIGIN, "system:points", f"award {seq}", 0),
        "kind": "points.example",
        "refs": [1, 2],
        "tier": 1,
        "transfers": [
            {
                "amount": 208,
                "code": "award",
                "credit": f"wallet:{person}:f1:202712",
                "debit": "fund:f1",
                "unit": "centipoints",
            }
        ],
    }


def opened() -> Maker:
    """A book with a fund that lasts and the wallets of all persons."""
    maker = Maker(ORIGIN)
    maker.open()
    maker.fund(amount=10**15)
    persons = [person_number(number) for number in range(PERSONS)]
    for begin in range(0, PERSONS, 64):
        maker.wallets(*persons[begin : begin + 64])
    return maker


def person_number(number: int) -> str:
    """The account number of one of many persons."""
    return sha256(str(number).encode()).hexdigest()[:32]
