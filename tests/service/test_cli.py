"""The command line: what commands do, how they refuse, in which language, with which code."""

import base64
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from tests.service.make import FakeClock, environ_for, secret
from tests.service.shell import Shell
from volunteer_credit import wiring
from volunteer_credit.cli import commands
from volunteer_credit.config import Settings
from volunteer_credit.shared import console as consoles
from volunteer_credit.shared import migrations
from volunteer_credit.shared.db_errors import DatabaseBusyError, DatabaseFullError
from volunteer_credit.shared.jobs import Job

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.fixture
def shell(database_url: str, tmp_path: Path, clock: FakeClock) -> Shell:
    return Shell(database_url, tmp_path, clock)


@pytest.fixture
def bare(empty_database_url: str, tmp_path: Path, clock: FakeClock) -> Shell:
    return Shell(empty_database_url, tmp_path, clock)


def lines(output: str) -> int:
    return len(output.strip().splitlines())


# ---- init ---------------------------------------------------------------------------------------


def test_init_makes_everything_and_may_be_repeated(bare: Shell) -> None:
    path = bare.folder / "secret" / "kek"
    del bare.environ["VC_KEY_SECRET"]
    bare.environ["VC_KEY_SECRET_FILE"] = str(path)
    said = bare("init")
    assert str(path) in said
    founders = re.findall(r"[0-9a-f]{32}", said)
    codes = re.findall(r"[A-Z2-7]{26}", said)
    assert (len(set(founders)), len(set(codes))) == (2, 2)
    for folder in ("archive", "export", "backup", "person-keys", "person-keys-backup", "secret"):
        assert stat.S_IMODE((bare.folder / folder).stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = path.read_text()
    assert len(base64.b64decode(kept)) == 32
    again = json.loads(bare("init", "--json"))
    waiting = [{"account": each, "state": "waiting"} for each in founders]
    assert again == {"founded": False, "admins": waiting, "secret_file": None}
    bare.environ["LANG"] = "zh_CN.UTF-8"
    assert "市级账本已存在" in bare("init")
    renewed = json.loads(bare("init", "--renew-codes", "--json"))["admins"]
    assert [each["account"] for each in renewed] == founders
    assert not {each["code"] for each in renewed} & set(codes)
    assert path.read_text() == kept
    assert json.loads(bare("verify", "--json", "city", code=9))[0]["rows"]["differences"] == []


def test_init_makes_no_second_secret_for_keys_that_are_there(bare: Shell) -> None:
    bare("init")
    path = bare.folder / "secret"
    del bare.environ["VC_KEY_SECRET"]
    bare.environ["VC_KEY_SECRET_FILE"] = str(path)
    assert "key_secret_lost" in bare("init", code=23)
    assert not path.exists()


def test_init_without_a_secret_is_refused(bare: Shell) -> None:
    del bare.environ["VC_KEY_SECRET"]
    assert "VC_KEY_SECRET: is missing" in bare("init", code=20)
    assert not (bare.folder / "archive").exists()


def test_init_where_nothing_can_be_made_says_so(bare: Shell) -> None:
    (bare.folder / "file").touch()
    bare.environ["VC_ARCHIVE_DIR"] = str(bare.folder / "file" / "archive")
    assert "file_refused" in bare("init", code=23)


# ---- migrate ------------------------------------------------------------------------------------


def test_migrate_says_from_where_to_where(bare: Shell) -> None:
    assert "CREATE TABLE journal_entries" in bare("migrate", "--dry-run")
    newest = migrations.newest()
    assert bare("migrate") == f"Migrated from 0 to {newest}.\n"
    assert bare("migrate") == f"The schema is at {newest} already.\n"
    assert bare("migrate", "--dry-run") == "-- nothing to do\n"


@pytest.mark.engines("postgresql")
def test_migrate_grants_the_services_role(bare: Shell) -> None:
    role = f"app-{make_url(bare.environ['VC_DATABASE_URL']).database}"
    assert "app_role_missing" in bare("migrate", "--app-role", role, code=21)
    bare.change(f'CREATE ROLE "{role}" LOGIN')
    try:
        assert role in bare("migrate", "--app-role", role)
    finally:
        bare.change(f'DROP OWNED BY "{role}"')
        bare.change(f'DROP ROLE "{role}"')


@pytest.mark.engines("sqlite")
def test_sqlite_has_no_roles(shell: Shell) -> None:
    shell.environ["LC_ALL"] = "zh_CN"
    assert "SQLite 没有角色" in shell("migrate", "--app-role", "app", code=21)


# ---- settings -----------------------------------------------------------------------------------


@pytest.mark.engines("sqlite")
def test_check_config_shows_no_secret(shell: Shell) -> None:
    shell.environ["VC_KEY_SECRET_OLD"] = secret("old")
    shell.environ["VC_PERSON_KEYS_URL"] = "postgresql://me:hidden-word@db/keys"
    for words in (("check-config",), ("check-config", "--json")):
        said = shell(*words)
        assert shell.environ["VC_KEY_SECRET"] not in said
        assert secret("old") not in said
        assert "hidden-word" not in said
        for each in fields(Settings):
            assert f"VC_{each.name.upper()}" in said
    assert json.loads(said)["VC_LOCK_TIMEOUT_SECONDS"] == 5


@pytest.mark.engines("sqlite")
def test_check_config_names_every_problem_at_once(shell: Shell) -> None:
    shell.environ |= {"VC_CLOCK": "moon", "VC_COLOUR": "red", "VC_KEY_SECRET": "short"}
    del shell.environ["VC_NAMESPACE"]
    said = shell("check-config", code=20)
    for name in ("VC_CLOCK", "VC_COLOUR", "VC_KEY_SECRET", "VC_NAMESPACE"):
        assert f"  {name}: " in said
    assert "short" not in said
    shell.environ["LANG"] = "zh_CN.UTF-8"
    assert "设置有误" in shell("check-config", code=20)


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE"}, "en"),
        ({"LANG": "zh_CN", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN", "LC_ALL": ""}, "zh"),
    ],
)
def test_the_language_is_the_operators(environ: dict[str, str], language: str) -> None:
    assert consoles.Console(environ, wiring.build).language == language


# ---- jobs ---------------------------------------------------------------------------------------


def test_a_job_runs_once_for_its_period(shell: Shell) -> None:
    shell("init")
    assert shell("run-job", "seal").endswith(": done\n")
    assert shell("run-job", "seal").endswith(": done_before\n")
    ((period, outcome),) = [
        each.values() for each in json.loads(shell("run-job", "seal", "--json"))
    ]
    assert outcome == "done_before"
    assert period in shell("run-job", "seal", "--period", period)
    assert "no_job" in shell("run-job", "none", code=21)
    assert "job_period" in shell("run-job", "seal", "--period", "20000101", code=21)


def test_a_job_that_fails_is_found(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_period: str) -> None:
        raise DatabaseFullError

    monkeypatch.setattr(wiring, "jobs", lambda _: [Job(name="bad", run=fail, interval_seconds=60)])
    assert shell("run-job", "bad", code=24).endswith(": failed\n")


@pytest.mark.engines("sqlite")
def test_the_scheduler_gets_every_job(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[str] = []

    def serve(_app: object, jobs: list[Job]) -> int:
        served.extend(job.name for job in jobs)
        return 75

    monkeypatch.setattr("volunteer_credit.scheduler.serve", serve)
    said = shell("scheduler", code=75)
    assert {"seal", "prune_job_runs"} <= set(served)
    assert all(name in said for name in served)


# ---- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "code", "said"),
    [
        (DatabaseBusyError(seconds=5), 22, "database_busy"),
        (DatabaseFullError(), 23, "database_full"),
        (DBAPIError("x", {}, sqlite3.OperationalError("disk")), 23, "OperationalError"),
        (PermissionError(13, "Permission denied", "there"), 23, "there cannot be used"),
    ],
)
def test_each_kind_of_refusal_has_its_code(problem: Exception, code: int, said: str) -> None:
    @click.group(cls=consoles.Commands)
    def group() -> None:
        pass

    @group.command()
    def act() -> None:
        raise problem

    console = consoles.Console({}, wiring.build)
    result = CliRunner().invoke(group, ["act"], obj=console)
    assert result.exit_code == code
    assert said in result.stderr
    assert lines(result.output) == 1


@pytest.mark.parametrize("fault", [ZeroDivisionError, BrokenPipeError])
def test_a_fault_of_ours_is_not_hidden(fault: type[Exception]) -> None:
    @click.group(cls=consoles.Commands)
    def group() -> None:
        pass

    @group.command()
    def act() -> None:
        raise fault

    result = CliRunner().invoke(group, ["act"], obj=consoles.Console({}, wiring.build))
    assert result.exit_code == 1


def test_words_that_are_off_are_refused() -> None:
    result = CliRunner().invoke(commands, ["initialise"], obj=consoles.Console({}, wiring.build))
    assert result.exit_code == 2


# ---- as programs --------------------------------------------------------------------------------


def program(words: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**kept, **environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_package_is_the_command(tmp_path: Path) -> None:
    environ = environ_for(f"sqlite:///{tmp_path / 'data' / 'service.db'}", tmp_path)
    done = program(["-m", "volunteer_credit", "check-config"], environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert "VC_KEY_SECRET=***" in done.stdout
    assert program(["-m", "volunteer_credit", "check-config"], {}).returncode == 20


def test_the_wsgi_application_comes_from_the_environment(tmp_path: Path) -> None:
    environ = environ_for(f"sqlite:///{tmp_path / 'data' / 'service.db'}", tmp_path)
    done = program(["-W", "error", "-c", "import wsgi; print(wsgi.app.name)"], environ)
    assert (done.returncode, done.stdout, done.stderr) == (0, "volunteer_credit\n", "")


def test_bad_settings_stop_the_wsgi_application_on_one_screen(tmp_path: Path) -> None:
    environ = environ_for("mysql://somewhere/db", tmp_path, VC_KEY_SECRET="guessable", VC_X="1")
    done = program(["-c", "import wsgi"], environ)
    assert done.returncode == 1
    assert lines(done.stderr) <= 24
    last = done.stderr.strip().splitlines()[-1]
    assert all(name in last for name in ("VC_DATABASE_URL", "VC_KEY_SECRET", "VC_X"))
    assert "guessable" not in done.stderr


# ---- what the page for operators says -----------------------------------------------------------


def table(heading: str, number: int = 0) -> dict[str, str]:
    """The first two columns of a table below a heading of docs/operations.md."""
    section = OPERATIONS.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.findall(r"(?:^\|.*\n)+", section, flags=re.MULTILINE)[number].splitlines()[2:]
    rows = ([cell.strip().strip("`") for cell in row.split("|")[1:3]] for row in found)
    return dict(rows)


def test_every_setting_is_documented_with_its_default() -> None:
    told = table("Settings")
    assert list(told) == [f"VC_{each.name.upper()}" for each in fields(Settings)]
    settings = Settings.from_environ(environ_for("postgresql://db/x", Path("/data")))
    for each in fields(Settings):
        default = told[f"VC_{each.name.upper()}"]
        if default:
            assert default == str(getattr(settings, each.name)).lower()


def test_every_command_is_documented() -> None:
    assert set(table("Commands")) == set(commands.commands)
    for name, command in commands.commands.items():
        assert command.help, name


def test_every_job_is_documented() -> None:
    settings = Settings.from_environ(environ_for("postgresql://db/x", Path("/data")))
    made = {each.name: each.daily_at for each in wiring.jobs(settings)}
    told = table("Jobs")
    assert set(told) == set(made)
    for name, daily_at in made.items():
        assert daily_at is None or told[name] == f"{daily_at:%H:%M}", name


def test_every_exit_code_is_documented() -> None:
    told = {int(code) for code in table("Commands", 1) if code.isdigit()}
    assert set(consoles.EXIT_CODES) | {75} == told


def test_what_answers_for_a_program_is_documented() -> None:
    section = OPERATIONS.split("\n## Commands\n")[1]
    told = re.findall(r"`([a-z-]+)`", section.split("answer for a program")[0].split("\n\n")[-1])
    can = {
        name
        for name, command in commands.commands.items()
        if any("--json" in parameter.opts for parameter in command.params)
    }
    assert set(told) == can
