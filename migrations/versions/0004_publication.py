"""The tables of the publication: written from the models, then kept as it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    "publication_deliveries",
    "publication_exports",
    "publication_webhooks",
)


def upgrade() -> None:
    """Make them."""
    _deliveries()
    _exports()
    _webhooks()


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _deliveries() -> None:
    op.create_table(
        "publication_deliveries",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("delivery_id", sa.String(length=32), nullable=False),
        sa.Column("webhook_id", sa.String(length=32), nullable=False),
        sa.Column("event", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("written_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "delivery_id"),
        info={"sidecar": False},
    )
    op.create_index(
        "publication_deliveries_queue",
        "publication_deliveries",
        ["state", "community_id", "webhook_id", "written_at_ms", "delivery_id"],
        unique=False,
    )


def _exports() -> None:
    op.create_table(
        "publication_exports",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("export_id", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("count_bytes", sa.BigInteger(), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "export_id"),
        info={"sidecar": False},
    )
    op.create_index(
        "publication_exports_state", "publication_exports", ["state", "asked_at_ms"], unique=False
    )


def _webhooks() -> None:
    op.create_table(
        "publication_webhooks",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("webhook_id", sa.String(length=32), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "webhook_id"),
    )
