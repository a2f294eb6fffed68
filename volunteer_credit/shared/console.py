"""What every command stands on: settings, an application, the operator's language, exit codes.

A command says in one line what it did. A refusal is one line on standard error: its code, and a
sentence in Chinese where LC_ALL, LC_MESSAGES or LANG begin with `zh`, else in English.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from volunteer_credit.config import Settings, SettingsError
from volunteer_credit.shared.clock import Clock, SystemClock
from volunteer_credit.shared.db import WRITE, db
from volunteer_credit.shared.db_errors import DatabaseFailedError, translated
from volunteer_credit.shared.errors import BusyError, StoppedError
from volunteer_credit.shared.ids import Random
from volunteer_credit.shared.runtime import Runtime

DONE, FAULT, USAGE = 0, 1, 2
SETTINGS, REFUSED, BUSY, STOPPED, FOUND = 20, 21, 22, 23, 24
EXIT_CODES = (DONE, FAULT, USAGE, SETTINGS, REFUSED, BUSY, STOPPED, FOUND)
LANGUAGE_NAMES = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True)
class Console:
    """Where a command runs: the environment, how to build the application, clock, randomness."""

    environ: Mapping[str, str]
    build: Callable[[Runtime], Flask]
    clock: Clock = field(default_factory=SystemClock)
    random: Random = secrets.token_bytes

    @property
    def language(self) -> str:
        """`zh` or `en`."""
        said = next((self.environ[name] for name in LANGUAGE_NAMES if self.environ.get(name)), "")
        return "zh" if said.startswith("zh") else "en"

    def pick(self, en: str, zh: str) -> str:
        """The sentence in the operator's language."""
        return zh if self.language == "zh" else en

    def say(self, en: str, zh: str) -> None:
        """Print what was done."""
        click.echo(self.pick(en, zh))

    def show(self, value: Any) -> None:
        """Print a value for a program."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=1))

    def settings(self) -> Settings:
        """Raises: SettingsError."""
        return Settings.from_environ(self.environ)

    @contextmanager
    def application(self, settings: Settings | None = None) -> Iterator[Flask]:
        """The application, inside its context. Raises: SettingsError."""
        app = self.build(Runtime(settings or self.settings(), self.clock, self.random))
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                for engine in (db.engine, db.engines[WRITE]):
                    engine.dispose()


class FileRefusedError(StoppedError):
    """The disk, or who may use it."""

    code = "file_refused"
    en = "{path} cannot be used: {reason}."
    zh = "无法使用 {path}：{reason}。"


class Commands(click.Group):
    """A group of commands that turns refusals into a sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; refusals end with their exit code."""
        console: Console = ctx.obj
        try:
            return super().invoke(ctx)
        except SettingsError as problem:
            _settings_refused(console, problem)
            ctx.exit(SETTINGS)
        except BrokenPipeError:
            raise
        except OSError as problem:
            refusal = FileRefusedError(path=problem.filename, reason=problem.strerror)
            _refused(ctx, console, refusal)
        except DBAPIError as problem:
            reason = type(problem.orig).__name__
            _refused(ctx, console, translated(problem) or DatabaseFailedError(reason=reason))
        except Exception as problem:
            # The book's refusals (`ledger.errors`) look like ours.
            if not hasattr(problem, "sentence"):
                raise
            _refused(ctx, console, problem)


def _refused(ctx: click.Context, console: Console, problem: Any) -> None:
    click.echo(f"{problem.code}: {problem.sentence(console.language)}", err=True)
    ctx.exit(exit_code(problem))


def exit_code(problem: Exception) -> int:
    """The exit code of a refusal."""
    if isinstance(problem, BusyError):
        return BUSY
    if isinstance(problem, StoppedError):
        return STOPPED
    return REFUSED


def _settings_refused(console: Console, problem: SettingsError) -> None:
    title = console.pick(
        "The settings are not right (docs/operations.md lists them):",
        "设置有误（所有设置见 docs/operations.md）：",
    )
    click.echo("\n".join([title, *(f"  {each}" for each in str(problem).split("; "))]), err=True)
