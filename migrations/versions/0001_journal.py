"""The tables of the journal, and the fence around its entries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "journal_heads",
    "journal_entries",
    "journal_families",
    "journal_accounts",
    "journal_pendings",
    "journal_proposals",
    "journal_operations",
    "journal_checkpoints",
    "journal_tiles",
    "journal_keys",
    "journal_quarantine",
)

# The fence as it was when this migration was written (journal/operations/fence.py has it as it is
# now): a migration that has run somewhere never changes.
_UPDATE = """CREATE TRIGGER journal_entries_update BEFORE UPDATE ON journal_entries\
 BEGIN SELECT RAISE(ABORT, 'entries are never changed or removed'); END"""
_DELETE = """CREATE TRIGGER journal_entries_delete BEFORE DELETE ON journal_entries\
 BEGIN SELECT RAISE(ABORT, 'entries are never changed or removed'); END"""
_REPLACE = """CREATE TRIGGER journal_entries_replace BEFORE INSERT ON journal_entries\
 WHEN EXISTS (SELECT 1 FROM journal_entries\
 WHERE community_id = NEW.community_id AND book = NEW.book AND seq = NEW.seq)\
 OR EXISTS (SELECT 1 FROM journal_entries\
 WHERE community_id = NEW.community_id AND book = NEW.book AND id = NEW.id)\
 BEGIN SELECT RAISE(ABORT, 'entries are never changed or removed'); END"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION journal_entries_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'entries are never changed or removed' USING ERRCODE = 'restrict_violation';
END $$"""
_STATEMENT = """
CREATE TRIGGER journal_entries_fence BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entries
FOR EACH STATEMENT EXECUTE FUNCTION journal_entries_fence()"""
RAISING = {"postgresql": (_FUNCTION, _STATEMENT), "sqlite": (_UPDATE, _DELETE, _REPLACE)}
LOWERING = {
    "postgresql": (
        "DROP TRIGGER IF EXISTS journal_entries_fence ON journal_entries",
        "DROP FUNCTION journal_entries_fence()",
    ),
    "sqlite": tuple(
        f"DROP TRIGGER IF EXISTS journal_entries_{name}" for name in ("update", "delete", "replace")
    ),
}


def upgrade() -> None:
    """Make them."""
    _heads_and_entries()
    _balances()
    _pairs()
    _published()
    _keys_and_quarantine()
    for statement in RAISING[_dialect()]:
        op.execute(statement)


def downgrade() -> None:
    """Drop them: the book itself is lost unless there is an archive."""
    for statement in LOWERING[_dialect()]:
        op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)


def _dialect() -> str:
    return op.get_context().dialect.name


def _community() -> sa.Column[str]:
    return sa.Column("community_id", sa.String(40), primary_key=True)


def _book() -> sa.Column[int]:
    return sa.Column("book", sa.Integer, primary_key=True, autoincrement=False)


def _seq() -> sa.Column[int]:
    return sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _int(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _heads_and_entries() -> None:
    op.create_table(
        "journal_heads",
        _community(),
        _int("book"),
        _text("origin", 200),
        _big("size"),
        _bytes("edge"),
        _big("last_at_ms"),
        _text("entry_key_id", 8),
        _big("facts_count"),
        _bytes("facts_digest"),
        _big("families_count"),
        _big("operations_count"),
        _big("clock_offset_ms"),
        _big("clock_confirmed_ms"),
        _bytes("mac"),
        sa.UniqueConstraint("origin"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journal_entries",
        _community(),
        _book(),
        _seq(),
        _text("id", 32),
        _text("kind", 64),
        _int("fact"),
        _bytes("note"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "journal_entries_id", "journal_entries", ["community_id", "book", "id"], unique=True
    )
    op.create_index(
        "journal_entries_fact",
        "journal_entries",
        ["community_id", "book", "seq"],
        sqlite_where=sa.text("fact = 1"),
        postgresql_where=sa.text("fact = 1"),
    )


def _balances() -> None:
    op.create_table(
        "journal_families",
        _community(),
        _book(),
        sa.Column("name", sa.String(200), primary_key=True),
        _text("unit", 16),
        _int("limited"),
        _int("closed"),
        _int("accounts"),
        _bytes("mac"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journal_accounts",
        _community(),
        _book(),
        sa.Column("name", sa.String(200), primary_key=True),
        _text("family", 200),
        _big("debits_pending"),
        _big("debits_posted"),
        _big("credits_pending"),
        _big("credits_posted"),
        _bytes("mac"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "journal_accounts_family", "journal_accounts", ["community_id", "book", "family"]
    )


def _pairs() -> None:
    op.create_table(
        "journal_pendings",
        _community(),
        _book(),
        _seq(),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        _text("debit", 200),
        _text("credit", 200),
        _big("amount"),
        _text("code", 64),
        _big("expires_at_ms"),
        _text("state", 8),
        _bytes("mac"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "journal_pendings_expiry",
        "journal_pendings",
        ["community_id", "book", "state", "expires_at_ms"],
    )
    op.create_table(
        "journal_proposals",
        _community(),
        _book(),
        _seq(),
        _text("state", 8),
        _bytes("mac"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journal_operations",
        _community(),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        _text("actor", 80),
        _text("key", 128),
        _text("name", 64),
        _bytes("request_digest"),
        sa.Column("result", sa.Text, nullable=False),
        _big("size"),
        _bytes("rows"),
        _bytes("mac"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "journal_operations_key",
        "journal_operations",
        ["community_id", "actor", "key"],
        unique=True,
    )


def _published() -> None:
    op.create_table(
        "journal_checkpoints",
        _community(),
        _book(),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        _bytes("note"),
    )
    op.create_table(
        "journal_tiles",
        _community(),
        _book(),
        sa.Column("path", sa.String(80), primary_key=True),
        _bytes("data"),
    )


def _keys_and_quarantine() -> None:
    op.create_table(
        "journal_keys",
        sa.Column("origin", sa.String(200), primary_key=True),
        sa.Column("role", sa.String(16), primary_key=True),
        sa.Column("key_id", sa.String(8), primary_key=True),
        _bytes("wrapped"),
    )
    op.create_table(
        "journal_quarantine",
        _community(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        _int("book"),
        _big("seq"),
        _big("found_at_ms"),
        _text("reason", 64),
        _bytes("note"),
    )
