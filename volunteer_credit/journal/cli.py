"""The journal's commands: verify, back up, restore, recover, and an operator's orders."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from volunteer_credit.journal import cli_orders
from volunteer_credit.journal.operations.after_recovery import after_recovery
from volunteer_credit.journal.operations.backup import back_up, prune
from volunteer_credit.journal.operations.compare import Compared, compare_rows
from volunteer_credit.journal.operations.recover import recover, recoverable
from volunteer_credit.journal.operations.restore import restore
from volunteer_credit.journal.operations.verify_export import Verified, verify_export
from volunteer_credit.shared.console import DONE, FOUND, Console
from volunteer_credit.shared.runtime import current

SHOWN_MAX = 20
# Unknown kinds moved something; something needed is not there (docs/ledger-format.md §15); rows.
DOUBTS = (DONE, 10, 9, FOUND)


@click.command()
@click.argument("communities", nargs=-1, metavar="[COMMUNITY]...")
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_context
def verify(context: click.Context, communities: tuple[str, ...], as_json: bool) -> None:
    """Verify what is published, and compare every row of balances with a replay; default: all."""
    console: Console = context.obj
    codes: list[int] = []
    answer: list[dict[str, object]] = []
    with console.application():
        for community in communities or recoverable():
            compared = compare_rows(community)
            published = list(verify_export(community, as_json=as_json))
            codes += [each.code for each in published]
            codes += [FOUND] if compared.differences else []
            if as_json:
                reports = [_report(each) for each in published]
                answer.append(
                    {"community": community, "published": reports, "rows": asdict(compared)}
                )
            else:
                for each in published:
                    click.echo(each.text.rstrip("\n"))
                _say_rows(console, community, compared)
    if as_json:
        console.show(answer)
    context.exit(worst(codes))


def worst(codes: list[int]) -> int:
    """One exit code for several books: what refuses a book first, then what is only doubtful."""
    refusing = [code for code in codes if code not in DOUBTS]
    return refusing[0] if refusing else max(codes, key=DOUBTS.index, default=DONE)


def _report(verified: Verified) -> object:
    """The verifier's report; its refusal where it came to none."""
    if verified.text.startswith("{"):
        return json.loads(verified.text)
    return {"origin": verified.origin, "exit_code": verified.code, "failure": verified.text}


def _say_rows(console: Console, community: str, compared: Compared) -> None:
    for each in compared.differences[:SHOWN_MAX]:
        click.echo(f"  {each.origin} {each.table} {each.row}: {each.what} {each.reason}".rstrip())
    count = len(compared.differences)
    console.say(
        f"{community}: {compared.rows} rows against {compared.entries} entries, {count} differ.",
        f"{community}：{compared.rows} 条记录与 {compared.entries} 个条目核对，{count} 条不符。",
    )


@click.command()
@click.option("--keep-days", type=click.IntRange(1), default=35, show_default=True)
@click.option("--keep-count", type=click.IntRange(1), default=7, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_obj
def backup(console: Console, keep_days: int, keep_count: int, as_json: bool) -> None:
    """Write a backup, read it back, and remove those that are too old."""
    with console.application():
        folder, at_ms = current().settings.backup_dir, current().clock.now_ms()
        made = back_up(folder, at_ms)
        gone = prune(folder, at_ms, keep_count=keep_count, keep_days=keep_days)
    rows = sum(table.rows for table in made.tables)
    if as_json:
        console.show({"name": made.name, "rows": rows, "removed": gone})
        return
    console.say(
        f"Backup {made.name}: {len(made.books)} books, {rows} rows; {len(gone)} old ones removed.",
        f"备份 {made.name}：{len(made.books)} 本账本，{rows} 条记录；已删除 {len(gone)} 个旧备份。",
    )


@click.command("restore")
@click.argument("backup_name", metavar="NAME")
@click.pass_obj
def restore_command(console: Console, backup_name: str) -> None:
    """Fill an empty, migrated database with a backup (a name in VC_BACKUP_DIR, or a path)."""
    with console.application():
        made = restore(current().settings.backup_dir / Path(backup_name))
    console.say(
        f"Restored {made.name}; nothing can be written until `recover` has run.",
        f"已恢复 {made.name}；运行 recover 之前不能写入。",
    )


@click.command("recover")
@click.argument("communities", nargs=-1, metavar="[COMMUNITY]...")
@click.option("--accept-loss", is_flag=True, help="Go on although published entries are lost.")
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_obj
def recover_command(
    console: Console,
    communities: tuple[str, ...],
    accept_loss: bool,
    as_json: bool,
) -> None:
    """Bring books up to what was acknowledged, out of archive and publication; default: all."""
    done = []
    with console.application():
        for community in communities or recoverable():
            each = recover(community, accept_loss=accept_loss)
            done.append(
                {
                    "community": community,
                    "origin": each.head.origin,
                    "size": each.head.size,
                    "entries_put_back": each.entries_put_back,
                    "rows_put_back": each.rows_put_back,
                    "quarantined": each.quarantined,
                    "lost": each.lost,
                }
            )
            if not as_json:
                console.say(
                    f"{each.head.origin}: {each.head.size} entries, {each.entries_put_back} put"
                    f" back, {each.quarantined} to quarantine, {each.lost} lost.",
                    f"{each.head.origin}：{each.head.size} 个条目，"
                    f"补回 {each.entries_put_back} 个，"
                    f"隔离 {each.quarantined} 个，丢失 {each.lost} 个。",
                )
        after_recovery()
    if as_json:
        console.show(done)


COMMANDS: tuple[click.Command, ...] = (
    verify,
    backup,
    restore_command,
    recover_command,
    *cli_orders.COMMANDS,
)
