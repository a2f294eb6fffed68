"""The tables of merchants: written from the models, then kept as it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = (
    "merchants_agreements",
    "merchants_merchants",
    "merchants_offers",
)


def upgrade() -> None:
    """Make them."""
    _agreements()
    _merchants()
    _offers()


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _agreements() -> None:
    op.create_table(
        "merchants_agreements",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("fen_per_point", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Integer(), nullable=False),
        sa.Column("to_day", sa.Integer(), nullable=False),
        sa.Column("approved_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "book", "seq"),
    )
    op.create_index(
        "merchants_agreements_shop",
        "merchants_agreements",
        ["community_id", "merchant_id"],
        unique=False,
    )


def _merchants() -> None:
    op.create_table(
        "merchants_merchants",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("sells", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "merchant_id"),
    )


def _offers() -> None:
    op.create_table(
        "merchants_offers",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("offer_id", sa.String(length=32), nullable=False),
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("price_centipoints", sa.BigInteger(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("from_day", sa.Integer(), nullable=False),
        sa.Column("to_day", sa.Integer(), nullable=False),
        sa.Column("is_listed", sa.Integer(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price_centipoints > 0", name="merchants_offers_price"),
        sa.CheckConstraint("stock >= 0", name="merchants_offers_stock"),
        sa.PrimaryKeyConstraint("community_id", "offer_id"),
    )
    op.create_index(
        "merchants_offers_shop", "merchants_offers", ["community_id", "merchant_id"], unique=False
    )
