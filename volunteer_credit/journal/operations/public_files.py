"""What this process has read of the files that everybody may read.

A file is read again as soon as it is another one (inode, time, size), so nobody is ever shown an
older checkpoint than before. Only which book is the present one may be known a second too long.
"""

import os
from collections.abc import Callable
from typing import TypeAlias

from volunteer_credit.shared.runtime import Runtime, current

FILES_MAX = 512  # of at most 8 KiB each, or a checkpoint
PRESENT_MS = 1000
Mark: TypeAlias = tuple[int, int, int]


class PublicFiles:
    """The files, and the origins of the books that they belong to."""

    def __init__(self, runtime: Runtime) -> None:
        self._folder = str(runtime.settings.export_dir)
        self._clock = runtime.clock
        self._files: dict[str, tuple[Mark, bytes]] = {}
        self._origins: dict[tuple[str, int], tuple[int, str]] = {}

    def origin(self, community_id: str, number: int, find: Callable[[], str]) -> str:
        """The origin of a book; 0 is the present one. Raises: as `find`."""
        now_ms = self._clock.monotonic_ms()
        known = self._origins.get((community_id, number))
        if known is not None and (number or now_ms - known[0] < PRESENT_MS):
            return known[1]
        origin = find()
        self._origins[community_id, number] = now_ms, origin
        return origin

    def unchanged(
        self, community_id: str, number: int, path: str, data: bytes
    ) -> Callable[[], bool]:
        """What says, without the database, whether a file still has the bytes just given out."""
        named = self._origins.get((community_id, number))
        place = "" if named is None else f"{self._folder}/{named[1]}/{path}"
        known = self._files.get(place)

        def is_same() -> bool:
            if known is None or named is None or known[1] is not data:
                return False
            if self._origins.get((community_id, number)) != named:
                return False
            is_fresh = number or self._clock.monotonic_ms() - named[0] < PRESENT_MS
            return bool(is_fresh) and _mark(place) == known[0]

        return is_same

    def data(self, origin: str, path: str, read: Callable[[], bytes]) -> bytes:
        """The bytes of a file; `read` looks whether it is where it should be. Raises: as `read`."""
        place = f"{self._folder}/{origin}/{path}"
        mark = _mark(place)
        known = self._files.get(place)
        if mark is not None and known is not None and known[0] == mark:
            return known[1]
        data = read()
        if mark is not None:  # of before it was read: what came since is found the next time
            if len(self._files) >= FILES_MAX:
                self._files.clear()
            self._files[place] = mark, data
        return data


def public_files() -> PublicFiles:
    """Those of the current application."""
    return current().part(PublicFiles, PublicFiles)


def _mark(place: str) -> Mark | None:
    try:
        found = os.stat(place)  # noqa: PTH116 - twice as quick
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
