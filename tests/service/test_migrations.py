"""The migrations make the tables of the models, go back, and fence the entries in."""

import tomllib
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.service.books import COMMUNITY, award, found, funded, notes, request
from tests.service.conftest import application
from tests.service.make import FakeClock
from volunteer_credit.journal.operations import fence
from volunteer_credit.journal.operations.fence import fence_down, fence_up
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.shared import migrations
from volunteer_credit.shared.db import WRITE, Model, db, transaction, writer
from volunteer_credit.shared.db_errors import DatabaseBusyError, DatabaseGoneError
from volunteer_credit.shared.migrations import (
    MigrationFailedError,
    NoRolesError,
    RoleMissingError,
    RoleTooStrongError,
    SchemaUnknownError,
)

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = sorted(path.stem for path in (ROOT / "migrations" / "versions").glob("*.py"))


@pytest.fixture
def bare(empty_database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Flask]:
    """An application whose database holds nothing yet."""
    with application(empty_database_url, tmp_path, clock) as app:
        yield app


def tables() -> set[str]:
    return set(inspect(db.engines[WRITE]).get_table_names()) - {migrations.VERSION_TABLE}


def ours() -> MetaData:
    """The tables of the service, without those that test modules define for themselves."""
    chosen = MetaData()
    for table in Model.metadata.sorted_tables:
        if not table.name.startswith("test_"):
            table.to_metadata(chosen)
    return chosen


def differences(metadata: MetaData) -> list[object]:
    with db.engines[WRITE].connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_they_are_numbered_without_a_gap() -> None:
    assert [name[:4] for name in VERSIONS] == [f"{n:04}" for n in range(1, len(VERSIONS) + 1)]
    assert migrations.newest() == VERSIONS[-1][:4]


def test_they_make_exactly_the_tables_of_the_models(bare: Flask) -> None:
    assert migrations.current() is None
    assert migrations.upgrade() == (None, migrations.newest())
    assert differences(ours()) == []
    assert migrations.upgrade() == (migrations.newest(), migrations.newest())


def fence_now() -> list[tuple[str, ...]]:
    """The triggers of the entries and what they call, as the database spells them."""
    if db.engines[WRITE].dialect.name == "sqlite":
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    else:
        asked = (
            "SELECT t.tgname, pg_get_triggerdef(t.oid), pg_get_functiondef(t.tgfoid)"
            " FROM pg_trigger t WHERE NOT t.tgisinternal ORDER BY t.tgname"
        )
    with db.engines[WRITE].connect() as connection:
        return [tuple(row) for row in connection.execute(text(asked))]


def test_no_migration_hangs_on_code_that_may_change() -> None:
    for name in VERSIONS:
        source = (ROOT / "migrations" / "versions" / f"{name}.py").read_text("utf-8")
        assert "volunteer_credit" not in source, name


def test_the_fence_that_recovery_puts_up_is_the_one_of_the_migration(bare: Flask) -> None:
    """Its SQL is frozen there. Who changes the living one writes a migration, and this anew."""
    migrations.upgrade()
    frozen = fence_now()
    assert frozen
    with transaction() as session:
        fence_down(session.connection())
        for statement in fence.making(session.get_bind().dialect.name):
            session.execute(text(statement))
        fence_up(session.connection())
    assert fence_now() == frozen
    migrations_file = ROOT / "migrations" / "versions" / f"{VERSIONS[0]}.py"
    spec = spec_from_file_location("first", migrations_file)
    assert spec is not None
    assert spec.loader is not None
    first = module_from_spec(spec)
    spec.loader.exec_module(first)
    for dialect in (fence.POSTGRESQL, fence.SQLITE):
        assert first.RAISING[dialect] == (*fence.making(dialect), *fence.raising(dialect))
        assert first.LOWERING[dialect] == (*fence.lowering(dialect), *fence.unmaking(dialect))


def test_a_table_or_column_that_is_missing_is_seen(bare: Flask) -> None:
    migrations.upgrade()
    more = ours()
    Table("more", more, Column("a", Integer, primary_key=True))
    more.tables["job_leases"].append_column(Column("b", Integer))
    assert len(differences(more)) == 2


def test_they_go_down_and_up_again(bare: Flask) -> None:
    migrations.upgrade()
    migrations.downgrade(migrations.BASE)
    assert tables() == set()
    assert migrations.current() is None
    migrations.upgrade()
    found()
    with pytest.raises(DBAPIError), db.engines[WRITE].begin() as connection:
        connection.execute(text("DELETE FROM journal_entries"))


def test_each_goes_down_by_itself(bare: Flask) -> None:
    before: list[set[str]] = [set()]
    for name in VERSIONS:
        migrations.upgrade(name[:4])
        before.append(tables())
    for here in reversed(before[:-1]):
        migrations.downgrade("-1")
        assert tables() == here


def test_a_migration_that_fails_leaves_nothing(bare: Flask) -> None:
    with db.engines[WRITE].begin() as connection:
        connection.execute(text("CREATE TABLE job_leases (a INTEGER)"))
    with pytest.raises(MigrationFailedError) as caught:
        migrations.upgrade()
    assert "job_leases" in caught.value.sentence("zh")
    assert tables() == {"job_leases"}


def test_a_newer_database_is_refused(app: Flask) -> None:
    with db.engines[WRITE].begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert migrations.current() == "9999"
    for act in (migrations.upgrade, migrations.upgrade_sql, lambda: migrations.downgrade("base")):
        with pytest.raises(SchemaUnknownError):
            act()


def test_the_statements_are_printed_and_not_run(bare: Flask) -> None:
    printed = migrations.upgrade_sql()
    assert "CREATE TABLE journal_entries" in printed
    assert "CREATE TRIGGER" in printed
    assert "CREATE TABLE job_runs" in printed
    assert tables() == set()
    migrations.upgrade("0001")
    rest = migrations.upgrade_sql()
    assert "CREATE TABLE job_runs" in rest
    assert "journal_entries" not in rest
    migrations.upgrade()
    assert migrations.upgrade_sql() == ""


@pytest.mark.engines("sqlite")
def test_the_printed_statements_do_the_work(bare: Flask) -> None:
    statements = migrations.upgrade_sql()
    path = make_url(str(db.engine.url)).database
    raw = create_engine(f"sqlite:///{path}").raw_connection()
    raw.dbapi_connection.executescript(statements)  # type: ignore[union-attr] # the driver's own
    raw.close()
    assert differences(ours()) == []
    assert migrations.current() == migrations.newest()


@pytest.mark.engines("sqlite")
def test_a_migration_waits_for_the_writer(bare: Flask) -> None:
    lock = writer().sqlite
    assert lock is not None
    lock.timeout_seconds = 0.01
    other = type(lock)(lock.path, 1, FakeClock())
    with other.held():
        bare.extensions["volunteer_credit.writer"].sqlite._clock = Hurried()
        with pytest.raises(DatabaseBusyError):
            migrations.upgrade()
    migrations.upgrade()


class Hurried(FakeClock):
    """A steady hand that runs whenever it is looked at."""

    def monotonic_ms(self) -> int:
        self.steady_ms += 1000
        return self.steady_ms


@pytest.mark.engines("postgresql")
def test_a_database_that_does_not_answer_is_said(bare: Flask, tmp_path: Path) -> None:
    url = db.engine.url.set(database="no_such").render_as_string(hide_password=False)
    with (
        application(url, tmp_path, FakeClock()),
        pytest.raises(DatabaseGoneError),
    ):
        migrations.upgrade()


# ---- the fence ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal_entries SET kind = 'x'",
        "DELETE FROM journal_entries",
        "DELETE FROM journal_entries WHERE seq = 0",
        "INSERT INTO journal_entries SELECT * FROM journal_entries WHERE 1=1"
        " ON CONFLICT (community_id, book, seq) DO UPDATE SET kind = 'x'",
    ],
)
def test_no_statement_changes_an_entry(app: Flask, change: str) -> None:
    found()
    before = notes()
    with pytest.raises(DBAPIError, match="never changed"), db.engines[WRITE].begin() as connection:
        connection.execute(text(change))
    db.session.rollback()
    assert notes() == before


@pytest.mark.engines("postgresql")
def test_truncate_is_refused(app: Flask) -> None:
    found()
    with pytest.raises(DBAPIError, match="never changed"), db.engines[WRITE].begin() as connection:
        connection.execute(text("TRUNCATE journal_entries"))


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("column", ["id", "seq"])
def test_replace_is_refused(app: Flask, column: str) -> None:
    found()
    with db.engines[WRITE].connect() as connection:
        row = dict(connection.execute(text("SELECT * FROM journal_entries")).mappings().one())
    row["seq" if column == "id" else "id"] = 7 if column == "id" else "other"
    replace = insert(Model.metadata.tables["journal_entries"]).prefix_with("OR REPLACE")
    with pytest.raises(IntegrityError, match="never changed"), db.engines[WRITE].begin() as c:
        c.execute(replace, row)


def test_recovery_takes_the_fence_down_for_itself_alone(app: Flask) -> None:
    funded()
    (last,) = append(COMMUNITY, request("a"), [award()])
    with transaction() as session:
        connection = session.connection()
        fence_down(connection)
        connection.execute(text("DELETE FROM journal_entries WHERE seq = :s"), {"s": last.seq})
        fence_up(connection)
    assert len(notes()) == last.seq
    with pytest.raises(DBAPIError), db.engines[WRITE].begin() as connection:
        connection.execute(text("DELETE FROM journal_entries"))
    with pytest.raises(ZeroDivisionError):
        broken_off()
    with pytest.raises(DBAPIError), db.engines[WRITE].begin() as connection:
        connection.execute(text("DELETE FROM journal_entries"))


def broken_off() -> None:
    """A recovery that dies with the fence down."""
    with transaction() as session:
        fence_down(session.connection())
        raise ZeroDivisionError


# ---- the service's own role ---------------------------------------------------------------------


@pytest.mark.engines("postgresql")
def test_the_services_role_appends_and_changes_nothing(
    app: Flask, tmp_path: Path, clock: FakeClock
) -> None:
    role = f"app-{db.engine.url.database}"
    with db.engines[WRITE].begin() as connection:
        connection.execute(text(f"CREATE ROLE \"{role}\" LOGIN PASSWORD 'p'"))
    try:
        migrations.grant(role)
        url = db.engine.url.set(username=role, password="p")
        with application(url.render_as_string(hide_password=False), tmp_path, clock):
            funded()
            append(COMMUNITY, request("a"), [award()])
            assert migrations.current() == migrations.newest()
            for change in (
                "UPDATE journal_entries SET kind = 'x'",
                "DELETE FROM journal_entries",
                "TRUNCATE journal_entries",
                "TRUNCATE journal_heads",
                "ALTER TABLE journal_entries DISABLE TRIGGER journal_entries_fence",
                "DROP TRIGGER journal_entries_fence ON journal_entries",
                "UPDATE alembic_version SET version_num = '0'",
                "CREATE TABLE more (a INTEGER)",
            ):
                with (
                    pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
                    db.engines[WRITE].begin() as connection,
                ):
                    connection.execute(text(change))
    finally:
        with db.engines[WRITE].begin() as connection:
            connection.execute(text(f'DROP OWNED BY "{role}"'))
            connection.execute(text(f'DROP ROLE "{role}"'))


@pytest.mark.engines("postgresql")
def test_a_role_that_is_missing_or_too_strong_is_refused(app: Flask) -> None:
    with pytest.raises(RoleMissingError):
        migrations.grant('no"such')
    with pytest.raises(RoleTooStrongError):
        migrations.grant(db.engine.url.username or "postgres")


@pytest.mark.engines("sqlite")
def test_sqlite_has_no_roles(app: Flask) -> None:
    with pytest.raises(NoRolesError):
        migrations.grant("app")


# ---- where they are -----------------------------------------------------------------------------


def test_a_wheel_carries_them(tmp_path: Path) -> None:
    """The build is told to put them where an installed package looks first."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    inside = told["targets"]["wheel"]["force-include"]["migrations"]
    assert inside == f"volunteer_credit/{migrations.INSTALLED}"
    file = tmp_path / "volunteer_credit" / "shared" / "migrations.py"
    file.parent.mkdir(parents=True)
    file.write_text((ROOT / "volunteer_credit" / "shared" / "migrations.py").read_text())
    spec = spec_from_file_location("installed_migrations", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.folder() == tmp_path / "migrations"
    (tmp_path / inside).mkdir()
    assert module.folder() == tmp_path / inside
