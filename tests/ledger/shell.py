"""Commands run in this process or in another, for the tests of the command line."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import ledger
from ledger.cli import main
from ledger.console import Console
from tests.ledger.make import ANNA, AT_MS, BO, OPERATOR, ORIGIN, family

PARENT = str(Path(ledger.__file__).parent.parent)


class Shell:
    """Runs commands in this process, in a folder, with a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now_ms = AT_MS
        self.drawn = 0
        self.out = self.err = ""
        self.book, self.keys = str(folder / "book"), str(folder / "keys")

    def random(self, count: int) -> bytes:
        self.drawn += 1
        return self.drawn.to_bytes(count, "big")

    def run(self, *words: str, stdin: str | bytes = b"") -> int:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        stdout, stderr = io.BytesIO(), io.StringIO()
        console = Console(io.BytesIO(data), stdout, stderr, lambda: self.now_ms, self.random)
        code = main(words, console)
        self.out, self.err = stdout.getvalue().decode(), stderr.getvalue()
        return code

    def good(self, *words: str, stdin: str | bytes = b"") -> str:
        assert self.run(*words, stdin=stdin) == 0, self.err
        assert self.err == ""
        return self.out

    def refused(self, code: str, exit_code: int, *words: str, stdin: str | bytes = b"") -> str:
        """One sentence on standard error, nothing on the other, nothing changed."""
        before = picture(self.folder)
        assert self.run(*words, stdin=stdin) == exit_code, (self.out, self.err)
        assert self.err.startswith(f"{code}: ")
        assert self.err.count("\n") == 1
        assert self.out == ""
        assert picture(self.folder) == before
        return self.err

    def began(self) -> "Shell":
        self.good("keygen", self.keys, "--origin", ORIGIN)
        founders = ("--founder", f"{ANNA}:staff", "--founder", f"{BO}:supervisor")
        self.good("new", self.book, "--origin", ORIGIN, "--keys", self.keys, *founders)
        return self

    def append(self, *entries: dict[str, Any]) -> str:
        return self.good("append", self.book, "--keys", self.keys, stdin=lines(*entries))

    def append_refused(self, reason: str, exit_code: int, *entries: dict[str, Any]) -> str:
        words = ("append", self.book, "--keys", self.keys)
        told = self.refused("append_line", exit_code, *words, stdin=lines(*entries))
        assert f"({reason})" in told
        return told

    def checkpoint(self) -> str:
        return self.good("checkpoint", self.book, "--keys", self.keys)

    def verified(self) -> str:
        return self.good("verify", self.book, "--policy", f"{self.book}/policy")

    def entry(self, seq: int) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.good("show", self.book, str(seq)).split("\n")[0])
        return value

    def signers(self, seq: int) -> list[str]:
        text = self.good("show", self.book, str(seq)).split("\n\n")[1]
        return [line.split(" ")[1].removeprefix(ORIGIN) for line in text.splitlines()]

    def new_key(self, role: str) -> str:
        """Make one more key; its vkey."""
        said = self.good("keygen", self.keys, "--origin", ORIGIN, "--role", role)
        return (Path(self.keys) / f"{said.split('.key')[0][5:]}.vkey").read_text().strip()

    def vkey(self, role: str) -> str:
        (path, *_) = Path(self.keys).glob(f"{role}-*.vkey")
        return path.read_text().strip()


def picture(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder; a lock file, which says nothing, is left out."""
    return {
        str(path): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if path.name != "lock"
    }


def lines(*entries: dict[str, Any]) -> str:
    return "".join(json.dumps(each) + "\n" for each in entries)


def entry(kind: str, data: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {"kind": kind, "actor": OPERATOR, "data": data, **extra}


def opened(*names: str, unit: str = "minutes") -> dict[str, Any]:
    accounts = [family(name, unit, limited=name.startswith("hours")) for name in names]
    return entry("account.opened", {"accounts": accounts})


def started(*words: str, **options: Any) -> "subprocess.Popen[bytes]":
    """`python -m ledger` as a process of its own."""
    env = {**os.environ, "PYTHONPATH": PARENT}
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "ledger", *words]
    options = {"stdin": pipe, "stdout": pipe, "stderr": pipe, **options}
    return subprocess.Popen(command, env=env, **options)


def interrupted(process: "subprocess.Popen[bytes]") -> int:
    """Press Ctrl-C, again if it came between two reads of the command; the exit code."""
    for _ in range(20):
        process.send_signal(signal.SIGINT)
        try:
            return process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    return process.wait()
