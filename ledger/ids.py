"""The ids of a very long book, in bounded memory: old ones go to files and are compared at the end.

Up to a million are kept as a set, and a repetition is noticed at once. Beyond that they are sorted
into files by their first byte, and `check` looks for repetitions file by file.
"""

from pathlib import Path
from typing import BinaryIO

from ledger.book_errors import IdUsedError

KEPT_MAX = 1_000_000
ID_BYTES = 16
RECORD_BYTES = ID_BYTES + 8  # and the seq, big-endian
FOLDERS = 256


class SpillingIds:
    """An `IdSet` that needs a folder of its own only when it grows large."""

    def __init__(self, folder: Path, kept_max: int = KEPT_MAX) -> None:
        self._folder = folder
        self._kept_max = kept_max
        self._kept: dict[bytes, int] = {}
        self._size = 0
        self._files: list[BinaryIO] = []

    def __contains__(self, entry_id: object) -> bool:
        return bytes.fromhex(str(entry_id)) in self._kept

    def add(self, entry_id: str) -> None:
        """Keep the id of the next entry."""
        self._kept[bytes.fromhex(entry_id)] = self._size
        self._size += 1
        if len(self._kept) >= self._kept_max:
            self._spill()

    def check(self) -> None:
        """Refuse an id that stands in two entries, however far apart.

        Raises: `id_used`, for the first repetition in the file it is found in.
        """
        if not self._files:
            return
        self._spill()
        for file in self._files:
            file.seek(0)
            data = file.read()
            seen: set[bytes] = set()
            for start in range(0, len(data), RECORD_BYTES):
                entry_id = data[start : start + ID_BYTES]
                if entry_id in seen:
                    seq = int.from_bytes(data[start + ID_BYTES : start + RECORD_BYTES], "big")
                    raise IdUsedError(id=entry_id.hex(), seq=seq)
                seen.add(entry_id)

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files:
            file.close()

    def _spill(self) -> None:
        if not self._files:
            self._files = [
                (self._folder / f"{number:02x}").open("w+b") for number in range(FOLDERS)
            ]
        for entry_id, seq in self._kept.items():
            self._files[entry_id[0]].write(entry_id + seq.to_bytes(8, "big"))
        self._kept.clear()
