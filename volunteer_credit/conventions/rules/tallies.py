"""What has been counted and given so far, and how both move along a curve.

A curve maps all that was counted to all that it is worth. An award is the difference between two
points of it, so it does not matter in how many pieces time is recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from volunteer_credit.conventions.rules.award_errors import TallyError

Curve: TypeAlias = Callable[[int], int]  # rises or stays, and is 0 at 0


@dataclass(frozen=True, slots=True, order=True)
class TallyKey:
    """Whose count it is, of which clause, in which period of the service's day, from which epoch.

    For a cap the period is its window, and the epoch is 0.
    """

    account: str
    clause: str
    period: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted so far, and the centipoints `given` that it came to.

    `counted`: thousandths of weighted minutes, or for a cap the centipoints before it. Neither is
    ever negative; nothing counted, nothing given. Raises: TallyError.
    """

    counted: int = 0
    given: int = 0

    def __post_init__(self) -> None:
        if min(self.counted, self.given) < 0 or (self.given and not self.counted):
            raise TallyError(counted=self.counted, given=self.given)


@dataclass(frozen=True, slots=True)
class Move:
    """A tally before and after; an entry writes every `before`."""

    key: TallyKey
    before: Tally
    after: Tally

    @property
    def given(self) -> int:
        """Centipoints that came of it; negative when taken back."""
        return self.after.given - self.before.given


def moved(key: TallyKey, before: Tally, change: int, curve: Curve) -> Move:
    """The tally after counting `change` more, or less.

    Taking back never goes below 0 and never takes more than was given; with the last of what was
    counted goes the last that was given, also where versions of the rule have followed each other.
    """
    counted = max(before.counted + change, 0)
    given = before.given + curve(counted) - curve(before.counted)
    return Move(key, before, Tally(counted, max(given, 0) if counted else 0))
