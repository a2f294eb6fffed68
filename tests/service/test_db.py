"""The one way to the database: what commits, what is rolled back, who waits."""

import threading

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Column, Integer, Table, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.service.books import COMMUNITY, award, found, funded, request
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.shared.db import (
    WRITE,
    Model,
    NoBookError,
    after_commit,
    after_rollback,
    before_commit,
    db,
    opened,
    transaction,
    writer,
)
from volunteer_credit.shared.db_errors import DatabaseBusyError
from volunteer_credit.shared.prepared import TransactionEndedError
from volunteer_credit.shared.together import write_last

NUMBERS = Table("test_numbers", Model.metadata, Column("a", Integer, primary_key=True))


class Number(Model):
    """A row that a session writes."""

    __table__ = NUMBERS


def numbers() -> list[int]:
    """What the reader sees now."""
    return sorted(db.session.scalars(text("SELECT a FROM test_numbers")))


def put(number: int) -> None:
    with transaction() as session:
        session.execute(NUMBERS.insert().values(a=number))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE no_such (a INTEGER)",
        "INSERT INTO test_numbers VALUES (1)",
        "UPDATE journal_heads SET size = 0",
        "DELETE FROM journal_entries",
        "DROP TABLE journal_entries",
    ],
)
def test_the_read_session_cannot_write(app: Flask, statement: str) -> None:
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))


def test_a_transaction_commits_and_the_reader_sees_it_at_once(app: Flask) -> None:
    assert numbers() == []
    put(1)
    assert numbers() == [1]
    put(2)
    assert numbers() == [1, 2]


def test_nobody_sees_what_is_not_committed(app: Flask) -> None:
    with transaction() as session:
        session.execute(NUMBERS.insert().values(a=1))
        assert numbers() == []
    assert numbers() == [1]


def test_what_raises_inside_is_undone(app: Flask) -> None:
    def put_and_fail() -> None:
        with transaction() as session:
            session.add(Number(a=1))
            session.flush()
            session.execute(NUMBERS.insert().values(a=2))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put_and_fail()
    assert numbers() == []
    put(1)
    assert numbers() == [1]


def test_a_flush_that_fails_says_why(app: Flask) -> None:
    put(1)

    def put_again() -> None:
        with transaction() as session:
            session.add(Number(a=1))

    with pytest.raises(IntegrityError):
        put_again()
    put(2)
    assert numbers() == [1, 2]


def test_an_operation_opens_one_transaction(app: Flask) -> None:
    def nested() -> None:
        with transaction() as session:
            session.execute(NUMBERS.insert().values(a=1))
            put(2)

    with pytest.raises(AssertionError, match="exactly one"):
        nested()
    assert numbers() == []
    put(3)
    assert numbers() == [3]


@pytest.mark.engines("postgresql")
def test_another_thread_may_have_one_at_the_same_time(app: Flask) -> None:
    def put_elsewhere() -> None:
        with app.app_context():
            put(2)

    with transaction() as session:
        session.execute(NUMBERS.insert().values(a=1))
        thread = threading.Thread(target=put_elsewhere)
        thread.start()
        thread.join()
    assert numbers() == [1, 2]


def test_a_book_that_nobody_keeps_is_refused(app: Flask) -> None:
    with pytest.raises(NoBookError), transaction(book="nowhere"):
        pytest.fail("there is nothing to lock")
    found()
    with transaction(book=COMMUNITY) as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1


def test_work_after_the_commit_undoes_nothing(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    done: list[object] = []

    def fail() -> None:
        raise ZeroDivisionError

    with transaction() as session:
        session.execute(NUMBERS.insert().values(a=1))
        after_commit(session, lambda: done.append(numbers()))
        after_commit(session, fail)
        after_commit(session, lambda: put(2))
        after_rollback(session, lambda: done.append("never"))
    assert done == [[1]]
    assert numbers() == [1, 2]
    assert "failed" in caplog.text


def test_work_after_a_rollback_comes_when_it_is_undone(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[object] = []

    def fail() -> None:
        raise KeyError

    def put_and_fail() -> None:
        with transaction() as session:
            session.execute(NUMBERS.insert().values(a=1))
            after_rollback(session, lambda: done.append(numbers()))
            after_rollback(session, fail)
            after_rollback(session, lambda: put(2))
            after_commit(session, lambda: done.append("never"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put_and_fail()
    assert done == [[]]
    assert numbers() == [2]
    assert "failed" in caplog.text


def test_work_before_the_commit_is_part_of_it(app: Flask) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with transaction() as session:
        before_commit(session, lambda: session.add(Number(a=1)))
    assert numbers() == [1]

    def put_and_fail() -> None:
        with transaction() as session:
            session.add(Number(a=2))
            before_commit(session, fail)

    with pytest.raises(ZeroDivisionError):
        put_and_fail()
    assert numbers() == [1]


def test_no_object_of_a_transaction_needs_it_later(app: Flask) -> None:
    with transaction() as session:
        session.add(number := Number(a=1))
    assert number.a == 1  # type: ignore[attr-defined] # a column of the table above


@pytest.mark.engines("postgresql")
def test_books_wait_for_themselves_and_not_for_each_other(app: Flask) -> None:
    funded()
    funded("other")
    got: list[object] = []

    def elsewhere(community: str) -> None:
        with app.app_context():
            try:
                got.append(len(append(community, request("k"), [award()])))
            except DatabaseBusyError as problem:
                got.append(type(problem))

    def short(raw: object, _record: object, _proxy: object) -> None:
        raw.execute("SET lock_timeout = 10")  # type: ignore[attr-defined] # psycopg's
        raw.commit()  # type: ignore[attr-defined] # as above

    writer().kept.let_go()
    event.listen(db.engines[WRITE], "checkout", short)
    with db.engines[WRITE].begin() as connection:
        connection.execute(
            text("SELECT 1 FROM journal_heads WHERE community_id = 'other' FOR UPDATE")
        )
        for community in ("other", COMMUNITY):
            thread = threading.Thread(target=elsewhere, args=(community,))
            thread.start()
            thread.join()
    event.remove(db.engines[WRITE], "checkout", short)
    db.engines[WRITE].dispose()
    assert got == [DatabaseBusyError, 1]


@pytest.mark.engines("postgresql")
def test_a_commit_that_keeps_nothing_is_not_taken_for_one(app: Flask) -> None:
    """PostgreSQL answers the COMMIT of a transaction that failed with ROLLBACK, and no error."""

    def fail_and_commit() -> None:
        with opened() as now:
            driver = now.connection.connection.dbapi_connection
            with pytest.raises(psycopg.Error):
                driver.execute("SELECT 1 / 0")  # type: ignore[union-attr] # psycopg's
            write_last(now.connection, lambda: None)

    with pytest.raises(TransactionEndedError):
        fail_and_commit()
