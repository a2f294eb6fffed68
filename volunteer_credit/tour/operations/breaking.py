"""The last step: a copy of the published book is verified, one byte is changed, and again."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from volunteer_credit.config import PREFIX
from volunteer_credit.journal.operations.published import book_files, book_name
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.rules.publication_errors import NotPublishedError
from volunteer_credit.shared.db import end_reading
from volunteer_credit.tour.operations.opening import check_tour
from volunteer_credit.tour.rules.breaking import Broken, broken
from volunteer_credit.tour.rules.cast import COMMUNITY

BUNDLES = "tile/entries/"
POLICY = "policy"
VERIFY, RECOMPUTE = "verify", "recompute"
TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a program said of a folder; its exit code is 0 where all is well."""

    code: int
    lines: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether it accepted the book."""
        return self.code == 0


@dataclass(frozen=True, slots=True)
class Shown:
    """The same two programs on the copy, before and after; and the byte between."""

    origin: str
    count: int
    path: str
    byte: Broken
    before: Mapping[str, Verdict]
    after: Mapping[str, Verdict]


def break_a_copy() -> Shown:
    """Copy the newest published book, verify it, change one byte, verify it again.

    Raises: TourClosedError, NotPublishedError, and as `seal`.
    """
    end_reading()
    check_tour()
    seal(COMMUNITY)
    files = book_files(book_name(COMMUNITY).origin)
    if files is None:
        raise NotPublishedError
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path in files.paths:
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(files.bytes_of(path))
        before = _asked(folder)
        path = _newest_bundle(files.paths)
        byte = broken((folder / path).read_bytes())
        (folder / path).write_bytes(byte.data)
        after = _asked(folder)
    return Shown(files.origin, files.size, path, byte, before, after)


def _newest_bundle(paths: Sequence[str]) -> str:
    return max(each for each in paths if each.startswith(BUNDLES))


def _asked(folder: Path) -> dict[str, Verdict]:
    """Both programs at once, each in a process of its own, without our settings."""
    words = {
        VERIFY: ["ledger", "verify", str(folder), "--policy", str(folder / POLICY)],
        RECOMPUTE: ["volunteer_credit", "recompute", str(folder)],
    }
    environ = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    started = {
        name: subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, "-m", *each],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, each in words.items()
    }
    found = {}
    for name, process in started.items():
        said, _ = process.communicate(timeout=TIMEOUT_SECONDS)
        lines = said.replace(f"{folder}", "…").splitlines()
        found[name] = Verdict(process.returncode, tuple(each.strip() for each in lines))
    return found
