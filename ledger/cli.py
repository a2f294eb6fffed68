"""The command line: `python -m ledger COMMAND …` (exit codes: docs/ledger-format.md §15).

Every command says what it did in one line, and refuses in one sentence on standard error.
"""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from ledger import cli_read, cli_witness, cli_write
from ledger.cli_errors import LineError, UsageError
from ledger.console import Console
from ledger.errors import LedgerError
from ledger.kinds import KEY_ROLES
from ledger.report import USAGE, exit_code
from ledger.store_errors import disk_error

# What a shell says of a program that such a signal has ended.
INTERRUPTED, BROKEN_PIPE = 130, 141
PROCESSES_MAX = 64

Command = Callable[[argparse.Namespace, Console], int]
Add = Callable[[str, Command], argparse.ArgumentParser]

ABOUT = "Keep a book in a folder, prove what is in it, verify it."
LINES = """
Each line is one JSON object: {"kind": …, "actor": {"account": …, "role": …}, "data": {…}},
and day, rule, tier, refs, commitments, transfers or document where wanted; the book gives the
rest. "key" is the idempotency key: an actor's key is taken once. key.added, key.retired,
clock.reset and book.closed are signed by those keys in KEYDIR that have to; data.last_at of
clock.reset and data.state of book.closed may be left out.
"""
_NUMBER = re.compile(r"-?[0-9]{1,16}")


def main(words: Sequence[str], console: Console) -> int:
    """Run one command; the exit code."""
    folder = Path()
    try:
        parsed = parser(console).parse_args(words)
        folder = Path(getattr(parsed, "folder", ""))
        command: Command = parsed.command
        return command(parsed, console)
    except SystemExit:  # the help was asked for
        return 0
    except BrokenPipeError:  # nobody reads on, as after `| head -1`
        return BROKEN_PIPE
    except OSError as error:
        problem: LedgerError = disk_error(error, folder)
    except LedgerError as error:
        problem = error
    except KeyboardInterrupt:
        console.tell("interrupted: a batch is written whole or not at all")
        return INTERRUPTED
    console.tell(f"{problem.code}: {problem}")
    return code_of(problem)


def code_of(problem: LedgerError) -> int:
    """The exit code of a refusal, those of this command line included."""
    if isinstance(problem, UsageError):
        return USAGE
    return exit_code(problem.reason if isinstance(problem, LineError) else problem)


def parser(console: Console) -> argparse.ArgumentParser:
    """The words of all commands; the help goes to `console`."""

    class Parser(argparse.ArgumentParser):
        """Speaks as the commands do."""

        def print_help(self, file: Any = None) -> None:  # noqa: ARG002 - its signature
            """Print the help."""
            console.write(self.format_help().encode())

        def error(self, message: str) -> NoReturn:
            """Refuse the words."""
            raise UsageError(problem=f"{message}; see {self.prog} --help")

    top = Parser(prog="python -m ledger", description=ABOUT, allow_abbrev=False)
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, command: Command) -> argparse.ArgumentParser:
        text = (command.__doc__ or "").split("\n")[0]
        sub = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        sub.set_defaults(command=command)
        return sub

    _add_beginning(add)
    _add_writers(add)
    _add_readers(add)
    _add_witnesses(add)
    return top


def _add_beginning(add: Add) -> None:
    sub = add("keygen", cli_write.keygen)
    sub.add_argument("folder", metavar="KEYDIR", help="made if it is not there")
    which = sub.add_mutually_exclusive_group(required=True)
    which.add_argument("--origin", metavar="O", help="the book, as NAMESPACE/COMMUNITY/NUMBER")
    which.add_argument("--witness", metavar="NAME", help="a witness, by its key name")
    sub.add_argument("--role", choices=KEY_ROLES, help="one more key of the book, for key.added")
    sub = add("new", cli_write.new)
    sub.add_argument("folder", metavar="DIR", help="made if it is not there")
    sub.add_argument("--origin", required=True, metavar="O", help="NAMESPACE/COMMUNITY/NUMBER")
    sub.add_argument("--keys", required=True, metavar="KEYDIR", help="made by keygen")
    sub.add_argument(
        "--founder",
        action="append",
        default=[],
        metavar="ACCOUNT:ROLE",
        help="one of two, given twice (default: new numbers); an account is 32 hex digits, "
        "a role staff, supervisor or platform_admin",
    )
    sub.add_argument("--clock", choices=("utc", "demo"), default="utc", help="demo: a trial book")
    sub.add_argument("--type", choices=("community", "city"), default="community")
    sub.add_argument(
        "--utc-offset-minutes", type=_number, default=480, metavar="N", help="default: 480"
    )
    sub.add_argument("--previous", metavar="F", help="JSON list of predecessors (§7, §11)")


def _add_writers(add: Add) -> None:
    sub = add("append", cli_write.append)
    sub.add_argument("folder", metavar="DIR")
    sub.add_argument("--keys", required=True, metavar="KEYDIR")
    sub.add_argument(
        "--confirm-clock",
        action="store_true",
        help="the clock is right, though the last entry is more than 36 hours old",
    )
    sub.epilog = LINES
    sub = add("checkpoint", cli_write.checkpoint)
    sub.add_argument("folder", metavar="DIR")
    sub.add_argument("--keys", required=True, metavar="KEYDIR")


def _add_readers(add: Add) -> None:
    for name, command in (("show", cli_read.show), ("prove", cli_read.prove)):
        sub = add(name, command)
        sub.add_argument("folder", metavar="DIR")
        sub.add_argument("seq", type=_number, metavar="SEQ", help="entries are counted from 0")
    sub = add("check", cli_read.check)
    sub.add_argument("receipt", metavar="R.tlog-proof", help="made by prove; - is standard input")
    sub.add_argument("--policy", required=True, metavar="F", help="the logs and witnesses trusted")
    sub.add_argument("--entry", metavar="F", help="the entry, if the receipt does not carry it")
    sub = add("verify", cli_read.verify)
    sub.add_argument("folder", metavar="DIR")
    sub.add_argument("--policy", required=True, metavar="F", help="the logs and witnesses trusted")
    sub.add_argument("--since", metavar="C", help="a checkpoint you hold from before")
    sub.add_argument("--fast", action="store_true", help="leave out the entry signatures")
    sub.add_argument("--json", action="store_true", help="answer for a program")
    sub.add_argument(
        "--predecessor", action="append", default=[], metavar="DIR", help="may be repeated"
    )
    sub.add_argument(
        "--processes", type=_count, default=0, metavar="N", help="for the signatures; default: 2"
    )
    sub = add("accounts", cli_read.accounts)
    sub.add_argument("folder", metavar="DIR")
    sub.add_argument("--json", action="store_true", help="answer for a program")
    sub = add("journal", cli_read.journal)
    sub.add_argument("folder", metavar="DIR")


def _add_witnesses(add: Add) -> None:
    sub = add("witness", cli_witness.witness)
    sub.add_argument("--state", required=True, metavar="DIR", help="never restored from a backup")
    sub.add_argument("--keys", required=True, metavar="KEYDIR", help="made by keygen --witness")
    sub.add_argument("--new", action="store_true", help="give the key its state, once")
    sub.add_argument("--policy", metavar="F", help="its log lines are followed")
    sub.add_argument(
        "--listen", default="127.0.0.1:7380", metavar="HOST:PORT", help="default: 127.0.0.1:7380"
    )
    sub = add("cosign", cli_witness.cosign)
    sub.add_argument("folder", metavar="DIR")
    sub.add_argument("--policy", required=True, metavar="F", help="its witness lines are asked")


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise UsageError(problem=f"{text[:40]!r} is not a whole number of up to 16 digits")
    return int(text)


def _count(text: str) -> int:
    number = _number(text)
    if not 0 < number <= PROCESSES_MAX:
        raise UsageError(problem=f"--processes is from 1 to {PROCESSES_MAX}")
    return number
