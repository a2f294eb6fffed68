"""For how long an hour stands in the public notice, and what may be objected."""

from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.policies import notice_working_days
from volunteer_credit.hours.rules.errors import ReasonError

# Where there is no convention: what was scanned needs none, the rest three working days.
HOURS_ONLY_WORKING_DAYS = (0, 0, 3, 3)
WORDS_MAX = 500
OBJECTION_REASONS = (
    "too_short",
    "too_long",
    "not_there",
    "wrong_data",
    "not_service",
    "other",
)
ANSWER_REASONS = ("evidence_right", "evidence_wrong", "agreed", "not_about_this", "other")
CORRECTION_REASONS = ("objection", "counted_wrong", "not_there", "not_service", "other")
UPHELD, DISMISSED, WITHDRAWN = "upheld", "dismissed", "withdrawn"


def notice_days(convention: Convention | None, tier: int) -> int:
    """Working days of notice for a tier, 1 to 4."""
    if convention is None:
        return HOURS_ONLY_WORKING_DAYS[tier - 1]
    return notice_working_days(convention, tier)


def is_over(until_day: int, today: int) -> bool:
    """Whether a notice that ends with `until_day` is over on a local day."""
    return today > until_day


def check_reason(reason: str, words: str, reasons: tuple[str, ...]) -> None:
    """Accept a reason of a list and the text beside it. Raises: ReasonError."""
    if reason not in reasons or len(words) > WORDS_MAX:
        raise ReasonError(length=WORDS_MAX)
    if reason == "other" and not words.strip():
        raise ReasonError(length=WORDS_MAX)
