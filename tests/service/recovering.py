"""Builders for the tests of backup, restore and recovery: whole databases, compared and harmed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tests.service.books import (
    COMMUNITY,
    award,
    balances,
    book_balances,
    funded,
    replayed,
    request,
)
from tests.service.conftest import (
    application,
    make_own_tables,
    postgres_database,
    postgres_drop,
    url_of,
)
from tests.service.golden import Golden
from tests.service.make import FakeClock
from tests.service.test_compare import busy_book
from volunteer_credit.journal.operations.backup import back_up, backups
from volunteer_credit.journal.operations.compare import compare_rows
from volunteer_credit.journal.operations.fence import fence_down, fence_up
from volunteer_credit.journal.operations.perform import append, perform
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.shared.db import WRITE, Model, db, end_reading
from volunteer_credit.shared.runtime import current

Rows = dict[str, list[tuple[Any, ...]]]
Open = Callable[..., Any]


class Neighbour(Model):
    """A row that operations write beside entries, such as a person's."""

    __tablename__ = "test_recovery_neighbours"

    community_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(40))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Mark(Model):
    """A row that is nothing but its key."""

    __tablename__ = "test_recovery_marks"

    community_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)


def everything() -> Rows:
    """All rows of all tables."""
    with db.engines[WRITE].connect() as connection:
        return {
            table.name: [
                tuple(bytes(each) if isinstance(each, memoryview) else each for each in row)
                for row in connection.execute(table.select().order_by(*table.primary_key))
            ]
            for table in Model.metadata.sorted_tables
        }


def differences(before: Rows, after: Rows) -> list[str]:
    """The tables that differ."""
    return [name for name in before if before[name] != after[name]]


def harm(*statements: str, **values: Any) -> None:
    """Change rows as somebody with the database's password would."""
    end_reading()
    with db.engines[WRITE].begin() as connection:
        fence_down(connection)
        for statement in statements:
            connection.execute(text(statement), values)
        fence_up(connection)


def empty() -> None:
    """Lose the whole database but for its schema."""
    end_reading()
    with db.engines[WRITE].begin() as connection:
        fence_down(connection)
        for table in reversed(Model.metadata.sorted_tables):
            connection.execute(table.delete())
        fence_up(connection)


def awards(start: int, stop: int, *, each: int = 1) -> None:
    """Operations with some entries each."""
    for number in range(start, stop):
        entries = [award((number + offset) % 2, 10 + number) for offset in range(each)]
        append(COMMUNITY, request(f"award {number}"), entries)


def befriend(number: int, name: str | None, *, key: str = "") -> None:
    """An operation that puts (or with no name at all drops) a neighbour, and writes an entry."""
    with perform(COMMUNITY, request(key or f"neighbour {number} {name}")) as operation:
        if not operation.replayed:
            there = operation.session.get(Neighbour, (COMMUNITY, number))
            if name == "":
                operation.session.delete(there)
            elif there is None:
                operation.session.add(
                    Neighbour(
                        community_id=COMMUNITY, number=number, name=name, sealed=bytes([number, 0])
                    )
                )
                operation.session.add(Mark(community_id=COMMUNITY, number=number))
            else:
                there.name = name
            operation.append(award(0, 1))
            operation.answer(number)


def busy(operations: int = 6) -> None:
    """A funded book with some awards."""
    funded()
    awards(0, operations)


def backed_up() -> Path:
    """Make a backup; where it is."""
    back_up(current().settings.backup_dir, current().clock.now_ms())
    return backups(current().settings.backup_dir)[-1]


def archive() -> Path:
    """Where the archive of the community is."""
    return current().settings.archive_dir / "weihai.example" / COMMUNITY


def export() -> Path:
    """Where its publication is."""
    return current().settings.export_dir / "weihai.example" / COMMUNITY


def newest_bundle(book: Path) -> Path:
    """The bundle of a small book at its newest size."""
    folder = book / "1" / "tile" / "entries" / "000.p"
    return max(folder.iterdir(), key=lambda path: int(path.name))


def flip(path: Path, at: int = -30) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def sealed_book() -> None:
    """Everything that a book can have, all of it published, and a tail that is not."""
    busy_book()
    befriend(1, "Wang")
    befriend(2, "Li")
    befriend(1, "Wang Fang")
    befriend(2, "")
    befriend(3, None)
    seal(COMMUNITY)


@pytest.fixture
def sealed(database_url: str, tmp_path: Path, clock: FakeClock, golden: Golden) -> Iterator[Flask]:
    """An application that starts on such a book, which was built once and copied."""

    def build() -> None:
        with application(database_url, tmp_path, clock):
            make_own_tables()
            sealed_book()

    golden.bring("sealed", database_url, tmp_path, build)
    with application(database_url, tmp_path, clock) as app:
        yield app


def check_whole() -> None:
    """What the database has is what a verifier finds, and the book goes on."""
    assert compare_rows(COMMUNITY).differences == []
    assert balances() == book_balances(replayed())
    awards(90, 92)
    seal(COMMUNITY)
    assert compare_rows(COMMUNITY).differences == []


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Open]:
    """Opens an application on a new, migrated database of an engine, beside the same folders."""
    drops: list[Callable[[], None]] = []

    @contextmanager
    def opened(engine: str) -> Iterator[Flask]:
        if engine == "sqlite":
            path = tmp_path / f"data-{len(drops)}" / "service.db"
            path.parent.mkdir()
            path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
            url = f"sqlite:///{path}"
            drops.append(path.unlink)
        else:
            server = request.getfixturevalue("postgres_url")
            name = postgres_database(server, request.getfixturevalue("postgres_template"))
            url = url_of(server, name)
            drops.append(lambda: postgres_drop(server, name))
        with application(url, tmp_path, clock) as app:
            make_own_tables()
            yield app

    yield opened
    for drop in drops:
        drop()
