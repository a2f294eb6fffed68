"""How the lines of a closing state are cut into entries (docs/ledger-format.md E2, S4)."""

from collections.abc import Iterable, Iterator

from ledger import canonical
from ledger.canonical import Value

LINES_MAX = 64
# Of the 32,768 bytes of a note: envelope and signature take less than 1,500.
BYTES_MAX = 30_000
# A line is written again as a transfer: the same values, and at most so much around them.
AROUND_BYTES = 120


def pieces(lines: Iterable[Value]) -> Iterator[list[Value]]:
    """The lines in their order, as many at once as an entry surely holds."""
    piece: list[Value] = []
    size = 0
    for line in lines:
        line_bytes = 2 * len(canonical.spell(line)) + AROUND_BYTES
        if piece and (len(piece) == LINES_MAX or size + line_bytes > BYTES_MAX):
            yield piece
            piece, size = [], 0
        piece.append(line)
        size += line_bytes
    if piece:
        yield piece
