"""Looking for what should be gone: in every file of an installation, and in PostgreSQL's tables."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select, text

from volunteer_credit.journal.models import OperationRow
from volunteer_credit.journal.operations.keys import ROW_KEY_ID, keeper
from volunteer_credit.journal.operations.sidecar import ARCHIVE, archive_name, opened_rows
from volunteer_credit.shared.db import WRITE, db, end_reading


def haystacks(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The bytes of every file below a folder, and of every row of a PostgreSQL database.

    SQLite's own files are below the folder, its write-ahead log too.
    """
    end_reading()
    with db.engines[WRITE].connect() as connection:
        if connection.dialect.name == "postgresql":
            tables = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            for name in connection.execute(tables).scalars().all():
                every = text(f'SELECT t::text FROM "{name}" t')  # noqa: S608 - our own tables
                rows = connection.execute(every).scalars()
                yield f"table {name}", "\n".join(rows).encode()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def found(folder: Path, needles: dict[str, bytes]) -> list[str]:
    """Where a canary is still readable: its name, and the file or table."""
    return [
        f"{name} in {where}"
        for where, data in haystacks(folder)
        for name, needle in needles.items()
        if needle in data
    ]


def opened_operations(*communities: str) -> str:
    """All rows that operations ever wrote, opened with the archive's key, as the operator could."""
    end_reading()
    texts = []
    for community in communities:
        name = archive_name(community)
        key = keeper().seed(db.session, name, ARCHIVE, ROW_KEY_ID)
        columns = OperationRow.position, OperationRow.rows, OperationRow.result, OperationRow.key
        query = select(*columns).where(OperationRow.community_id == community)
        for position, rows, result, number in db.session.execute(query):
            texts.append(f"{opened_rows(key, community, position, bytes(rows))} {result} {number}")
    return "\n".join(texts)
