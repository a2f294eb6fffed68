"""Commands of the tour: a new address for it, and the demonstration's clock moved on."""

import click

from volunteer_credit.shared.console import Console
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current
from volunteer_credit.tour.operations.clock import move_on, thursday_ms
from volunteer_credit.tour.operations.opening import make_key
from volunteer_credit.tour.rules.thursday import DAY_MS, MINUTE_MS

DAYS_MAX = 3660
THURSDAY = "thursday"


@click.command("demo-tour")
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_obj
def demo_tour(console: Console, as_json: bool) -> None:
    """A new address of the tour: good once, for eight hours; only in a demonstration."""
    with console.application():
        path, address = make_key(), current().settings.public_url
    if as_json:
        console.show({"path": path})
        return
    click.echo(address + path)


@click.command("demo-clock")
@click.option("--days", type=click.IntRange(1, DAYS_MAX), help="So many days further.")
@click.option("--minutes", type=click.IntRange(1), help="So many minutes further.")
@click.option("--to", type=click.Choice([THURSDAY]), help="To the next Thursday, 10:00.")
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_obj
def demo_clock(
    console: Console, days: int | None, minutes: int | None, to: str | None, as_json: bool
) -> None:
    """Move the clock of a demonstration on, and do what is due then; refused in any other book."""
    if sum(each is not None for each in (days, minutes, to)) != 1:
        message = "give one of --days, --minutes and --to"
        raise click.UsageError(message)
    with console.application():
        step_ms = (days or 0) * DAY_MS + (minutes or 0) * MINUTE_MS or thursday_ms()
        passed = move_on(step_ms, new_id(current().random))
    if as_json:
        counts = {"recorded": passed.recorded, "paid": passed.paid}
        console.show({**counts, "released": passed.released, "expired": passed.expired})
        return
    console.say(
        f"{step_ms / DAY_MS:.1f} days further: {passed.recorded} hours recorded, {passed.paid} "
        f"awards paid, {passed.released} holds released, {passed.expired} wallets expired.",
        f"前移 {step_ms / DAY_MS:.1f} 天：计入 {passed.recorded} 条时长，补发 {passed.paid} 笔，"
        f"释放 {passed.released} 笔预占，到期 {passed.expired} 个账户。",
    )


COMMANDS = (demo_tour, demo_clock)
