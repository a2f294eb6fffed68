"""Sealing: what has grown since the last signed checkpoint is checked, signed and published.

    sidecar and keys, documents -> archive          durable on another disk
    entries, tiles, checkpoint  -> archive
    checkpoint, hash tiles      -> database         compare and swap under the head's lock
    tiles, then the checkpoint  -> export           what everybody may see

A crash between any two steps is finished, or repeated, by the next `seal`. The folders' locks let
one sealer in on one machine; between machines the swap decides.
"""

from ledger.cosignature import MldsaCosigner
from ledger.files import DirectoryStore
from ledger.keys import COSIGN, LOG, KeyRing
from ledger.note import Ed25519Signer
from ledger.seal import seal as seal_tree
from ledger.store import head_size
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.catch_up import (
    catch_up,
    finish_earlier,
    renew_earlier,
    renew_named,
)
from volunteer_credit.journal.operations.clocks import clocks
from volunteer_credit.journal.operations.examine import Examined, examine, has_moved, read_head
from volunteer_credit.journal.operations.folders import ARCHIVE, PUBLICATION, folder_errors
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.keys import cosigners, signers
from volunteer_credit.journal.operations.publish import archive_named, publish
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.sidecar_files import write_keys, write_sidecars
from volunteer_credit.journal.operations.stops import stops
from volunteer_credit.journal.operations.store import SqlStore
from volunteer_credit.journal.rules.errors import KeyMissingError, NotAnEntryError
from volunteer_credit.journal.rules.head import Head
from volunteer_credit.journal.rules.seal_errors import PersonKeysWaitingError, SealBusyError
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

    For a community whose archive is lost for good: all its books, the present one first.
    Raises: as `seal`.
    """
    with sealing().turn(community_id):
        published = _sealed(community_id, renew=True)
        session, head, _ = read_head(community_id)
        renew_earlier(session, head)
        end_reading()
    return published


def _sealed(community_id: str, *, renew: bool = False) -> bytes:
    session, head, _ = read_head(community_id)
    origin = head.origin
    stops().look(community_id, is_now=True)
    guard().check_going(head)  # a history that a witness disputes is not published further
    finish_earlier(session, head)
    if not renew:
        guard().check_archive(session, head)
    with sealing().folder(ARCHIVE, origin) as archive:
        known = guard().known(origin)
        # Read after the folders: whoever had them before has stored what is in them.
        session, head, beyond = read_head(community_id)
        if head.origin != origin:
            raise SealBusyError(origin=origin)
        guard().look(session, head, known)
        catch_up(session, head, archive)
        if renew:
            renew_named(session, head, archive)
        keys = _sign(session, head, archive)
        with sealing().folder(PUBLICATION, origin) as export:
            published = publish(session, head, keys, archive, export, sealing().step)
        end_reading()
    if beyond is not None:
        raise NotAnEntryError(seq=beyond, origin=origin, reason="beyond_head")
    return published


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
            if has_moved(head):  # a rotation has destroyed the key meanwhile
                raise SealBusyError(origin=head.origin) from None
            raise
        return None
