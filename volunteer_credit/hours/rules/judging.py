"""What a second person has to look at singly, and what they may decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from volunteer_credit.conventions.rules.policies import Reviewer
from volunteer_credit.hours.rules.errors import DecisionError

LONG_MINUTES = 12 * 60  # nobody serves longer at a stretch without somebody asking
WORDS_MAX = 500
FLAGS_MAX = 16  # of one record, as the book has it
OVERLAP, LONG_PRESENCE, NO_TIME = "overlap", "long_presence", "no_time"
LONG_DAY, CITY_DAY, HOUSEHOLD_OF_LEAD = "long_day", "city_day", "household_of_lead"
_BY_REVIEWER: Mapping[str, str] = {"unit": LONG_DAY, "city": CITY_DAY}

APPROVE, SHORTEN, REFUSE = "approve", "shorten", "refuse"
# Why a line is shortened or refused; and why a record in notice is ended.
REASONS = ("left_early", "not_there", "counted_wrong", "overlap", "not_service", "no_time", "other")


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody's presence somewhere, in UTC milliseconds; `place` tells one line from another."""

    account: str
    started_at_ms: int
    ended_at_ms: int
    place: tuple[str, int] = ("", 0)

    def meets(self, other: "Span") -> bool:
        """Whether somebody would have been in two places at once."""
        return (
            self.account == other.account
            and self.place != other.place
            and self.started_at_ms < other.ended_at_ms
            and other.started_at_ms < self.ended_at_ms
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of one line; `minutes` only where it is shortened."""

    kind: str
    minutes: int = 0
    reason: str = ""
    words: str = ""


def overlapping(span: Span, others: Iterable[Span]) -> bool:
    """Whether a presence meets another of the same person."""
    return any(span.meets(each) for each in others)


def flags_of(
    known: Sequence[str], minutes: int, *, reviewer: Reviewer, overlaps: bool, is_kin: bool
) -> tuple[str, ...]:
    """The flags of a line: what the door wondered about, and what is judged here; sorted."""
    found = set(known)
    if minutes == 0:
        found.add(NO_TIME)
    if minutes > LONG_MINUTES:
        found.add(LONG_PRESENCE)
    if reviewer in _BY_REVIEWER:
        found.add(_BY_REVIEWER[reviewer])
    if overlaps:
        found.add(OVERLAP)
    if is_kin:
        found.add(HOUSEHOLD_OF_LEAD)
    return tuple(sorted(found)[:FLAGS_MAX])


def check_decision(decision: Decision, position: int, minutes: int) -> None:
    """Accept a decision on a line of so many counted minutes. Raises: DecisionError."""
    needs_words = decision.reason == "other" and not decision.words.strip()
    said = decision.reason in REASONS and not needs_words and len(decision.words) <= WORDS_MAX
    good = {
        APPROVE: minutes > 0,
        SHORTEN: said and 0 < decision.minutes < minutes,
        REFUSE: said,
    }
    if not good.get(decision.kind, False):
        raise DecisionError(line=position)
