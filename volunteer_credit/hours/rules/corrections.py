"""What a correction moves, and what it may say."""

from volunteer_credit.hours.rules.errors import CorrectionSameError, MinutesError
from volunteer_credit.hours.rules.evidence import MINUTES_MAX

CODE = "correction"


def check_correction(minutes_before: int, minutes: int) -> None:
    """Accept other minutes, 0 for none. Raises: MinutesError, CorrectionSameError."""
    if not 0 <= minutes <= MINUTES_MAX:
        raise MinutesError(minutes=minutes, most=MINUTES_MAX)
    if minutes == minutes_before:
        raise CorrectionSameError(minutes=minutes)


def moved(organiser: str, account: str, minutes_before: int, minutes: int) -> dict[str, object]:
    """The transfer of the difference: to the volunteer, or back to who organised."""
    hours, unit = f"hours:{account}", f"organiser:{organiser}"
    is_more = minutes > minutes_before
    return {
        "amount": abs(minutes - minutes_before),
        "code": CODE,
        "credit": hours if is_more else unit,
        "debit": unit if is_more else hours,
        "unit": "minutes",
    }
