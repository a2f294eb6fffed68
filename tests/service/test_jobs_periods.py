"""Which period a moment belongs to, and which periods are run."""

from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_credit.shared.jobs_periods import (
    Job,
    Period,
    PeriodError,
    check_period,
    period_at,
    window,
)
from volunteer_credit.shared.jobs_verdict import (
    ATTEMPTS_MAX,
    RETRY_MS,
    Outcome,
    Run,
    State,
    due,
    verdict,
)

WEIHAI = 480


def nothing(_period: Period) -> None:
    """Work that is never done here."""


def every(seconds: int, catch_up: int = 0) -> Job:
    return Job(name="seal", run=nothing, interval_seconds=seconds, catch_up=catch_up)


def daily(hour: int, minute: int = 0, catch_up: int = 0) -> Job:
    return Job(name="expire", run=nothing, daily_at=time(hour, minute), catch_up=catch_up)


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("seconds", "at", "period"),
    [
        (900, "2026-11-22T08:15:00", "20261122T081500Z"),
        (900, "2026-11-22T08:14:59.999", "20261122T080000Z"),
        (5, "2026-11-22T23:59:59", "20261122T235955Z"),
        (5, "2026-11-23T00:00:00", "20261123T000000Z"),
        (3600, "2027-01-01T00:30:00", "20270101T000000Z"),
        (86_400, "2026-11-22T23:59:59", "20261122T000000Z"),
    ],
)
def test_an_interval_is_named_by_its_beginning_in_utc(seconds: int, at: str, period: str) -> None:
    assert period_at(every(seconds), ms(at), WEIHAI) == period
    assert period_at(every(seconds), ms(at), 0) == period


@pytest.mark.parametrize(
    ("at", "offset", "period"),
    [
        ("2026-11-21T17:59:59.999", WEIHAI, "20261121"),  # 01:59 of the 22nd in Weihai
        ("2026-11-21T18:00:00", WEIHAI, "20261122"),
        ("2026-11-22T15:59:59", WEIHAI, "20261122"),
        ("2026-11-22T16:00:00", WEIHAI, "20261122"),  # after midnight, before two
        ("2026-11-22T18:00:00", WEIHAI, "20261123"),
        ("2026-11-22T01:59:59", 0, "20261121"),
        ("2026-11-22T02:00:00", 0, "20261122"),
        ("2026-11-22T06:59:59", -300, "20261121"),
        ("2026-11-22T07:00:00", -300, "20261122"),
        ("2027-01-01T00:00:00", -300, "20261231"),
    ],
)
def test_a_daily_job_is_named_by_the_local_day_on_which_it_is_due(
    at: str, offset: int, period: str
) -> None:
    assert period_at(daily(2), ms(at), offset) == period


def test_a_job_at_midnight_is_due_at_the_first_moment_of_the_local_day() -> None:
    assert period_at(daily(0), ms("2026-11-21T15:59:59.999"), WEIHAI) == "20261121"
    assert period_at(daily(0), ms("2026-11-21T16:00:00"), WEIHAI) == "20261122"
    assert period_at(daily(23, 59), ms("2026-11-22T15:59:00"), WEIHAI) == "20261122"


def test_the_window_goes_from_the_oldest_to_the_newest() -> None:
    at = ms("2026-12-01T00:00:00")
    assert window(daily(2, catch_up=2), at, WEIHAI) == ["20261129", "20261130", "20261201"]
    assert window(every(60, catch_up=1), at, 0) == ["20261130T235900Z", "20261201T000000Z"]
    assert window(every(60), at, 0) == ["20261201T000000Z"]


def test_a_clock_that_moves_names_old_periods_by_their_old_names() -> None:
    job, at = every(900), ms("2026-11-22T08:15:00")
    before = period_at(job, at, WEIHAI)
    assert period_at(job, at + 3_600_000, WEIHAI) > before
    assert period_at(job, at - 3_600_000, WEIHAI) < before
    assert period_at(job, at, WEIHAI) == before


moments = st.integers(0, ms("2200-01-01T00:00:00"))
jobs = st.one_of(
    st.integers(1, 86_400).map(every),
    st.times().map(lambda at: daily(at.hour, at.minute)),
)


@given(jobs, moments, st.integers(-840, 840))
def test_periods_follow_each_other_without_gap_and_sort_as_time(
    job: Job, at_ms: int, offset: int
) -> None:
    period = period_at(job, at_ms, offset)
    assert period_at(job, at_ms + job.step_ms, offset, back=1) == period
    assert period_at(job, at_ms + job.step_ms, offset) > period
    assert period_at(job, at_ms + 1, offset) >= period
    check_period(job, period, at_ms, offset)


@pytest.mark.parametrize(
    ("job", "period"),
    [
        (daily(2), "20261123"),  # tomorrow
        (daily(2), "2026-11-22"),
        (daily(2), "20261131"),
        (daily(2), "20261121T000000Z"),
        (every(900), "20261122T100000Z"),  # later today
        (every(900), "20261122T080100Z"),  # not on the quarter of an hour
        (every(900), "20261122"),
        (every(900), ""),
    ],
)
def test_a_period_that_the_job_has_not_had_is_refused(job: Job, period: str) -> None:
    with pytest.raises(PeriodError) as refusal:
        check_period(job, period, ms("2026-11-22T08:15:00"), WEIHAI)
    assert refusal.value.status == 400
    assert job.name in refusal.value.sentence("zh")


def test_a_period_of_long_ago_is_good() -> None:
    at = ms("2026-11-22T08:15:00")
    check_period(daily(2), "20200229", at, WEIHAI)
    check_period(every(900), "20200229T234500Z", at, WEIHAI)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Job(name="Seal", run=nothing, interval_seconds=5),
        lambda: Job(name="", run=nothing, interval_seconds=5),
        lambda: Job(name="seal", run=nothing),
        lambda: Job(name="seal", run=nothing, interval_seconds=5, daily_at=time(2)),
        lambda: Job(name="seal", run=nothing, interval_seconds=86_401),
        lambda: Job(name="seal", run=nothing, interval_seconds=-5),
        lambda: Job(name="seal", run=nothing, interval_seconds=5, catch_up=-1),
        lambda: Job(name="seal", run=nothing, interval_seconds=5, catch_up=1001),
    ],
)
def test_a_job_that_makes_no_sense_is_refused(make: Callable[[], Job]) -> None:
    with pytest.raises(AssertionError):
        make()


def run(state: State, attempts: int = 1, finished_at_ms: int | None = 1000) -> Run:
    return Run(
        job="seal",
        period="20261122",
        state=state,
        attempts=attempts,
        started_at_ms=500,
        finished_at_ms=finished_at_ms,
    )


@pytest.mark.parametrize(
    ("given_run", "at_ms", "outcome", "by_hand"),
    [
        (run(State.NEW, 0), 1000, None, None),
        (run(State.DONE), 10**9, Outcome.DONE_BEFORE, Outcome.DONE_BEFORE),
        (run(State.STARTED), 10**9, Outcome.RUNNING, Outcome.RUNNING),
        (run(State.FAILED), 1000, Outcome.WAITING, None),
        (run(State.FAILED), 999 + RETRY_MS, Outcome.WAITING, None),
        (run(State.FAILED), 1000 + RETRY_MS, None, None),
        (run(State.FAILED, 2), 999 + 4 * RETRY_MS, Outcome.WAITING, None),
        (run(State.FAILED, 2), 1000 + 4 * RETRY_MS, None, None),
        (run(State.FAILED), 999, None, None),  # the clock went back: nobody waits for its time
        (run(State.FAILED, finished_at_ms=None), 499 + RETRY_MS, Outcome.WAITING, None),
        (run(State.FAILED, finished_at_ms=None), 500 + RETRY_MS, None, None),
        (run(State.FAILED, ATTEMPTS_MAX), 10**12, Outcome.GIVEN_UP, None),
        (run(State.FAILED, ATTEMPTS_MAX - 1), 10**12, None, None),
    ],
)
def test_what_is_recorded_decides_whether_it_runs(
    given_run: Run, at_ms: int, outcome: Outcome | None, by_hand: Outcome | None
) -> None:
    assert verdict(given_run, at_ms, by_hand=False) is outcome
    assert verdict(given_run, at_ms, by_hand=True) is by_hand


def test_only_what_was_missed_since_the_first_run_is_caught_up() -> None:
    days = ["20261120", "20261121", "20261122"]
    assert due(days, {}, None, 0) == ["20261122"]
    assert due(days, {}, "20261201", 0) == ["20261122"]
    assert due(days, {}, "20261121", 0) == ["20261121", "20261122"]
    assert due(days, {}, "20261101", 0) == days
    assert due(days, {"20261122": run(State.DONE)}, "20261122", 0) == []
    assert due(days, {"20261121": run(State.DONE)}, "20261101", 0) == ["20261120", "20261122"]
    assert due(days[2:], {"20261122": run(State.STARTED)}, "20261101", 0) == ["20261122"]
    waiting = {"20261122": run(State.FAILED)}
    assert due(days[2:], waiting, "20261101", 1000) == []
    assert due(days[2:], waiting, "20261101", 1000, by_hand=True) == ["20261122"]
