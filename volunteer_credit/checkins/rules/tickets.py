"""What a scan is exchanged for: a MAC over who, where and what, so that the server keeps nothing.

Bound to a session it is good for one check-in within five minutes. Bound to the scan alone it
waits ten minutes in the browser's cookie for somebody who signs in first.
"""

import hmac
import re
from dataclasses import dataclass, replace
from hashlib import sha256

from volunteer_credit.shared.errors import BadRequestError

DOOR, POSTER, ROUND, VISIT = "door", "poster", "round", "visit"  # how somebody came by it
TICKET_MS, EXCHANGE_MS = 300_000, 600_000
SCAN = "scan"  # bound to no session yet
TICKET_LENGTH_MAX = 300

_BETWEEN = "~"
_FORM = re.compile(
    r"[a-z0-9][a-z0-9.-]{0,39}~([0-9a-f]{8})?~([0-9a-f]{32})?~(door|poster|round|visit)"
    r"~(in|out|seen)?~([0-9a-f]{32})?~[0-9]{1,16}~[0-9a-f]{32}~[0-9a-f]{32}",
    re.ASCII,
)


class TicketError(BadRequestError):
    """No ticket of ours for this session."""

    code = "ticket"
    en = "This page does not belong to your sign-in. Scan the code at the door again."
    zh = "此页面与当前登录不符，请重新扫描现场的签到码。"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What may be done once. `served`: the account of whose card was scanned at a visit."""

    community_id: str
    site: str
    shift_id: str
    way: str
    act: str
    served: str
    expires_at_ms: int
    nonce: str

    def is_over(self, at_ms: int) -> bool:
        """Whether its time is over."""
        return at_ms >= self.expires_at_ms

    def offered(self, shift_id: str, act: str, expires_at_ms: int) -> "Ticket":
        """The same scan, to be used for one shift and one act."""
        return replace(self, shift_id=shift_id, act=act, expires_at_ms=expires_at_ms)

    def spelled(self, key: bytes, binding: str) -> str:
        """As the browser keeps it. `binding`: the session's name, or SCAN."""
        body = self._body()
        return _BETWEEN.join((body, _mac(key, binding, body)))

    def _body(self) -> str:
        return _BETWEEN.join(
            (
                self.community_id,
                self.site,
                self.shift_id,
                self.way,
                self.act,
                self.served,
                str(self.expires_at_ms),
                self.nonce,
            )
        )


def read_ticket(key: bytes, text: str, binding: str) -> Ticket:
    """A ticket that came back; its time may be over. Raises: TicketError."""
    if len(text) > TICKET_LENGTH_MAX or not _FORM.fullmatch(text):
        raise TicketError
    body, _, mac = text.rpartition(_BETWEEN)
    if not hmac.compare_digest(mac, _mac(key, binding, body)):
        raise TicketError
    community_id, site, shift_id, way, act, served, expires_at_ms, nonce = body.split(_BETWEEN)
    return Ticket(community_id, site, shift_id, way, act, served, int(expires_at_ms), nonce)


def _mac(key: bytes, binding: str, body: str) -> str:
    named = f"vc/check-in-ticket/v1\n{binding}\n{body}".encode()
    return hmac.new(key, named, sha256).hexdigest()[:32]
