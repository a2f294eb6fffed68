"""An application on each engine, with a clock that the test sets."""

import secrets
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Engine, make_url
from werkzeug.routing import Rule

from tests.service.compiled import share_compiled_statements, share_compiled_templates
from tests.service.golden import Golden
from tests.service.make import FakeClock, settings_for
from tests.service.postgres import server
from tests.tracing import traced_once, untraced
from volunteer_credit import create_app
from volunteer_credit.shared import migrations
from volunteer_credit.shared.db import WRITE, Model, db
from volunteer_credit.shared.runtime import Runtime

ENGINES = ("sqlite", "postgresql")
# What they guard against is the end of the machine, which no test brings about.
SLOW_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum", "jit")


def remember_routes(compile_route: Callable[[Any], None]) -> Callable[[Any], None]:
    """Compile each route once: it is most of what an application costs."""
    made: dict[tuple[Any, ...], Any] = {}

    def remembered(route: Any) -> None:
        key = (route.rule, route.subdomain, route.host, route.merge_slashes)
        first = made.get(key)
        if first is None or route.defaults:
            compile_route(route)
            if not route.defaults:
                made[key] = route
            return
        route._parts, route._trace = first._parts, first._trace
        route._converters, route.arguments = first._converters, set(first.arguments)
        for name in ("_build", "_build_unknown"):
            setattr(route, name, getattr(first, name).__func__.__get__(route))

    return remembered


share_compiled_statements()
share_compiled_templates()
routes: Any = Rule
routes.compile = remember_routes(Rule.compile)


# Each folder's conftest.py has session fixtures of its own, so what they make is remembered here.
@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config) -> str:
    """A PostgreSQL server of this test run (one for each worker), as a URL without database."""
    return postgres_server(pytestconfig)


@cache
def postgres_server(config: pytest.Config) -> str:
    """Start it; it ends with the run."""
    running = ExitStack()
    config.add_cleanup(running.close)
    url = running.enter_context(server())
    connection = running.enter_context(psycopg.connect(url, autocommit=True))
    for name in SLOW_SETTINGS:
        connection.execute(f"ALTER SYSTEM SET {name} = off")
    connection.execute("SELECT pg_reload_conf()")
    _administrators[url] = connection
    return url


_administrators: dict[str, psycopg.Connection[Any]] = {}  # by the address of their server


def _administer(server_url: str, statement: str) -> None:
    known = _administrators.get(server_url)  # a server that a test has for itself has none
    with (
        nullcontext(known) if known else psycopg.connect(server_url, autocommit=True) as connection
    ):
        connection.execute(statement.encode())


def postgres_database(server_url: str, template: str = "template1") -> str:
    """A new database on the server; its name."""
    name = f"t{uuid.uuid4().hex}"
    _administer(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return name


def postgres_drop(server_url: str, name: str) -> None:
    """Drop a database, whoever is still connected."""
    _administer(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def url_of(server_url: str, name: str) -> str:
    """The address of a database on the server."""
    url = make_url(server_url).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def migrate(url: str, folder: Path) -> None:
    """Bring an empty database to the newest schema, as the command does."""
    with application(url, folder, FakeClock()):
        migrations.upgrade()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, made once and copied for each test."""
    return migrated_file(tmp_path_factory.getbasetemp())


@cache
def migrated_file(base: Path) -> Path:
    """Make it below this folder."""
    path = base / "template-sqlite" / "data" / "service.db"
    path.parent.mkdir(parents=True)
    migrate(f"sqlite:///{path}", path.parents[1])
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated database, made once and copied for each test."""
    return migrated_database(postgres_url, tmp_path_factory.getbasetemp())


@cache
def migrated_database(server_url: str, base: Path) -> str:
    """Make it, with its folders below this one; it goes with its server."""
    name, folder = postgres_database(server_url), base / "template-postgresql"
    folder.mkdir()
    migrate(url_of(server_url, name), folder)
    return name


@cache
def sqlite_with_own_tables(template: Path) -> Path:
    """A copy of the template with the tables that tests define and no migration knows."""
    path = template.with_name("own.db")
    shutil.copyfile(template, path)
    _add_own_tables(f"sqlite:///{path}")
    return path


@cache
def postgres_with_own_tables(server_url: str, template: str) -> str:
    """The same; it goes with its server."""
    name = postgres_database(server_url, template)
    _add_own_tables(url_of(server_url, name))
    return name


def _add_own_tables(url: str) -> None:
    engine = create_engine(url)
    make_own_tables(engine)
    engine.dispose()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database on the engine that the test is run for."""
    is_app = "app" in request.fixturenames  # which wants the tables of tests too
    if request.param == "sqlite":
        path = tmp_path / "data" / "service.db"
        path.parent.mkdir(exist_ok=True)
        made: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(sqlite_with_own_tables(made) if is_app else made, path)
        yield f"sqlite:///{path}"
        return
    server_url = request.getfixturevalue("postgres_url")
    template: str = request.getfixturevalue("postgres_template")
    if is_app:
        template = postgres_with_own_tables(server_url, template)
    name = postgres_database(server_url, template)
    yield url_of(server_url, name)
    postgres_drop(server_url, name)


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Golden:
    """Installations that are built once."""
    return Golden(tmp_path_factory.mktemp("golden"))


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, for tests of the migrations themselves."""
    if request.param == "sqlite":
        (tmp_path / "data").mkdir(exist_ok=True)
        yield f"sqlite:///{tmp_path / 'data' / 'empty.db'}"
        return
    server_url = request.getfixturevalue("postgres_url")
    name = postgres_database(server_url)
    yield url_of(server_url, name)
    postgres_drop(server_url, name)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that touches a database on both engines, unless it names its own.

    Its second engine is not traced: what only PostgreSQL reaches has a test of its own.
    """
    for fixture in ("database_url", "empty_database_url"):
        if fixture in metafunc.fixturenames:
            marked = metafunc.definition.get_closest_marker("engines")
            first, *others = marked.args if marked else ENGINES
            engines = [first, *(pytest.param(each, marks=pytest.mark.untraced) for each in others)]
            metafunc.parametrize(fixture, engines, indirect=True, scope="function")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def make_own_tables(engine: Engine | None = None) -> None:
    """Make the tables that tests define and no migration knows; usually in the application's."""
    with untraced():
        engine = engine or db.engines[WRITE]
        there = set(inspect(engine).get_table_names())
        own = [each for each in Model.metadata.sorted_tables if each.name not in there]
        if own:
            Model.metadata.create_all(engine, tables=own)


@contextmanager
def application(url: str, folder: Path, clock: FakeClock) -> Iterator[Flask]:
    """An application on a database, inside its context; its connections end with it."""
    with traced_once("create_app"):
        app = create_app(Runtime(settings_for(url, folder), clock, secrets.token_bytes))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            for engine in (db.engine, db.engines[WRITE]):
                engine.dispose()


@pytest.fixture
def app(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Flask]:
    """An application with all tables, inside its context; also those that test modules define."""
    with application(database_url, tmp_path, clock) as app:
        yield app
