"""Appends and receipts at a million entries, beside the same at a thousand."""

import itertools
import secrets
from collections.abc import Callable

from benchmarks.floor import MEMBERS, floor
from benchmarks.journal import ONES, ROUNDS, ones
from benchmarks.measure import Row, interleaved, median_ratio, per_second
from benchmarks.services import Service, services
from tests.service.books import COMMUNITY, award, funded, request
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.receipts import receipt
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.shared.db import db

SMALL = 1_000
LARGE = 1_000_000
BATCH = 5_000
RECEIPTS = 50
WANTED = 0.9


def run() -> list[Row]:
    """Both engines, one after the other."""
    with services() as made:
        return [row for service in made for row in measured(service)]


def measured(service: Service) -> list[Row]:
    """Appends against the floor, receipts against nothing, at both sizes."""
    with service.app.app_context(), floor(service) as bare:
        funded(amount=10**15, members=MEMBERS)
        append(COMMUNITY, request("wallets"), [award(number) for number in range(MEMBERS)])
        bare(1)
        at_small = at(SMALL, bare)
        at_large = at(LARGE, bare)
        db.session.remove()
    appended = at_large[0] / at_small[0]
    received = at_small[1] / at_large[1]
    engine = service.engine
    return [
        Row(f"{engine}: appends at {LARGE:,} beside {SMALL:,}", "", appended, f"≥ {WANTED}"),
        Row(
            f"{engine}: receipts at {LARGE:,} beside {SMALL:,}",
            f"{at_large[1] * 1000:.1f} ms, {at_small[1] * 1000:.1f} ms",
            received,
            f"≥ {WANTED}",
        ),
    ]


def at(size: int, bare: Callable[[int], None]) -> tuple[float, float]:
    """Appends beside the floor, and the median seconds of one receipt."""
    grow(size)
    ours, floors = interleaved(ROUNDS, ones, lambda: bare(ONES))
    seal(COMMUNITY)
    seqs = itertools.cycle(range(7, size, max(1, size // 997)))
    (receipts,) = interleaved(
        ROUNDS, lambda: [receipt(COMMUNITY, next(seqs)) for _ in range(RECEIPTS)]
    )
    return median_ratio(ours, floors), 1 / per_second(RECEIPTS, receipts)


def grow(size: int) -> None:
    """Append in batches until the book has about so many entries."""
    left = 1
    while left > 0:
        batch = [award(number % MEMBERS, 1) for number in range(min(BATCH, left))]
        left = size - 1 - append(COMMUNITY, request(secrets.token_hex(16)), batch)[-1].seq
