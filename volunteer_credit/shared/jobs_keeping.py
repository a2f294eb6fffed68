"""Keeping a lease while work goes on: a thread renews it, and the end releases it."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask

from volunteer_credit.shared.jobs_lease import Lease

RENEW_MS = 10_000

_log = logging.getLogger(__name__)


def attempt(app: Flask, act: Callable[[], object]) -> None:
    """Do what is tried again anyway; a failure is logged without its text, which may hold data."""
    try:
        with app.app_context():
            act()
    except Exception as problem:  # the thread that renews must outlive any fault of the database
        _log.error("the lease of the jobs: %s", type(problem).__name__)


@contextmanager
def kept(
    app: Flask, lease: Lease, renew_ms: int = RENEW_MS, after: Callable[[], None] | None = None
) -> Iterator[None]:
    """Renew a lease from a thread of its own as long as the block runs, then release it.

    The thread counts by the steady hand, so that a clock set back stops nothing; `after` is called
    after each renewal.
    """
    over = threading.Event()

    def beat() -> None:
        while not over.wait(renew_ms / 1000):
            attempt(app, lease.keep)
            if after is not None:
                attempt(app, after)

    thread = threading.Thread(target=beat, name=f"lease {lease.name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        attempt(app, lease.release)
