"""Commands for scheduled work: run one job now, or be the scheduler."""

import logging

import click

from volunteer_credit import scheduler as schedulers
from volunteer_credit import wiring
from volunteer_credit.shared.console import FOUND, Console
from volunteer_credit.shared.jobs import Outcome, run_job

GOOD = frozenset({Outcome.DONE, Outcome.DONE_BEFORE, Outcome.RUNNING})


@click.command("run-job")
@click.argument("name")
@click.option("--period", help="One period, as `doctor` and the log name it; default: all due.")
@click.option("--json", "as_json", is_flag=True, help="Answer for a program.")
@click.pass_context
def run_job_command(context: click.Context, name: str, period: str | None, as_json: bool) -> None:
    """Run a job now; what is done already is not done again."""
    console: Console = context.obj
    with console.application() as app:
        results = run_job(app, wiring.jobs(console.settings()), name, period)
    if as_json:
        console.show([{"period": each, "outcome": outcome.value} for each, outcome in results])
    else:
        for each, outcome in results:
            click.echo(f"{name} {each}: {outcome.value}")
    context.exit(0 if all(outcome in GOOD for _, outcome in results) else FOUND)


@click.command()
@click.pass_context
def scheduler(context: click.Context) -> None:
    """Run all jobs when they are due, until SIGTERM."""
    console: Console = context.obj
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with console.application() as app:
        jobs = wiring.jobs(console.settings())
    console.say(
        f"The scheduler runs {len(jobs)} jobs: {', '.join(job.name for job in jobs)}.",
        f"调度程序运行 {len(jobs)} 个任务：{', '.join(job.name for job in jobs)}。",
    )
    context.exit(schedulers.serve(app, jobs))


COMMANDS = (run_job_command, scheduler)
