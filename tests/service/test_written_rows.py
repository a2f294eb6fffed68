"""Rows that operations write by prepared statements: in order, once, and so in the archive."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, literal_column, select

from tests.service.books import COMMUNITY, award, funded, request
from tests.service.recovering import Mark, Neighbour, befriend
from tests.service.written_again import rows_differ
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.errors import RowChangedError
from volunteer_credit.shared.db import Question, db, end_reading, table_of, transaction
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import ahead, all_rows
from volunteer_credit.shared.together import JOINED_MAX

NEIGHBOURS, MARKS = table_of(Neighbour), table_of(Mark)
NASTY = "%(name)s %s %% $1 :name ? 'a' \"b\" \\ \n\t{}[] 张🌶\u2028\U0010ffff"[:40]
BIGGEST = 2**31 - 1
_rows = NEIGHBOURS.c
NAMED = Prepared(
    select(_rows.number, _rows.name, literal_column("'5 %'"), _rows.number)
    .where(
        _rows.community_id == bindparam("community"),
        _rows.number.in_(bindparam("numbers", expanding=True)),
        _rows.community_id >= bindparam("community"),
    )
    .order_by(_rows.number.desc()),
    lists=["numbers"],
)
COUNTED = Prepared(
    select(_rows.number).where(
        _rows.name == bindparam("name"), _rows.community_id == bindparam("community")
    )
)


@pytest.fixture(autouse=True)
def _book(app: Flask) -> None:
    assert app
    funded()


def row(number: int, name: str | None = None) -> dict[str, Any]:
    sealed = bytes(range(256))
    return {"community_id": COMMUNITY, "number": number, "name": name, "sealed": sealed}


def mark(number: int) -> dict[str, Any]:
    return {"community_id": COMMUNITY, "number": number}


def do(work: Callable[[Operation], object], key: str = "work") -> None:
    with perform(COMMUNITY, request(key)) as operation:
        if not operation.replayed:
            work(operation)
            operation.append(award())
            operation.answer(None)
    end_reading()


def names() -> dict[int, str | None]:
    end_reading()
    return {each.number: each.name for each in db.session.execute(select(NEIGHBOURS))}


@pytest.mark.parametrize("count", [1, JOINED_MAX + 4])
def test_rows_of_both_ways_are_in_the_archive(count: int) -> None:
    befriend(0, "before")

    def work(operation: Operation) -> None:
        session = operation.session
        old = session.get(Neighbour, (COMMUNITY, 0))
        assert old is not None
        for number in range(1, count + 1):
            operation.add(NEIGHBOURS, row(number, NASTY), at_end=number % 2 == 1)
            operation.add(MARKS, mark(number), at_end=True)
        old.sealed = b"by the session, which writes before the end"
        operation.change(
            NEIGHBOURS, {**row(0), "sealed": old.sealed}, {"name": "changed"}, at_end=True
        )
        again = row(BIGGEST)
        operation.add(NEIGHBOURS, again)
        operation.change(NEIGHBOURS, again, {"name": NASTY, "sealed": b""})

    for _ in range(2):
        do(work)
    found = dict.fromkeys(range(1, count + 1), NASTY)
    assert names() == {0: "changed", BIGGEST: NASTY, **found}
    assert rows_differ("test_recovery_") == []


def test_what_cannot_be_told_apart_at_the_end_is_refused() -> None:
    befriend(0, "before")

    def twice(operation: Operation) -> None:
        for name in ("a", "b"):
            operation.change(NEIGHBOURS, row(0), {"name": name}, at_end=True)

    def after(operation: Operation) -> None:
        operation.add(NEIGHBOURS, row(1), at_end=True)
        operation.change(NEIGHBOURS, row(1), {"name": "a"})

    def stale(operation: Operation) -> None:
        operation.change(NEIGHBOURS, row(0, "before"), {"name": "a"})
        operation.change(NEIGHBOURS, row(0, "before"), {"sealed": b""})

    def half(operation: Operation) -> None:
        operation.add(NEIGHBOURS, mark(1))

    for work in (twice, after, stale, half):
        with pytest.raises(AssertionError):
            do(work)
    assert names() == {0: "before"}


@pytest.mark.parametrize("count", [1, JOINED_MAX])
def test_a_row_that_is_there_already_undoes_the_operation(count: int) -> None:
    befriend(0, "before")

    def work(operation: Operation) -> None:
        for number in range(1, count + 1):
            operation.add(NEIGHBOURS, row(number), at_end=True)
        operation.add(MARKS, mark(0), at_end=True)

    with pytest.raises(RowChangedError):
        do(work)
    assert names() == {0: "before"}
    do(lambda operation: operation.add(NEIGHBOURS, row(1), at_end=True))
    assert names() == {0: "before", 1: None}


def test_reads_together_answer_as_reads_alone() -> None:
    def work(operation: Operation) -> None:
        for number, name in ((1, NASTY), (2, None), (BIGGEST, "")):
            operation.add(NEIGHBOURS, row(number, name))

    do(work)
    here = {"community": COMMUNITY}
    questions: list[Question] = [
        (NAMED, {**here, "numbers": [3, BIGGEST, 1, 2, 2]}),
        (COUNTED, {**here, "name": NASTY}),
        (NAMED, {**here, "numbers": []}),
        (COUNTED, {**here, "name": "nobody"}),
    ]
    with transaction() as session:
        alone = [all_rows(session, each, **values) for each, values in questions]
        ahead(session, questions)
        known = [all_rows(session, each, **values) for each, values in questions]
    assert known == alone
    assert known == [
        [(BIGGEST, "", "5 %", BIGGEST), (2, None, "5 %", 2), (1, NASTY, "5 %", 1)],
        [(1,)],
        [],
        [],
    ]
