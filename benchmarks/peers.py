"""Other engines in processes of their own, measured in turn with ours."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv-peers" / "bin" / "python"


class Peer:
    """One engine: `seconds(count)` posts so many transfers."""

    def __init__(self, given: IO[str], answers: IO[str]) -> None:
        self._given = given
        self._answers = answers

    def seconds(self, count: int) -> float:
        """How long `count` durable transfers take."""
        self._given.write(f"{count}\n")
        self._given.flush()
        return float(self._answers.readline())


@contextmanager
def peer(name: str, place: str) -> Iterator[Peer]:
    """Start an engine on a file or database. `make bench` makes its environment."""
    command = [str(PYTHON), str(ROOT / "benchmarks" / "peer_worker.py"), name, place]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n", f"{name} did not start"
        yield Peer(process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()
