"""The demonstration: its folder, its people, and all of it at once."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.publication.make import folder_of as export_folder
from tests.service.books import notes
from tests.service.make import FakeClock
from tests.service.shell import Shell
from volunteer_credit import cli_demo
from volunteer_credit.demo import town as demo_town
from volunteer_credit.demo.city import Scale
from volunteer_credit.demo_folder import (
    DemoFolder,
    DemoRunningError,
    NoNetworkError,
    NotOurFolderError,
    environment,
    local_address,
)
from volunteer_credit.journal.operations.examine import entry_of
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.people.operations.sessions import Browser
from volunteer_credit.people.operations.sign_in import sign_in_by_card, sign_in_by_slip
from volunteer_credit.people.rules.sign_in_errors import (
    SignInRefusedError,
    SlipOverError,
    SlipUsedError,
)
from volunteer_credit.points.operations.recompute import recompute
from volunteer_credit.processes import Group

HERE = "127.0.0.1"
WAITS = "import signal; signal.pause()"
DEMO = {"VC_CLOCK": "demo", "VC_PUBLIC_URL": f"http://{HERE}:8000"}


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


@pytest.fixture
def empty(database_url: str, tmp_path: Path, clock: FakeClock) -> Shell:
    """Migrated, and nobody is there."""
    made = Shell(database_url, tmp_path, clock)
    made.environ |= DEMO
    return made


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((HERE, 0)) as held:
        yield held.getsockname()[1]


# ---- its folder ---------------------------------------------------------------------------------


def test_the_folder_stays_once_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "run"
    with DemoFolder(path).held(fresh=False) as place:
        assert place.write_settings("http://a") == place.write_settings("http://a")
        (path / "half").touch()
    assert (path / "settings").stat().st_mode & 0o077 == path.stat().st_mode & 0o077 == 0
    with DemoFolder(path).held(fresh=False) as place:  # it was not finished
        assert not (path / "half").exists()
        (path / "whole").touch()
        place.complete()
    with DemoFolder(path).held(fresh=False) as place:
        assert (path / "whole").exists()
        with pytest.raises(DemoRunningError), DemoFolder(path).held(fresh=True):
            pytest.fail("somebody is there")
    with DemoFolder(path).held(fresh=True) as place:
        assert not place.is_complete
        assert not (path / "whole").exists()


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").touch()
    with pytest.raises(NotOurFolderError), DemoFolder(tmp_path).held(fresh=True):
        pytest.fail("it would be emptied")
    assert (tmp_path / "letters").exists()


def test_a_shell_reads_the_settings(tmp_path: Path) -> None:
    with DemoFolder(tmp_path / "run").held(fresh=False) as place:
        settings = place.write_settings("http://127.0.0.1:8000")
    script = f"set -a; . '{tmp_path}/run/settings'; env"
    shell = ["/bin/sh", "-c", script]
    said = subprocess.run(shell, check=True, capture_output=True, text=True).stdout
    assert {f"{name}={value}" for name, value in settings.items()} <= set(said.splitlines())
    mine = environment({"VC_KEY_SECRET": "theirs", "PATH": "p"}, settings)
    assert (mine["PATH"], "VC_KEY_SECRET" in mine) == ("p", False)


class FakeSocket:
    """A socket of a machine on a network, or on none."""

    def __init__(self, problem: OSError | None = None) -> None:
        self.problem = problem

    def __call__(self, *_kind: object) -> "FakeSocket":
        return self

    def __enter__(self) -> "FakeSocket":
        return self

    def __exit__(self, *_about: object) -> None:
        return None

    def connect(self, _where: object) -> None:
        if self.problem:
            raise self.problem

    def getsockname(self) -> tuple[str, int]:
        return "192.168.1.7", 1


def test_the_address_is_that_of_the_local_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", FakeSocket())
    assert local_address() == "192.168.1.7"
    monkeypatch.setattr(socket, "socket", FakeSocket(OSError(101, "unreachable")))
    with pytest.raises(NoNetworkError):
        local_address()
    monkeypatch.setattr(socket, "socket", FakeSocket(OSError(1, "not permitted")))
    with pytest.raises(OSError, match="not permitted"):
        local_address()


# ---- its people ---------------------------------------------------------------------------------


@pytest.mark.engines("sqlite")
def test_the_town_is_made_once_and_everybody_gets_in(empty: Shell) -> None:
    assert "no_demo" in empty("demo-ways", code=21)
    assert "53 people" in empty("seed-demo", "--size", "small")
    assert "city_not_empty" in empty("seed-demo", code=21)
    everything_stands_at_some_stage(empty)
    assert "FAILED book" not in empty("doctor", code=24)
    ways = json.loads(empty("demo-ways", "--json"))
    assert len(ways) == len(demo_town.FACES)
    assert len({each["path"] for each in ways}) == len(ways)
    old, new = ways[0], json.loads(empty("demo-ways", "--json"))[0]
    browser = Browser("0" * 32, HERE)
    with empty.console.application():
        sign_in_by_card(new["card"], new["pin"], browser)
        with pytest.raises(SignInRefusedError):
            sign_in_by_card(old["card"], old["pin"], browser)
        sign_in_by_slip(new["path"], browser, "a")
        with pytest.raises(SlipUsedError):
            sign_in_by_slip(new["path"], browser, "b")
    empty.clock.pass_ms(demo_town.LIFE_MS)
    with empty.console.application():
        with pytest.raises(SlipOverError):
            sign_in_by_slip(old["path"], browser, "c")
        with pytest.raises(SignInRefusedError):
            sign_in_by_slip("A" * 26, browser, "d")
    empty.clock.pass_ms(40 * 3_600_000)  # a book asks about the clock after 36 h
    empty.environ["LANG"] = "zh_CN.UTF-8"
    assert "居民 林演示" in empty("demo-ways")


STAGES = {
    "contract.signed": 38,
    "hours.recorded": 28,
    "points.awarded": 28,
    "hours.objected": 1,
    "redemption.confirmed": 4,
    "agreement.approved": 8,
}


def everything_stands_at_some_stage(shell: Shell) -> None:
    """Shifts over, waiting and open; a notice, an objection, a redemption; and the book is good."""
    with shell.console.application():
        counts = Counter(entry_of(each).kind for each in notes(demo_town.COMMUNITY))
        assert {kind: counts[kind] for kind in STAGES} == STAGES
        assert counts["presence.started"] - counts["presence.ended"] == 6
        assert counts["shift.counted"] == 3
        assert counts["hours.sheet.approved"] == 1
        assert counts["hours.noticed"] + 6 - counts["hours.recorded"] == 6
        folder = export_folder(demo_town.COMMUNITY)
        seal(demo_town.COMMUNITY)
    found = recompute(folder)
    assert (found.verdict, found.wrong) == ("good", [])


@pytest.mark.engines("sqlite")
def test_a_city_is_made_community_by_community(
    empty: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_demo, "Scale", lambda people: Scale(3, 1, 5, people, members=3))
    told = empty("seed-demo", "--size", "city", "--people", "1")
    for line in ("communities: 3 / 3", "person-times: 5 / 5", "recorded: 1 / 1", "people: 1 / 1"):
        assert line in told
    assert "Made 3 communities." in told
    with empty.console.application():
        kinds = Counter(entry_of(each).kind for each in notes("demo-001"))
    assert (kinds["hours.recorded"], kinds["points.none"]) == (5, 5)
    assert "city_not_empty" in empty("seed-demo", "--size", "city", code=21)


@pytest.mark.engines("sqlite")
def test_made_up_people_do_not_go_where_it_counts(empty: Shell) -> None:
    empty.environ |= {"VC_CLOCK": "utc", "VC_PUBLIC_URL": "https://points.example"}
    empty("init")
    for command in ("seed-demo", "demo-ways"):
        assert "demo_only" in empty(command, code=21)
    empty.environ |= DEMO  # the book began with the real clock all the same
    for command in ("seed-demo", "demo-ways"):
        assert "demo_only" in empty(command, code=21)


@pytest.mark.engines("sqlite")
def test_a_city_without_the_demonstration_has_no_ways_into_it(empty: Shell) -> None:
    empty("init")
    assert "no_demo" in empty("demo-ways", code=21)


def test_no_pin_is_one_that_others_try_first(monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter([b"\0\0\0\0", (123456).to_bytes(4), (728391).to_bytes(4)])
    monkeypatch.setattr(demo_town, "current", type("R", (), {"random": lambda _, _n: next(given)}))
    assert demo_town.new_pin() == "728391"


# ---- all of it ----------------------------------------------------------------------------------

TOUR = "/tour/X"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What each program does, by its command; the server is up at once."""
    scripts = {
        "init": "",
        "seed-demo": "",
        "demo-tour": f"print({json.dumps(json.dumps({'path': TOUR}))})",
        "serve": WAITS,
        "scheduler": WAITS,
    }
    monkeypatch.setattr(cli_demo, "program", lambda name, *_words: python(scripts[name]))
    monkeypatch.setattr(cli_demo, "probe", lambda *_where: lambda: True)
    return scripts


@pytest.fixture
def demo(tmp_path: Path, clock: FakeClock) -> Callable[..., str]:
    shell = Shell("sqlite:////nowhere/x", tmp_path, clock)
    shell.environ = {"PATH": os.environ["PATH"], "VC_NONSENSE": "1"}
    return lambda *words, **kind: shell("demo", "--folder", str(tmp_path / "run"), *words, **kind)


def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C, as soon as all is said."""
    wait = Group.wait

    def stopped(group: Group) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        return wait(group)

    monkeypatch.setattr(Group, "wait", stopped)


def test_one_address_is_said(
    demo: Callable[..., str],
    stage: dict[str, str],
    taken: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    interrupted(monkeypatch)
    said = demo("--port", str(taken))
    (address,) = re.findall(r"https?://\S+", said)
    assert address.startswith(f"http://{HERE}:")
    assert not address.startswith(f"http://{HERE}:{taken}")
    assert address.endswith(TOUR)
    stage["seed-demo"] = "raise SystemExit(1)"  # what is there is kept
    assert "the data stay" in demo()


def test_on_the_local_network_there_is_a_code_to_scan(
    demo: Callable[..., str], stage: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(monkeypatch)
    monkeypatch.setattr(cli_demo, "local_address", lambda: "127.0.0.2")
    said = demo("--lan", "--fresh")
    assert "http://127.0.0.2:" in said
    assert "█" in said


@pytest.mark.parametrize("name", ["init", "seed-demo", "demo-tour", "serve", "scheduler"])
def test_what_ends_ends_all_with_its_message(
    demo: Callable[..., str], stage: dict[str, str], name: str
) -> None:
    stage[name] = "import sys; sys.exit('the disk is full')"
    said = demo(code=23)
    assert "program_ended" in said
    assert "the disk is full" in said


def test_no_free_port_is_said(demo: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_demo, "free_port", lambda *_: None)
    assert "no_free_port" in demo(code=23)


class Answering:
    """A connection to a server that answers, or is not there."""

    status = 200

    def __init__(self, *_where: object, timeout: float) -> None:
        self.timeout = timeout

    def request(self, *_what: str) -> None:
        if self.status == 0:
            raise ConnectionRefusedError

    def getresponse(self) -> "Answering":
        return self

    def close(self) -> None:
        return None


@pytest.mark.parametrize(("status", "is_up"), [(200, True), (503, False), (0, False)])
def test_the_server_is_up_when_it_answers(
    monkeypatch: pytest.MonkeyPatch, status: int, is_up: bool
) -> None:
    monkeypatch.setattr(Answering, "status", status)
    monkeypatch.setattr(http.client, "HTTPConnection", Answering)
    assert cli_demo.probe(HERE, 1)() is is_up


def test_the_programs_are_our_own_commands() -> None:
    assert cli_demo.program("serve") == [sys.executable, "-m", "volunteer_credit", "serve"]
