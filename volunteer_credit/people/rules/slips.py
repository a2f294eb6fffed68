"""Slips: 26 letters on paper or in a QR, which let one person in once."""

import base64
import re
from collections.abc import Collection
from dataclasses import dataclass

from volunteer_credit.people.rules.sign_in_errors import SlipOverError, SlipUsedError

SLIP_LETTERS = 26
SLIP_BYTES = 17
SLIP_PATH = "/S/"
INVITATION, DEVICE, ADMIN = "invitation", "device", "admin"
KINDS = (INVITATION, DEVICE, ADMIN)
DAY_MS = 86_400_000
REPEAT_MS = 120_000  # how long a repeated request may still find its slip used by itself
LIFE_MS = {INVITATION: 7 * DAY_MS, DEVICE: DAY_MS, ADMIN: 7 * DAY_MS}

_SLIP = re.compile(r"(?:.{0,100}/S/)?([A-Z2-7]{26})", re.ASCII)
_GAPS = re.compile(r"[\s-]")
_TYPED_MAX = 200


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on a slip."""

    code: str
    expires_at_ms: int

    @property
    def path(self) -> str:
        """The end of the address in its QR: capitals keep the QR small."""
        return SLIP_PATH + self.code


def slip_code(random_bytes: bytes) -> str:
    """26 letters (130 bits) out of at least 17 bytes."""
    return base64.b32encode(random_bytes[:SLIP_BYTES]).decode()[:SLIP_LETTERS]


def parse_slip(text: str) -> str | None:
    """The letters of a slip as they were typed or scanned, or None."""
    if len(text) > _TYPED_MAX:
        return None
    match = _SLIP.fullmatch(_GAPS.sub("", text).upper())
    return match[1] if match else None


def check_slip(
    used_at_ms: int | None, ended_at_ms: int | None, expires_at_ms: int, at_ms: int
) -> None:
    """Accept a slip that is still good. Raises: SlipUsedError, SlipOverError."""
    if used_at_ms is not None:
        raise SlipUsedError
    if ended_at_ms is not None or at_ms >= expires_at_ms:
        raise SlipOverError


def is_own_slip(issuers: Collection[str], person_id: str) -> bool:
    """Whether nobody but the operator (who has no number) or the person issued these slips."""
    return bool(issuers) and {"", person_id}.issuperset(issuers)
