"""Sending what waits: in order for each webhook, at least once, given up after a day.

A crash after the answer and before the note sends again, under the same `webhook-id`.
"""

from typing import Any

from sqlalchemy import delete, update

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Actor, Request
from volunteer_credit.publication.models import DeliveryRow, WebhookRow
from volunteer_credit.publication.operations.posting import posting
from volunteer_credit.publication.operations.webhooks import secret_of
from volunteer_credit.publication.queries import Delivery, Place, first_waiting, queues
from volunteer_credit.publication.rules.webhooks import (
    DISABLED,
    DROPPED,
    GONE,
    KEPT_MS,
    SENT,
    WAITING,
    is_taken,
    next_try_ms,
    signed_headers,
)
from volunteer_credit.shared.db import db, end_reading, retried, transaction
from volunteer_credit.shared.runtime import current

BATCH_MAX = 100  # for one webhook in one round
JOB = Actor("system:webhooks", "system")

_deliveries = DeliveryRow.__table__.c


def deliver_due() -> None:
    """Send what is due; a webhook that fails keeps no other from it."""
    end_reading()
    for queue in queues(db.session):
        _drain(queue)


def forget_old() -> None:
    """Forget what was sent or dropped a week ago."""
    before_ms = current().clock.now_ms() - KEPT_MS
    with transaction() as session:
        session.execute(
            delete(DeliveryRow)
            .where(_deliveries.state != WAITING, _deliveries.due_at_ms <= before_ms)
            .execution_options(synchronize_session=False)
        )


def _drain(queue: Place) -> None:
    for _ in range(BATCH_MAX):
        end_reading()
        waiting = first_waiting(db.session, queue)
        at_ms = current().clock.now_ms()
        if waiting is None or waiting.due_at_ms > at_ms:
            return
        secret = secret_of(db.session, queue.number)
        headers = signed_headers(secret, waiting.delivery_id, at_ms // 1000, waiting.body)
        end_reading()  # nothing is held while the network is waited for
        status = posting().send(waiting.url, headers, waiting.body)
        if not _settled(queue, waiting, status):
            return


def _settled(queue: Place, waiting: Delivery, status: int) -> bool:
    """Note what came of it; whether the next may follow."""
    at_ms, failures = current().clock.now_ms(), waiting.failures + 1
    if is_taken(status):
        _note(queue, waiting, state=SENT, due_at_ms=at_ms)
        return True
    again_ms = None if status == GONE else next_try_ms(failures, at_ms)
    if again_ms is None:
        _disable(queue)
    else:
        _note(queue, waiting, failures=failures, due_at_ms=again_ms)
    return False


def _note(queue: Place, waiting: Delivery, **values: Any) -> None:
    with transaction() as session:
        session.execute(
            update(DeliveryRow)
            .where(
                _deliveries.community_id == queue.community_id,
                _deliveries.delivery_id == waiting.delivery_id,
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        )


@retried
def _disable(queue: Place) -> None:
    """Send to this one no more; what waits for it is dropped."""
    request = Request(JOB, f"disable {queue.number}", "webhook.disable")
    with perform(queue.community_id, request) as operation:
        if operation.replayed:
            return
        row = operation.session.get(WebhookRow, queue)
        if row is not None:
            row.state = DISABLED
        operation.session.execute(
            update(DeliveryRow)
            .where(
                _deliveries.community_id == queue.community_id,
                _deliveries.webhook_id == queue.number,
                _deliveries.state == WAITING,
            )
            .values(state=DROPPED, due_at_ms=operation.at_ms)
            .execution_options(synchronize_session=False)
        )
        operation.answer({})
