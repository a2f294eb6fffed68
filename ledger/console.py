"""What the commands take from outside: streams, the clock and randomness, all as arguments."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from ledger import canonical
from ledger.canonical_errors import DuplicateKeyError
from ledger.cli_errors import InputLineError, OutputError, ReadInputError

FILE_BYTES_MAX = 2_097_152  # more than any policy, checkpoint, receipt or entry

_OWN_FIELDS = frozenset({"v", "book", "seq", "at", "id"})


@dataclass(frozen=True, slots=True)
class Console:
    """`clock_ms` gives UTC milliseconds, `random` that many random bytes."""

    stdin: BinaryIO
    stdout: BinaryIO
    stderr: TextIO
    clock_ms: Callable[[], int]
    random: Callable[[int], bytes]

    def say(self, text: str) -> None:
        """Print one line of an answer. Raises: as `write`."""
        self.write(text.encode("utf-8", "backslashreplace") + b"\n")

    def write(self, data: bytes, *, flush: bool = True) -> None:
        """Print bytes as they are.

        Raises: BrokenPipeError where nobody reads on, OutputError (store).
        """
        try:
            self.stdout.write(data)
            if flush:
                self.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as problem:
            raise OutputError(reason=problem.strerror) from None

    def tell(self, text: str) -> None:
        """Print one line that is no part of the answer, if there is anybody to read it."""
        with suppress(OSError):
            print(text, file=self.stderr, flush=True)

    def progress(self, done: int, size: int) -> None:
        """Show how far a long work is, where somebody is watching."""
        if self.stderr.isatty():
            print(f"\r{done:,} of {size:,} entries", end="", file=self.stderr, flush=True)

    def progress_end(self) -> None:
        """Wipe what `progress` has shown."""
        if self.stderr.isatty():
            print("\r\x1b[K", end="", file=self.stderr, flush=True)

    def read_input(self) -> bytes:
        """All of standard input. Raises: ReadInputError (incomplete)."""
        try:
            return self.stdin.read()
        except OSError as problem:
            raise ReadInputError(path="standard input", reason=problem.strerror) from None

    def read_file(self, path: str) -> bytes:
        """A file named on the command line; `-` is standard input.

        Raises: ReadInputError (incomplete).
        """
        if path == "-":
            return self.read_input()
        try:
            with Path(path).open("rb") as file:
                data = file.read(FILE_BYTES_MAX + 1)
        except OSError as problem:
            raise ReadInputError(path=path, reason=problem.strerror) from None
        if len(data) > FILE_BYTES_MAX:
            raise ReadInputError(path=path, reason=f"it has more than {FILE_BYTES_MAX:,} bytes")
        return data


def numbered_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, with their numbers from 1."""
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            yield number, line.strip()


def input_fields(line: bytes) -> dict[str, Any]:
    """The fields of an input line: an entry's, without those that the book gives.

    Raises: InputLineError, DuplicateKeyError, and as `canonical.check` (malformed).
    """
    value = canonical.load(line)
    if not isinstance(value, dict):
        raise InputLineError(why="it is something else")
    json.loads(line, object_pairs_hook=_each_once)
    canonical.check(value)
    missing = sorted({"kind", "data", "actor"} - value.keys())
    if missing:
        raise InputLineError(why=f"there is no {' and no '.join(missing)}")
    own = sorted(_OWN_FIELDS & value.keys())
    if own:
        raise InputLineError(why=f"{' and '.join(own)} is given, which the book itself gives")
    actor, data, key = value["actor"], value["data"], value.get("key", "")
    if not isinstance(actor, dict) or not isinstance(actor.get("account"), str):
        raise InputLineError(why="actor is not an object with an account")
    if not isinstance(data, dict) or not isinstance(key, str):
        raise InputLineError(why="data is not an object, or key is not a text")
    return value


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) < len(members):
        names = [name for name, _ in members]
        raise DuplicateKeyError(key=next(name for name in names if names.count(name) > 1))
    return value
