"""What a scan is meant to do: in, out, or seen again."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer_credit.checkins.rules.times import DOUBLE_READ_MS

IN, OUT, SEEN, AUTO = "in", "out", "seen", "auto"
# How somebody was seen, and how well that proves it (design §3.2).
TIERS = {
    "door": 1,
    "poster": 2,
    "card": 2,
    "pass": 2,
    "number": 2,
    "walk_in": 2,
    "visit": 2,
    "closing": 2,
    "round": 3,
}


@dataclass(frozen=True, slots=True)
class Before:
    """What a shift knows of somebody: since when they are in, None when not; whether they left."""

    in_since_ms: int | None
    has_left: bool


def judged_act(asked: str, before: Before, at_ms: int) -> tuple[str, str]:
    """(act, reason): what to do, or the reason why nothing is done; one of the two is empty.

    A card that is read twice within two minutes is no check-out.
    """
    is_in = before.in_since_ms is not None
    if asked == AUTO:
        if before.in_since_ms is not None and at_ms - before.in_since_ms < DOUBLE_READ_MS:
            return "", "already_in"
        asked = OUT if is_in else IN
    if asked == IN:
        return ("", "already_in") if is_in else (IN, "")
    if is_in:
        return asked, ""
    return "", "already_out" if before.has_left else "not_in"


def offered_acts(before: Before, *, asks_again: bool, is_round: bool) -> Sequence[str]:
    """What a scan page offers, the likeliest first."""
    if before.in_since_ms is None:
        return (IN,)
    if is_round:
        return (SEEN, OUT)
    return (SEEN, OUT) if asks_again else (OUT,)
