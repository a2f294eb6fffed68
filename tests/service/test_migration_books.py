"""Rows from before the number of the book stood beside every entry: they are of book 1."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, column, delete, insert, select, table
from sqlalchemy.exc import IntegrityError

from tests.service.books import COMMUNITY
from tests.service.conftest import application
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.put_back import write_rows
from volunteer_credit.shared import migrations
from volunteer_credit.shared.db import WRITE, Model, db
from volunteer_credit.shared.migrations import MigrationFailedError

KEYS = {
    "checkins_presences": "started_seq",
    "checkins_visits": "started_seq",
    "hours_corrections": "proposed_seq",
    "hours_objections": "seq",
}


@pytest.fixture
def bare(empty_database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Flask]:
    with application(empty_database_url, tmp_path, clock) as app:
        yield app


def table_of(name: str) -> Table:
    return Model.metadata.tables[name]


def blank(name: str, **values: Any) -> dict[str, Any]:
    """A row of a table, with something in each column that the older release had."""
    new = ("book", "_book", "opening_seq", "opening_line", "paid_at_ms")
    columns = (each for each in table_of(name).columns if not each.name.endswith(new))
    kinds = {int: 7, str: "x", bytes: b"x"}
    row = {each.name: kinds[each.type.python_type] for each in columns}
    return {**row, "community_id": COMMUNITY, **values}


def put(name: str, row: dict[str, Any]) -> None:
    """As the older release did, which knew these columns only."""
    with db.engines[WRITE].begin() as connection:
        connection.execute(insert(table(name, *map(column, row))).values(row))


def rows(name: str) -> list[dict[str, Any]]:
    with db.engines[WRITE].begin() as connection:
        return [dict(row) for row in connection.execute(select(table_of(name))).mappings()]


def test_rows_that_are_there_are_of_the_first_book(bare: Flask) -> None:
    assert bare
    migrations.upgrade("0012")
    for name in KEYS:
        put(name, blank(name))
    put("hours_lines", blank("hours_lines"))
    put("points_awards", blank("points_awards", book=1))
    put("points_lines", blank("points_lines", book=1))
    put("redemptions_parts", blank("redemptions_parts", confirmed_seq=None))
    migrations.upgrade()
    for name, key in KEYS.items():
        (row,) = rows(name)
        assert (row["book"], row[key]) == (1, 7)
        with db.engines[WRITE].begin() as connection:
            connection.execute(insert(table_of(name)).values({**row, "book": 2}))
        with pytest.raises(IntegrityError), db.engines[WRITE].begin() as connection:
            connection.execute(insert(table_of(name)).values(row))
    (line,), (award,) = rows("hours_lines"), rows("points_awards")
    assert (line["noticed_book"], line["opening_seq"]) == (1, 0)
    assert (award["waits_book"], award["paid_book"], award["paid_at_ms"]) == (1, 1, None)
    (told,), (part,) = rows("points_lines"), rows("redemptions_parts")
    assert (told["record_book"], part["held_book"], part["confirmed_book"]) == (1, 1, None)
    with pytest.raises(MigrationFailedError):
        migrations.downgrade("0012")
    with db.engines[WRITE].begin() as connection:
        for name in KEYS:
            connection.execute(delete(table_of(name)).where(table_of(name).c.book == 2))
    migrations.downgrade("0012")
    migrations.upgrade()
    assert [len(rows(name)) for name in KEYS] == [1, 1, 1, 1]


@pytest.mark.engines("sqlite")
def test_rows_of_an_older_archive_come_back(bare: Flask) -> None:
    """A recovery puts back what was written before there were numbers."""
    assert bare
    migrations.upgrade()
    with db.engines[WRITE].begin() as connection:
        write_rows(connection, [("put", name, blank(name)) for name in (*KEYS, "hours_lines")])
    assert {row["book"] for name in KEYS for row in rows(name)} == {1}
    assert rows("hours_lines")[0]["noticed_book"] == 1
    with db.engines[WRITE].begin() as connection:
        gone = [("drop", name, {"community_id": COMMUNITY, KEYS[name]: 7}) for name in KEYS]
        write_rows(connection, gone)
    assert not [row for name in KEYS for row in rows(name)]
