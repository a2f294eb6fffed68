"""Tables of the publication: who is told of what, and audits under way.

Times are UTC milliseconds. What waits to be sent, and exports, are worth nothing after a recovery:
`sidecar` False.
"""

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.shared.db import Model

EPHEMERAL = {"sidecar": False}


class WebhookRow(Model):
    """An address to be told. Its secret is derived from its id and stored nowhere."""

    __tablename__ = "publication_webhooks"

    community_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[str] = mapped_column(Text)  # names, apart by spaces
    state: Mapped[str] = mapped_column(String(32))  # active, disabled
    added_at_ms: Mapped[int] = mapped_column(BigInteger)


class DeliveryRow(Model):
    """One message for one webhook: written with what it tells of, sent afterwards."""

    __tablename__ = "publication_deliveries"
    __table_args__ = (
        Index(
            "publication_deliveries_queue",
            "state",
            "community_id",
            "webhook_id",
            "written_at_ms",
            "delivery_id",
        ),
        {"info": EPHEMERAL},
    )

    community_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    delivery_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(String(32))
    event: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(32))  # waiting, sent, dropped
    failures: Mapped[int]
    written_at_ms: Mapped[int] = mapped_column(BigInteger)
    due_at_ms: Mapped[int] = mapped_column(BigInteger)


class ExportRow(Model):
    """An audit export: asked for, being made, ready until it ends."""

    __tablename__ = "publication_exports"
    __table_args__ = (
        Index("publication_exports_state", "state", "asked_at_ms"),
        {"info": EPHEMERAL},
    )

    community_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    export_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    # Under the person's key: nobody can say of the erased which account asked for it.
    asked_by: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(32))  # waiting, making, ready, failed
    percent: Mapped[int]
    count_bytes: Mapped[int] = mapped_column(BigInteger)
    asked_at_ms: Mapped[int] = mapped_column(BigInteger)
    ends_at_ms: Mapped[int] = mapped_column(BigInteger)
