"""The outbox: what webhooks are told, written in the transaction of what happened."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from volunteer_credit.publication.models import DeliveryRow
from volunteer_credit.publication.queries import listeners
from volunteer_credit.publication.rules.webhooks import WAITING, message
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current


def announce(
    session: Session, community_id: str, event: str, data: Mapping[str, int | str], at_ms: int
) -> int:
    """Tell every webhook of a community that listens to `event`; how many do.

    It joins the caller's transaction: what is undone is not told. `data` holds numbers and codes
    and never personal data; anything else is a fault of the caller. `at_ms`: of the event, UTC.
    """
    body = message(event, data, at_ms)
    chosen = listeners(session, community_id, event)
    for webhook_id in chosen:
        session.add(
            DeliveryRow(
                community_id=community_id,
                delivery_id=new_id(current().random),
                webhook_id=webhook_id,
                event=event,
                body=body,
                state=WAITING,
                failures=0,
                written_at_ms=at_ms,
                due_at_ms=at_ms,
            )
        )
    return len(chosen)
