"""Commands that set an installation up: folders, secret, schema, the city's book."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from volunteer_credit.config import FILE_ENDING, PREFIX, SECRET_BYTES, Settings
from volunteer_credit.journal.operations.city import keys_kept
from volunteer_credit.people.operations.bootstrap import WAITING, Admin, found_with_admins
from volunteer_credit.shared import migrations
from volunteer_credit.shared.checks import folders
from volunteer_credit.shared.console import Console
from volunteer_credit.shared.errors import StoppedError

SECRET = f"{PREFIX}KEY_SECRET"
FOLDER_MODE, FILE_MODE = 0o700, 0o600


class SecretLostError(StoppedError):
    """A database with keys, and no file with the secret that opens them."""

    code = "key_secret_lost"
    en = "{path} is missing, but the database holds {count} keys made with it; put it back."
    zh = "缺少 {path}，而数据库中有 {count} 个用它加密的密钥；请放回该文件。"


@click.command()
@click.option(
    "--renew-codes", is_flag=True, help="New codes for the administrators who have not enrolled."
)
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_obj
def init(console: Console, renew_codes: bool, as_json: bool) -> None:
    """Make folders and the secret file, migrate, found the city's book. Safe to repeat.

    The book names two administrators. Each code that is printed lets one of them in, once.
    """
    with _secret(console) as (settings, path, keep):
        _make_folders(settings)
        with console.application(settings):
            migrations.upgrade()
            count = keys_kept()
            if path is not None and count:
                raise SecretLostError(path=path, count=count)
            keep()
            new, admins = found_with_admins(renew_codes=renew_codes)
    if as_json:
        said = [_said(each) for each in admins]
        console.show({"founded": new, "admins": said, "secret_file": path and str(path)})
        return
    if path is not None:
        console.say(
            f"Made {path}: keep a copy of it apart from every backup.",
            f"已生成 {path}：请另行保存一份，不要与备份放在一起。",
        )
    if new:
        console.say("Founded the city's book.", "已建立市级账本。")
    else:
        console.say("The city's book was there already.", "市级账本已存在。")
    for each in admins:
        _say(console, each)


def _said(admin: Admin) -> dict[str, object]:
    slip = admin.slip
    code = None if slip is None else {"code": slip.code, "expires_at_ms": slip.expires_at_ms}
    return {"account": admin.account, "state": admin.state, **(code or {})}


def _say(console: Console, admin: Admin) -> None:
    name = admin.account
    if admin.slip is not None:
        console.say(
            f"Administrator {name}: code {admin.slip.code}, good for 7 days, shown only now.",
            f"管理员 {name}：登记码 {admin.slip.code}，7 天内有效，仅显示这一次。",
        )
    elif admin.state == WAITING:
        console.say(
            f"Administrator {name} has not enrolled; `init --renew-codes` makes a new code.",
            f"管理员 {name} 尚未登记；可用 `init --renew-codes` 重新生成登记码。",
        )
    else:
        console.say(f"Administrator {name} has enrolled.", f"管理员 {name} 已登记。")


class _Keep:
    """Writes a new secret to its file, when it is known that none was lost."""

    def __init__(self, path: Path | None, text: str) -> None:
        self.path = path
        self._text = text

    def __call__(self) -> None:
        if self.path is not None:
            self.path.parent.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(self.path, flags, FILE_MODE), "w") as file:
                file.write(self._text + "\n")
                file.flush()
                os.fsync(file.fileno())


@contextmanager
def _secret(console: Console) -> Iterator[tuple[Settings, Path | None, _Keep]]:
    """The settings; with a new secret, and how to keep it, if its file is not there yet."""
    environ = dict(console.environ)
    name = SECRET + FILE_ENDING
    path = Path(environ[name]) if environ.get(name) else None
    if path is None or path.exists():
        yield console.settings(), None, _Keep(None, "")
        return
    text = base64.b64encode(console.random(SECRET_BYTES)).decode()
    del environ[name]
    yield Settings.from_environ({**environ, SECRET: text}), path, _Keep(path, text)


def _make_folders(settings: Settings) -> None:
    for path in folders(settings).values():
        path.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
    for url in (settings.database_url, settings.person_keys_url):
        if url.drivername == "sqlite":
            Path(str(url.database)).touch(FILE_MODE)


@click.command()
@click.option("--dry-run", is_flag=True, help="Print the statements and run none.")
@click.option("--app-role", metavar="NAME", help="PostgreSQL: grant this role what it needs.")
@click.pass_obj
def migrate(console: Console, dry_run: bool, app_role: str | None) -> None:
    """Bring the database to the schema of this release. PostgreSQL: run it as the owner."""
    with console.application():
        if dry_run:
            click.echo(migrations.upgrade_sql() or "-- nothing to do")
            return
        before, after = migrations.upgrade()
        if app_role is not None:
            migrations.grant(app_role)
    if before == after:
        console.say(f"The schema is at {after} already.", f"数据库结构已是 {after}。")
    else:
        before = before or "0"
        console.say(f"Migrated from {before} to {after}.", f"已从 {before} 迁移到 {after}。")
    if app_role is not None:
        console.say(
            f"The role {app_role} may read and append, and never change an entry.",
            f"角色 {app_role} 可读取和追加，但不能更改条目。",
        )


COMMANDS = (init, migrate)
