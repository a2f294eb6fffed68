"""Sealing: what has grown since the last signed checkpoint is checked, signed and published.

    sidecar and keys, documents -> archive          durable on another disk
    entries, tiles, checkpoint  -> archive
    checkpoint, hash tiles      -> database         compare and swap under the head's lock
    tiles, then the checkpoint  -> export           what everybody may see

A crash between any two steps is finished, or repeated, by the next `seal`. The folders' locks let
one sealer in on one machine; between machines the swap decides.
"""

from collections.abc import Iterator

from ledger.cosignature import MldsaCosigner
from ledger.files import DirectoryStore
from ledger.keys import COSIGN, LOG, KeyRing
from ledger.note import Ed25519Signer
from ledger.seal import seal as seal_tree
from ledger.store import head_size
from ledger.store_errors import SealSizeError
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.clocks import clocks
from volunteer_credit.journal.operations.examine import (
    Examined,
    check_signed,
    examine,
    key_ring,
    read_head,
)
from volunteer_credit.journal.operations.folders import (
    ARCHIVE,
    PUBLICATION,
    bring,
    folder_errors,
)
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.keys import cosigners, signers
from volunteer_credit.journal.operations.publish import archive_named, publish
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.sidecar_files import write_keys, write_sidecars
from volunteer_credit.journal.operations.store import SqlStore
from volunteer_credit.journal.rules.errors import KeyMissingError, NotAnEntryError
from volunteer_credit.journal.rules.head import Head
from volunteer_credit.journal.rules.seal_errors import (
    CheckpointChangedError,
    PersonKeysWaitingError,
    SealBusyError,
)
from volunteer_credit.shared.db import Reader, end_reading

ROUNDS_MAX = 3


def seal(community_id: str) -> bytes:
    """The newest published checkpoint of a community's book, after sealing what has grown.

    Raises: NotAnEntryError, TreeChangedError, CheckpointChangedError, HeadChangedError,
    FactsChangedError, KeyMissingError, BehindPublicationError, BookForkError, ArchiveMissingError,
    FolderFailedError, FolderChangedError, SidecarChangedError, PersonKeysWaitingError,
    SealBusyError, NoBookError. What is published by then stays.
    """
    with sealing().turn(community_id):
        for _ in range(ROUNDS_MAX - 1):
            try:
                return _sealed(community_id)
            except SealBusyError:
                continue  # somebody else sealed: see what is left to do
        return _sealed(community_id)


def renew_archive(community_id: str) -> bytes:
    """Begin an archive again on a new disk, out of the database, and seal.

    For a book whose archive is lost for good. Raises: as `seal`.
    """
    with sealing().turn(community_id):
        return _sealed(community_id, renew=True)


def _sealed(community_id: str, *, renew: bool = False) -> bytes:
    session, head, _ = read_head(community_id)
    origin = head.origin
    if not renew:
        guard().check_archive(session, head)
    with sealing().folder(ARCHIVE, origin) as archive:
        known = guard().known(origin)
        # Read after the folders: whoever had them before has stored what is in them.
        session, head, beyond = read_head(community_id)
        if head.origin != origin:
            raise SealBusyError(origin=origin)
        guard().look(session, head, known)
        _catch_up(session, head, archive)
        keys = _sign(session, head, archive)
        with sealing().folder(PUBLICATION, origin) as export:
            published = publish(session, head, keys, archive, export, sealing().step)
        end_reading()
    if beyond is not None:
        raise NotAnEntryError(seq=beyond, origin=origin, reason="beyond_head")
    return published


def _catch_up(session: Reader, head: Head, archive: DirectoryStore) -> None:
    """Bring an archive that is new, or older than the database, to the newest checkpoint."""

    def notes(start: int, stop: int) -> Iterator[bytes]:
        return (row.note for row in queries.entries(session, head, start, stop))

    while True:
        start = head_size(archive.head())
        checkpoint = queries.next_checkpoint(session, head, start, sealing().step)
        if checkpoint is None:
            return
        check_signed(head.origin, key_ring(session, head), checkpoint)
        if not start < head_size(checkpoint) <= head.size:
            reason = SealSizeError(size=head_size(checkpoint), old_size=start, count=head.size)
            raise CheckpointChangedError(origin=head.origin, reason=reason)
        with folder_errors(ARCHIVE, head.origin):
            bring(archive, checkpoint, notes)


def _sign(session: Reader, head: Head, archive: DirectoryStore) -> KeyRing:
    """Check, archive and sign what the newest checkpoint lacks; the keys of the book."""
    newest, disk = queries.newest_checkpoint(session, head), sealing().disks[ARCHIVE]
    found = examine(session, head, archive, newest, sealing().step)
    seqs = range(head_size(newest), head.size)
    if seqs and not sealing().persons_backed_up(session, head.community_id, seqs):
        raise PersonKeysWaitingError(origin=head.origin)
    write_keys(session, head, disk)
    write_sidecars(session, head, disk)
    with folder_errors(ARCHIVE, head.origin):
        archive_named(session, head, archive, found.paths, sealing().named_file)
    for size, root in found.roots.items():
        signing = _signing(session, head, found, size)
        if size < head_size(archive.head()) or signing is None:
            continue
        store = SqlStore(session, head, archive, newest, root)
        with folder_errors(ARCHIVE, head.origin):
            newest = seal_tree(
                store,
                archive.published.read,
                head.origin,
                logs=signing[0],
                cosigners=signing[1],
                at_seconds=clocks().now_ms(head) // 1000,
                size=size,
            )
    return found.keys


def _signing(
    session: Reader, head: Head, found: Examined, size: int
) -> tuple[list[Ed25519Signer], list[MldsaCosigner]] | None:
    """Who signs a checkpoint of this size (T3); None where a key is destroyed that would have to.

    Such a size is passed over: the last one is signed by keys that are in force now.
    """
    keys, origin = found.keys, head.origin
    try:
        return (
            signers(session, origin, keys.in_force(LOG, size)),
            cosigners(session, origin, keys.in_force(COSIGN, size)),
        )
    except KeyMissingError:
        if size == head.size:
            raise
        return None
