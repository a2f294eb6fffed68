"""The only clock of the service. Everything else takes time as an argument."""

import time
from typing import Protocol


class Clock(Protocol):
    """Two hands: the time of day, and one that only ever goes forward."""

    def now_ms(self) -> int:
        """UTC milliseconds since 1970."""
        ...

    def monotonic_ms(self) -> int:
        """Milliseconds since some moment; nobody can set it."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now_ms(self) -> int:
        """UTC milliseconds since 1970."""
        return time.time_ns() // 1_000_000  # noqa: TID251 - this is the clock all others ask

    def monotonic_ms(self) -> int:
        """Milliseconds since some moment; nobody can set it."""
        return time.monotonic_ns() // 1_000_000
