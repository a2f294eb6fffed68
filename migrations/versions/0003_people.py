"""The tables of people, and of limits: written from the models, then kept as it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "people_accesses",
    "people_consents",
    "people_erasures",
    "people_approvals",
    "people_grants",
    "people_cards",
    "people_devices",
    "people_passkeys",
    "people_slips",
    "people_totps",
    "people_challenges",
    "people_codes",
    "people_counters",
    "people_sessions",
    "people_communities",
    "people_household_members",
    "people_households",
    "people_members",
    "people_places",
    "people_contacts",
    "people_guardians",
    "people_links",
    "people_merges",
    "people_persons",
    "people_proxies",
    "people_organisation_members",
    "people_organisations",
    "web_limits",
)


def upgrade() -> None:
    """Make them."""
    _privacy()
    _roles()
    _credentials()
    _sessions()
    _membership()
    _vault()
    _organisations()
    _others()


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _privacy() -> None:
    op.create_table(
        "people_accesses",
        sa.Column("access_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("by_role", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("access_id"),
    )
    op.create_index("people_accesses_by", "people_accesses", ["by_person", "at_ms"], unique=False)
    op.create_index(
        "people_accesses_person", "people_accesses", ["person_id", "at_ms"], unique=False
    )
    op.create_table(
        "people_consents",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("given_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(length=32), nullable=False),
        sa.Column("given_how", sa.String(length=32), nullable=False),
        sa.Column("withdrawn_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "purpose", "subject", "given_at_ms"),
    )
    op.create_table(
        "people_erasures",
        sa.Column("erasure_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("phase", sa.String(length=32), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("done_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("erasure_id"),
    )


def _roles() -> None:
    op.create_table(
        "people_approvals",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("proposer", sa.String(length=32), nullable=False),
        sa.Column("proposer_device", sa.String(length=64), nullable=False),
        sa.Column("proposed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.String(length=32), nullable=True),
        sa.Column("asked_before", sa.String(length=2000), nullable=False),
        sa.Column("due_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "book", "seq"),
    )
    op.create_index(
        "people_approvals_due", "people_approvals", ["state", "due_at_ms"], unique=False
    )
    op.create_table(
        "people_grants",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("until_day", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "account", "role", "scope"),
    )


def _credentials() -> None:
    op.create_table(
        "people_cards",
        sa.Column("card_digest", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("issued_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("issued_by", sa.String(length=32), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("pin_hash", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("card_digest"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("people_cards_person", "people_cards", ["person_id"], unique=False)
    op.create_table(
        "people_devices",
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_label", sa.LargeBinary(), nullable=True),
        sa.Column("enrolled_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_by", sa.String(length=32), nullable=False),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("device_id"),
        sa.UniqueConstraint("secret_digest"),
    )
    op.create_index("people_devices_person", "people_devices", ["person_id"], unique=False)
    op.create_table(
        "people_passkeys",
        sa.Column("passkey_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("credential_digest", sa.String(length=64), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_label", sa.LargeBinary(), nullable=True),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("removed_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("passkey_id"),
        sa.UniqueConstraint("credential_digest"),
    )
    op.create_index("people_passkeys_person", "people_passkeys", ["person_id"], unique=False)
    op.create_table(
        "people_slips",
        sa.Column("slip_digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("issued_by", sa.String(length=32), nullable=False),
        sa.Column("issued_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("slip_digest"),
    )
    op.create_table(
        "people_totps",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id"),
    )


def _sessions() -> None:
    op.create_table(
        "people_challenges",
        sa.Column("challenge_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_id"),
        info={"sidecar": False},
    )
    op.create_index(
        "people_challenges_expires", "people_challenges", ["expires_at_ms"], unique=False
    )
    op.create_table(
        "people_codes",
        sa.Column("code_id", sa.String(length=32), nullable=False),
        sa.Column("target_digest", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("person_count", sa.Integer(), nullable=False),
        sa.Column("sent_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code_id"),
        info={"sidecar": False},
    )
    op.create_index("people_codes_expires", "people_codes", ["expires_at_ms"], unique=False)
    op.create_table(
        "people_counters",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "owner"),
        info={"sidecar": False},
    )
    op.create_table(
        "people_sessions",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("is_shared_phone", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("face", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("began_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("idle_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("stepped_up_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("session_id"),
        sa.UniqueConstraint("token_digest"),
        info={"sidecar": False},
    )
    op.create_index("people_sessions_ends", "people_sessions", ["ends_at_ms"], unique=False)
    op.create_index("people_sessions_person", "people_sessions", ["person_id"], unique=False)


def _membership() -> None:
    op.create_table(
        "people_communities",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("subdistrict", sa.String(length=80), nullable=False),
        sa.Column("help_phone", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("founded_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id"),
    )
    op.create_table(
        "people_household_members",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("household_id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("is_representative", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "household_id", "account", "since_ms"),
    )
    op.create_index(
        "people_household_members_account",
        "people_household_members",
        ["community_id", "account"],
        unique=False,
    )
    op.create_table(
        "people_households",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("household_id", sa.String(length=32), nullable=False),
        sa.Column("place_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("declared_by", sa.String(length=32), nullable=False),
        sa.Column("declared_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_how", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "household_id"),
    )
    op.create_table(
        "people_members",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("joined_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("left_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.String(length=32), nullable=True),
        sa.Column("declines_household", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "account"),
    )
    op.create_table(
        "people_places",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("parent_id", sa.String(length=32), nullable=True),
        sa.Column("grid_id", sa.String(length=32), nullable=True),
        sa.Column("removed_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "place_id"),
    )


def _vault() -> None:
    op.create_table(
        "people_contacts",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("kind", "digest", "person_id"),
        info={"sidecar": False},
    )
    op.create_index("people_contacts_person", "people_contacts", ["person_id"], unique=False)
    op.create_table(
        "people_guardians",
        sa.Column("minor_id", sa.String(length=32), nullable=False),
        sa.Column("guardian_id", sa.String(length=32), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("minor_id", "guardian_id", "since_ms"),
    )
    op.create_index("people_guardians_guardian", "people_guardians", ["guardian_id"], unique=False)
    op.create_table(
        "people_links",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("is_current", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "account"),
        info={"sidecar": False},
    )
    op.create_index("people_links_person", "people_links", ["person_id"], unique=False)
    op.create_table(
        "people_merges",
        sa.Column("merge_id", sa.String(length=32), nullable=False),
        sa.Column("from_id", sa.String(length=32), nullable=False),
        sa.Column("into_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("proposed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merge_id"),
    )
    op.create_table(
        "people_persons",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("merged_into", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("large_print", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "people_proxies",
        sa.Column("principal_id", sa.String(length=32), nullable=False),
        sa.Column("proxy_id", sa.String(length=32), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("consent_how", sa.String(length=32), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("principal_id", "proxy_id", "since_ms"),
    )
    op.create_index("people_proxies_proxy", "people_proxies", ["proxy_id"], unique=False)


def _organisations() -> None:
    op.create_table(
        "people_organisation_members",
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.String(length=32), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", "since_ms"),
    )
    op.create_index(
        "people_organisation_members_person",
        "people_organisation_members",
        ["person_id"],
        unique=False,
    )
    op.create_table(
        "people_organisations",
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("registration", sa.String(length=40), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id"),
    )


def _others() -> None:
    op.create_table(
        "web_limits",
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("what", "subject"),
        info={"class": "city", "sidecar": False},
    )
