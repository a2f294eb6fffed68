"""The tracer of coverage, which halves the speed of all that it sees, put aside for a while."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

_done: set[str] = set()


@contextmanager
def untraced() -> Iterator[None]:
    """Run a block without the tracer: what only such blocks reach counts as not covered."""
    tracer, threads_tracer = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        threading.settrace(threads_tracer)
        sys.settrace(tracer)


@contextmanager
def traced_once(step: str) -> Iterator[None]:
    """Trace a step that each test repeats the first time that it is done, and not again."""
    is_done = step in _done
    if sys.gettrace() is not None:
        _done.add(step)
    with untraced() if is_done else nullcontext():
        yield
