"""What operations wrote, out of their sidecars into empty tables: it has to be what was there."""

from collections.abc import Iterator

from sqlalchemy import text

from tests.service.recovering import differences, empty, everything
from volunteer_credit.journal.operations.keys import ROW_KEY_ID, keeper
from volunteer_credit.journal.operations.put_back import Written, write_rows
from volunteer_credit.journal.operations.sidecar import ARCHIVE, archive_name, opened_rows
from volunteer_credit.shared.db import WRITE, Model, db, end_reading

OPERATIONS = "SELECT community_id, position, rows FROM journal_operations ORDER BY 1, 2"


def rows_differ(*rooms: str) -> list[str]:
    """The tables of these rooms that the sidecars do not give back; the database is lost by it."""
    before, written = everything(), list(_written())
    assert written
    end_reading()
    empty()
    with db.engines[WRITE].begin() as connection:
        write_rows(connection, written)
    after = everything()
    kept = [name for name, each in Model.metadata.tables.items() if each.info.get("sidecar", True)]
    return [name for name in differences(before, after) if name in kept and name.startswith(rooms)]


def _written() -> Iterator[Written]:
    for community, position, blob in db.session.execute(text(OPERATIONS)).all():
        key = keeper().seed(db.session(), archive_name(community), ARCHIVE, ROW_KEY_ID)
        yield from opened_rows(key, community, position, bytes(blob))
