"""What a witness stopped, told to every process: a file beside the archive of the community.

A process that asks the witnesses may learn that a book has forked; the others must not go on
writing to it. They look at most once a second, without any lock, before they take one.
"""

import json
import logging
from pathlib import Path
from typing import Any

from volunteer_credit.journal.operations.folders import ARCHIVE
from volunteer_credit.journal.operations.sidecar_files import archive_folder
from volunteer_credit.journal.rules.errors import BehindPublicationError, BookForkError
from volunteer_credit.journal.rules.seal_errors import FolderChangedError
from volunteer_credit.shared.errors import StoppedError
from volunteer_credit.shared.runtime import Runtime, current

FILE = "stopped.json"
LOOK_MS = 1000

_KINDS: dict[str, type[StoppedError]] = {
    each.code: each for each in (BehindPublicationError, BookForkError)
}
_log = logging.getLogger(__name__)


class Stops:
    """What other processes have stopped, as far as this one has looked."""

    def __init__(self, runtime: Runtime) -> None:
        self._clock = runtime.clock
        self._look_at_ms: dict[str, int] = {}
        self._told: dict[str, StoppedError] = {}

    def look(self, community_id: str, *, is_now: bool = False) -> None:
        """See whether a community's book was stopped: now, or if the last look is a second old."""
        now_ms = self._clock.monotonic_ms()
        if not is_now and now_ms < self._look_at_ms.get(community_id, now_ms):
            return
        self._look_at_ms[community_id] = now_ms + LOOK_MS
        found = _read(_path(community_id))
        if found is None:
            self._told.pop(community_id, None)
        else:
            self._told[community_id] = found

    def check(self, community_id: str) -> None:
        """Refuse a community whose book was stopped. Raises: as the process that stopped it."""
        if community_id in self._told:
            raise self._told[community_id]

    def tell(self, community_id: str, problem: StoppedError) -> None:
        """Tell every process. Where the disk does not take it, only this one is stopped."""
        path = _path(community_id)
        facts = {name: value for name, value in problem.where.items() if name != "code"}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_name(f"{FILE}.{current().random(4).hex()}")
            new.write_text(json.dumps({**facts, "code": problem.code}, default=str), "utf-8")
            new.replace(path)
        except OSError as failure:
            _log.error("%s: %s was not told: %s", community_id, problem.code, failure)

    def forget(self, community_id: str) -> None:
        """Let the book go on: an operator has looked."""
        self._told.pop(community_id, None)
        self._look_at_ms.pop(community_id, None)
        _path(community_id).unlink(missing_ok=True)


def _path(community_id: str) -> Path:
    return archive_folder(community_id) / FILE


def _read(path: Path) -> StoppedError | None:
    """What stands in the file; None if there is none."""
    try:
        facts: dict[str, Any] = json.loads(path.read_bytes())
        return _KINDS[facts.pop("code")](**facts)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        return FolderChangedError(origin=path.parent.name, where=ARCHIVE, reason=problem)


def stops() -> Stops:
    """The stops that the current application knows."""
    return current().part(Stops, Stops)
