"""The tables of hours: written from the models, then kept as it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "hours_calendar",
    "hours_corrections",
    "hours_lines",
    "hours_objections",
    "hours_sheets",
)


def upgrade() -> None:
    """Make them."""
    _calendar()
    _corrections()
    _lines()
    _objections()
    _sheets()


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _calendar() -> None:
    op.create_table(
        "hours_calendar",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("days_off", sa.String(length=1000), nullable=False),
        sa.Column("work_days", sa.String(length=1000), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "year"),
    )


def _corrections() -> None:
    op.create_table(
        "hours_corrections",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("proposed_seq", sa.BigInteger(), nullable=False),
        sa.Column("sheet_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("minutes_before", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("approved_seq", sa.BigInteger(), nullable=False),
        sa.Column("approved_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("outcome_seq", sa.BigInteger(), nullable=False),
        sa.Column("centipoints", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "proposed_seq"),
    )
    op.create_index(
        "hours_corrections_line",
        "hours_corrections",
        ["community_id", "sheet_id", "position"],
        unique=False,
    )


def _lines() -> None:
    op.create_table(
        "hours_lines",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("sheet_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("started_seq", sa.BigInteger(), nullable=False),
        sa.Column("ended_seq", sa.BigInteger(), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("counted_minutes", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("flags", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("noticed_seq", sa.BigInteger(), nullable=False),
        sa.Column("transfer", sa.Integer(), nullable=False),
        sa.Column("until_day", sa.BigInteger(), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("committed_seq", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("outcome_seq", sa.BigInteger(), nullable=False),
        sa.Column("centipoints", sa.BigInteger(), nullable=False),
        sa.Column("outcome_reason", sa.String(length=32), nullable=False),
        sa.Column("clause", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "sheet_id", "position"),
    )
    op.create_index(
        "hours_lines_account", "hours_lines", ["community_id", "account", "state"], unique=False
    )
    op.create_index(
        "hours_lines_due", "hours_lines", ["community_id", "state", "until_day"], unique=False
    )


def _objections() -> None:
    op.create_table(
        "hours_objections",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sheet_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("objector", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("objected_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.String(length=32), nullable=True),
        sa.Column("answered_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("answered_seq", sa.BigInteger(), nullable=False),
        sa.Column("answer_reason", sa.String(length=32), nullable=False),
        sa.Column("answer_words", sa.String(length=500), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "seq"),
    )
    op.create_index(
        "hours_objections_by", "hours_objections", ["community_id", "objector"], unique=False
    )
    op.create_index(
        "hours_objections_line",
        "hours_objections",
        ["community_id", "sheet_id", "position"],
        unique=False,
    )


def _sheets() -> None:
    op.create_table(
        "hours_sheets",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("sheet_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("shift", sa.String(length=64), nullable=False),
        sa.Column("activity", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("content", sa.String(length=1000), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("coefficient", sa.String(length=32), nullable=False),
        sa.Column("organiser", sa.String(length=64), nullable=False),
        sa.Column("organiser_name", sa.String(length=200), nullable=False),
        sa.Column("lead", sa.String(length=32), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("handed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("counted_by", sa.String(length=32), nullable=False),
        sa.Column("counted_device", sa.String(length=64), nullable=False),
        sa.Column("counted_openers", sa.String(length=500), nullable=False),
        sa.Column("counted_seq", sa.BigInteger(), nullable=False),
        sa.Column("proposed_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "sheet_id"),
    )
    op.create_index(
        "hours_sheets_state", "hours_sheets", ["community_id", "state", "day"], unique=False
    )
