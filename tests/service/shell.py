"""Commands run as an operator runs them, with an environment and a clock of the test's own."""

from pathlib import Path

from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import create_engine, text

from tests.service.conftest import make_own_tables
from tests.service.make import FakeClock, environ_for
from volunteer_credit import create_app
from volunteer_credit.cli import commands
from volunteer_credit.journal.operations.clocks import Clocks
from volunteer_credit.shared.console import Console
from volunteer_credit.shared.runtime import Runtime


class Shell:
    """`shell("doctor", "--json")` runs a command; `environ` may be changed before."""

    def __init__(self, database_url: str, folder: Path, clock: FakeClock) -> None:
        self.folder = folder
        self.clock = clock
        self.environ = environ_for(database_url, folder, VC_TRUSTED_PROXIES="1")
        self.database_ahead_ms = 0  # of our clock, where the database has one

    @property
    def console(self) -> Console:
        return Console(self.environ, self._build, self.clock)

    def _build(self, runtime: Runtime) -> Flask:
        app = create_app(runtime)
        clocks = runtime.part(Clocks, Clocks)
        clocks.database_now_ms = lambda _: self.clock.at_ms + self.database_ahead_ms
        return app

    def set_up(self) -> None:
        """A founded city, with the tables that test modules define for themselves."""
        self("init")
        with self.console.application():
            make_own_tables()

    def change(self, statement: str) -> None:
        """What somebody does to the database who is not this service."""
        engine = create_engine(self.console.settings().database_url)
        try:
            with engine.begin() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()

    def __call__(self, *words: str, code: int = 0) -> str:
        """What a command printed; it must have ended with this code."""
        result: Result = CliRunner().invoke(commands, words, obj=self.console)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.output
