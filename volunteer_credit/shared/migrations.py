"""The schema: numbered migrations, run by Alembic inside one transaction of the write engine.

On SQLite they hold the write lock like any other writer. On PostgreSQL they run as the owner of the
tables; `grant` gives the service's own role what it needs and keeps the rest from it.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from volunteer_credit.shared.db import WRITE, Model, db, writer
from volunteer_credit.shared.db_errors import translated
from volunteer_credit.shared.errors import ConflictError, MissingError, RefusedError, StoppedError

HEAD, BASE = "head", "base"
INSTALLED = "_migrations"  # where a wheel carries them (pyproject.toml, force-include)
APPEND_ONLY = frozenset({"journal_entries"})
VERSION_TABLE = "alembic_version"

_MEMBER = text(
    "SELECT pg_has_role(rolname, current_user, 'MEMBER') FROM pg_roles WHERE rolname = :r"
)


class SchemaUnknownError(StoppedError):
    """A database that a newer release has migrated."""

    code = "schema_unknown"
    en = "The database is at migration {revision}, which this release lacks; install the newer one."
    zh = "数据库处于迁移版本 {revision}，本版本软件没有该迁移；请安装较新的版本。"


class MigrationFailedError(StoppedError):
    """A migration that did not run through; nothing of it was saved."""

    code = "migration_failed"
    en = "The migration failed and nothing was changed: {reason}"
    zh = "迁移失败，未作任何更改：{reason}"


class RoleMissingError(MissingError):
    """A role that the database server does not know."""

    code = "app_role_missing"
    en = "The database has no role {role!r}; create it first (CREATE ROLE … LOGIN)."
    zh = "数据库没有角色 {role!r}；请先创建（CREATE ROLE … LOGIN）。"


class RoleTooStrongError(RefusedError):
    """A role from which nothing can be kept."""

    code = "app_role_too_strong"
    en = (
        "The role {role!r} owns the tables, or is a superuser or member of the owner; take another."
    )
    zh = "角色 {role!r} 是表的所有者、超级用户或所有者的成员；请换一个角色。"


class NoRolesError(ConflictError):
    """Grants on an engine without roles."""

    code = "no_roles"
    en = "SQLite has no roles; leave out --app-role."
    zh = "SQLite 没有角色；请去掉 --app-role。"


def folder() -> Path:
    """Where the migrations are: inside an installed package, else beside it."""
    package = Path(__file__).resolve().parent.parent
    installed = package / INSTALLED
    return installed if installed.is_dir() else package.parent / "migrations"


def newest() -> str:
    """The revision that this release needs."""
    found = ScriptDirectory(str(folder())).get_current_head()
    assert found is not None, "there are migrations"
    return found


def current() -> str | None:
    """The revision of the database; None where nothing was migrated. Raises: as `db_errors`."""
    with _refusals(), db.engine.connect() as connection:
        return _revision(connection)


def is_behind() -> bool:
    """Whether `upgrade` has work to do here. A newer schema is not behind: going back may meet it.

    Raises: as `db_errors`.
    """
    revision = current()
    try:
        return _known(revision) != newest()
    except SchemaUnknownError:
        return False


def upgrade(revision: str = HEAD) -> tuple[str | None, str | None]:
    """Migrate up; the revision before and after.

    Raises: MigrationFailedError, SchemaUnknownError, and what `db_errors` knows.
    """
    with _migrating() as connection:
        before = _known(_revision(connection))
        command.upgrade(_config(connection), revision)
        return before, _revision(connection)


def downgrade(revision: str) -> None:
    """Migrate down: what later tables held is lost. Raises: as `upgrade`."""
    with _migrating() as connection:
        _known(_revision(connection))
        command.downgrade(_config(connection), revision)


def upgrade_sql() -> str:
    """The statements that `upgrade` would run now; it runs none. Raises: SchemaUnknownError."""
    before = _known(current())
    if before == newest():
        return ""
    printed = io.StringIO()
    config = Config(output_buffer=printed)
    _locate(config)
    config.attributes["dialect_name"] = db.engine.url.drivername
    command.upgrade(config, f"{before}:{HEAD}" if before else HEAD, sql=True)
    return printed.getvalue()


def grant(role: str) -> None:
    """Let the service's own role read and write, but never change or remove an entry.

    Raises: NoRolesError, RoleMissingError, RoleTooStrongError.
    """
    with _migrating() as connection:
        if connection.dialect.name == "sqlite":
            raise NoRolesError
        strong = connection.execute(_MEMBER, {"r": role}).scalar_one_or_none()
        if strong is None:
            raise RoleMissingError(role=role)
        if strong:
            raise RoleTooStrongError(role=role)
        name = connection.dialect.identifier_preparer.quote_identifier(role)
        schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
        there = set(inspect(connection).get_table_names())
        for statement in _grants(name, str(schema), there):
            connection.exec_driver_sql(statement)


def _grants(role: str, schema: str, there: set[str]) -> Iterator[str]:
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    for table in sorted(there & {VERSION_TABLE, *Model.metadata.tables}):
        rights = "SELECT, INSERT, UPDATE, DELETE"
        if table in APPEND_ONLY:
            rights = "SELECT, INSERT"
        elif table == VERSION_TABLE:
            rights = "SELECT"
        yield f'REVOKE ALL ON "{table}" FROM {role}'
        yield f'GRANT {rights} ON "{table}" TO {role}'


def _config(connection: Connection) -> Config:
    config = Config()
    _locate(config)
    config.attributes["connection"] = connection
    return config


def _locate(config: Config) -> None:
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known(revision: str | None) -> str | None:
    """A revision that this release has. Raises: SchemaUnknownError."""
    if revision is not None:
        try:
            ScriptDirectory(str(folder())).get_revision(revision)
        except CommandError:
            raise SchemaUnknownError(revision=revision) from None
    return revision


@contextmanager
def _migrating() -> Iterator[Connection]:
    """The one transaction of a migration, on SQLite under the write lock."""
    with _refusals(), writer().held(None), db.engines[WRITE].begin() as connection:
        if connection.dialect.name == "postgresql":
            # An index on a large table takes longer than any request may.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        yield connection


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except DBAPIError as problem:
        refusal = translated(problem)
        if refusal is None:
            reason = str(problem.orig).partition("\n")[0]
            raise MigrationFailedError(reason=reason) from problem
        raise refusal from problem
