"""The clock of a demonstration that is being made: it begins days ago and is moved on by hand."""

from volunteer_credit.shared.clock import Clock
from volunteer_credit.shared.runtime import current

DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000


class SeedClock:
    """The machine's clock, set back; `to` moves it on and never back."""

    def __init__(self, days_back: int, machine: Clock) -> None:
        self._machine, self._back_ms = machine, days_back * DAY_MS

    def now_ms(self) -> int:
        """UTC."""
        return self._machine.now_ms() - self._back_ms

    def monotonic_ms(self) -> int:
        """Of the same hand, so that the two never differ."""
        return self._machine.monotonic_ms() - self._back_ms

    @property
    def left_ms(self) -> int:
        """How far the present is."""
        return self._back_ms

    def to(self, days_ago: int, hour: int, minute: int = 0) -> None:
        """Go on to a local time of day, so many days before the present, but never past it."""
        offset_ms = current().settings.utc_offset_minutes * MINUTE_MS
        today = (self._machine.now_ms() + offset_ms) // DAY_MS * DAY_MS - offset_ms
        wanted = today - days_ago * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS
        self.on(max(wanted - self.now_ms(), 0))

    def on(self, milliseconds: int) -> None:
        """Let time pass, up to the present."""
        self._back_ms -= min(milliseconds, self._back_ms)
