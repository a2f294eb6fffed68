"""A whole installation of its own: database, server process, commands, and the demo clock."""

import base64
import http.client
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.stories.browser import HERE
from volunteer_credit.processes import Group
from volunteer_credit.serving import free_port
from volunteer_credit.shared.clock import SystemClock

COMMUNITY = "demo-01"  # whose clock `demo-clock` moves
TRIES = 600  # a tenth of a second each
SATURDAY = 5  # of a week that begins on Monday
OFFSET = timedelta(hours=8)
FRIDAY = timedelta(days=-1)


@dataclass
class Service:
    """`environ`: its settings. `ahead`: how far the community's clock has been moved on.

    `began`: when the story began, as the clocks on the wall showed it.
    """

    environ: dict[str, str]
    folder: Path
    port: int
    shell: "subprocess.Popen[str]"
    began: datetime
    ahead: timedelta = timedelta()

    def run(self, *words: str, code: int = 0, given: str = "") -> str:
        """What one of our commands printed; its exit code is this."""
        assert self.shell.stdin is not None
        assert self.shell.stdout is not None
        self.shell.stdin.write(json.dumps([words, given]) + "\n")
        self.shell.stdin.flush()
        ended, said, told = json.loads(self.shell.stdout.readline())
        assert ended == code, (words, ended, said[-2000:], told[-2000:])
        return str(said)

    def json(self, *words: str, given: str = "") -> Any:
        """The same, read."""
        return json.loads(self.run(*words, "--json", given=given))

    def job(self, name: str) -> None:
        """Run a job now; where it has run in this period (a second, of sealing), in the next."""
        for _ in range(TRIES):
            if any(each["outcome"] == "done" for each in self.json("run-job", name)):
                return
        raise AssertionError(name)

    def alone(self, *words: str, code: int = 0) -> str:
        """What a module printed that runs in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, (words, done.returncode, done.stdout[-3000:], done.stderr)
        return done.stdout

    @property
    def now(self) -> datetime:
        """The time of the community, as its clocks on the wall show it."""
        return wall_clock() + self.ahead

    def saturday(self, hour: int, minute: int = 0) -> datetime:
        """That time on the Saturday of the week after it began."""
        today = self.began.replace(hour=hour, minute=minute, second=0)
        return today + timedelta(days=7 + SATURDAY - today.weekday())

    def until(self, moment: datetime) -> None:
        """Let the community's clock go on to a time on the wall."""
        self.pass_time(moment - self.now)

    def pass_time(self, span: timedelta) -> None:
        """Let the community's clock go on by whole minutes."""
        minutes = max(round(span.total_seconds() / 60), 1)
        self.run("demo-clock", "--minutes", str(minutes))
        self.ahead += timedelta(minutes=minutes)


@contextmanager
def installation(folder: Path, database_url: str = "") -> Iterator[Service]:
    """Found a city in a folder and serve it until the block ends."""
    port = free_port(HERE, 18_000 + os.getpid() % 10_000)
    assert port is not None, "no free port"
    environ = _environ(folder, port, database_url)
    shell = subprocess.Popen(
        [sys.executable, "-m", "tests.stories.console"],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    group = Group(environ, folder)
    words = ("serve", "--host", HERE, "--port", str(port), "--workers", "1")
    try:
        service = Service(environ, folder, port, shell, wall_clock())
        service.run("init")
        group.start("web", [sys.executable, "-m", "volunteer_credit", *words])
        ended = group.wait_until(lambda: is_up(port), TRIES)
        assert ended is None, group.last_words("web")
        yield service
    finally:
        group.end()
        shell.communicate()


def wall_clock() -> datetime:
    """The local time of this machine's clock."""
    return datetime.fromtimestamp(SystemClock().now_ms() // 1000, UTC) + OFFSET


def is_up(port: int) -> bool:
    """Whether the server answers there."""
    line = http.client.HTTPConnection(HERE, port, timeout=2)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        line.close()


def _environ(folder: Path, port: int, database_url: str) -> dict[str, str]:
    around = {name: text for name, text in os.environ.items() if not name.startswith("VC_")}
    rooms = ("archive", "export", "backup", "person-keys-backup")
    names = {f"VC_{each.upper().replace('-', '_')}_DIR": str(folder / each) for each in rooms}
    return (
        around
        | names
        | {
            "VC_CLOCK": "demo",
            "VC_NAMESPACE": "story.example",
            "VC_PUBLIC_URL": f"http://{HERE}:{port}",
            "VC_DATABASE_URL": database_url or f"sqlite:///{folder / 'data' / 'service.db'}",
            "VC_PERSON_KEYS_URL": f"sqlite:///{folder / 'person-keys' / 'keys.db'}",
            "VC_KEY_SECRET": base64.b64encode(secrets.token_bytes(32)).decode(),
            "VC_TRUSTED_PROXIES": "1",
            "VC_SEAL_INTERVAL_SECONDS": "1",
            "LC_ALL": "C.UTF-8",
        }
    )
