"""What a lead says aloud to those who came by the poster, and when to ask who is still there."""

import hmac
import unicodedata
from hashlib import sha256

SPOKEN_DIGITS = 4
TRIES_MAX, TRIES_SECONDS = 5, 600  # of one person
RESCAN_FROM_MINUTES = 120  # of planned time: below, nobody is asked again
# Within the middle third of the time, at a moment that nobody but the lead's screen knows.
_FIRST_PERCENT, _SPREAD_PERCENT = 35, 30


def spoken_code(key: bytes, shift_id: str, openings: int) -> str:
    """Four digits; another opening of the door has others."""
    return f"{_number(key, f'spoken {shift_id} {openings}') % 10**SPOKEN_DIGITS:04}"


def is_spoken(expected: str, typed: str) -> bool:
    """Whether this was said; full-width digits and gaps are fine."""
    digits = "".join(unicodedata.normalize("NFKC", typed).split())
    return hmac.compare_digest(expected.encode(), digits.encode())


def rescan_at_ms(key: bytes, shift_id: str, starts_at_ms: int, planned_minutes: int) -> int | None:
    """When to ask who is still there; None for a short shift."""
    if planned_minutes <= RESCAN_FROM_MINUTES:
        return None
    percent = _FIRST_PERCENT + _number(key, f"rescan {shift_id}") % _SPREAD_PERCENT
    return starts_at_ms + planned_minutes * 60_000 * percent // 100


def _number(key: bytes, name: str) -> int:
    return int.from_bytes(hmac.new(key, name.encode(), sha256).digest()[:8])
