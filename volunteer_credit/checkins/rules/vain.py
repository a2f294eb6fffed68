"""A scan in vain that only a page has shown: a MAC over it, so that looking writes nothing.

The page sends it back once, with a form; only then is it kept. It holds no code and no person.
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from volunteer_credit.shared.errors import BadRequestError

VAIN_MS = 300_000
VAIN_LENGTH_MAX = 200

_BETWEEN = "~"
_FORM = re.compile(
    r"[a-z0-9][a-z0-9.-]{0,39}~([0-9a-f]{8})?~(door|poster|round|visit)~[a-z_]{1,32}"
    r"~[0-9]{1,16}~[0-9a-f]{32}~[0-9a-f]{32}",
    re.ASCII,
)


class VainError(BadRequestError):
    """No scan in vain that we showed to this browser within these minutes."""

    code = "scan_in_vain"
    en = "This page is too old to be passed on. Scan the code again, or speak to the lead."
    zh = "此页面已过期，无法告知。请重新扫码，或直接告诉带队人。"


@dataclass(frozen=True, slots=True)
class Vain:
    """Where a scan came to nothing, how and why. `site`: empty at a visit."""

    community_id: str
    site: str
    how: str
    reason: str
    expires_at_ms: int
    nonce: str

    def spelled(self, key: bytes, binding: str) -> str:
        """As the page has it. `binding`: what ties a page to its browser."""
        body = _BETWEEN.join(
            (
                self.community_id,
                self.site,
                self.how,
                self.reason,
                str(self.expires_at_ms),
                self.nonce,
            )
        )
        return _BETWEEN.join((body, _mac(key, binding, body)))


def read_vain(key: bytes, text: str, binding: str) -> Vain:
    """What came back; its time may be over. Raises: VainError."""
    if len(text) > VAIN_LENGTH_MAX or not _FORM.fullmatch(text):
        raise VainError
    body, _, mac = text.rpartition(_BETWEEN)
    if not hmac.compare_digest(mac, _mac(key, binding, body)):
        raise VainError
    community_id, site, how, reason, expires_at_ms, nonce = body.split(_BETWEEN)
    return Vain(community_id, site, how, reason, int(expires_at_ms), nonce)


def _mac(key: bytes, binding: str, body: str) -> str:
    named = f"vc/check-in-vain/v1\n{binding}\n{body}".encode()
    return hmac.new(key, named, sha256).hexdigest()[:32]
