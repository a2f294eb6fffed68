"""What persons are told: changes of shifts, ended bodies; and whom they ask to act for them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ADDED = (
    ("people_organisations", "ended_at_ms", sa.BigInteger(), None),
    ("people_organisations", "ended_by", sa.String(length=32), None),
    ("people_organisations", "end_reason", sa.String(length=32), ""),
    ("people_organisations", "end_words", sa.String(length=200), ""),
    ("projects_shifts", "told_revision", sa.Integer(), "0"),
    ("projects_sign_ups", "seen_revision", sa.Integer(), "0"),
    ("projects_sign_ups", "moved_up_at_ms", sa.BigInteger(), None),
)


def upgrade() -> None:
    """Make them."""
    for table, name, kind, default in ADDED:
        is_free = default is None
        op.add_column(table, sa.Column(name, kind, nullable=is_free, server_default=default))
    op.create_table(
        "people_proxy_asks",
        sa.Column("ask_id", sa.String(length=32), nullable=False),
        sa.Column("principal_id", sa.String(length=32), nullable=False),
        sa.Column("proxy_id", sa.String(length=32), nullable=True),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("number_end", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("decided_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("ask_id"),
    )
    for name, columns in (
        ("principal", ["principal_id"]),
        ("proxy", ["proxy_id"]),
        ("desk", ["community_id", "state"]),
    ):
        op.create_index(f"people_proxy_asks_{name}", "people_proxy_asks", columns, unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("people_proxy_asks")
    for table, name, _kind, _default in reversed(ADDED):
        op.drop_column(table, name)
