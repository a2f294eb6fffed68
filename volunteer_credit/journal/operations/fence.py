"""The second fence around the entries: triggers that refuse to change or remove one.

Nothing relies on it; it stops a mistake in a statement, ours or an operator's. `recover`, which
moves rows that were never entries to quarantine, takes it down and puts it up again inside one
transaction, so it is never down for anybody else. On PostgreSQL only the owner of the tables can.
"""

from sqlalchemy import Connection, text

POSTGRESQL, SQLITE = "postgresql", "sqlite"
REFUSAL = "entries are never changed or removed"

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION journal_entries_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
END $$"""
_RAISED_POSTGRESQL = """
CREATE TRIGGER journal_entries_fence BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entries
FOR EACH STATEMENT EXECUTE FUNCTION journal_entries_fence()"""
# INSERT OR REPLACE removes the old row without asking a trigger on DELETE.
_RAISED_SQLITE = tuple(
    f"CREATE TRIGGER journal_entries_{name} BEFORE {when}"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for name, when in (
        ("update", "UPDATE ON journal_entries"),
        ("delete", "DELETE ON journal_entries"),
        (
            "replace",
            # Two questions: with one `OR` SQLite would read the whole book for each entry.
            "INSERT ON journal_entries WHEN EXISTS (SELECT 1 FROM journal_entries"
            " WHERE community_id = NEW.community_id AND book = NEW.book AND seq = NEW.seq)"
            " OR EXISTS (SELECT 1 FROM journal_entries"
            " WHERE community_id = NEW.community_id AND book = NEW.book AND id = NEW.id)",
        ),
    )
)


def making(dialect: str) -> tuple[str, ...]:
    """The statements that make what the triggers call."""
    return (_FUNCTION,) if dialect == POSTGRESQL else ()


def unmaking(dialect: str) -> tuple[str, ...]:
    """The statements that drop it again."""
    return ("DROP FUNCTION journal_entries_fence()",) if dialect == POSTGRESQL else ()


def raising(dialect: str) -> tuple[str, ...]:
    """The statements that put the triggers up."""
    return (_RAISED_POSTGRESQL,) if dialect == POSTGRESQL else _RAISED_SQLITE


def lowering(dialect: str) -> tuple[str, ...]:
    """The statements that take them down."""
    if dialect == POSTGRESQL:
        return ("DROP TRIGGER IF EXISTS journal_entries_fence ON journal_entries",)
    return tuple(
        f"DROP TRIGGER IF EXISTS journal_entries_{name}" for name in ("update", "delete", "replace")
    )


def fence_down(connection: Connection) -> None:
    """Let this transaction remove rows of `journal_entries`; `fence_up` must follow in it."""
    for statement in lowering(connection.dialect.name):
        connection.execute(text(statement))


def fence_up(connection: Connection) -> None:
    """Refuse it again."""
    for statement in raising(connection.dialect.name):
        connection.execute(text(statement))
