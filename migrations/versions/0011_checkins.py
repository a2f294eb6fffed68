"""The tables of checkins: written from the models, then kept as it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = (
    "checkins_doors",
    "checkins_guests",
    "checkins_presence_city",
    "checkins_presences",
    "checkins_scans",
    "checkins_sites",
    "checkins_tickets",
    "checkins_visits",
)


def upgrade() -> None:
    """Make them."""
    _doors()
    _guests()
    _presence_city()
    _presences()
    _scans()
    _sites()
    _tickets()
    _visits()


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _doors() -> None:
    op.create_table(
        "checkins_doors",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("shift_id", sa.String(length=32), nullable=False),
        sa.Column("organiser", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(length=32), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("starts_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("overdue_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=32), nullable=False),
        sa.Column("counted_seq", sa.BigInteger(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "shift_id"),
    )
    op.create_index("checkins_doors_site", "checkins_doors", ["community_id", "site"], unique=False)
    op.create_index("checkins_doors_state", "checkins_doors", ["state", "ends_at_ms"], unique=False)


def _guests() -> None:
    op.create_table(
        "checkins_guests",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("guest_id", sa.String(length=32), nullable=False),
        sa.Column("shift_id", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("admitted_by", sa.String(length=32), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("started_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "guest_id"),
    )
    op.create_index(
        "checkins_guests_shift", "checkins_guests", ["community_id", "shift_id"], unique=False
    )


def _presence_city() -> None:
    op.create_table(
        "checkins_presence_city",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "community_id", "started_at_ms"),
        info={"class": "city", "sidecar": False},
    )
    op.create_index(
        "checkins_presence_city_started", "checkins_presence_city", ["started_at_ms"], unique=False
    )


def _presences() -> None:
    op.create_table(
        "checkins_presences",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("started_seq", sa.BigInteger(), nullable=False),
        sa.Column("shift_id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=8), nullable=False),
        sa.Column("sites", sa.String(length=400), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("admitted_by", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("flags", sa.String(length=400), nullable=False),
        sa.Column("seen_seq", sa.BigInteger(), nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_seq", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_how", sa.String(length=32), nullable=False),
        sa.Column("ended_by", sa.String(length=32), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("annulled_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "started_seq"),
    )
    op.create_index(
        "checkins_presences_account",
        "checkins_presences",
        ["community_id", "account", "started_at_ms"],
        unique=False,
    )
    op.create_index(
        "checkins_presences_shift",
        "checkins_presences",
        ["community_id", "shift_id", "account"],
        unique=False,
    )
    op.create_index(
        "checkins_presences_site",
        "checkins_presences",
        ["community_id", "site", "started_at_ms"],
        unique=False,
    )


def _scans() -> None:
    op.create_table(
        "checkins_scans",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("scan_id", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("shift_id", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=8), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("by_account", sa.String(length=32), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "scan_id"),
        info={"sidecar": False},
    )
    op.create_index("checkins_scans_at", "checkins_scans", ["at_ms"], unique=False)
    op.create_index(
        "checkins_scans_shift", "checkins_scans", ["community_id", "shift_id"], unique=False
    )


def _sites() -> None:
    op.create_table(
        "checkins_sites",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("site", sa.String(length=8), nullable=False),
        sa.Column("organiser", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "site"),
    )
    op.create_index("checkins_sites_site", "checkins_sites", ["site"], unique=False)


def _tickets() -> None:
    op.create_table(
        "checkins_tickets",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "nonce"),
        info={"sidecar": False},
    )
    op.create_index(
        "checkins_tickets_account",
        "checkins_tickets",
        ["community_id", "account", "used_at_ms"],
        unique=False,
    )


def _visits() -> None:
    op.create_table(
        "checkins_visits",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("started_seq", sa.BigInteger(), nullable=False),
        sa.Column("served", sa.String(length=32), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_how", sa.String(length=32), nullable=False),
        sa.Column("confirmed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "started_seq"),
    )
    op.create_index(
        "checkins_visits_served", "checkins_visits", ["community_id", "served"], unique=False
    )
