"""What an application carries besides its database: settings, clock, randomness, and parts.

A part is an object that a slice keeps for the life of a process, such as decrypted keys. It is
made when it is first asked for, once, from the runtime.
"""

import secrets
import threading
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app

from volunteer_credit.config import Settings
from volunteer_credit.shared.clock import Clock, SystemClock
from volunteer_credit.shared.ids import Random

EXTENSION = "volunteer_credit"
T = TypeVar("T")


class Runtime:
    """One application's settings, clock and randomness."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        random: Random = secrets.token_bytes,
    ) -> None:
        self.settings = settings
        self.clock: Clock = SystemClock() if clock is None else clock
        self.random = random
        self._parts: dict[type[object], object] = {}
        self._lock = threading.RLock()

    def part(self, kind: type[T], make: Callable[["Runtime"], T]) -> T:
        """The part of this kind, made on first use."""
        found = self._parts.get(kind)
        if found is None:
            with self._lock:
                found = self._parts.setdefault(kind, make(self))
        assert isinstance(found, kind)
        return found


def attach(app: Flask, runtime: Runtime) -> None:
    """Give an application its runtime."""
    app.extensions[EXTENSION] = runtime


def current() -> Runtime:
    """The runtime of the application whose context this is."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Runtime)
    return found
