"""Which time an entry gets: the clock, what it is checked against, and who confirmed it (§5)."""

from dataclasses import dataclass

from ledger import clock
from volunteer_credit.journal.rules.clock_errors import ClockDiffersError

CONFIRMED_MS = 36 * 3600 * 1000
# Between the moment an operator looked at a clock and the one in which the word arrives.
CONFIRM_MS_MAX = 300_000


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment on both hands: the time of day that was right, and the steady one."""

    at_ms: int
    monotonic_ms: int

    def reference_ms(self, monotonic_ms: int) -> int:
        """What the time of day should be now."""
        return self.at_ms + monotonic_ms - self.monotonic_ms


def is_confirmed(now_ms: int, confirmed_ms: int) -> bool:
    """Whether what an operator said (0: nothing) still holds: for 36 h, and not backwards."""
    return confirmed_ms > 0 and -clock.DRIFT_MS_MAX <= now_ms - confirmed_ms <= CONFIRMED_MS


def entry_at(now_ms: int, last_at_ms: int, reference_ms: int, confirmed_ms: int) -> int:
    """The `at` of the next entry. `confirmed_ms`: the time an operator said was right, or 0.

    Raises: `clock_behind`, `clock_ahead`, `clock_unconfirmed` (ledger.clock).
    """
    confirmed = is_confirmed(now_ms, confirmed_ms)
    return clock.next_at(now_ms, last_at_ms, reference_ms, confirmed=confirmed)


def first_at(now_ms: int, reference_ms: int) -> int:
    """The `at` of an entry that asks no other: a book's first one, or `clock.reset`.

    Raises: `clock_ahead` (ledger.clock).
    """
    return clock.next_at(now_ms, 0, reference_ms, confirmed=True)


def check_confirmation(now_ms: int, said_ms: int) -> None:
    """Refuse a confirmation of another time than this clock shows. Raises: ClockDiffersError."""
    if abs(now_ms - said_ms) > CONFIRM_MS_MAX:
        raise ClockDiffersError(seconds=abs(now_ms - said_ms) // 1000)
