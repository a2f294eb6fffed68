"""The time of entries: which clock is believed, and what an operator can say about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from ledger.clock import ClockAheadError, ClockBehindError, ClockUnconfirmedError
from ledger.entry import NOTE_BYTES_MAX, decode
from ledger.note import parse_note
from tests.service.books import (
    COMMUNITY,
    FOUNDERS,
    OPERATOR,
    balances,
    book_balances,
    found,
    notes,
    replayed,
    request,
)
from tests.service.make import AT_MS, FakeClock, settings_for
from volunteer_credit import create_app
from volunteer_credit.journal.operations.books import found_book
from volunteer_credit.journal.operations.clock_orders import (
    DEMO_STEP_MS_MAX,
    advance_demo_clock,
    confirm_clock,
    reset_clock,
)
from volunteer_credit.journal.operations.clocks import Clocks, clocks
from volunteer_credit.journal.operations.perform import append, perform
from volunteer_credit.journal.rules.clock_errors import (
    ClockDiffersError,
    ClockNotBehindError,
    DemoStepError,
    NotDemoError,
)
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.shared.db import WRITE, db
from volunteer_credit.shared.runtime import Runtime, current

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
IN_2031_MS = AT_MS + 5 * 365 * DAY_MS


class DatabaseTime:
    """What the database's clock shows: right, whatever this machine's clock does."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._ahead_ms = clock.at_ms - clock.steady_ms

    def __call__(self, _connection: object) -> int:
        return self._clock.steady_ms + self._ahead_ms


@pytest.fixture
def book(app: Flask, clock: FakeClock) -> str:
    """A book; on PostgreSQL the database's clock is right from now on."""
    clocks().database_now_ms = DatabaseTime(clock)
    found()
    return db.engines[WRITE].dialect.name


def restart() -> None:
    """What this process knew about time is gone; the database's clock goes on."""
    database_now_ms = clocks().database_now_ms
    del current()._parts[Clocks]
    clocks().database_now_ms = database_now_ms


def write(key: str, count: int = 1) -> list[int]:
    """Append something; the times of the entries."""
    made = append(COMMUNITY, request(key), [NewEntry("note.example", {})] * count)
    return [each.at_ms for each in made]


def test_behind_by_an_hour_is_refused_until_it_is_right_again(book: str, clock: FakeClock) -> None:
    clock.pass_ms(1000)
    assert write("a") == [AT_MS + 1000]
    clock.at_ms -= HOUR_MS
    with pytest.raises(ClockBehindError):
        write("b")
    clock.at_ms += HOUR_MS
    clock.pass_ms(5000)
    assert write("b") == [AT_MS + 6000]


@pytest.mark.parametrize(("step", "at"), [(-2000, 0), (2000, 2000)])
def test_a_step_of_two_seconds_is_nothing(book: str, clock: FakeClock, step: int, at: int) -> None:
    write("a")
    clock.at_ms += step
    assert write("b") == [AT_MS + at]


@pytest.mark.parametrize(("step", "refusal"), [(-2001, ClockBehindError), (2001, ClockAheadError)])
def test_a_step_of_more_is_refused(
    book: str, clock: FakeClock, step: int, refusal: type[Exception]
) -> None:
    write("a")
    clock.at_ms += step
    with pytest.raises(refusal):
        write("b")


def test_ahead_by_an_hour_is_refused_until_somebody_has_looked(book: str, clock: FakeClock) -> None:
    write("a")
    clock.at_ms += HOUR_MS
    with pytest.raises(ClockAheadError):
        write("b")
    if book == "postgresql":
        with pytest.raises(ClockAheadError):  # the database's clock decides, whoever says what
            confirm_clock(COMMUNITY, clock.at_ms, request("c", OPERATOR))
        clocks().database_now_ms = lambda _: clock.at_ms
        assert write("b") == [AT_MS + HOUR_MS]
        return
    assert confirm_clock(COMMUNITY, clock.at_ms, request("c", OPERATOR)) == clock.at_ms
    assert write("b") == [AT_MS + HOUR_MS]


@pytest.mark.engines("sqlite")
def test_a_word_counts_once(app: Flask, clock: FakeClock) -> None:
    found()
    write("a")
    confirm_clock(COMMUNITY, clock.at_ms, request("c", OPERATOR))
    clock.pass_ms(HOUR_MS)
    write("b")
    clock.at_ms += HOUR_MS
    with pytest.raises(ClockAheadError):  # that word was about the clock before it jumped
        write("d")
    confirm_clock(COMMUNITY, clock.at_ms, request("e", OPERATOR))
    write("d")


def test_a_box_that_boots_in_2031(book: str, clock: FakeClock) -> None:
    write("a")
    right_ms = clock.at_ms
    clock.at_ms = IN_2031_MS
    restart()
    with pytest.raises(ClockUnconfirmedError if book == "sqlite" else ClockAheadError):
        write("b")
    with pytest.raises(ClockDiffersError):
        confirm_clock(COMMUNITY, right_ms, request("c", OPERATOR))
    clock.at_ms = right_ms
    clock.pass_ms(1000)
    assert write("b") == [AT_MS + 1000]
    clock.at_ms = IN_2031_MS  # what was shown before it was set right is no measure
    with pytest.raises((ClockAheadError, ClockUnconfirmedError)):
        write("d")


def test_after_a_silence_somebody_confirms(book: str, clock: FakeClock) -> None:
    write("a")
    clock.pass_ms(36 * HOUR_MS)
    write("b")
    clock.pass_ms(36 * HOUR_MS + 1)
    with pytest.raises(ClockUnconfirmedError):
        write("c")
    clock.pass_ms(HOUR_MS)
    size = len(notes())
    said = clock.at_ms - 299_000
    assert confirm_clock(COMMUNITY, said, request("w", OPERATOR)) == clock.at_ms
    assert confirm_clock(COMMUNITY, said, request("w", OPERATOR)) == clock.at_ms
    with pytest.raises(IdempotencyKeyUsedError):
        confirm_clock(COMMUNITY, said + 1, request("w", OPERATOR))
    assert len(notes()) == size
    clock.at_ms -= 2000  # a step of the time service is no reason to ask again
    write("c")
    clock.pass_ms(35 * HOUR_MS)
    write("d")
    assert replayed().size == size + 2


def test_a_confirmation_ends_after_36_hours(book: str, clock: FakeClock) -> None:
    clock.pass_ms(40 * HOUR_MS)
    confirm_clock(COMMUNITY, clock.at_ms, request("w", OPERATOR))
    clock.pass_ms(36 * HOUR_MS + 1)
    with pytest.raises(ClockUnconfirmedError):
        write("a")


def test_a_reset_is_the_only_way_back(book: str, clock: FakeClock) -> None:
    with pytest.raises(ClockNotBehindError):
        reset_clock(COMMUNITY, "clock_was_ahead", request("r", OPERATOR))
    clock.at_ms = IN_2031_MS
    restart()
    clocks().database_now_ms = lambda _: clock.at_ms
    confirm_clock(COMMUNITY, clock.at_ms, request("wrong", OPERATOR))
    write("a")
    clock.at_ms = AT_MS + HOUR_MS
    with pytest.raises(ClockBehindError):
        write("b")
    made = reset_clock(COMMUNITY, "clock_was_ahead", request("r", OPERATOR))
    assert made == reset_clock(COMMUNITY, "clock_was_ahead", request("r", OPERATOR))
    assert made.at_ms == AT_MS + HOUR_MS
    assert write("b") == [AT_MS + HOUR_MS]
    assert replayed().clock_resets == [made.seq]
    clock.pass_ms(37 * HOUR_MS)
    with pytest.raises(ClockUnconfirmedError):
        write("c")
    confirm_clock(COMMUNITY, clock.at_ms, request("right", OPERATOR))
    write("c")


def test_month_end(book: str, clock: FakeClock) -> None:
    """The last millisecond of November, in Weihai, belongs to November."""
    clock.at_ms = clock.at_ms + 9 * DAY_MS - 8 * HOUR_MS - 1
    clocks().database_now_ms = lambda _: clock.at_ms
    restart()
    confirm_clock(COMMUNITY, clock.at_ms, request("c", OPERATOR))
    with perform(COMMUNITY, request("a")) as operation:
        assert operation.day == 20261130
        operation.append(NewEntry("note.example", {}, day=20261130))
    assert replayed().last_at_ms % 60_000 == 59_000
    clock.pass_ms(1)
    with perform(COMMUNITY, request("b")) as operation:
        assert operation.day == 20261201
        operation.append(NewEntry("note.example", {}, day=20261201))


def test_a_batch_shares_its_time(book: str, clock: FakeClock) -> None:
    with perform(COMMUNITY, request("a")) as operation:
        first = operation.append(NewEntry("note.example", {}))
        clock.pass_ms(5000)
        second = operation.append(NewEntry("note.example", {}))
    assert first.at_ms == second.at_ms == AT_MS
    assert len(set(write("b", count=3))) == 1


def test_a_book_is_not_founded_by_a_clock_that_jumped(book: str, clock: FakeClock) -> None:
    write("a")
    clock.at_ms += HOUR_MS
    with pytest.raises(ClockAheadError):
        found("huancui-02")


def test_the_database_gives_its_time(app: Flask) -> None:
    """Where nobody puts another in its place."""
    found()
    if db.engines[WRITE].dialect.name == "postgresql":
        with db.engines[WRITE].connect() as connection:
            assert clocks().database_now_ms(connection) > 1_700_000_000_000


def test_a_real_book_is_not_moved(book: str) -> None:
    with pytest.raises(NotDemoError):
        advance_demo_clock(COMMUNITY, 1000, request("m", OPERATOR))
    for step in (0, -1, DEMO_STEP_MS_MAX + 1):
        with pytest.raises(DemoStepError):
            advance_demo_clock(COMMUNITY, step, request("m", OPERATOR))


@pytest.fixture
def demo(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Flask]:
    """An application that founds demo books."""
    app = create_app(Runtime(settings_for(database_url, tmp_path, VC_CLOCK="demo"), clock))
    with app.app_context():
        clocks().database_now_ms = DatabaseTime(clock)
        yield app
        db.session.remove()
        for engine in (db.engine, db.engines[WRITE]):
            engine.dispose()


def test_a_demo_clock_goes_on(demo: Flask, clock: FakeClock) -> None:
    found_book(COMMUNITY, request("found", OPERATOR), FOUNDERS)
    month = 30 * DAY_MS
    assert advance_demo_clock(COMMUNITY, month, request("m", OPERATOR)) == month
    assert advance_demo_clock(COMMUNITY, month, request("m", OPERATOR)) == month
    assert write("a") == [AT_MS + month]
    assert advance_demo_clock(COMMUNITY, month, request("n", OPERATOR)) == 2 * month
    clock.pass_ms(1000)
    assert write("b") == [AT_MS + 2 * month + 1000]
    clock.at_ms += HOUR_MS
    with pytest.raises(ClockAheadError):
        write("c")
    book = replayed()
    assert (book.clock, balances()) == ("demo", book_balances(book))


def test_times_never_decrease_in_a_book(book: str, clock: FakeClock) -> None:
    for number, step in enumerate((500, -1500, 700, -300, 1900, -1999)):
        clock.at_ms += step
        write(f"{number}")
    at = [decode(parse_note(each, bytes_max=NOTE_BYTES_MAX).text).at_ms for each in notes()]
    assert at == sorted(at)
