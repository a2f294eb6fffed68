"""The tables of redemptions: written from the models, then kept as it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    "redemptions_parts",
    "redemptions_pieces",
    "redemptions_redemptions",
    "redemptions_refunds",
)


def upgrade() -> None:
    """Make them."""
    _parts()
    _pieces()
    _redemptions()
    _refunds()


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _parts() -> None:
    op.create_table(
        "redemptions_parts",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("redemption_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("centipoints", sa.BigInteger(), nullable=False),
        sa.Column("refunded_centipoints", sa.BigInteger(), nullable=False),
        sa.Column("held_seq", sa.BigInteger(), nullable=False),
        sa.Column("held_index", sa.Integer(), nullable=False),
        sa.Column("confirmed_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "redemption_id", "position"),
    )


def _pieces() -> None:
    op.create_table(
        "redemptions_pieces",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("redemption_id", sa.String(length=32), nullable=False),
        sa.Column("offer_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("price_centipoints", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "redemption_id", "offer_id"),
    )


def _redemptions() -> None:
    op.create_table(
        "redemptions_redemptions",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("redemption_id", sa.String(length=32), nullable=False),
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("confirms", sa.String(length=32), nullable=False),
        sa.Column("proof", sa.String(length=32), nullable=False),
        sa.Column("flags", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("centipoints", sa.BigInteger(), nullable=False),
        sa.Column("refunded_centipoints", sa.BigInteger(), nullable=False),
        sa.Column("code_turn", sa.Integer(), nullable=False),
        sa.Column("held_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("held_day", sa.Integer(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("closed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_day", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "refunded_centipoints BETWEEN 0 AND centipoints", name="redemptions_refunded"
        ),
        sa.PrimaryKeyConstraint("community_id", "redemption_id"),
    )
    op.create_index(
        "redemptions_due", "redemptions_redemptions", ["state", "expires_at_ms"], unique=False
    )
    op.create_index("redemptions_id", "redemptions_redemptions", ["redemption_id"], unique=False)
    op.create_index(
        "redemptions_member",
        "redemptions_redemptions",
        ["community_id", "account", "held_day"],
        unique=False,
    )
    op.create_index(
        "redemptions_shop",
        "redemptions_redemptions",
        ["community_id", "merchant_id", "state", "closed_day"],
        unique=False,
    )


def _refunds() -> None:
    op.create_table(
        "redemptions_refunds",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("redemption_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("centipoints", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "redemption_id", "position"),
    )
    op.create_index(
        "redemptions_refunds_shop",
        "redemptions_refunds",
        ["community_id", "merchant_id", "day"],
        unique=False,
    )
