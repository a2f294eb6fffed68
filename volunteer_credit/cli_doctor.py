"""Commands that look and change nothing: the settings, and all that can go wrong around them."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

import click
from sqlalchemy.engine import URL

from volunteer_credit.config import PREFIX, Settings
from volunteer_credit.journal.operations.doctor import journal_checks
from volunteer_credit.people.operations.pool_checks import pool_checks
from volunteer_credit.people.operations.rebuild import people_checks
from volunteer_credit.shared.checks import Check, State, machine
from volunteer_credit.shared.console import FOUND, Console
from volunteer_credit.web.browser_files import decoder_check

MARKS = {State.OK: "ok", State.WARNING: "!", State.FAILED: "FAILED"}
HIDDEN = "***"


@click.command("check-config")
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_obj
def check_config(console: Console, as_json: bool) -> None:
    """Print the settings without their secrets, or everything that is wrong with them."""
    shown = public(console.settings())
    if as_json:
        console.show(shown)
        return
    for name, value in shown.items():
        click.echo(f"{name}={'' if value is None else value}")
    console.say("The settings are right.", "设置正确。")


def public(settings: Settings) -> dict[str, Any]:
    """The settings as they may be shown, by the name of their variable."""
    shown: dict[str, Any] = {}
    for each in fields(settings):
        value = getattr(settings, each.name)
        if not each.repr:
            value = HIDDEN if value else None
        elif isinstance(value, URL):
            value = value.render_as_string(hide_password=True)
        shown[PREFIX + each.name.upper()] = value if isinstance(value, int | None) else str(value)
    return shown


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Look at versions, locks, permissions, disks, clock, keys, schema, books and backups."""
    console: Console = context.obj
    found = list(checks(console))
    bad = [each for each in found if each.state is State.FAILED]
    if as_json:
        console.show([asdict(each) for each in found])
    else:
        for each in found:
            click.echo(f"{MARKS[each.state]:>6} {each.name}: {console.pick(each.en, each.zh)}")
        console.say(
            f"{len(found)} checks, {len(bad)} failed.",
            f"共 {len(found)} 项检查，{len(bad)} 项未通过。",
        )
    context.exit(FOUND if bad else 0)


def checks(console: Console) -> Iterator[Check]:
    """All checks, those of the machine first."""
    settings = console.settings()
    yield from machine(settings, console.environ)
    yield decoder_check()
    with console.application(settings):
        yield from journal_checks()
        yield from people_checks()
        yield from pool_checks()


COMMANDS = (check_config, doctor)
