"""Who may run jobs: one at a time, with a term that only grows."""

import secrets
import threading

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.service.make import FakeClock
from volunteer_credit.shared import runtime
from volunteer_credit.shared.db import WRITE, db, transaction
from volunteer_credit.shared.jobs_keeping import attempt, kept
from volunteer_credit.shared.jobs_lease import LEASE_MS, Lease, Running
from volunteer_credit.shared.runtime import Runtime

THREADS = 32
TEXT = "about a person"
DEADLINE_SECONDS = 30


def lease(clock: FakeClock | None = None) -> Lease:
    """A contender; with a clock of its own when it is another machine's."""
    ours = runtime.current()
    there = ours if clock is None else Runtime(ours.settings, clock, secrets.token_bytes)
    return Lease("scheduler", there)


def term_of(one: Lease) -> int | None:
    return one.term


def locked(one: Lease, term: int, at_ms: int | None = None) -> bool:
    with transaction() as session:
        return one.locked(session, term, at_ms)


def test_the_first_has_it_and_the_second_waits_until_it_ends(app: Flask, clock: FakeClock) -> None:
    first, second = lease(), lease()
    assert term_of(first) is None
    assert first.keep()
    assert not second.keep()
    assert term_of(first) == 1
    assert term_of(second) is None
    clock.pass_ms(LEASE_MS - 1)
    assert not second.keep()
    clock.pass_ms(1)
    assert term_of(first) is None, "it knows by itself that its time is over"
    assert second.keep()
    assert term_of(second) == 2
    assert not first.keep()
    assert not locked(first, 1)
    assert locked(second, 2)


def test_who_renews_keeps_it_and_its_term(app: Flask, clock: FakeClock) -> None:
    first, second = lease(), lease()
    for _ in range(10):
        assert first.keep()
        clock.pass_ms(LEASE_MS - 1)
        assert not second.keep()
    assert term_of(first) == 1
    clock.pass_ms(LEASE_MS)
    assert first.keep(), "nobody has taken it: it goes on under the same term"
    assert term_of(first) == 1


def test_a_released_lease_is_free_at_once_and_its_term_grows(app: Flask) -> None:
    first, second = lease(), lease()
    first.keep()
    second.release()
    assert not second.keep(), "one can't release what another has"
    first.release()
    assert term_of(first) is None
    assert second.keep()
    assert term_of(second) == 2


def test_a_lease_that_is_over_locks_for_a_record_but_not_for_a_claim(
    app: Flask, clock: FakeClock
) -> None:
    ours = lease()
    ours.keep()
    end_ms = clock.now_ms() + LEASE_MS
    assert locked(ours, 1, end_ms - 1)
    assert not locked(ours, 1, end_ms)
    assert locked(ours, 1)
    assert not locked(ours, 2)
    assert not locked(lease(), 1), "a term is its owner's"


def test_a_clock_set_back_does_not_keep_a_dead_owner_alive(app: Flask, clock: FakeClock) -> None:
    dead, other = lease(), lease()
    dead.keep()
    clock.at_ms -= 3_600_000
    assert other.keep()
    assert term_of(other) == 2


def test_a_clock_set_back_a_little_leaves_the_owner(app: Flask, clock: FakeClock) -> None:
    owner, other = lease(), lease()
    owner.keep()
    clock.at_ms -= LEASE_MS
    assert not other.keep()
    assert term_of(owner) == 1


def test_another_machine_whose_clock_is_ahead_takes_over_and_the_first_is_fenced(
    app: Flask, clock: FakeClock
) -> None:
    first, ahead = lease(), lease(FakeClock(clock.at_ms + 60_000))
    first.keep()
    assert ahead.keep()
    assert term_of(first) == 1, "it can't know yet"
    assert not locked(first, 1)
    assert not first.keep()
    assert term_of(first) is None


def ask_at_once(app: Flask, count: int) -> list[int | None]:
    """The terms of those that had it, of so many that ask at the same moment."""
    start = threading.Barrier(count)
    had: list[int | None] = []

    def ask(contender: Lease) -> None:
        with app.app_context():
            start.wait(DEADLINE_SECONDS)
            if contender.keep():
                had.append(contender.term)

    threads = [threading.Thread(target=ask, args=(lease(),)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_SECONDS)
    return had


@pytest.mark.parametrize("before", [0, 2])
def test_of_thirty_two_that_ask_at_once_one_has_it(app: Flask, before: int) -> None:
    for _ in range(before):  # the row is there and free; otherwise they make it first
        earlier = lease()
        earlier.keep()
        earlier.release()
    assert ask_at_once(app, THREADS) == [before + 1]
    rows = db.session.execute(text("SELECT name, term FROM job_leases")).all()
    assert [tuple(row) for row in rows] == [("scheduler", before + 1)]


@pytest.mark.engines("postgresql")
def test_of_two_that_have_both_seen_it_free_one_has_it(app: Flask) -> None:
    earlier = lease()
    earlier.keep()
    earlier.release()
    seen_free = threading.Barrier(2)

    def before(*event_arguments: object) -> None:
        if str(event_arguments[2]).startswith("UPDATE job_leases SET owner"):
            seen_free.wait(DEADLINE_SECONDS)

    event.listen(db.engines[WRITE], "before_cursor_execute", before)
    assert ask_at_once(app, 2) == [2]
    assert seen_free.n_waiting == 0
    assert not seen_free.broken


@pytest.mark.engines("postgresql")
def test_an_owner_that_renews_at_the_last_moment_keeps_it(app: Flask, clock: FakeClock) -> None:
    owner, other = lease(), lease()
    owner.keep()
    clock.pass_ms(LEASE_MS)

    def renew() -> None:
        with app.app_context():
            owner.keep()

    def before(*event_arguments: object) -> None:
        if str(event_arguments[2]).startswith("UPDATE job_leases SET owner"):
            thread = threading.Thread(target=renew)
            thread.start()
            thread.join(DEADLINE_SECONDS)

    event.listen(db.engines[WRITE], "before_cursor_execute", before)
    assert not other.keep(), "it had seen it free, and was too late"
    assert term_of(owner) == 1
    assert locked(owner, 1, clock.now_ms())


def test_a_thread_renews_while_the_block_runs_and_the_end_releases(
    app: Flask, clock: FakeClock
) -> None:
    ours, other = lease(), lease()
    ours.keep()
    renewed = threading.Event()
    with kept(app, ours, renew_ms=1, after=renewed.set):
        clock.pass_ms(LEASE_MS - 1)
        renewed.clear()
        assert renewed.wait(DEADLINE_SECONDS)
        renewed.clear()
        assert renewed.wait(DEADLINE_SECONDS)  # this one began after the time had passed
        clock.pass_ms(LEASE_MS - 1)
        assert term_of(ours) == 1
        assert not other.keep()
    assert other.keep()


def test_a_renewal_that_fails_is_logged_without_its_text_and_tried_again(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = lease()
    tries = threading.Semaphore(0)

    def fail() -> bool:
        tries.release()
        raise RuntimeError(TEXT)

    monkeypatch.setattr(ours, "keep", fail)
    with kept(app, ours, renew_ms=1):
        for _ in range(3):
            assert tries.acquire(timeout=DEADLINE_SECONDS)
    assert "RuntimeError" in caplog.text
    assert TEXT not in caplog.text
    caplog.clear()
    attempt(app, lambda: None)
    assert not caplog.text


def test_work_is_begun_once_in_a_process_and_its_end_is_waited_for() -> None:
    running = Running()
    assert running.begin("seal", "20261122")
    assert not running.begin("seal", "20261122")
    assert running.begin("seal", "20261123")
    assert not running.idle(0)
    running.end("seal", "20261123")
    threading.Thread(target=running.end, args=("seal", "20261122")).start()
    assert running.idle(DEADLINE_SECONDS)
    assert running.begin("seal", "20261122")
