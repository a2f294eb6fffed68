"""The number of its book beside every entry that a room names: what stands here is of book 1."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PAID = "CASE WHEN paid_seq IS NULL THEN NULL ELSE book END"
CONFIRMED = "CASE WHEN confirmed_seq IS NULL THEN NULL ELSE 1 END"


def _of(name: str) -> tuple[str, str]:
    return f"{name}_book", "1"


# Column and what stands in it for rows that are there.
ADDED: dict[str, tuple[tuple[str, str], ...]] = {
    "checkins_doors": (_of("counted"),),
    "checkins_guests": (_of("started"),),
    "conventions_contracts": (("book", "1"),),
    "hours_lines": (
        *map(_of, ("started", "ended", "noticed", "recorded", "committed")),
        ("opening_seq", "0"),
        ("opening_line", "0"),
    ),
    "hours_sheets": tuple(map(_of, ("counted", "proposed"))),
    "points_awards": (
        ("waits_book", "book"),
        ("paid_book", PAID),
        ("paid_at_ms", "NULL"),
        ("opening_seq", "0"),
        ("opening_line", "0"),
    ),
    "points_lines": (("record_book", "book"),),
    "redemptions_parts": (("held_book", "1"), ("confirmed_book", CONFIRMED)),
    # Their key grows by the book.
    "checkins_presences": (("book", "1"), *map(_of, ("seen", "ended", "annulled"))),
    "checkins_visits": (("book", "1"),),
    "hours_corrections": (("book", "1"),),
    "hours_objections": (("book", "1"), _of("answered")),
}
KEYED = {
    "checkins_presences": "started_seq",
    "checkins_visits": "started_seq",
    "hours_corrections": "proposed_seq",
    "hours_objections": "seq",
}
NULLABLE = ("paid_book", "paid_at_ms", "confirmed_book")
LONG = ("paid_at_ms", "opening_seq")


def upgrade() -> None:
    """Add them, and fill them for the first book."""
    for table, added in ADDED.items():
        if table in KEYED and op.get_context().dialect.name == "sqlite":
            _make_again(table, dict(added), ())
            continue
        for name, fill in added:
            _add(table, name, fill)
        if table in KEYED:
            _key(table, ["community_id", "book", KEYED[table]])


def downgrade() -> None:
    """Take them away; fails where a second book has rows that would be of one key."""
    for table, added in ADDED.items():
        names = tuple(name for name, _ in added)
        if table in KEYED and op.get_context().dialect.name == "sqlite":
            _make_again(table, {}, names)
            continue
        if table in KEYED:
            _key(table, ["community_id", KEYED[table]])
        for name in names:
            op.drop_column(table, name)


def _column(name: str, default: str | None = None) -> sa.Column[int]:
    kind = sa.BigInteger() if name in LONG else sa.Integer()
    return sa.Column(name, kind, nullable=name in NULLABLE, server_default=default)


def _add(table: str, name: str, fill: str) -> None:
    is_number, is_free = fill.isdigit(), name in NULLABLE
    op.add_column(table, _column(name, None if is_free else fill if is_number else "0"))
    if not is_number and fill != "NULL":
        op.execute(f"UPDATE {table} SET {name} = {fill}")  # noqa: S608 - words of this file
    if op.get_context().dialect.name != "sqlite" and not is_free:
        op.alter_column(table, name, server_default=None)


def _key(table: str, columns: list[str]) -> None:
    op.drop_constraint(f"{table}_pkey", table, type_="primary")
    op.create_primary_key(f"{table}_pkey", table, columns)


def _make_again(table: str, added: dict[str, str], left_out: tuple[str, ...]) -> None:
    """SQLite changes no key: a new table takes the rows over."""
    old = f"{table}_old"
    op.rename_table(table, old)
    columns = [each for each in _columns(table) if each.name not in left_out]
    key = ["community_id", "book", KEYED[table]]
    kept = [each for each in key if each not in left_out]
    op.create_table(table, *columns, sa.PrimaryKeyConstraint(*kept))
    names = [str(each.name) for each in columns]
    taken = ", ".join(added.get(name, name) for name in names)
    into = ", ".join(names)
    op.execute(f"INSERT INTO {table} ({into}) SELECT {taken} FROM {old}")  # noqa: S608 - own words
    op.drop_table(old)
    for name, over in INDEXES[table].items():
        op.create_index(name, table, over.split(), unique=False)


INDEXES = {
    "checkins_presences": {
        "checkins_presences_account": "community_id account started_at_ms",
        "checkins_presences_shift": "community_id shift_id account",
        "checkins_presences_site": "community_id site started_at_ms",
    },
    "checkins_visits": {"checkins_visits_served": "community_id served"},
    "hours_corrections": {"hours_corrections_line": "community_id sheet_id position"},
    "hours_objections": {
        "hours_objections_by": "community_id objector",
        "hours_objections_line": "community_id sheet_id position",
    },
}
# As they are since: name, and length of a text, or `int`, or `long`; `?` may be empty.
SHAPES = {
    "checkins_presences": "community_id:40 book:int started_seq:long shift_id:32 account:32 day:int"
    " tier:int how:32 site:8 sites:400 started_at_ms:long admitted_by:32 device:64 flags:400"
    " seen_book:int seen_seq:long seen_at_ms:long? ended_book:int ended_seq:long ended_at_ms:long?"
    " ended_how:32 ended_by:32 minutes:int annulled_book:int annulled_seq:long",
    "checkins_visits": "community_id:40 book:int started_seq:long served:32 started_at_ms:long"
    " confirmed_how:32 confirmed_at_ms:long? confirmed_by:32",
    "hours_corrections": "community_id:40 book:int proposed_seq:long sheet_id:32 position:int"
    " account:32 minutes_before:int minutes:int reason:32 words:500 record:long proposed_by:32"
    " state:32 approved_seq:long approved_at_ms:long? outcome:32 outcome_seq:long centipoints:long",
    "hours_objections": "community_id:40 book:int seq:long sheet_id:32 position:int account:32"
    " objector:32 state:32 reason:32 words:500 objected_at_ms:long answered_by:32?"
    " answered_at_ms:long? answered_book:int answered_seq:long answer_reason:32 answer_words:500"
    " minutes:int",
}


def _columns(table: str) -> Iterator[sa.Column[Any]]:
    for shape in SHAPES[table].split():
        name, kind = shape.rstrip("?").split(":")
        found: sa.types.TypeEngine[Any]
        if kind in ("int", "long"):
            found = sa.Integer() if kind == "int" else sa.BigInteger()
        else:
            found = sa.String(length=int(kind))
        yield sa.Column(name, found, nullable=shape.endswith("?"))
