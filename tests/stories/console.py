"""The operator's shell: one process that runs our commands, so that each is not loaded anew.

It reads a line of JSON with the words of a command and what is typed, and answers with its exit
code and what it printed.
"""

import json
import os
import sys

from click.testing import CliRunner

from volunteer_credit import create_app
from volunteer_credit.cli import commands
from volunteer_credit.shared.console import Console


def main() -> None:
    """Run commands until there are no more lines."""
    for line in sys.stdin:
        words, given = json.loads(line)
        console = Console(os.environ, create_app)
        result = CliRunner().invoke(commands, words, obj=console, input=given)
        problem = result.exception
        told = "" if problem is None or isinstance(problem, SystemExit) else repr(problem)
        answer = [result.exit_code, result.stdout, result.stderr + told]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
