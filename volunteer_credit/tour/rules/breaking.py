"""Which byte of a copy is broken: a digit of somebody's minutes, as a cheat would."""

import re
from dataclasses import dataclass

_MINUTES = re.compile(rb'"minutes":([0-9])')


@dataclass(frozen=True, slots=True)
class Broken:
    """A file with one byte changed. `offset`: which, from 0; `was` and `now`: the byte's number."""

    data: bytes
    offset: int
    was: int
    now: int

    @property
    def as_text(self) -> tuple[str, str]:
        """Both bytes for a page: as letters where they are any, else as hex."""
        return _shown(self.was), _shown(self.now)


def broken(data: bytes) -> Broken:
    """The newest minutes with their first digit changed; without any, the byte in the middle."""
    found = list(_MINUTES.finditer(data))
    offset = found[-1].start(1) if found else len(data) // 2
    was = data[offset]
    now = ord("9") if found and was != ord("9") else was ^ 1
    return Broken(data[:offset] + bytes([now]) + data[offset + 1 :], offset, was, now)


def _shown(byte: int) -> str:
    return chr(byte) if 0x20 < byte < 0x7F else f"0x{byte:02x}"  # noqa: PLR2004 - ASCII's signs
