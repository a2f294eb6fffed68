"""Closing a book: its state is what its entries make, whoever writes meanwhile."""

import threading
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from flask import Flask

from ledger import state
from ledger.book_errors import BookClosedError
from ledger.errors import LedgerError
from ledger.state import ClosingPartsError
from tests.service.books import OPERATOR, request
from tests.service.make import FakeClock
from tests.service.sealed import run
from tests.service.succeeding import (
    EAST,
    WEST,
    change,
    close,
    follow_sealed,
    origin,
    report,
    whole,
)
from tests.service.villages import Village, documents
from tests.service.workers import persistent
from volunteer_credit.journal.operations import closing
from volunteer_credit.journal.operations.closing import close_book
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.whole import WholeBook
from volunteer_credit.journal.rules.errors import (
    HeadChangedError,
    IdempotencyKeyUsedError,
    NotAnEntryError,
)
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.journal.rules.rotation_errors import (
    PartsNeededError,
)
from volunteer_credit.shared.db import NoBookError


@pytest.fixture
def village(app: Flask) -> Village:
    """A community with something of everything, whose documents can be published."""
    built = Village(EAST)
    built.build()
    sealing().named_file = lambda _session, _name, path: documents(EAST, WEST).get(path)
    return built


def test_a_book_ends_with_the_state_that_its_entries_make(
    village: Village, clock: FakeClock
) -> None:
    clock.pass_ms(2000)
    made = close()
    book = whole()
    assert book.closed is not None
    assert (book.size, book.closed.seq) == (made.size, made.entry.seq)
    lines = book.closing_lines()
    assert made.state == made.parts[0] == state.encode(lines)
    assert book.closed.data["state"] == sha256(made.state).hexdigest()
    kinds = {line["type"] for line in lines}
    assert kinds == {*state.LINES, "service"}
    assert [line["amount"] for line in lines if line["type"] == "pending"] == [40, 75]
    with pytest.raises(LedgerError):
        village.add("late", NewEntry("points.example", {}))
    with pytest.raises(LedgerError):
        close_book(EAST, "again", [], request("again", OPERATOR))


def test_closing_again_answers_the_same(village: Village) -> None:
    made = close()
    assert close() == made
    with pytest.raises(IdempotencyKeyUsedError):
        close(EAST, origin("elsewhere"))
    follow_sealed(village, made)
    assert close() == made


def test_an_archived_book_has_no_part(village: Village) -> None:
    made = close_book(EAST, "archived", [], request("close", OPERATOR))
    assert (made.parts, whole().closed is not None) == ((), True)
    seal(EAST)
    assert report(origin(EAST)).failure is None


def test_who_gets_what_is_said_where_there_are_several(village: Village) -> None:
    heirs = (origin("north"), origin("south"))
    for wrong in (None, lambda lines: [lines], lambda lines: [lines, [], []]):
        with pytest.raises(PartsNeededError):
            close(EAST, *heirs, divide=wrong)
    with pytest.raises(ClosingPartsError):
        close(EAST, *heirs, divide=lambda lines: [lines, lines])

    def divide(lines: Sequence[Any]) -> list[list[Any]]:
        single = [line for line in lines if line["type"] in ("balance", "pending")]
        both = [line for line in lines if line not in single]
        return [[*both, *single], both]

    made = close(EAST, *heirs, divide=divide)
    assert len(made.parts[0]) > len(made.parts[1])
    named = whole().closed
    assert named is not None
    assert [each["state"] for each in named.data["next"]] == [
        sha256(part).hexdigest() for part in made.parts
    ]
    assert made.previous(1)["state"] == sha256(made.parts[1]).hexdigest()


def test_a_closing_that_nobody_may_ask_for(village: Village) -> None:
    with pytest.raises(LedgerError):
        close_book(EAST, "planned", [], request("close", village.staff))
    with pytest.raises(LedgerError):
        close(EAST, "no origin")
    with pytest.raises(NoBookError):
        close("nowhere")
    assert whole().closed is None


def test_rows_that_are_no_entries_are_not_closed_over(village: Village) -> None:
    change("UPDATE journal_heads SET size = size - 1")
    with pytest.raises(HeadChangedError):
        close()
    change("UPDATE journal_heads SET size = size + 2")
    with pytest.raises(NotAnEntryError):
        close()


def test_an_entry_that_somebody_changed_is_not_closed_over(village: Village) -> None:
    run("UPDATE journal_entries SET note = :n WHERE seq = 3", n=b"x")
    with pytest.raises(NotAnEntryError) as caught:
        close()
    assert caught.value.where["seq"] == 3


def test_a_book_that_changed_before_the_lock_is_read_again(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(closing, "_read", lambda _: WholeBook(origin(EAST, 7)))
        made = close()
    assert made == close()


def test_others_write_until_the_book_is_closed(app: Flask, village: Village) -> None:
    """Each append is in the book or refused; the state is that of the last one before the end."""
    failures: list[BaseException] = []
    started = threading.Barrier(4)

    def append_until_closed(worker: int) -> None:
        try:
            with app.app_context():
                for number in count():
                    entry = NewEntry("points.example", {"number": number})
                    persistent(partial(village.add, f"{worker} {number}", entry))
                    if number == 0:
                        started.wait(60)
        except BookClosedError:
            return
        except BaseException as problem:
            failures.append(problem)
            started.abort()

    threads = [threading.Thread(target=append_until_closed, args=(n,)) for n in range(3)]
    for each in threads:
        each.start()
    started.wait(60)
    made = persistent(close)
    for each in threads:
        each.join()
    assert failures == []
    assert whole().size == made.size
    follow_sealed(village, made)
