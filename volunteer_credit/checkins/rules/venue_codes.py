"""What a door shows and a poster holds: a place, the step of the clock, and a MAC.

A door's code lives for one step of 30 s and is taken in the next one too. A poster's never changes
and proves only that somebody has seen it. Both are Base32 (RFC 4648) in capitals without padding.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from volunteer_credit.shared.errors import BadRequestError

STEP_MS = 30_000
STEPS_ACCEPTED = 2  # this step and the one before
DOOR_VERSION, POSTER_VERSION = 1, 2
SITE_BYTES, STEP_BYTES, MAC_BYTES = 4, 4, 10
TEXT_LENGTH_MAX = 200  # a whole address around the code
LENGTHS = {DOOR_VERSION: 1 + SITE_BYTES + STEP_BYTES + MAC_BYTES}
LENGTHS[POSTER_VERSION] = 1 + SITE_BYTES + MAC_BYTES

_CODE = re.compile(r"(?:HTTPS?://[^/]*/V/)?([A-Z2-7]{31}|[A-Z2-7]{24})", re.ASCII)
_SITE = re.compile(r"[0-9a-f]{8}", re.ASCII)


class VenueCodeError(BadRequestError):
    """A text that is no code of a door or a poster."""

    code = "venue_code"
    en = "This is no check-in code of ours. Scan the code at the door again."
    zh = "这不是本系统的签到码，请重新扫描现场的签到码。"


@dataclass(frozen=True, slots=True)
class VenueCode:
    """A code that reads; whether it is ours its MAC says. `step` is None on a poster."""

    site: str
    step: int | None
    body: bytes
    mac: bytes

    def is_ours(self, key: bytes) -> bool:
        """Whether the key of that place made it."""
        return hmac.compare_digest(self.mac, _mac(key, self.body))

    def is_fresh(self, at_ms: int) -> bool:
        """Whether it is of this step or the one before; a poster always is."""
        now = at_ms // STEP_MS
        return self.step is None or now - STEPS_ACCEPTED < self.step <= now


def site_key(room_key: bytes, community_id: str, site: str) -> bytes:
    """The key of one place: what one leaks opens no other."""
    return hmac.new(room_key, f"{community_id}\n{site}".encode(), sha256).digest()


def is_site(text: str) -> bool:
    """Whether this can name a place: 8 hex digits."""
    return _SITE.fullmatch(text) is not None


def door_code(key: bytes, site: str, step: int) -> str:
    """What the door of a place shows during a step."""
    return _spelled(key, bytes([DOOR_VERSION]) + bytes.fromhex(site) + step.to_bytes(STEP_BYTES))


def poster_code(key: bytes, site: str) -> str:
    """What is printed for a place."""
    return _spelled(key, bytes([POSTER_VERSION]) + bytes.fromhex(site))


def read_code(text: str) -> VenueCode:
    """A scanned code, its address included. Raises: VenueCodeError."""
    match = _CODE.fullmatch(text) if len(text) <= TEXT_LENGTH_MAX else None
    if match is None:
        raise VenueCodeError
    letters = match[1]
    plain = base64.b32decode(letters + "=" * (-len(letters) % 8))
    # The last letter may have bits to spare, which a second spelling could use.
    if len(plain) != LENGTHS.get(plain[0]) or _unpadded(plain) != letters:
        raise VenueCodeError
    body, mac = plain[:-MAC_BYTES], plain[-MAC_BYTES:]
    step = int.from_bytes(body[1 + SITE_BYTES :]) if plain[0] == DOOR_VERSION else None
    return VenueCode(body[1 : 1 + SITE_BYTES].hex(), step, body, mac)


def _spelled(key: bytes, body: bytes) -> str:
    return _unpadded(body + _mac(key, body))


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, body, sha256).digest()[:MAC_BYTES]


def _unpadded(plain: bytes) -> str:
    return base64.b32encode(plain).decode().rstrip("=")
