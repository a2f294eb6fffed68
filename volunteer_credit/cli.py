"""The command line, `volunteer-credit` (docs/operations.md): every command there is."""

import os

import click

from volunteer_credit import (
    cli_demo,
    cli_doctor,
    cli_jobs,
    cli_serve,
    cli_setup,
    cli_tour,
    create_app,
)
from volunteer_credit.journal import cli as cli_journal
from volunteer_credit.people import cli as cli_people
from volunteer_credit.people import cli_leaving
from volunteer_credit.points import cli as cli_points
from volunteer_credit.shared.console import Commands, Console


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Keep the books of volunteer hours and points. Settings come from VC_… variables."""


for _each in (
    *cli_setup.COMMANDS,
    *cli_doctor.COMMANDS,
    *cli_jobs.COMMANDS,
    *cli_serve.COMMANDS,
    *cli_demo.COMMANDS,
    *cli_tour.COMMANDS,
    *cli_journal.COMMANDS,
    *cli_people.COMMANDS,
    *cli_leaving.COMMANDS,
    *cli_points.COMMANDS,
):
    commands.add_command(_each)


def main() -> None:
    """Run a command with the environment and the clock of this machine; SystemExit at the end."""
    commands.main(prog_name="volunteer-credit", obj=Console(os.environ, create_app))
