"""Reads of the publication's tables."""

from typing import NamedTuple

from sqlalchemy import func, select

from volunteer_credit.publication.models import DeliveryRow, ExportRow, WebhookRow
from volunteer_credit.publication.rules.exports import OPEN, Export
from volunteer_credit.publication.rules.webhooks import ACTIVE, WAITING, Webhook
from volunteer_credit.shared.db import Reader

_webhooks, _deliveries, _exports = (
    WebhookRow.__table__.c,
    DeliveryRow.__table__.c,
    ExportRow.__table__.c,
)
_EXPORT = [_exports[name] for name in Export.__dataclass_fields__]


class Place(NamedTuple):
    """The key of a webhook or an export."""

    community_id: str
    number: str


class Delivery(NamedTuple):
    """A message that waits, and where it goes."""

    delivery_id: str
    url: str
    body: str
    failures: int
    due_at_ms: int


def webhooks(reader: Reader, community_id: str) -> list[Webhook]:
    """The webhooks of a community, oldest first."""
    waiting = (
        select(func.count())
        .where(
            _deliveries.community_id == _webhooks.community_id,
            _deliveries.webhook_id == _webhooks.webhook_id,
            _deliveries.state == WAITING,
        )
        .scalar_subquery()
    )
    c = _webhooks
    rows = reader.execute(
        select(c.webhook_id, c.url, c.events, c.state, c.added_at_ms, waiting)
        .where(c.community_id == community_id)
        .order_by(c.added_at_ms, c.webhook_id)
    )
    return [
        Webhook(number, url, tuple(events.split()), state, added_at_ms, count)
        for number, url, events, state, added_at_ms, count in rows
    ]


def listeners(reader: Reader, community_id: str, event: str) -> list[str]:
    """The active webhooks of a community that are told of an event."""
    chosen = select(_webhooks.webhook_id, _webhooks.events).where(
        _webhooks.community_id == community_id, _webhooks.state == ACTIVE
    )
    return [number for number, events in reader.execute(chosen) if event in events.split()]


def queues(reader: Reader) -> list[Place]:
    """The active webhooks for which something waits."""
    rows = reader.execute(
        select(_deliveries.community_id, _deliveries.webhook_id)
        .join(
            WebhookRow,
            (_webhooks.community_id == _deliveries.community_id)
            & (_webhooks.webhook_id == _deliveries.webhook_id),
        )
        .where(_deliveries.state == WAITING, _webhooks.state == ACTIVE)
        .distinct()
        .order_by(_deliveries.community_id, _deliveries.webhook_id)
    )
    return [Place(*row) for row in rows]


def first_waiting(reader: Reader, queue: Place) -> Delivery | None:
    """The oldest message of a webhook that has not arrived; what is behind it waits for it."""
    row = reader.execute(
        select(
            _deliveries.delivery_id,
            _webhooks.url,
            _deliveries.body,
            _deliveries.failures,
            _deliveries.due_at_ms,
        )
        .join(
            WebhookRow,
            (_webhooks.community_id == _deliveries.community_id)
            & (_webhooks.webhook_id == _deliveries.webhook_id),
        )
        .where(
            _deliveries.community_id == queue.community_id,
            _deliveries.webhook_id == queue.number,
            _deliveries.state == WAITING,
            _webhooks.state == ACTIVE,
        )
        .order_by(_deliveries.written_at_ms, _deliveries.delivery_id)
        .limit(1)
    ).one_or_none()
    return None if row is None else Delivery(*row)


def exports_of(reader: Reader, community_id: str, asked_by: str) -> list[Export]:
    """The exports of a community that somebody asked for, newest first."""
    rows = reader.execute(
        select(*_EXPORT)
        .where(_exports.community_id == community_id, _exports.asked_by == asked_by)
        .order_by(_exports.asked_at_ms.desc(), _exports.export_id)
    )
    return [Export(*row) for row in rows]


def asked_times(reader: Reader, community_id: str) -> list[int]:
    """When the exports of a community that are kept were asked for."""
    chosen = select(_exports.asked_at_ms).where(_exports.community_id == community_id)
    return list(reader.execute(chosen).scalars())


def open_exports(reader: Reader) -> list[Place]:
    """The exports that are to be made, or whose making has died, oldest first."""
    rows = reader.execute(
        select(_exports.community_id, _exports.export_id)
        .where(_exports.state.in_(OPEN))
        .order_by(_exports.asked_at_ms, _exports.export_id)
    )
    return [Place(*row) for row in rows]


def all_exports(reader: Reader) -> list[tuple[Place, int]]:
    """Every export, and when it ends."""
    rows = reader.execute(select(_exports.community_id, _exports.export_id, _exports.ends_at_ms))
    return [(Place(community_id, number), ends_at_ms) for community_id, number, ends_at_ms in rows]
