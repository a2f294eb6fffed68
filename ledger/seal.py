"""Sealing: the entries since the last signed checkpoint become tiles, bundles and a new one.

The steps T1 to T4 of docs/ledger-format.md. No clock is read and no file is touched: time is an
argument, and the store writes.
"""

from collections.abc import Iterator, Sequence

from ledger.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from ledger.cosignature import MldsaCosigner
from ledger.growing import GrowingHashes, ReadFile, forms_between
from ledger.merkle import EMPTY_ROOT, leaf_hash
from ledger.note import Ed25519Signer
from ledger.store import Sealed, Store
from ledger.store_errors import (
    NothingToSealError,
    OriginForkError,
    SealSizeError,
    TileContentError,
    TreeForkError,
)
from ledger.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    TileHashes,
    encode_bundle,
    tile_bytes,
)


def seal(
    store: Store,
    read: ReadFile,
    origin: str,
    *,
    logs: Sequence[Ed25519Signer],
    cosigners: Sequence[MldsaCosigner],
    at_seconds: int,
    size: int | None = None,
) -> bytes:
    """Sign and store the tree of the first `size` entries (of all); the signed checkpoint.

    `read` gives a published file (KeyError or FileNotFoundError without one). Where there is
    nothing after the head, it is the answer and nothing is signed.
    Raises: NothingToSealError, OriginForkError, SealSizeError, TreeForkError, TileContentError,
    as `sign_checkpoint` and `TileHashes`, and as the store.
    """
    head = store.head()
    size = store.size() if size is None else size
    old = Checkpoint(origin, 0, EMPTY_ROOT) if head is None else read_checkpoint(head)[0]
    if old.origin != origin:
        raise OriginForkError(head=old.origin, origin=origin)
    if not old.size <= size <= store.size():
        raise SealSizeError(size=size, old_size=old.size, count=store.size())
    if size == old.size:
        if head is None:
            raise NothingToSealError(origin=origin)
        return head
    tiles = TileHashes(read, old.size)
    hashes = GrowingHashes(tiles, old.size)
    if hashes.root() != old.root:
        raise TreeForkError(checkpoint=old.size)
    files = dict(_bundles(store, tiles, hashes, size))
    for tile in forms_between(old.size, size):
        if tile.level != ENTRIES:
            files[tile.path()] = tile_bytes(hashes, tile)
    new = Checkpoint(origin, size, hashes.root())
    checkpoint = sign_checkpoint(new, logs, cosigners, at_seconds)
    store.seal(Sealed(head, checkpoint, files))
    return checkpoint


def _bundles(
    store: Store, tiles: TileHashes, hashes: GrowingHashes, size: int
) -> Iterator[tuple[str, bytes]]:
    """The bundles from the last partial one on; their new entries are appended to `hashes`.

    Entries that stand in a bundle already must be the leaves that the old tree has.
    """
    start = tiles.size - tiles.size % TILE_WIDTH
    while start < size:
        stop = min(start + TILE_WIDTH, size)
        entries = list(store.read(start, stop))
        bundle = Tile(ENTRIES, start // TILE_WIDTH, stop - start)
        for seq, entry in enumerate(entries, start):
            leaf = leaf_hash(entry)
            if seq >= tiles.size:
                hashes.append(leaf)
            elif tiles(0, seq) != leaf:
                raise TileContentError(path=bundle.path())
        yield bundle.path(), encode_bundle(entries)
        start = stop
