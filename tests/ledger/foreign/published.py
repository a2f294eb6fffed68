"""Published directories to show to foreign verifiers, and one changed byte in them."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.merkle import leaf_hash, root_from
from ledger.note import Ed25519Signer
from ledger.tiles import MemoryHashes, decode_bundle, encode_bundle, tile_bytes, tiles_for
from tests.ledger.golden import FOLDER
from tests.ledger.make import AT_MS, ORIGIN, seed

CHECKPOINTS = {
    "first": (1, 37, 69),
    "many": (255, 256, 257, 300),
    "saturday": (51, 89),
    "villages/east": (18,),
    "villages/west": (18,),
    "villages/united": (11,),
}
# Every golden checkpoint as the newest one, beside no older one, each older one and itself.
VIEWS = [
    (name, size, older)
    for name, sizes in CHECKPOINTS.items()
    for size in sizes
    for older in (0, *sizes)
    if older <= size
]
SIGNER = Ed25519Signer(ORIGIN, seed("foreign"))
VKEYS = [SIGNER.verifier_key.encode()]
TILE = 256


def notes_of(directory: Path, size: int) -> list[bytes]:
    """The first entries of a published book."""
    notes: list[bytes] = []
    while len(notes) < size:
        width = min(TILE, size - len(notes))
        name = f"{len(notes) // TILE:03}" + ("" if width == TILE else f".p/{width}")
        notes += decode_bundle((directory / "tile" / "entries" / name).read_bytes(), width)
    return notes


def vkeys_of(name: str) -> list[str]:
    """Every log key that a golden book ever had."""
    notes = notes_of(FOLDER / name, CHECKPOINTS[name][-1])
    values = [json.loads(note.partition(b"\n")[0]) for note in notes]
    added = [value["data"] for value in values if value["kind"] == "key.added"]
    later = [data["key"] for data in added if data["role"] == "log"]
    return [values[0]["data"]["keys"]["log"], *later]


def view(folder: Path, name: str, size: int) -> Path:
    """A copy of a golden book as it was when its checkpoint of this size was the newest."""
    directory = folder / "book"
    shutil.copytree(FOLDER / name, directory)
    shutil.copy(directory / "checkpoints" / str(size), directory / "checkpoint")
    return directory


def publish(directory: Path, size: int, older_size: int) -> None:
    """Publish a log of tiny entries with two checkpoints."""
    entries = [b"%d" % number for number in range(size)]
    hashes = MemoryHashes()
    for entry in entries:
        hashes.append(leaf_hash(entry))
    for tile in tiles_for(size):
        write(directory / tile.path(), tile_bytes(hashes, tile))
        if tile.level == 0:
            start = tile.index * TILE
            bundle = encode_bundle(entries[start : start + tile.width])
            write(directory / tile.bundle().path(), bundle)
    sign(directory / "checkpoints" / str(older_size), older_size, root_from(hashes, older_size))
    sign(directory / "checkpoint", size, root_from(hashes, size))


def sign(path: Path, size: int, root: bytes) -> None:
    """Publish a checkpoint of the log of `publish`, true or not."""
    write(path, sign_checkpoint(Checkpoint(ORIGIN, size, root), [SIGNER], [], AT_MS // 1000))


def write(path: Path, data: bytes) -> None:
    """Write a file into a directory that may not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@contextmanager
def flipped(path: Path, position: int) -> Iterator[None]:
    """A file with the lowest bit of one byte changed, for a while."""
    data = path.read_bytes()
    changed = bytearray(data)
    changed[position] ^= 1
    path.write_bytes(changed)
    yield
    path.write_bytes(data)
