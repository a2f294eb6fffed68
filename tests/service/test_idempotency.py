"""One key, one answer: at once, later, from another process, and after a refusal."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from ledger.account_errors import ExceedsCreditsError
from tests.service import workers
from tests.service.books import (
    COMMUNITY,
    FOUNDERS,
    JOB,
    OPERATOR,
    STAFF,
    SUPERVISOR,
    award,
    balances,
    book_balances,
    funded,
    notes,
    replayed,
    request,
)
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.books import found_book
from volunteer_credit.journal.operations.perform import append, perform
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.journal.rules.requests import Actor, NewEntry
from volunteer_credit.shared.db import WRITE, db

THREADS = 16


def at_once(app: Flask, act: Callable[[int], Any]) -> list[Any]:
    """What each of many threads gets, or the class of its refusal."""
    got: list[Any] = [None] * THREADS
    begin = threading.Barrier(THREADS)

    def run(number: int) -> None:
        with app.app_context():
            begin.wait()
            try:
                got[number] = workers.persistent(lambda: act(number))
            except Exception as problem:
                got[number] = type(problem)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    db.session.rollback()  # so that what they wrote is seen here
    return got


def consistent() -> bool:
    return balances() == book_balances(replayed())


def test_the_same_request_at_once_is_done_once(app: Flask) -> None:
    funded()
    size = len(notes())
    got = at_once(app, lambda _: append(COMMUNITY, request("k", n=1), [award(), award(1)]))
    assert all(each == got[0] for each in got)
    assert [each.seq for each in got[0]] == [size, size + 1]
    assert len(notes()) == size + 2
    assert append(COMMUNITY, request("k", n=1), [award(), award(1)]) == got[0]
    assert consistent()


def test_other_bodies_under_one_key_at_once_leave_one(app: Flask) -> None:
    funded()
    size = len(notes())
    got = at_once(app, lambda n: append(COMMUNITY, request("k", n=n), [award(amount=n + 1)]))
    (winner,) = [number for number, each in enumerate(got) if isinstance(each, list)]
    assert got.count(IdempotencyKeyUsedError) == THREADS - 1
    assert len(notes()) == size + 1
    again = append(COMMUNITY, request("k", n=winner), [award(amount=winner + 1)])
    assert again == got[winner]


def test_actors_and_communities_have_keys_of_their_own(app: Flask) -> None:
    funded()
    funded("other")
    first = append(COMMUNITY, request("k", STAFF), [award()])
    second = append(COMMUNITY, request("k", SUPERVISOR), [award()])
    third = append("other", request("k", STAFF), [award()])
    assert len({each[0].id for each in (first, second, third)}) == 3


def test_another_process_gets_the_same_answer(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    funded()
    first = append(COMMUNITY, request("0-0-0"), [award(amount=1)])
    size = len(notes())
    log = tmp_path / "acks"
    job = workers.Job(database_url, str(tmp_path), 0, (COMMUNITY,), 1, 1, str(log))
    assert workers.finished(workers.start(workers.append_many, job)) == 0
    assert workers.acknowledged(str(log)) == [[COMMUNITY, "0-0-0", first[0].seq, first[0].id]]
    assert len(notes()) == size


def test_a_refused_operation_leaves_its_key_free(app: Flask) -> None:
    funded(amount=100)
    with pytest.raises(ExceedsCreditsError):
        append(COMMUNITY, request("k", n=1), [award(amount=101)])
    (made,) = append(COMMUNITY, request("k", n=2), [award(amount=100)])
    assert append(COMMUNITY, request("k", n=2), [award(amount=100)])[0] == made


def test_the_answer_is_the_first_one_whatever_is_asked_of_it(app: Flask) -> None:
    funded()
    answers = []
    for number in range(3):
        with perform(COMMUNITY, request("k")) as operation:
            if not operation.replayed:
                operation.append(award())
                operation.answer({"n": number, "list": [1, "a"]})
        answers.append(operation.result)
    assert answers == [{"n": 0, "list": [1, "a"]}] * 3


def test_a_retry_writes_nothing(app: Flask) -> None:
    funded()
    append(COMMUNITY, request("k"), [award()])

    def append_anyway() -> None:
        with perform(COMMUNITY, request("k")) as operation:
            operation.append(award())

    with pytest.raises(AssertionError):
        append_anyway()
    assert consistent()


def test_an_operation_without_entries_is_remembered_too(app: Flask) -> None:
    funded()
    size = len(notes())
    for _ in range(2):
        with perform(COMMUNITY, request("quiet")) as operation:
            if not operation.replayed:
                operation.answer(7)
    assert operation.replayed
    assert operation.result == 7
    assert len(notes()) == size


def test_an_id_that_another_operation_made_is_a_used_key(app: Flask) -> None:
    """An id is of who acts, a key and a number: one who acts for another may find it taken."""
    funded()
    data: dict[str, list[str]] = {"beneficiaries": []}
    with perform(COMMUNITY, request("k", STAFF)) as operation:
        proposed = operation.append(NewEntry("fund.other.proposed", data))
        approved = NewEntry("fund.other.approved", data, actor=SUPERVISOR, refs=[proposed.seq])
        operation.append(approved)
        operation.answer(0)
    size = len(notes())
    with pytest.raises(IdempotencyKeyUsedError):
        append(COMMUNITY, request("k", SUPERVISOR), [award(), award()])
    assert len(notes()) == size
    assert len(append(COMMUNITY, request("k", SUPERVISOR), [award()])) == 1


def test_a_forgotten_operation_is_not_done_twice(app: Flask) -> None:
    funded()
    append(COMMUNITY, request("k"), [award()])
    size = len(notes())
    with db.engines[WRITE].begin() as connection:
        connection.execute(text("DELETE FROM journal_operations WHERE key = 'k'"))
    with pytest.raises(IdempotencyKeyUsedError):
        append(COMMUNITY, request("k"), [award()])
    assert len(notes()) == size


def test_founding_is_done_once_for_all_that_ask_the_same(app: Flask) -> None:
    asked = request("found", OPERATOR, "found")
    got = at_once(app, lambda _: found_book("new", asked, FOUNDERS))
    assert all(each == got[0] for each in got)
    assert len(notes("new")) == 1


def test_founding_differently_at_once_leaves_one_book(app: Flask) -> None:
    got = at_once(
        app,
        lambda n: found_book("new", request("found", OPERATOR, "found", n=n), FOUNDERS),
    )
    assert sum(not isinstance(each, type) for each in got) == 1
    assert got.count(IdempotencyKeyUsedError) == THREADS - 1
    assert len(notes("new")) == 1


@pytest.mark.parametrize("actor", [JOB, OPERATOR, STAFF])
def test_time_that_passes_changes_no_answer(app: Flask, clock: FakeClock, actor: Actor) -> None:
    funded()
    first = append(COMMUNITY, request("k", actor), [award()])
    clock.pass_ms(86_400_000 // 3)
    assert append(COMMUNITY, request("k", actor), [award()]) == first
