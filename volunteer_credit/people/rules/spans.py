"""How long a session lasts: by the strongest role of the person, and by whose phone it is."""

from collections.abc import Collection
from dataclasses import dataclass

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
STEP_UP_MS = 10 * MINUTE_MS
SEEN_EVERY_MS = 5 * MINUTE_MS
_SEEN_PART = 6  # a short idle time needs a finer note of when somebody was here

DESK = frozenset(
    {"staff", "grid_worker", "supervisor", "fund_manager", "inspector", "platform_admin"}
)
COUNTER = frozenset({"cashier", "lead", "coordinator", "organisation_admin"})
# Which roles each face wants; a volunteer needs none.
FACES: dict[str, frozenset[str]] = {
    "volunteer": frozenset(),
    "merchant": frozenset({"cashier"}),
    "coordinator": frozenset({"lead", "coordinator", "organisation_admin"}),
    "staff": DESK,
}


@dataclass(frozen=True, slots=True)
class Span:
    """A session ends after `idle_ms` without a request, and `whole_ms` after it began."""

    idle_ms: int
    whole_ms: int


SHARED_PHONE = Span(3 * MINUTE_MS, 30 * MINUTE_MS)
AT_DESK = Span(15 * MINUTE_MS, 8 * HOUR_MS)
AT_COUNTER = Span(12 * HOUR_MS, 12 * HOUR_MS)
OWN_PHONE = Span(90 * DAY_MS, 366 * DAY_MS)


def span_of(roles: Collection[str], method: str, *, is_shared_phone: bool) -> Span:
    """How long a session of somebody with these roles lasts."""
    if is_shared_phone:
        return SHARED_PHONE
    if DESK.intersection(roles):
        return AT_DESK
    if COUNTER.intersection(roles) or method == "device":
        return AT_COUNTER
    return OWN_PHONE


def seen_every_ms(idle_ms: int) -> int:
    """How old the note of the last request may grow before it is written again."""
    return min(SEEN_EVERY_MS, idle_ms // _SEEN_PART)


def has_face(roles: Collection[str], face: str) -> bool:
    """Whether somebody with these roles may show this face."""
    wanted = FACES.get(face)
    return wanted is not None and (not wanted or bool(wanted.intersection(roles)))
