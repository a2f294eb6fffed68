"""Jobs and their periods: which period a moment belongs to. Pure.

A period is a string made of time alone, so every process gives one piece of work the same name:
`20261122T081500Z` (UTC) for a job that runs every so many seconds, the local day `20261122` for a
daily one. Periods of one job sort as their times do.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias

from volunteer_credit.shared.errors import BadRequestError

Period: TypeAlias = str
DAY_SECONDS = 86_400
CATCH_UP_MAX = 1000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND, _DAY = "%Y%m%dT%H%M%SZ", "%Y%m%d"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class PeriodError(BadRequestError):
    """A period that the job doesn't have, or doesn't have yet."""

    code = "job_period"
    en = "The job {job} has no period {period!r} up to now; the newest is {newest!r}."
    zh = "任务 {job} 到目前为止没有周期 {period!r}；最近的周期是 {newest!r}。"


@dataclass(frozen=True, kw_only=True)
class Job:
    """Work that is done once for each period: every `interval_seconds`, or `daily_at` local time.

    `run` gets the period, opens its own transactions and may be repeated without harm. `catch_up`
    says how many missed periods are run as well as the newest.
    """

    name: str
    run: Callable[[Period], object]
    interval_seconds: int = 0
    daily_at: time | None = None
    catch_up: int = 0

    def __post_init__(self) -> None:
        assert _NAME.fullmatch(self.name), "a job's name is a code"
        assert 0 <= self.interval_seconds <= DAY_SECONDS, "a job runs at least once a day"
        assert bool(self.interval_seconds) != (self.daily_at is not None), "one way to be due"
        assert 0 <= self.catch_up <= CATCH_UP_MAX, "a start must not run for ever"

    @property
    def step_ms(self) -> int:
        """Milliseconds from one period to the next."""
        return (self.interval_seconds or DAY_SECONDS) * 1000


def period_at(job: Job, at_ms: int, utc_offset_minutes: int, back: int = 0) -> Period:
    """The newest period that has begun at a moment, or the one `back` periods before it."""
    shift_ms = _shift_ms(job, utc_offset_minutes)
    start_ms = at_ms - (at_ms + shift_ms) % job.step_ms - back * job.step_ms
    if job.daily_at is None:
        return _text(start_ms, _SECOND)
    return _text(start_ms + utc_offset_minutes * 60_000, _DAY)


def window(job: Job, at_ms: int, utc_offset_minutes: int) -> list[Period]:
    """The periods that may be run at a moment, oldest first: the newest and `catch_up` before."""
    steps = range(job.catch_up, -1, -1)
    return [period_at(job, at_ms, utc_offset_minutes, back) for back in steps]


def check_period(job: Job, period: Period, at_ms: int, utc_offset_minutes: int) -> None:
    """Refuse a period that the job has not had by this moment. Raises: PeriodError."""
    newest = period_at(job, at_ms, utc_offset_minutes)
    try:
        named = datetime.strptime(period, _DAY if job.daily_at else _SECOND).replace(tzinfo=UTC)
    except ValueError:
        raise PeriodError(job=job.name, period=period, newest=newest) from None
    start_ms = (named - _EPOCH) // timedelta(milliseconds=1)
    if job.daily_at is not None:
        start_ms -= _shift_ms(job, utc_offset_minutes)
    if period_at(job, start_ms, utc_offset_minutes) != period or period > newest:
        raise PeriodError(job=job.name, period=period, newest=newest)


def _shift_ms(job: Job, utc_offset_minutes: int) -> int:
    """What turns UTC into a time whose days begin when the job is due."""
    if job.daily_at is None:
        return 0
    due_at = timedelta(hours=job.daily_at.hour, minutes=job.daily_at.minute)
    return utc_offset_minutes * 60_000 - due_at // timedelta(milliseconds=1)


def _text(at_ms: int, form: str) -> str:
    return (_EPOCH + timedelta(milliseconds=at_ms)).strftime(form)
