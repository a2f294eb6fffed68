"""The tables of projects: written from the models, then kept as it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "projects_activities",
    "projects_leads",
    "projects_projects",
    "projects_shifts",
    "projects_sign_ups",
)


def upgrade() -> None:
    """Make them."""
    _activities()
    _leads()
    _projects()
    _shifts()
    _sign_ups()


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _activities() -> None:
    op.create_table(
        "projects_activities",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("activity_id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("organiser", sa.String(length=32), nullable=False),
        sa.Column("organiser_name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("content", sa.String(length=1000), nullable=False),
        sa.Column("risks", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("published_by", sa.String(length=32), nullable=False),
        sa.Column("published_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "activity_id"),
    )
    op.create_index(
        "projects_activities_project",
        "projects_activities",
        ["community_id", "project_id"],
        unique=False,
    )


def _leads() -> None:
    op.create_table(
        "projects_leads",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("shift_id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "shift_id", "account"),
    )
    op.create_index(
        "projects_leads_account", "projects_leads", ["community_id", "account"], unique=False
    )


def _projects() -> None:
    op.create_table(
        "projects_projects",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("organiser", sa.String(length=32), nullable=False),
        sa.Column("organiser_name", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("starts_day", sa.Integer(), nullable=False),
        sa.Column("ends_day", sa.Integer(), nullable=False),
        sa.Column("grant_fen", sa.BigInteger(), nullable=False),
        sa.Column("own_fen", sa.BigInteger(), nullable=False),
        sa.Column("person_times", sa.Integer(), nullable=False),
        sa.Column("beneficiaries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "project_id"),
    )


def _shifts() -> None:
    op.create_table(
        "projects_shifts",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("shift_id", sa.String(length=32), nullable=False),
        sa.Column("activity_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("starts_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("coefficient", sa.String(length=32), nullable=False),
        sa.Column("risk", sa.String(length=32), nullable=False),
        sa.Column("insurance", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("sites", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("walk_ins", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("was_starts_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("was_ends_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("was_place", sa.String(length=200), nullable=True),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "shift_id"),
    )
    op.create_index(
        "projects_shifts_activity", "projects_shifts", ["community_id", "activity_id"], unique=False
    )
    op.create_index(
        "projects_shifts_ends", "projects_shifts", ["community_id", "ends_at_ms"], unique=False
    )


def _sign_ups() -> None:
    op.create_table(
        "projects_sign_ups",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("shift_id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("dropped_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "shift_id", "account"),
    )
    op.create_index(
        "projects_sign_ups_account", "projects_sign_ups", ["community_id", "account"], unique=False
    )
