"""The command that computes every award of a published book again."""

from dataclasses import asdict
from pathlib import Path

import click

from volunteer_credit.points.operations.recompute import (
    GOOD,
    INCOMPLETE,
    REFUSED,
    Recomputed,
    recompute,
)
from volunteer_credit.shared.console import Console
from volunteer_credit.shared.units import points_text

CODES = {GOOD: 0, REFUSED: 4, INCOMPLETE: 3}
LINES_MAX = 20


@click.command("recompute")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Else PATH/policy.",
)
@click.option(
    "--previous",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A book before it, the oldest first; its policy lies in it.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_obj
def recompute_command(
    console: Console, path: Path, policy: Path | None, previous: tuple[Path, ...], as_json: bool
) -> None:
    """Verify a published book, and compute every award in it again from its conventions.

    A book that follows another counts on from what its opening restates; give that other with
    --previous to have what it handed on computed too.

    Ends with 0 when all agrees, 3 when a convention is missing, 4 when something does not agree.
    """
    found = recompute(path, policy, previous)
    if as_json:
        console.show(asdict(found))
    else:
        for each in (*found.before, found):
            _show(console, each)
        click.echo(found.verdict.upper())
    click.get_current_context().exit(CODES[found.verdict])


def _show(console: Console, found: Recomputed) -> None:
    for line in found.verifier:
        click.echo(line)
    total = sum(found.counts.values())
    console.say(
        f"{total} awards computed again, {points_text(found.centipoints)} points in all.",
        f"重新计算 {total} 笔，共 {points_text(found.centipoints)} 分。",
    )
    for origin in found.on_trust:
        console.say(
            f"  on trust: what {origin} handed on, as restated; --previous computes it too",
            f"  按其重述采信：{origin} 移交的内容；用 --previous 可一并重新计算",
        )
    for each in found.wrong[:LINES_MAX]:
        click.echo(f"  {each.line()}")
    for each_missing in found.missing:
        click.echo(f"  missing: {each_missing}")


COMMANDS = (recompute_command,)
