"""Which files of a published book everybody may read: checkpoints and hash tiles."""

import re
from dataclasses import dataclass

from ledger.errors import LedgerError
from ledger.files import CHECKPOINT
from ledger.merkle import SIZE_MAX
from ledger.tiles import ENTRIES, TILE_HEIGHT, Tile, parse_tile_path, tiles_for
from volunteer_credit.journal.rules.publication_errors import NotPublishedError

_CHECKPOINTS = re.compile(r"checkpoints/(0|[1-9][0-9]{0,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file that is for everybody. `is_fixed`: whoever has it never needs to ask again."""

    path: str
    is_fixed: bool
    is_text: bool


def public_file(asked: str) -> PublicFile:
    """The file that a request names; only the one right spelling is taken.

    The path is built anew from what was read. Raises: NotPublishedError.
    """
    if asked == CHECKPOINT:
        return PublicFile(CHECKPOINT, is_fixed=False, is_text=True)
    match = _CHECKPOINTS.fullmatch(asked)
    if match is not None and int(match[1]) <= SIZE_MAX:
        # Witnesses may still add their lines.
        return PublicFile(f"checkpoints/{int(match[1])}", is_fixed=False, is_text=True)
    try:
        tile = parse_tile_path(asked)
    except LedgerError as problem:
        raise NotPublishedError from problem
    if tile.level == ENTRIES:
        raise NotPublishedError
    return PublicFile(tile.path(), is_fixed=True, is_text=False)


def bundle_of(number: int, size: int) -> Tile:
    """The bundle with this number in a tree of `size`. Raises: NotPublishedError."""
    width = min(1 << TILE_HEIGHT, size - (number << TILE_HEIGHT))
    if width < 1:
        raise NotPublishedError
    return Tile(ENTRIES, number, width)


def tree_paths(size: int) -> list[str]:
    """The tiles and bundles that a tree of `size` stands on, each at its widest."""
    found = []
    for tile in tiles_for(size):
        found.append(tile.path())
        if tile.level == 0:
            found.append(tile.bundle().path())
    return sorted(found)
