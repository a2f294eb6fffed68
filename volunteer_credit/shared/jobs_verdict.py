"""Which periods of a job are run, from what is recorded of them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from volunteer_credit.shared.jobs_periods import Period

ATTEMPTS_MAX = 5
RETRY_MS = 30_000  # after the first failure; four times as long after each further one
RETRY_GROWTH = 4


class Outcome(StrEnum):
    """What became of one period of a job."""

    DONE = "done"
    FAILED = "failed"
    DONE_BEFORE = "done_before"
    RUNNING = "running"  # another process or thread does it now
    WAITING = "waiting"  # it failed a short while ago
    GIVEN_UP = "given_up"  # it failed too often; only a command tries it again
    LEASE_LOST = "lease_lost"  # another owner has taken over; what was done isn't recorded


class State(StrEnum):
    """What the table says of one period of a job."""

    NEW = "new"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Run:
    """What is recorded of one period. `error` is a code, never a person's datum."""

    job: str
    period: Period
    state: State
    attempts: int = 0
    started_at_ms: int = 0
    finished_at_ms: int | None = None
    error: str | None = None


def verdict(run: Run, at_ms: int, *, by_hand: bool) -> Outcome | None:
    """Why this period isn't run now; None when it is. A command doesn't wait and never gives up."""
    if run.state is State.DONE:
        return Outcome.DONE_BEFORE
    if run.state is State.STARTED:
        return Outcome.RUNNING
    if by_hand or run.state is State.NEW:
        return None
    if run.attempts >= ATTEMPTS_MAX:
        return Outcome.GIVEN_UP
    ended_ms = run.started_at_ms if run.finished_at_ms is None else run.finished_at_ms
    wait_ms = RETRY_MS * RETRY_GROWTH ** (run.attempts - 1)
    # A failure in the future means that the clock was set back: then nobody waits for it.
    return Outcome.WAITING if ended_ms <= at_ms < ended_ms + wait_ms else None


def due(
    periods: Iterable[Period],
    runs: Mapping[Period, Run],
    first: Period | None,
    at_ms: int,
    *,
    by_hand: bool = False,
) -> list[Period]:
    """Those of a window that are worth a claim, in its order.

    `first` is the first period ever recorded: what lies before it was not missed, only the newest
    is run then. A started one is among them, for its process may have died.
    """
    *missed, newest = periods
    known = [period for period in missed if first is not None and period >= first]
    never = (None, Outcome.RUNNING)
    return [
        period
        for period in (*known, newest)
        if period not in runs or verdict(runs[period], at_ms, by_hand=by_hand) in never
    ]
