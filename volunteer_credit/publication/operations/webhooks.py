"""Webhooks of a community: added, listed, removed by its staff."""

from sqlalchemy import delete

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import acting, authorise, authorised
from volunteer_credit.people.operations.digests import digest
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.publication import queries
from volunteer_credit.publication.models import DeliveryRow, WebhookRow
from volunteer_credit.publication.rules.addresses import destination
from volunteer_credit.publication.rules.webhooks import (
    ACTIVE,
    WEBHOOKS_MAX,
    Webhook,
    WebhookMissingError,
    WebhooksTooManyError,
    check_events,
    shown_secret,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

CHANGE = "webhook.change"


def secret_of(reader: Reader, webhook_id: str) -> bytes:
    """The secret of a webhook: derived, and stored nowhere."""
    return bytes.fromhex(digest(reader, "webhook", webhook_id))


@retried
def add_webhook(
    caller: Caller, community_id: str, url: str, events: list[str], key: str
) -> tuple[str, str]:
    """Add one: its id, and the secret by which its receiver checks what it gets.

    Raises: WebhookUrlError, WebhookAddressError, WebhookEventsError, WebhooksTooManyError, and as
    `authorised`.
    """
    destination(url, is_demo=current().settings.clock == "demo")
    names, target = check_events(events), Target(community_id)
    actor = acting(caller, CHANGE, community_id, target)
    body = {"url": url, "events": list(names)}
    with perform(community_id, Request(actor, key, "webhook.add", body)) as operation:
        authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            session = operation.session
            if len(queries.webhooks(session, community_id)) >= WEBHOOKS_MAX:
                raise WebhooksTooManyError(count=WEBHOOKS_MAX)
            row = WebhookRow(
                community_id=community_id,
                webhook_id=new_id(current().random),
                url=url,
                events=" ".join(names),
                state=ACTIVE,
                added_at_ms=operation.at_ms,
            )
            session.add(row)
            operation.answer({"webhook_id": row.webhook_id})
        webhook_id = str(operation.result["webhook_id"])
    return webhook_id, shown_secret(secret_of(db.session, webhook_id))


def list_webhooks(caller: Caller, community_id: str) -> list[Webhook]:
    """Those of a community, oldest first. Raises: as `authorise`."""
    at_ms = current().clock.now_ms()
    target = Target(community_id)
    authorise(db.session, caller, CHANGE, target, at_ms=at_ms, day=day_of(at_ms))
    return queries.webhooks(db.session, community_id)


@retried
def remove_webhook(caller: Caller, community_id: str, webhook_id: str, key: str) -> None:
    """Remove one, and what still waits for it. Raises: WebhookMissingError, as `authorised`."""
    target = Target(community_id)
    actor = acting(caller, CHANGE, community_id, target)
    body = {"webhook": webhook_id}
    with perform(community_id, Request(actor, key, "webhook.remove", body)) as operation:
        authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            session = operation.session
            row = session.get(WebhookRow, (community_id, webhook_id))
            if row is None:
                raise WebhookMissingError
            session.delete(row)
            session.execute(
                delete(DeliveryRow)
                .where(
                    DeliveryRow.community_id == community_id,
                    DeliveryRow.webhook_id == webhook_id,
                )
                .execution_options(synchronize_session=False)
            )
            operation.answer({})
