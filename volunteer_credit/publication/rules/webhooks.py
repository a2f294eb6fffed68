"""Webhooks: what is announced, how it is signed, when it is tried again."""

import base64
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from volunteer_credit.shared.errors import MissingError, RefusedError

ACTIVE, DISABLED = "active", "disabled"
WAITING, SENT, DROPPED = "waiting", "sent", "dropped"
WEBHOOKS_MAX = 10
EVENTS_MAX = 20
MINUTE_MS = 60_000
PAUSES_MS = tuple(minutes * MINUTE_MS for minutes in (1, 5, 30, 120, 720))
KEPT_MS = 7 * 1440 * MINUTE_MS
SECRET_PREFIX = "whsec_"  # noqa: S105 - says what follows and is none
GONE = 410  # the receiver wants no more

_EVENT = re.compile(r"[a-z][a-z_]{0,29}(\.[a-z][a-z_]{0,29}){1,2}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_.:/-]{0,100}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)


class WebhookEventsError(RefusedError):
    """No events, too many, or names that no event has."""

    code = "webhook_events"
    en = "Name 1 to {count} events, each once, such as hours.recorded."
    zh = "请列出 1 至 {count} 个不重复的事件，如 hours.recorded。"


class WebhooksTooManyError(RefusedError):
    """More webhooks than a community may have."""

    code = "webhooks_too_many"
    en = "A community has at most {count} webhooks; remove one first."
    zh = "每个社区最多 {count} 个网络回调；请先删除一个。"


class WebhookMissingError(MissingError):
    """No such webhook in this community."""

    code = "webhook_missing"
    en = "There is no such webhook in this community."
    zh = "本社区没有此网络回调。"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as its staff see it. `waiting`: deliveries that have not arrived yet."""

    webhook_id: str
    url: str
    events: tuple[str, ...]
    state: str
    added_at_ms: int
    waiting: int


def check_events(events: Sequence[str]) -> tuple[str, ...]:
    """The events of a webhook, in order. Raises: WebhookEventsError."""
    right = 0 < len(events) <= EVENTS_MAX and len(set(events)) == len(events)
    if not right or not all(_EVENT.fullmatch(each) for each in events):
        raise WebhookEventsError(count=EVENTS_MAX)
    return tuple(sorted(events))


def message(event: str, data: Mapping[str, int | str], at_ms: int) -> str:
    """What is sent: numbers and codes only, so that no name and no free text can leave."""
    assert _EVENT.fullmatch(event), event
    for name, value in data.items():
        assert _NAME.fullmatch(name), name
        assert isinstance(value, int) or _CODE.fullmatch(value), "no personal data leaves"
    at = datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps(
        {"type": event, "timestamp": at, "data": dict(data)}, sort_keys=True, separators=(",", ":")
    )


def shown_secret(secret: bytes) -> str:
    """A secret as receivers keep it (Standard Webhooks)."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def signed_headers(secret: bytes, delivery_id: str, at_seconds: int, body: str) -> dict[str, str]:
    """The headers that let a receiver check a delivery (Standard Webhooks, `v1`)."""
    signed = f"{delivery_id}.{at_seconds}.{body}".encode()
    code = base64.b64encode(hmac.new(secret, signed, sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "volunteer-credit",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(at_seconds),
        "webhook-signature": f"v1,{code}",
    }


def is_taken(status: int) -> bool:
    """Whether a receiver has taken a delivery; a redirect is not followed."""
    return 200 <= status < 300  # noqa: PLR2004 - HTTP's successes


def next_try_ms(tries: int, at_ms: int) -> int | None:
    """When to try again after so many failures; None: never, the webhook is disabled."""
    return at_ms + PAUSES_MS[tries - 1] if tries <= len(PAUSES_MS) else None
