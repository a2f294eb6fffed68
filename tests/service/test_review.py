"""What a hostile reader found: operations that were lost silently, rows that no archive had."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import ForeignKey, LargeBinary, String, Table, delete, insert, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.account_errors import RouteRefusedError
from ledger.errors import LedgerError
from tests.ledger.make import plain
from tests.service.books import (
    COMMUNITY,
    FOUNDERS,
    OPERATOR,
    award,
    balances,
    book_balances,
    found,
    funded,
    notes,
    replayed,
    request,
)
from tests.service.succeeding import EAST, close, follow
from tests.service.villages import Village, documents
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations import examine, statements
from volunteer_credit.journal.operations.books import found_book
from volunteer_credit.journal.operations.compare import compare_rows
from volunteer_credit.journal.operations.examine import read_head
from volunteer_credit.journal.operations.keys import ROW_KEY_ID, keeper
from volunteer_credit.journal.operations.perform import append, perform
from volunteer_credit.journal.operations.put_back import write_rows
from volunteer_credit.journal.operations.recover import recover
from volunteer_credit.journal.operations.replay import What
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.sidecar import (
    ARCHIVE,
    archive_name,
    opened_rows,
    rows_written,
)
from volunteer_credit.journal.rules.errors import (
    HeadChangedError,
    IdempotencyKeyUsedError,
    KeyMissingError,
    NotAnEntryError,
)
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.shared.db import WRITE, Model, before_commit, db, opened, transaction
from volunteer_credit.shared.db_errors import DatabaseGoneError
from volunteer_credit.shared.prepared import TransactionEndedError

POSTGRESQL = pytest.mark.engines("postgresql")
SQLITE = pytest.mark.engines("sqlite")


class Person(Model):
    """A row that has others below it."""

    __tablename__ = "test_review_persons"

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    cards: Mapped[list["Card"]] = relationship(cascade="all, delete-orphan")


class Card(Model):
    """A row that goes with the one above it."""

    __tablename__ = "test_review_cards"

    number: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[int] = mapped_column(ForeignKey("test_review_persons.number"))


def stored() -> dict[str, list[tuple[Any, ...]]]:
    """The rows of both tables."""
    db.session.rollback()
    tables = (cast(Table, Person.__table__), cast(Table, Card.__table__))
    return {
        each.name: [tuple(row) for row in db.session.execute(each.select().order_by("number"))]
        for each in tables
    }


def restored() -> dict[str, list[tuple[Any, ...]]]:
    """The same after they were lost and put back out of the operations."""
    db.session.rollback()
    head = read_head(COMMUNITY)[1]
    key = keeper().seed(db.session(), archive_name(COMMUNITY), ARCHIVE, ROW_KEY_ID)
    rows = queries.operations(db.session(), COMMUNITY, 0, head.operations_count)
    db.session.rollback()
    with db.engines[WRITE].begin() as connection:
        connection.execute(delete(Card))
        connection.execute(delete(Person))
        for row in rows:
            written = opened_rows(key, COMMUNITY, row["position"], bytes(row["rows"]))
            write_rows(connection, written)
    return stored()


def with_cards() -> None:
    with perform(COMMUNITY, request("cards")) as operation:
        for number in (1, 2):
            cards = [Card(number=10 * number + each) for each in (1, 2)]
            operation.session.add(Person(number=number, name=f"P{number}", cards=cards))


def orphaned(session: Any) -> None:
    person = session.get(Person, 1)
    person.cards.pop()


def moved(session: Any) -> None:
    session.get(Card, 11).number = 99


def switched(session: Any) -> None:
    session.delete(session.get(Card, 11))
    session.add(Card(number=11, holder=2))


def hooked(session: Any) -> None:
    before_commit(session, lambda: session.add(Person(number=3, name="P3")))


def cascaded(session: Any) -> None:
    session.delete(session.get(Person, 2))


@pytest.mark.parametrize("act", [orphaned, moved, switched, hooked, cascaded])
def test_rows_come_back_as_they_were(app: Flask, act: Any) -> None:
    found()
    with_cards()
    before = stored()
    with perform(COMMUNITY, request("act")) as operation:
        act(operation.session)
    after = stored()
    assert after != before
    assert restored() == after


@pytest.mark.parametrize(
    "statement",
    [
        insert(Person).values(number=1, name="P1"),
        update(Person).values(name="P2"),
        delete(Card),
    ],
)
def test_rows_that_no_archive_would_have_are_refused(app: Flask, statement: Any) -> None:
    found()
    with pytest.raises(AssertionError, match="unseen"), perform(COMMUNITY, request("a")) as made:
        made.session.execute(statement)
    assert len(queries.operations(db.session(), COMMUNITY, 0, 9)) == 1


def test_rows_after_those_of_the_operation_are_refused(app: Flask) -> None:
    found()

    def late() -> None:
        with perform(COMMUNITY, request("a")) as one:
            before_commit(one.session, one.finish)
            before_commit(one.session, lambda: one.session.add(Person(number=1, name="P1")))

    with pytest.raises(AssertionError, match="rows after"):
        late()
    assert stored()["test_review_persons"] == []


def test_a_retry_that_writes_is_refused(app: Flask) -> None:
    found()
    with_cards()
    with (
        pytest.raises(AssertionError, match="writes nothing"),
        perform(COMMUNITY, request("cards")) as operation,
    ):
        operation.session.add(Person(number=7, name="P7"))
    assert len(stored()["test_review_persons"]) == 2


def caught(session: Any) -> None:
    """Go on after a flush that failed, as if only that row were missing."""
    session.add(Person(number=1, name="again"))
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_operation_goes_with_a_flush_that_failed(app: Flask) -> None:
    funded()
    with_cards()
    before = notes(), balances(), stored()

    def go_on(*, again: bool) -> None:
        with perform(COMMUNITY, request("a")) as operation:
            operation.append(award())
            caught(operation.session)
            if again:
                operation.session.rollback()
                operation.session.add(Person(number=5, name="P5"))
            operation.answer(1)

    for again in (False, True):
        with pytest.raises(InvalidRequestError):
            go_on(again=again)
    assert (notes(), balances(), stored()) == before
    append(COMMUNITY, request("a"), [award()])
    assert balances() == book_balances(replayed())


def test_so_does_a_plain_transaction(app: Flask) -> None:
    found()
    with_cards()
    before = stored()

    def go_on(*, again: bool) -> None:
        with transaction() as session:
            session.add(Person(number=4, name="P4"))
            session.flush()
            caught(session)
            if again:
                session.rollback()
                session.add(Person(number=5, name="P5"))

    for again in (False, True):
        with pytest.raises(InvalidRequestError):
            go_on(again=again)
    assert stored() == before


@POSTGRESQL
def test_an_error_that_was_caught_saves_nothing_and_says_so(app: Flask) -> None:
    found()

    def go_on() -> None:
        with transaction() as session:
            session.execute(insert(Person).values(number=4, name="P4"))
            with pytest.raises(DBAPIError):
                session.execute(text("SELECT no_such_column"))

    with pytest.raises(TransactionEndedError):
        go_on()
    assert stored()["test_review_persons"] == []


def test_a_savepoint_takes_back_only_its_own(app: Flask) -> None:
    funded()
    with_cards()
    with perform(COMMUNITY, request("a")) as operation:
        operation.append(award())
        operation.session.flush()
        with pytest.raises(IntegrityError), operation.session.begin_nested():
            operation.session.add(Person(number=1, name="again"))
        operation.session.add(Person(number=4, name="P4"))
    after = stored()
    assert len(after["test_review_persons"]) == 3
    assert balances() == book_balances(replayed())
    assert restored() == after


@pytest.mark.parametrize("value", [(1, 2), {"seqs": (3,)}, {1: 2}, None, [], "text"], ids=repr)
def test_a_retry_answers_the_very_same(app: Flask, value: Any) -> None:
    found()
    answers = []
    for _ in range(2):
        with perform(COMMUNITY, request("a")) as operation:
            if not operation.replayed:
                operation.answer(value)
        answers.append(repr(operation.result))
    assert answers[0] == answers[1]


def test_founding_with_other_founders_is_another_request(app: Flask) -> None:
    first = found()
    others = [(account, "supervisor") for account, _ in FOUNDERS]
    with pytest.raises(IdempotencyKeyUsedError):
        found_book(COMMUNITY, request("found", OPERATOR, "found"), others)
    assert found() == first


@POSTGRESQL
def test_appending_is_tried_again_when_the_database_asks(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    funded()
    left = [3]
    real = queries.newest_checkpoint

    def unlucky(session: Any, head: Any) -> bytes | None:
        if left[0]:
            left[0] -= 1
            session.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$"))
        return real(session, head)

    monkeypatch.setattr(queries, "newest_checkpoint", unlucky)
    for each in list(app.extensions["volunteer_credit"]._parts):
        if each.__name__ == "Guard":
            del app.extensions["volunteer_credit"]._parts[each]
    made = append(COMMUNITY, request("a"), (award(number) for number in (0, 1)))
    assert (len(made), left) == (2, [0])
    assert balances() == book_balances(replayed())


@POSTGRESQL
def test_an_operation_that_was_silent_too_long_is_told_to_try_again(app: Flask) -> None:
    funded()

    def dream() -> None:
        with perform(COMMUNITY, request("a")) as operation:
            connection = operation.session.connection()
            (pid,) = connection.execute(text("SELECT pg_backend_pid()")).one()
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 1"))
            there = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")
            while db.session.execute(there, {"pid": pid}).scalar_one():
                db.session.rollback()
            operation.append(award())

    with pytest.raises(DatabaseGoneError):
        dream()
    append(COMMUNITY, request("a"), [award()])
    assert balances() == book_balances(replayed())


def test_what_may_have_been_saved_is_not_denied() -> None:
    said = DatabaseGoneError()
    assert "nothing was saved" not in said.sentence()
    assert "same request" in said.sentence()
    assert "尚未保存" not in said.sentence("zh")
    assert "同一请求" in said.sentence("zh")


def test_nothing_secret_is_shown(app: Flask) -> None:
    found()
    head = read_head(COMMUNITY)[1]
    with opened(book=COMMUNITY) as now:
        keys = keeper().keys(now.connection, head)
    for shown in (repr(keys), repr(keeper()), repr(app.extensions["volunteer_credit"].settings)):
        for secret in (keys.head_key, keys.row_key):
            assert repr(secret) not in shown
            assert secret.hex() not in shown


def test_errors_of_the_database_name_no_person(app: Flask) -> None:
    found()
    with_cards()
    with pytest.raises(IntegrityError) as failed, transaction() as session:
        session.execute(insert(Person).values(number=1, name="Li Si"))
    assert "Li Si" not in str(failed.value)


@pytest.fixture
def successor(app: Flask) -> Village:
    """A village in its second book."""
    built = Village(EAST)
    built.build()
    sealing().named_file = lambda _session, _name, path: documents(EAST).get(path)
    seal(EAST)
    made = close()
    seal(EAST)
    follow(built, made)
    return built


@pytest.mark.parametrize("again", [1, 2])
def test_an_opening_account_is_refused_by_the_rules(successor: Village, again: int) -> None:
    moves = [plain("opening:centipoints", f"fund:{EAST}", 5) for _ in range(again)]
    for number in range(2):
        with pytest.raises(LedgerError) as refused:
            successor.add(f"{number}", NewEntry("points.example", {}, transfers=moves))
        reason = refused.value.where.get("reason", refused.value)
        assert isinstance(reason, RouteRefusedError)
    successor.add("after", NewEntry("note.example", {}))


def harm(statement: str, **values: object) -> None:
    db.session.rollback()
    with db.engines[WRITE].begin() as connection:
        connection.execute(text("DROP TRIGGER journal_entries_update"))
        connection.execute(text(statement), values)


@SQLITE
def test_a_note_stored_as_text_is_no_entry(app: Flask) -> None:
    funded()
    harm("UPDATE journal_entries SET note = CAST(note AS TEXT) WHERE seq = 2")
    _session, head, _ = read_head(COMMUNITY)
    (row,) = queries.entries(db.session(), head, 2, 3)
    assert row.note.startswith(b"str: {")
    with pytest.raises(NotAnEntryError):
        seal(COMMUNITY)
    assert compare_rows(COMMUNITY).differences[0].what == What.REFUSED


@SQLITE
def test_a_note_stored_as_text_is_put_back(app: Flask) -> None:
    funded()
    seal(COMMUNITY)
    before = notes()
    harm("UPDATE journal_entries SET note = CAST(note AS TEXT) WHERE seq = 2")
    harm_more = (
        "CREATE TRIGGER journal_entries_update BEFORE UPDATE ON journal_entries BEGIN SELECT 1; END"
    )
    with db.engines[WRITE].begin() as connection:
        connection.execute(text(harm_more))
    recover(COMMUNITY)
    db.session.rollback()
    assert notes() == before
    kept = db.session.execute(text("SELECT note FROM journal_quarantine")).scalar_one()
    assert bytes(kept).startswith(b"str: {")
    append(COMMUNITY, request("a"), [award()])
    assert balances() == book_balances(replayed())


@pytest.mark.parametrize(
    "value", [datetime(2026, 11, 22, tzinfo=UTC), Decimal(1), {"base64": "AA=="}, [1], {}]
)
def test_a_value_that_would_come_back_otherwise_is_refused(app: Flask, value: Any) -> None:
    found()
    with opened() as now, pytest.raises(TypeError):
        rows_written(now.connection, [("put", "test", {"a": value})], COMMUNITY, 1)


def test_all_other_values_come_back(app: Flask) -> None:
    found()
    values = {"a": None, "b": True, "c": -(2**60), "d": 0.5, "e": "张", "f": b"\0\xff"}
    with opened() as now:
        blob = rows_written(now.connection, [("put", "test", values)], COMMUNITY, 1)
        key = keeper().seed(now.connection, archive_name(COMMUNITY), ARCHIVE, ROW_KEY_ID)
    assert opened_rows(key, COMMUNITY, 1, blob) == [("put", "test", values)]


def test_few_texts_are_kept_of_a_statement_with_lists(app: Flask) -> None:
    funded(members=2)
    kept = statements.FIND_IDS._texts
    ids = list(db.session.scalars(text("SELECT id FROM journal_entries ORDER BY seq")))
    with opened(book=COMMUNITY) as now:
        for count in range(40):
            asked = {"community_id": COMMUNITY, "book": 1, "ids": (ids * 20)[:count]}
            found_ones = statements.FIND_IDS.all(now.connection, asked)
            assert len(found_ones) == min(count, len(ids))
    assert len(kept) <= 2 * 8


@SQLITE
@pytest.mark.parametrize("value", ["'text'", "5", "''"])
def test_a_code_that_is_no_bytes_is_a_changed_head(app: Flask, value: str) -> None:
    found()
    harm(f"UPDATE journal_heads SET mac = {value}")  # noqa: S608 - our own words
    with pytest.raises(HeadChangedError):
        append(COMMUNITY, request("a"), [NewEntry("note.example", {})])
    with pytest.raises(HeadChangedError):
        read_head(COMMUNITY)


def test_a_rotation_between_head_and_keys_is_read_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    found()
    head = read_head(COMMUNITY)[1]
    keeper().forget()
    real, stale = queries.head_row, [True, False]

    def raced(session: Any, community: str) -> Any:
        row = real(session, community)
        assert row is not None
        return {**row, "entry_key_id": "00000001"} if stale.pop(0) else row

    monkeypatch.setattr(queries, "head_row", raced)
    assert read_head(COMMUNITY)[1] == head
    stale[:] = [True, True]
    with pytest.raises(KeyMissingError):
        read_head(COMMUNITY)
    stale[:] = [False]
    assert not examine.has_moved(head)
    stale[:] = [False]
    assert examine.has_moved(head._replace(size=99))
