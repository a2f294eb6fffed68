"""Serving: what keeps a server from starting; and programs that live and die together."""

import fcntl
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.make import FakeClock, secret
from tests.service.shell import Shell
from volunteer_credit import cli_serve, processes, serving
from volunteer_credit.processes import STOPPED_BY_SIGNAL, Group
from volunteer_credit.shared import migrations
from volunteer_credit.web import logs, metrics

HERE = "127.0.0.1"
WAITS = "import signal; signal.pause()"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True);"
    " signal.pause()"
)


@pytest.fixture
def shell(database_url: str, tmp_path: Path, clock: FakeClock) -> Shell:
    made = Shell(database_url, tmp_path, clock)
    made("init")
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data").chmod(0o700)
    return made


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((HERE, 0)) as held:
        yield held.getsockname()[1]


# ---- serve --------------------------------------------------------------------------------------


class Served:
    """A server that notes that it was started."""

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}
        self.started = 0

    def __call__(self, target: str, **given: Any) -> "Served":
        self.given = {"target": target, **given}
        return self

    def serve(self) -> None:
        self.started += 1


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Served:
    made = Served()
    monkeypatch.setattr(cli_serve, "Server", made)
    monkeypatch.setattr(logs, "install", lambda: None)
    return made


@pytest.mark.engines("sqlite")
def test_it_serves_when_all_is_right(shell: Shell, served: Served, taken: int) -> None:
    shell("serve", "--port", str(taken - 1 or 1), "--workers", "3")
    assert served.started == 1
    assert served.given["address"] == HERE
    assert served.given["workers"] == 3
    assert served.given["workers_kill_timeout"] < 30
    module, _, name = served.given["target"].partition(":")
    assert callable(getattr(sys.modules[module], name))
    assert "port_taken" in shell("serve", "--port", str(taken), code=23)
    assert served.started == 1


@pytest.mark.parametrize(
    ("break_it", "code", "said"),
    [
        (lambda s: s.environ.pop("VC_KEY_SECRET"), 20, "VC_KEY_SECRET: is missing"),
        (lambda s: s.environ.update(VC_KEY_SECRET=secret("other")), 23, "keys: "),
        (lambda s: s.change("UPDATE alembic_version SET version_num = '0001'"), 23, "run migrate"),
        (lambda s: (s.folder / "archive").rename(s.folder / "away"), 23, "archive_dir: "),
        (lambda s: (s.folder / "backup").chmod(0o755), 23, "chmod go-rwx"),
    ],
)
@pytest.mark.engines("sqlite")
def test_it_does_not_start_where_something_is_wrong(
    shell: Shell, served: Served, break_it: Callable[[Shell], object], code: int, said: str
) -> None:
    break_it(shell)
    assert said in shell("serve", code=code)
    assert not served.started


def test_a_newer_schema_is_no_obstacle(shell: Shell, served: Served) -> None:
    shell.change("UPDATE alembic_version SET version_num = '9999'")
    with shell.console.application():
        assert not migrations.is_behind()
        assert not list(serving.obstacles(shell.console.settings()))
    shell.environ["VC_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    with shell.console.application():
        assert [each.name for each in serving.obstacles(shell.console.settings())] == ["schema"]


def test_each_process_has_its_log_and_its_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    monkeypatch.setattr(logs, "install", lambda: done.append("log"))
    monkeypatch.setattr(serving, "create_app", lambda: "app")
    monkeypatch.setattr(metrics, "serve", done.append)
    assert str(serving.application()) == "app"
    assert done == ["log", "app"]


def test_the_next_free_port_is_taken(taken: int) -> None:
    assert not serving.is_free(HERE, taken)
    found = serving.free_port(HERE, taken)
    assert found is not None
    assert taken < found < taken + serving.PORTS_TRIED
    assert serving.free_port(HERE, serving.PORT_MAX + 1) is None
    with pytest.raises(OSError, match="assign"):
        serving.is_free("192.0.2.1", 8000)


# ---- programs together --------------------------------------------------------------------------


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


@pytest.fixture
def group(tmp_path: Path) -> Group:
    return Group(os.environ, tmp_path)


def test_whoever_ends_first_is_told_and_the_others_end_too(group: Group, tmp_path: Path) -> None:
    group.start("waits", python(WAITS))
    group.start("dies", python("print('one'); print('why'); raise SystemExit(3)"))
    assert group.wait_until(lambda: False, 900) == "dies"
    group.end()
    assert group.last_words("dies") == "one\nwhy"
    assert group.wait() == "waits"
    assert (tmp_path / "dies.log").stat().st_mode & 0o077 == 0
    group.end()


def test_it_waits_until_a_program_is_up_but_not_for_ever(group: Group) -> None:
    answers = iter([False, True])
    assert group.wait_until(lambda: next(answers), 2) is None
    with pytest.raises(TimeoutError):
        group.wait_until(lambda: False, 1)


def test_who_does_not_end_is_ended(
    group: Group, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "END_SECONDS", 0.1)
    group.start("stubborn", python(STUBBORN))
    group.wait_until(lambda: "deaf" in (tmp_path / "stubborn.log").read_text(), 900)
    group.end()
    assert group.wait() == "stubborn"


def test_what_a_program_left_behind_is_ended(group: Group, tmp_path: Path) -> None:
    held = tmp_path / "held"
    child = f"import fcntl; f = open({str(held)!r}, 'w'); fcntl.flock(f, fcntl.LOCK_EX); {STUBBORN}"
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}])"
    group.start("parent", python(parent))
    assert group.wait() == "parent"
    log = tmp_path / "parent.log"
    group.wait_until(lambda: "deaf" in log.read_text(), 900)

    def is_let_go() -> bool:
        with held.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    assert not is_let_go()
    group.end()
    group.wait_until(is_let_go, 900)


@pytest.mark.parametrize("number", processes.SIGNALS)
def test_a_signal_ends_the_wait_and_nothing_else(group: Group, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with group.signals():
        os.kill(os.getpid(), number)
        assert group.wait() == STOPPED_BY_SIGNAL
    assert signal.getsignal(number) == before
