"""The start guard: a process writes to a book only after it has seen that nobody knows more.

Publication, archive and witnesses are compared with the database once in each process, and the
folders again whenever a book is sealed. What stops a book stays until an operator has looked.

A book that was sealed and whose archive is gone when a process starts is not written to: nobody
can say then whether the database is an old copy. When the archive goes while a process runs,
appends go on, for that question is answered and hours must not get lost over a disk; sealing and
receipts stop until the disk is back.
"""

from collections.abc import Sequence
from pathlib import Path

from ledger.checkpoint import Checkpoint, read_checkpoint
from ledger.errors import LedgerError
from ledger.merkle import Edge, leaf_hash
from ledger.store_errors import disk_errors
from ledger.tiles import TileHashes
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.folders import (
    ARCHIVE,
    PUBLICATION,
    folder_errors,
    is_there,
)
from volunteer_credit.journal.operations.sidecar_files import operations_archived
from volunteer_credit.journal.operations.stops import stops
from volunteer_credit.journal.operations.witnesses import witnesses
from volunteer_credit.journal.operations.writing import hashes_of
from volunteer_credit.journal.rules.errors import BehindPublicationError, BookForkError
from volunteer_credit.journal.rules.head import Head, head_of
from volunteer_credit.journal.rules.seal_errors import ArchiveMissingError
from volunteer_credit.journal.rules.tree import edge_at
from volunteer_credit.shared.db import Reader, db, end_reading
from volunteer_credit.shared.errors import StoppedError
from volunteer_credit.shared.runtime import Runtime, current

Known = tuple[str, Checkpoint]  # where it was seen, and what


class Guard:
    """Which books this process may write to, and why it stopped others."""

    def __init__(self, runtime: Runtime) -> None:
        settings = runtime.settings
        self._folders = {ARCHIVE: settings.archive_dir, PUBLICATION: settings.export_dir}
        self._asked: set[str] = set()
        self._seen: set[str] = set()
        self.stopped: dict[str, StoppedError] = {}

    def before(self, community_id: str) -> None:
        """Ask the witnesses of a book, once in each process; no lock may be held here.

        And see now and then whether another process has stopped it.
        """
        stops().look(community_id)
        if community_id in self._asked:
            return
        if witnesses().places:
            end_reading()
            session = db.session()
            row = queries.head_row(session, community_id)
            if row is None:
                return
            head = head_of(row)
            problem = witnesses().problem(session, head)
            if problem is not None:
                self.stop(head, problem)
        self._asked.add(community_id)

    def check(self, session: Reader, head: Head) -> None:
        """Let a locked book be written to.

        Raises: BehindPublicationError, BookForkError, ArchiveMissingError, FolderChangedError,
        FolderFailedError.
        """
        self.check_going(head)
        if head.origin not in self._seen:
            self.check_archive(session, head)
            self.check_operations(head, operations_archived(head.community_id))
            self.look(session, head)
            self._seen.add(head.origin)

    def check_going(self, head: Head) -> None:
        """Refuse a book that this process has stopped, or another one. Raises: as `check`."""
        if head.origin in self.stopped:
            raise self.stopped[head.origin]
        stops().check(head.community_id)

    def stop(self, head: Head, problem: StoppedError) -> None:
        """Stop a book in every process: a witness disputes it."""
        self.stopped[head.origin] = problem
        stops().tell(head.community_id, problem)

    def check_archive(self, session: Reader, head: Head) -> None:
        """Refuse a book that was sealed when its archive is not there. Raises: as `check`."""
        folder = self._folders[ARCHIVE] / head.origin
        newest = queries.newest_checkpoint(session, head)
        if newest is not None and not is_there(folder):
            raise ArchiveMissingError(origin=head.origin, path=folder)

    def check_operations(self, head: Head, archived: int) -> None:
        """Refuse a head that lacks operations of the archive: they may have written no entry.

        Raises: BehindPublicationError.
        """
        if head.size and archived > head.operations_count:  # a book to be opened has no size
            raise BehindPublicationError(
                origin=f"{head.community_id}, operations",
                size=head.operations_count,
                where=ARCHIVE,
                published=archived,
            )

    def look(self, session: Reader, head: Head, known: Sequence[Known] | None = None) -> None:
        """Compare the folders with a head that is locked, or was read after them (`known`).

        Raises: as `check`.
        """
        for where, checkpoint in self.known(head.origin) if known is None else known:
            problem = compared(session, head, where, checkpoint)
            if problem is not None:
                self.stopped[head.origin] = problem
                raise problem

    def check_new(self, origin: str) -> None:
        """Let a book be founded that nobody knows of yet. Raises: BehindPublicationError."""
        for where, checkpoint in self.known(origin):
            raise BehindPublicationError(
                origin=origin, size=0, where=where, published=checkpoint.size
            )

    def known(self, origin: str) -> list[Known]:
        """The newest checkpoint of a book in each folder that has one."""
        found = []
        for where, folder in self._folders.items():
            with folder_errors(where, origin):
                checkpoint = read(folder / origin / "checkpoint")
            if checkpoint is not None:
                found.append((where, checkpoint))
        return found

    def again(self, origin: str) -> None:
        """Look again at the next write: after a recovery."""
        self.stopped.pop(origin, None)
        stops().forget(origin.split("/")[-2])
        self._seen.discard(origin)
        self._asked.clear()


def read(path: Path) -> Checkpoint | None:
    """The checkpoint in a file; None if there is no such file. Raises: LedgerError."""
    with disk_errors(path):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
    return read_checkpoint(data)[0]


def compared(
    session: Reader, head: Head, where: str, checkpoint: Checkpoint
) -> StoppedError | None:
    """What is wrong when somebody has this checkpoint; None if nothing is."""
    names = {"origin": head.origin, "where": where}
    if checkpoint.size > head.size:
        return BehindPublicationError(**names, size=head.size, published=checkpoint.size)
    same = checkpoint.origin == head.origin and checkpoint.root == root_at(
        session, head, checkpoint.size
    )
    return None if same else BookForkError(**names, size=checkpoint.size)


def root_at(session: Reader, head: Head, size: int) -> bytes:
    """The root of the first `size` entries, as far as this database knows them.

    A checkpoint may be known elsewhere that is not in the database: a sealer died between the two.
    """
    if size == head.size:
        return Edge(size, hashes_of(head.edge)).root()
    data = queries.checkpoint_until(session, head, size)
    edge = Edge()
    if data is not None:
        try:
            signed = read_checkpoint(data)[0]
            if signed.size == size:
                return signed.root
            tiles = TileHashes(lambda path: queries.tile(session, head, path), signed.size)
            known = edge_at(tiles, signed.size)
            edge = known if known.root() == signed.root else edge
        except LedgerError:
            pass  # the cache of tiles lacks something: the entries say it all, only slower
    for row in queries.entries(session, head, edge.size, size):
        edge.append(leaf_hash(row.note))
    return edge.root()


def guard() -> Guard:
    """The guard of the current application."""
    return current().part(Guard, Guard)
