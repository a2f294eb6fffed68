"""What `doctor` looks at, and that it sees each thing that can be wrong."""

import errno
import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.service.books import COMMUNITY, award, found, funded, request
from tests.service.golden import Golden
from tests.service.make import FakeClock, secret, settings_for
from tests.service.shell import Shell
from volunteer_credit.journal.operations.fence import fence_down, fence_up
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.shared import checks
from volunteer_credit.shared.checks import Check, State, has_wal_fault, machine
from volunteer_credit.shared.db import WRITE, db
from volunteer_credit.shared.write_lock import file_locks_work

HOUR_MS = 3_600_000


@pytest.fixture
def shell(database_url: str, tmp_path: Path, clock: FakeClock, golden: Golden) -> Shell:
    """An installation in which everything is right."""
    made = Shell(database_url, tmp_path, clock)

    def build() -> None:
        made.set_up()
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data").chmod(0o700)
        made("run-job", "seal")
        made("backup")

    golden.bring("doctor", database_url, tmp_path, build)
    return made


def found_by(shell: Shell, code: int = 0) -> dict[str, tuple[str, str]]:
    """State and sentence of each check by its name; of those with one name the last."""
    return {
        each["name"]: (each["state"], each["en"])
        for each in json.loads(shell("doctor", "--json", code=code))
    }


def change(shell: Shell, *statements: str) -> None:
    """What somebody does to the database who is not this service."""
    engine = create_engine(shell.console.settings().database_url)
    with engine.begin() as connection:
        fence_down(connection)
        for statement in statements:
            connection.execute(text(statement))
        fence_up(connection)
    engine.dispose()


BOOK = "book weihai.example/city/1"


def test_nothing_is_wrong_with_a_good_installation(shell: Shell) -> None:
    found = found_by(shell)
    assert {state for state, _ in found.values()} == {"ok"}
    assert {"versions", "database", "schema", "clock", "keys", BOOK, "backup"} <= found.keys()
    assert {"person_keys", "people", "approvals", "web", "metrics"} <= found.keys()
    assert "0 failed" in shell("doctor")
    shell.environ["LANG"] = "zh_CN"
    assert "个密钥均可解密" in shell("doctor")


@pytest.mark.parametrize(
    ("break_it", "name", "said"),
    [
        (lambda s: (s.folder / "archive").chmod(0o750), "archive_dir", "chmod go-rwx"),
        (lambda s: (s.folder / "export").chmod(0o777), "export_dir", "chmod go-w"),
        (lambda s: (s.folder / "backup").rename(s.folder / "away"), "backup_dir", "is missing"),
        (lambda s: s.environ.update(VC_KEY_SECRET=secret("other")), "keys", "VC_KEY_SECRET"),
        (lambda s: change(s, "UPDATE alembic_version SET version_num = '0001'"), "schema", "0001"),
        (lambda s: change(s, "UPDATE journal_heads SET size = 0"), BOOK, "changed outside"),
        (
            lambda s: change(
                s,
                "CREATE TABLE copied AS SELECT * FROM journal_entries",
                "UPDATE copied SET seq = 1, id = 'x'",
                "INSERT INTO journal_entries SELECT * FROM copied",
            ),
            BOOK,
            "is not an entry",
        ),
        (lambda s: setattr(s.clock, "at_ms", s.clock.at_ms - 9000), BOOK, "in the future"),
        (lambda s: s.clock.pass_ms(27 * HOUR_MS), "backup", "27 h old"),
        (
            lambda s: next((s.folder / "backup").glob("*/manifest*")).write_text("{}"),
            "backup",
            "damaged",
        ),
        (lambda s: (s.folder / "archive").rename(s.folder / "away"), BOOK, "archive"),
    ],
)
def test_what_is_wrong_is_found(
    shell: Shell, break_it: Callable[[Shell], object], name: str, said: str
) -> None:
    break_it(shell)
    state, sentence = found_by(shell, code=24)[name]
    assert state == "failed"
    assert said in sentence


@pytest.mark.parametrize(
    ("environ", "name", "state", "said"),
    [
        ({}, "web", "ok", "behind 1 proxies"),
        ({"VC_TRUSTED_PROXIES": "0"}, "web", "warning", "VC_TRUSTED_PROXIES is 0"),
        ({"VC_PUBLIC_URL": "http://a", "VC_CLOCK": "demo"}, "web", "warning", "demonstration"),
        ({}, "metrics", "ok", "off"),
        ({"VC_METRICS_PORT": "9100"}, "metrics", "ok", "9100"),
        ({"VC_CODE_SENDER": "console"}, "code_sender", "warning", "to the log"),
    ],
)
@pytest.mark.engines("sqlite")
def test_the_settings_of_the_web_are_looked_at(
    database_url: str, tmp_path: Path, environ: dict[str, str], name: str, state: str, said: str
) -> None:
    settings = settings_for(database_url, tmp_path, **{"VC_TRUSTED_PROXIES": "1", **environ})
    (found,) = [each for each in machine(settings, {}) if each.name == name]
    assert (found.state, said in found.en) == (state, True)
    quiet = {"VC_CODE_SENDER": "console", "VC_CLOCK": "demo"}  # a demonstration may print codes
    assert "code_sender" not in {
        each.name for each in machine(settings_for(database_url, tmp_path, **quiet), {})
    }


def test_a_folder_that_the_web_server_may_read_is_right(shell: Shell) -> None:
    (shell.folder / "export").chmod(0o755)
    assert found_by(shell)["export_dir"][0] == "ok"


def test_a_secret_file_that_others_can_read_is_found(shell: Shell) -> None:
    path = shell.folder / "kek"
    path.write_text(shell.environ.pop("VC_KEY_SECRET"))
    path.chmod(0o600)
    shell.environ["VC_KEY_SECRET_FILE"] = str(path)
    assert found_by(shell)["VC_KEY_SECRET_FILE"][0] == "ok"
    path.chmod(0o640)
    assert found_by(shell, code=24)["VC_KEY_SECRET_FILE"][0] == "failed"


def test_entries_that_wait_for_a_checkpoint_are_found(shell: Shell) -> None:
    with shell.console.application():
        funded()
        append(COMMUNITY, request("a"), [award()])
    name = f"book weihai.example/{COMMUNITY}/1"
    assert found_by(shell)[name][0] == "ok"
    shell.clock.pass_ms(6 * 60_000)
    assert "does the scheduler run?" in found_by(shell, code=24)[name][1]
    shell("run-job", "seal")
    assert found_by(shell)[name][0] == "ok"


def test_a_long_silence_is_a_warning(shell: Shell) -> None:
    shell.clock.pass_ms(40 * HOUR_MS)
    shell("backup")
    state, said = found_by(shell)[BOOK]
    assert state == "warning"
    assert "clock-confirm" in said


def test_no_backup_yet_is_a_warning(database_url: str, tmp_path: Path, clock: FakeClock) -> None:
    shell = Shell(database_url, tmp_path, clock)
    shell("init")
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data").chmod(0o700)
    assert found_by(shell)["backup"][0] == "warning"


def test_a_restored_book_is_found(shell: Shell) -> None:
    postgres = shell.environ["VC_DATABASE_URL"].startswith("postgresql")
    change(
        shell,
        "UPDATE journal_heads SET mac = 'restored:'::bytea || mac"
        if postgres
        else "UPDATE journal_heads SET mac = CAST('restored:' || mac AS BLOB)",
    )
    assert "run recover" in found_by(shell, code=24)[BOOK][1]


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("ahead_ms", [2001, -2001])
def test_a_clock_that_is_off_the_databases_is_found(shell: Shell, ahead_ms: int) -> None:
    shell.database_ahead_ms = ahead_ms
    state, said = found_by(shell, code=24)["clock"]
    assert (state, f"{-ahead_ms} ms" in said) == ("failed", True)


@pytest.mark.engines("postgresql")
def test_a_database_that_does_not_answer_is_found(shell: Shell) -> None:
    shell.environ["VC_DATABASE_URL"] = shell.environ["VC_DATABASE_URL"].replace("/t", "/no", 1)
    assert found_by(shell, code=24)["schema"][0] == "failed"


def test_a_book_of_another_history_is_found(shell: Shell, tmp_path: Path) -> None:
    with shell.console.application():
        found()
    theirs = shell.folder / "export" / "weihai.example" / COMMUNITY / "1"
    ours = shell.folder / "export" / "weihai.example" / "city" / "1" / "checkpoint"
    theirs.mkdir(parents=True)
    (theirs / "checkpoint").write_bytes(ours.read_bytes())
    name = f"book weihai.example/{COMMUNITY}/1"
    assert found_by(shell, code=24)[name][0] == "failed"


# ---- the machine --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "fault"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 0), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_the_wal_fault_is_known_by_its_versions(version: tuple[int, ...], fault: bool) -> None:
    assert has_wal_fault(version) is fault


def test_file_locks_work_here(tmp_path: Path) -> None:
    assert file_locks_work(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_locks_that_do_not_hold_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", lambda *_: None)
    assert not file_locks_work(tmp_path)

    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", none)
    assert not file_locks_work(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_for_reading_only_is_an_answer(tmp_path: Path) -> None:
    assert not file_locks_work(tmp_path / "nowhere")


@pytest.mark.parametrize(("works", "mode"), [(True, "wal"), (False, "truncate")])
def test_without_file_locks_sqlite_runs_without_wal(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, works: bool, mode: str
) -> None:
    if not works:
        monkeypatch.setattr(fcntl, "flock", lambda *_: None)
    (tmp_path / "data").mkdir()
    shell = Shell(f"sqlite:///{tmp_path / 'data' / 'service.db'}", tmp_path, clock)
    shell("migrate")
    with shell.console.application():
        for engine in (db.engine, db.engines[WRITE]):
            with engine.connect() as connection:
                assert connection.scalar(text("PRAGMA journal_mode")) == mode
        funded()
        append(COMMUNITY, request("a"), [award()])
    assert found_by(shell, code=24)["file_locks"][0] == ("ok" if works else "failed")


@pytest.fixture
def sqlite_shell(tmp_path: Path, clock: FakeClock) -> Shell:
    made = Shell(f"sqlite:///{tmp_path / 'data' / 'service.db'}", tmp_path, clock)
    made("init")
    return made


def looked(shell: Shell, **other: Any) -> dict[str, Check]:
    settings = shell.console.settings()
    return {each.name: each for each in machine(settings, shell.environ, **other)}


@pytest.mark.parametrize(
    ("version", "locks", "said"),
    [
        ((3, 51, 3), True, "3.51.3: WAL"),
        ((3, 51, 3), False, "3.51.3: TRUNCATE"),
        ((3, 40, 1), True, "WAL is safe"),
        ((3, 40, 1), False, "3.40.1: TRUNCATE"),
    ],
)
def test_sqlite_is_judged_with_its_locks(
    sqlite_shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
    version: tuple[int, ...],
    locks: bool,
    said: str,
) -> None:
    monkeypatch.setattr(checks, "file_locks_work", lambda _: locks)
    found = looked(sqlite_shell, sqlite_version=version)
    assert said in found["sqlite"].en
    assert found["file_locks"].state is (State.OK if locks else State.FAILED)


def test_a_full_disk_is_found(sqlite_shell: Shell) -> None:
    assert looked(sqlite_shell, room_of=lambda _: (11, 100))["backup_dir_room"].state is State.OK
    found = looked(sqlite_shell, room_of=lambda _: (10, 100))["backup_dir_room"]
    assert (found.state, "10 %" in found.en) == (State.FAILED, True)
    assert looked(sqlite_shell, room_of=lambda _: (0, 0))["export_dir_room"].state is State.FAILED


def test_a_folder_that_is_not_ours_is_found(
    sqlite_shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "cannot be written" in looked(sqlite_shell)["archive_dir"].en


def test_before_init_every_folder_is_missing(tmp_path: Path, clock: FakeClock) -> None:
    shell = Shell(f"sqlite:///{tmp_path / 'data' / 'service.db'}", tmp_path, clock)
    found = looked(shell)
    assert found["database_url"].state is State.FAILED
    assert "sqlite" not in found
