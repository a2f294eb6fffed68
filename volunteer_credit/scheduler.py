"""The scheduler's process: APScheduler fires, the lease and the table of runs decide.

APScheduler only says when to look; it keeps its jobs in memory and goes by the clock of the
machine. What is due, and whether it was done, is asked of `shared.jobs` at each tick.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

from apscheduler.events import (  # type: ignore[import-untyped] # has no types
    EVENT_SCHEDULER_STARTED,
)
from apscheduler.executors.pool import (  # type: ignore[import-untyped] # has no types
    ThreadPoolExecutor,
)
from apscheduler.schedulers.blocking import (  # type: ignore[import-untyped] # has no types
    BlockingScheduler,
)
from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped] # has no types
from flask import Flask

from volunteer_credit.shared import jobs_keeping, jobs_lease, runtime
from volunteer_credit.shared.jobs import Job, Lease, Outcome, tick
from volunteer_credit.shared.jobs_runs import error_code

SCHEDULER = "scheduler"
TICK_SECONDS_MAX = 30
EXIT_DONE = 0
EXIT_CUT = 75  # a job was still running at the end; its period will be tried again

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timing:
    """How long the lease lasts, how often it is renewed, how long running work may take to end."""

    lease_ms: int = jobs_lease.LEASE_MS
    renew_ms: int = jobs_keeping.RENEW_MS
    drain_ms: int = 15_000


class Each(BaseTrigger):  # type: ignore[misc] # its base has no types
    """Fire at each whole multiple of `seconds`, counted from now.

    The interval trigger of the library lists all firings since the last one, which a clock that
    jumps ahead by years (a small box without a battery) makes endless.
    """

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """The next multiple after `now`."""
        second = now.replace(microsecond=0)
        return second + timedelta(seconds=self.seconds - int(second.timestamp()) % self.seconds)


def build(app: Flask, jobs: Sequence[Job], lease: Lease, stopping: threading.Event) -> Any:
    """A BlockingScheduler that looks after each job; the first time as soon as it starts.

    It is called inside of the application's context.
    """
    scheduler = BlockingScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(max(len(jobs), 1))},  # no job waits for another
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    first = _now()
    for job in jobs:
        assert getattr(job.run, "__module__", "") != "__main__", "a job lives in a module"
        scheduler.add_job(
            fire,
            Each(min(job.interval_seconds or TICK_SECONDS_MAX, TICK_SECONDS_MAX)),
            id=job.name,
            args=(app, job, lease, stopping),
            next_run_time=first,
        )
    return scheduler


def fire(app: Flask, job: Job, lease: Lease, stopping: threading.Event) -> None:
    """Look after one job. What fails is logged without its text; the next tick tries again."""
    try:
        with app.app_context():
            for period, outcome in tick(job, lease, stopping.is_set):
                level = logging.DEBUG if outcome is Outcome.DONE else logging.INFO
                _log.log(level, "job %s %s: %s", job.name, period, outcome)
    except Exception as problem:  # the next tick comes whatever this one met
        _log.error("job %s: %s", job.name, error_code(problem))


def nudge(scheduler: Any, at: datetime) -> None:
    """Let every job look now: the library would wait for the time before the clock was set back."""
    for job in scheduler.get_jobs():
        scheduler.modify_job(job.id, next_run_time=at)


def serve(
    app: Flask,
    jobs: Sequence[Job],
    timing: Timing | None = None,
    leave: Callable[[int], object] = os._exit,
) -> int:
    """Run jobs until SIGTERM or SIGINT; the exit code. Call it in the main thread of a process.

    While another scheduler has the lease this one waits. At the end, running work has `drain_ms` to
    finish and the lease is released; work that takes longer is cut off by `leave`.
    """
    timing = timing or Timing()
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # or each tick is a line
    stopping = threading.Event()
    with app.app_context():
        lease = Lease(SCHEDULER, runtime.current(), timing.lease_ms)
        scheduler = build(app, jobs, lease, stopping)
        watch = _Watch(scheduler)
    stopper = threading.Thread(target=_stop, args=(scheduler, stopping), daemon=True)
    scheduler.add_listener(lambda _event: stopper.start(), EVENT_SCHEDULER_STARTED)
    jobs_keeping.attempt(app, lease.keep)
    with _signals(stopping), jobs_keeping.kept(app, lease, timing.renew_ms, watch.look):
        scheduler.start()
        idle = lease.running.idle(timing.drain_ms / 1000)
    if idle:
        return EXIT_DONE
    _log.error("a job was still running at the end; it is tried again")
    logging.shutdown()
    leave(EXIT_CUT)  # its thread would hold the process
    return EXIT_CUT


class _Watch:
    """Sees that the clock went back. It is asked inside of the application's context."""

    def __init__(self, scheduler: Any) -> None:
        self._scheduler = scheduler
        self._last = _now()

    def look(self) -> None:
        now = _now()
        if now < self._last:
            nudge(self._scheduler, now)
        self._last = now


def _now() -> datetime:
    return datetime.fromtimestamp(runtime.current().clock.now_ms() / 1000, UTC)


def _stop(scheduler: Any, stopping: threading.Event) -> None:
    stopping.wait()
    scheduler.shutdown(wait=False)


@contextmanager
def _signals(stopping: threading.Event) -> Iterator[None]:
    """Turn the two signals into an event; a second one changes nothing."""
    both = (signal.SIGTERM, signal.SIGINT)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in both:
            signal.signal(each, signal.SIG_IGN)
        stopping.set()

    before = [signal.signal(each, stop) for each in both]
    try:
        yield
    finally:
        for each, handler in zip(both, before, strict=True):
            signal.signal(each, handler)
