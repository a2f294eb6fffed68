"""Programs that live and die together, under one that waits for them."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType

STOPPED_BY_SIGNAL = ""
END_SECONDS = 28  # the server drains for 25
POLL_SECONDS = 0.1
SAID_LINES_MAX = 20
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Group:
    """Started programs. What each says goes to a file of its own, `<name>.log` in `folder`."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self._environ = dict(environ)
        self._folder = folder
        self._ended: SimpleQueue[str] = SimpleQueue()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, words: Sequence[str]) -> None:
        """Start a program in a session of its own: the terminal's Ctrl-C is ours to pass on."""
        descriptor = os.open(self._log(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            made = subprocess.Popen(  # noqa: S603 - the caller's own words
                list(words),
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        self._running[name] = made
        threading.Thread(target=self._watch, args=(name, made), daemon=True).start()

    def wait(self) -> str:
        """Wait until a program ends, or we are asked to: its name, or STOPPED_BY_SIGNAL."""
        return self._ended.get()

    def wait_until(self, is_up: Callable[[], bool], tries: int) -> str | None:
        """Ask again and again; None as soon as the answer is yes. Else as `wait`.

        Raises: TimeoutError after so many tries, each a tenth of a second.
        """
        for _ in range(tries):
            if is_up():
                return None
            try:
                return self._ended.get(timeout=POLL_SECONDS)
            except Empty:
                continue
        raise TimeoutError

    def end(self) -> None:
        """Ask all to end, and end who does not, with whatever each has started itself."""
        for each in self._running.values():
            each.terminate()
        for each in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                each.wait(END_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(each.pid, signal.SIGKILL)  # also what a killed one has left behind
            each.wait()

    def last_words(self, name: str) -> str:
        """The end of what a program said."""
        text = self._log(name).read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-SAID_LINES_MAX:])

    @contextmanager
    def signals(self) -> Iterator[None]:
        """While inside, Ctrl-C and its like end a `wait`, and nothing else."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self._ended.put(STOPPED_BY_SIGNAL)

        before = [(each, signal.signal(each, stop)) for each in SIGNALS]
        try:
            yield
        finally:
            for number, handler in before:
                signal.signal(number, handler)

    def _watch(self, name: str, program: "subprocess.Popen[bytes]") -> None:
        program.wait()
        self._ended.put(name)

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"
