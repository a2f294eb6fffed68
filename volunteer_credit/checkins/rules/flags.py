"""What the door wonders about: never a refusal, judged later by who approves the hours."""

from collections.abc import Iterable
from dataclasses import dataclass

LONG_MINUTES = 720  # 12 hours
# What they say stands in hours/rules/flag_words.py.
FLAGS = (
    "cancelled_shift",
    "few_sites",
    "heads_fewer",
    "long_presence",
    "no_sign_up",
    "not_seen_again",
    "out_by_lead",
    "over_capacity",
    "overlap_elsewhere",
    "overlap_here",
    "own_scan",
    "returned",
    "shared_phone",
    "two_phones",
    "unconfirmed_visit",
    "under_min_age",
    "walk_in",
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known when somebody comes in. `present`: others who are in now."""

    is_signed_up: bool
    present: int
    capacity: int
    age_min: int
    age: int | None
    is_cancelled: bool
    is_in_here: bool
    is_in_elsewhere: bool
    is_second: bool
    is_phone_shared: bool
    has_two_phones: bool
    is_own_scan: bool
    is_walk_in: bool


def arrival_flags(seen: Arrival) -> tuple[str, ...]:
    """The flags of a check-in, sorted. A capacity of 0 has no limit."""
    found = {
        "no_sign_up": not seen.is_signed_up,
        "over_capacity": 0 < seen.capacity <= seen.present,
        "under_min_age": seen.age is not None and seen.age < seen.age_min,
        "cancelled_shift": seen.is_cancelled,
        "overlap_here": seen.is_in_here,
        "overlap_elsewhere": seen.is_in_elsewhere,
        "returned": seen.is_second,
        "shared_phone": seen.is_phone_shared,
        "two_phones": seen.has_two_phones,
        "own_scan": seen.is_own_scan,
        "walk_in": seen.is_walk_in,
    }
    return _sorted(name for name, holds in found.items() if holds)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is known when somebody goes."""

    minutes: int
    is_by_lead: bool
    overlaps_here: bool
    overlaps_elsewhere: bool
    is_phone_shared: bool
    has_two_phones: bool
    sites: int | None  # of a round; None of anything else


def leaving_flags(seen: Leaving) -> tuple[str, ...]:
    """The flags of a check-out, sorted."""
    found = {
        "long_presence": seen.minutes > LONG_MINUTES,
        "out_by_lead": seen.is_by_lead,
        "overlap_here": seen.overlaps_here,
        "overlap_elsewhere": seen.overlaps_elsewhere,
        "shared_phone": seen.is_phone_shared,
        "two_phones": seen.has_two_phones,
        "few_sites": seen.sites is not None and seen.sites < len(("first", "second")),
    }
    return _sorted(name for name, holds in found.items() if holds)


def joined(*several: Iterable[str]) -> tuple[str, ...]:
    """All of these flags, sorted, each once."""
    return _sorted(flag for each in several for flag in each)


def _sorted(flags: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(flags)))
