"""A great batch is one operation: all of it, or nothing and a clear refusal."""

import resource
import tracemalloc
from pathlib import Path

import pytest
from flask import Flask

from ledger.account_errors import ExceedsCreditsError
from ledger.errors import LedgerError
from ledger.transfer import AmountRangeError
from tests.ledger.make import pending
from tests.service import workers
from tests.service.books import (
    COMMUNITY,
    award,
    balances,
    book_balances,
    funded,
    member,
    notes,
    replayed,
    request,
)
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.rules.requests import NewEntry

GATE, SOAK = 2_000, 50_000
BYTES_PER_ENTRY_MAX = 8_192  # of memory while a batch is made; its note has about 500
MEMBERS = 50


def lines(count: int, bad: NewEntry | None = None) -> list[NewEntry]:
    """A month's awards, one of which may be bad: the one in the middle."""
    made = [award(number % MEMBERS, 1) for number in range(count)]
    if bad is not None:
        made[count // 2] = bad
    return made


BAD: list[tuple[NewEntry, type[LedgerError]]] = [
    (award(0, 10**9), ExceedsCreditsError),
    (award(0, 2**60), AmountRangeError),
]


def one_bad_line(count: int, bad: NewEntry, error: type[LedgerError]) -> None:
    funded(members=MEMBERS)
    before = notes(), balances()
    with pytest.raises(error) as caught:
        append(COMMUNITY, request("month"), lines(count, bad))
    assert caught.value.sentence("zh") != caught.value.sentence("en")
    assert (notes(), balances()) == before
    made = append(COMMUNITY, request("month"), lines(count))
    assert len(made) == len({each.id for each in made}) == count
    assert len({each.at_ms for each in made}) == 1
    assert balances() == book_balances(replayed())


@pytest.mark.untraced
@pytest.mark.parametrize(("bad", "error"), BAD, ids=["too much", "malformed"])
def test_one_bad_line_of_two_thousand_saves_nothing(
    app: Flask, bad: NewEntry, error: type[LedgerError]
) -> None:
    one_bad_line(GATE, bad, error)


@pytest.mark.soak
@pytest.mark.parametrize(("bad", "error"), BAD, ids=["too much", "malformed"])
def test_one_bad_line_of_fifty_thousand_saves_nothing(
    app: Flask, bad: NewEntry, error: type[LedgerError]
) -> None:
    one_bad_line(SOAK, bad, error)


def test_a_batch_ends_many_reservations(app: Flask) -> None:
    """More than one query can name."""
    funded(members=3)
    count = 1_000
    wallet = f"wallet:{member(0)}:f1:202712"
    moves = [pending("fund:f1", wallet, 1) for _ in range(50)]
    held = append(
        COMMUNITY,
        request("hold"),
        [NewEntry("hold.example", {}, transfers=moves) for _ in range(count // 50)],
    )
    ends = [
        NewEntry("end.example", {}, transfers=[{"code": "off", "void": [each.seq, index]}])
        for each in held
        for index in range(50)
    ]
    assert len(append(COMMUNITY, request("end"), ends)) == count
    assert balances() == book_balances(replayed())


@pytest.mark.engines("sqlite")
def test_the_memory_of_a_batch_is_bounded_by_its_entries(app: Flask) -> None:
    funded(members=MEMBERS)
    append(COMMUNITY, request("warm"), lines(10))
    batch = lines(GATE)
    tracemalloc.start()
    try:
        append(COMMUNITY, request("month"), batch)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < GATE * BYTES_PER_ENTRY_MAX


def append_and_tell(url: str, folder: str, file: str) -> None:
    """In a process of its own: how much memory a great batch took, in KiB."""
    with workers.service(url, folder):
        append(COMMUNITY, request("warm"), lines(10))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        append(COMMUNITY, request("month"), lines(SOAK))
        Path(file).write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))


@pytest.mark.soak
def test_the_memory_of_fifty_thousand_entries(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    funded(members=MEMBERS)
    file = tmp_path / "kib"
    workers.finished(workers.start(append_and_tell, database_url, str(tmp_path), str(file)))
    assert int(file.read_text()) * 1024 < SOAK * BYTES_PER_ENTRY_MAX
