"""The tables of points: written from the models, then kept as it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "points_awards",
    "points_lines",
    "points_tallies",
)


def upgrade() -> None:
    """Make them."""
    _awards()
    _lines()
    _tallies()


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _awards() -> None:
    op.create_table(
        "points_awards",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("record_seq", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("coefficient", sa.String(length=32), nullable=False),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("convention", sa.String(length=64), nullable=False),
        sa.Column("clause", sa.String(length=64), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("centipoints", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.Column("debt", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("waits_since", sa.BigInteger(), nullable=False),
        sa.Column("paid_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "book", "record_seq"),
    )
    op.create_index(
        "points_awards_account", "points_awards", ["community_id", "account"], unique=False
    )
    op.create_index(
        "points_awards_waiting", "points_awards", ["state", "community_id", "fund"], unique=False
    )


def _lines() -> None:
    op.create_table(
        "points_lines",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("record_seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("minutes_before", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("centipoints", sa.BigInteger(), nullable=False),
        sa.Column("rest", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "book", "seq"),
    )
    op.create_index(
        "points_lines_account", "points_lines", ["community_id", "account", "at_ms"], unique=False
    )


def _tallies() -> None:
    op.create_table(
        "points_tallies",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("clause", sa.String(length=64), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "account", "clause", "period", "epoch"),
    )
