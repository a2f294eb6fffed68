"""Commands that set an installation up: folders, secret, schema, the city's book."""

import click

from volunteer_credit.people.operations.bootstrap import WAITING, Admin
from volunteer_credit.setting_up import set_up
from volunteer_credit.shared import migrations
from volunteer_credit.shared.console import Console


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
    made = set_up(console, renew_codes=renew_codes)
    path, new, admins = made.path, made.is_new, made.admins
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
