"""The tables of fund: written from the models, then kept as it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    "fund_changes",
    "fund_funds",
    "fund_sponsors",
)


def upgrade() -> None:
    """Make them."""
    _changes()
    _funds()
    _sponsors()


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _changes() -> None:
    op.create_table(
        "fund_changes",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("sponsor_id", sa.String(length=32), nullable=False),
        sa.Column("centipoints", sa.BigInteger(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "book", "seq"),
    )


def _funds() -> None:
    op.create_table(
        "fund_funds",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("budget_centipoints", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "fund"),
    )


def _sponsors() -> None:
    op.create_table(
        "fund_sponsors",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("sponsor_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "sponsor_id"),
    )
