"""The tables of conventions: written from the models, then kept as it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "conventions_contracts",
    "conventions_documents",
    "conventions_versions",
)


def upgrade() -> None:
    """Make them."""
    _contracts()
    _documents()
    _versions()


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _contracts() -> None:
    op.create_table(
        "conventions_contracts",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "account"),
    )


def _documents() -> None:
    op.create_table(
        "conventions_documents",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "name"),
    )


def _versions() -> None:
    op.create_table(
        "conventions_versions",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("effective_day", sa.Integer(), nullable=False),
        sa.Column("approved_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "book", "seq"),
    )
