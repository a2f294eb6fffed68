"""Catching up: archive and publication brought to checkpoints that were signed before.

The present book's archive, when it is older than the database; an earlier book's publication,
where a crash before the succession left its end out; all archives, when their disk is lost.
"""

import logging
from collections.abc import Callable, Iterator
from hashlib import sha256

from ledger.errors import LedgerError
from ledger.files import DirectoryStore, Published
from ledger.keys import KeyRing
from ledger.store import head_size
from ledger.store_errors import SealSizeError
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.compare import of_book
from volunteer_credit.journal.operations.examine import check_signed, entry_of, key_ring
from volunteer_credit.journal.operations.facts import replayed
from volunteer_credit.journal.operations.folders import (
    ARCHIVE,
    PUBLICATION,
    bring,
    folder_errors,
)
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.publish import archive_named, publish
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.rules.errors import FactsChangedError
from volunteer_credit.journal.rules.head import Head
from volunteer_credit.journal.rules.reading import named_paths
from volunteer_credit.journal.rules.seal_errors import CheckpointChangedError
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.errors import ServiceError

Ring = Callable[[Reader, Head], KeyRing]

_log = logging.getLogger(__name__)


def catch_up(session: Reader, head: Head, archive: DirectoryStore, ring: Ring = key_ring) -> None:
    """Bring an archive that is new, or older than the database, to the newest checkpoint.

    Raises: CheckpointChangedError, FactsChangedError, and as `folder_errors`.
    """

    def notes(start: int, stop: int) -> Iterator[bytes]:
        return (row.note for row in queries.entries(session, head, start, stop))

    while True:
        start = head_size(archive.head())
        checkpoint = queries.next_checkpoint(session, head, start, sealing().step)
        if checkpoint is None:
            return
        check_signed(head.origin, ring(session, head), checkpoint)
        if not start < head_size(checkpoint) <= head.size:
            reason = SealSizeError(size=head_size(checkpoint), old_size=start, count=head.size)
            raise CheckpointChangedError(origin=head.origin, reason=reason)
        with folder_errors(ARCHIVE, head.origin):
            bring(archive, checkpoint, notes)


def earlier_book(session: Reader, head: Head, number: int) -> Head:
    """What names a book before the present one, with the size of its last checkpoint.

    Raises: CheckpointChangedError.
    """
    named = of_book(head, number)
    try:
        return named._replace(size=head_size(queries.newest_checkpoint(session, named)))
    except LedgerError as problem:
        raise CheckpointChangedError(origin=named.origin, reason=problem) from problem


def earlier_ring(session: Reader, earlier: Head) -> KeyRing:
    """The keys of such a book, out of its own entries: no head counts them any more.

    Raises: FactsChangedError.
    """
    notes = queries.fact_notes(session, earlier)
    try:
        return replayed(earlier.origin, notes).book.keys
    except (LedgerError, KeyError) as problem:
        raise FactsChangedError(origin=earlier.origin, count=len(notes)) from problem


def unpublished(origin: str) -> int:
    """How many archived entries of a book its publication lacks. Raises: as `folder_errors`."""
    sizes = {where: each.size for where, each in guard().known(origin)}
    return max(sizes.get(ARCHIVE, 0) - sizes.get(PUBLICATION, 0), 0)


def finish_earlier(session: Reader, head: Head) -> None:
    """Publish what a crash before the succession left in the archive.

    An earlier book that refuses keeps the present one from nothing; `doctor` names it.
    """
    for number in range(1, head.book):
        try:
            if unpublished(of_book(head, number).origin):
                _finish(session, earlier_book(session, head, number))
        except (ServiceError, LedgerError) as problem:
            origin = of_book(head, number).origin
            _log.error("the end of %s is not published: %s", origin, problem.code)


def _finish(session: Reader, earlier: Head) -> None:
    keys = earlier_ring(session, earlier)
    with (
        sealing().folder(ARCHIVE, earlier.origin) as archive,
        sealing().folder(PUBLICATION, earlier.origin) as export,
    ):
        publish(session, earlier, keys, archive, export, sealing().step)


def renew_earlier(session: Reader, head: Head) -> None:
    """Begin the archives of all earlier books again. Raises: as `catch_up` and `renew_named`."""
    for number in range(1, head.book):
        earlier = earlier_book(session, head, number)
        with sealing().folder(ARCHIVE, earlier.origin) as archive:
            catch_up(session, earlier, archive, earlier_ring)
            renew_named(session, earlier, archive)


def renew_named(session: Reader, head: Head, archive: DirectoryStore) -> None:
    """Put the files that sealed entries name into a new archive; the publication has them too.

    Raises: NamedFileError, and as `folder_errors`.
    """
    export = Published(sealing().folders[PUBLICATION] / head.origin)

    def given(reader: Reader, community_id: str, path: str) -> bytes | None:
        data = sealing().named_file(reader, community_id, path)
        return _published(export, path) if data is None else data

    with folder_errors(ARCHIVE, head.origin):
        rows = queries.entries(session, head, 0, head_size(archive.head()))
        paths = [path for row in rows for path in named_paths(entry_of(row.note))]
        archive_named(session, head, archive, paths, given)


def _published(export: Published, path: str) -> bytes | None:
    """A file of the publication, if it is the one that its name says. Raises: LedgerError."""
    try:
        data = export.read(path)
    except FileNotFoundError:
        return None
    return data if sha256(data).hexdigest() == path.rpartition("/")[2] else None
