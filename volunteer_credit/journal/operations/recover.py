"""Recovery: the database brought up to what was acknowledged, out of archive and publication.

All of a community's recovery is one transaction, so it can be stopped anywhere and run again. The
erasures of persons are applied first: before any of their rows is back.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from ledger.durable import Disk
from volunteer_credit.journal import queries
from volunteer_credit.journal.models import EntryRow, HeadRow, KeyRow
from volunteer_credit.journal.operations.backup import snapshot, without_timeouts
from volunteer_credit.journal.operations.copies import Copy
from volunteer_credit.journal.operations.folders import ARCHIVE as ARCHIVED
from volunteer_credit.journal.operations.folders import PUBLICATION
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.keys import ROW_KEY_ID, drop_key, keeper
from volunteer_credit.journal.operations.put_back import PutBack, Walk
from volunteer_credit.journal.operations.quarantine import Quarantine
from volunteer_credit.journal.operations.rebuild import forget
from volunteer_credit.journal.operations.recover_book import BookRecovery, LastState
from volunteer_credit.journal.operations.sidecar import ARCHIVE, archive_name
from volunteer_credit.journal.operations.sidecar_files import (
    KEYS_FILE,
    archive_folder,
    read_keys,
    read_sidecars,
)
from volunteer_credit.journal.rules.errors import BehindPublicationError, KeyMissingError
from volunteer_credit.journal.rules.head import Head
from volunteer_credit.journal.rules.recovery_errors import (
    ArchiveDamagedError,
    NothingToRecoverError,
    OperationsLostError,
)
from volunteer_credit.journal.rules.requests import check_community
from volunteer_credit.shared.db import opened
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.person_keys_errors import PersonKeyBackupMissingError
from volunteer_credit.shared.runtime import current

_entries, _heads, _keys = EntryRow.__table__.c, HeadRow.__table__.c, KeyRow.__table__.c
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_SIDECAR = re.compile(r"[0-9]+-([0-9]+)")

# Told an origin and its entries done so far.
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a recovery did. All counts are 0 where nothing was wrong."""

    community_id: str
    head: Head
    entries_put_back: int
    operations_put_back: int
    rows_put_back: int
    quarantined: int
    lost: int
    set_aside: tuple[str, ...]  # sidecar files of operations that never came to be
    last_state: LastState | None  # of a book with a loss that was accepted


def recoverable() -> list[str]:
    """Every community that the database, the archive or the publication has a book of."""
    settings = current().settings
    found: set[str] = set()
    for base in (settings.archive_dir, settings.export_dir):
        folder = base / settings.namespace
        places = folder.iterdir() if folder.is_dir() else iter(())
        found |= {place.name for place in places if _numbers_in(place)}
    with snapshot() as connection:
        for column in (_entries.community_id, _heads.community_id):
            found |= set(connection.execute(select(column).distinct()).scalars())
    return sorted(found)


def recover(
    community_id: str,
    *,
    erase_again: Callable[[], object] | None = None,
    accept_loss: bool = False,
    progress: Progress = lambda _origin, _entries: None,
) -> Recovered:
    """Bring a community's books up to what was acknowledged; then its book may be written again.

    `erase_again` destroys keys of erased persons that came back (else the person key store's own).
    `accept_loss`: go on although published entries are lost; only a successor book can follow.
    Raises: NothingToRecoverError, EntriesLostError, OperationsLostError, ArchiveDamagedError,
    SidecarChangedError, BookForkError, KeyMissingError, CommunityCodeError; nothing is changed
    then.
    """
    check_community(community_id)
    (erase_persons_again if erase_again is None else erase_again)()
    witnessed = _witnessed(community_id)
    keeper().forget()
    try:
        with opened(book=community_id if _has_head(community_id) else None) as now:
            without_timeouts(now.connection)
            found = _Work(now.connection, community_id, progress).run(
                witnessed, accept_loss=accept_loss
            )
    finally:
        keeper().forget()  # also keys that came back and were rolled back
    forget(found.head.origin)
    aside = _set_aside(community_id, found.head.operations_count)
    return replace(found, set_aside=tuple(aside))


def erase_persons_again() -> None:
    """Bring the store of people's keys up to its second store: an erasure always wins.

    Raises: as `PersonKeys.restore`.
    """
    keys, at_ms = person_keys(current()), current().clock.now_ms()
    try:
        keys.restore(at_ms)
    except PersonKeyBackupMissingError:
        keys.require_current()  # good where there never was a key


class _Work:
    """One community's recovery inside its transaction."""

    def __init__(self, connection: Connection, community_id: str, progress: Progress) -> None:
        self._connection = connection
        self._community_id = community_id
        self._progress = progress
        self._quarantine = Quarantine(connection, community_id, current().clock.now_ms())

    def run(self, witnessed: dict[str, int], *, accept_loss: bool) -> Recovered:
        """Keys, books, operations, the head."""
        self._put_back_keys()
        books = [self._book(number, witnessed) for number in self._numbers()]
        lost = [book for book in books if book.found.lost and not _settled(book, books)]
        if lost and not accept_loss:
            lost[0].refuse_loss()
        books = [book for book in books if book.found.size]
        if not books:
            raise NothingToRecoverError(community=self._community_id)
        operations, walk = self._operations(books)
        newest = books[-1]
        missing = not walk.whole and not accept_loss
        unpublished = walk.at == len(books) - 1 and newest.found.published <= walk.last
        if missing and newest.found.cut and unpublished:
            # An operation is all or nothing: what is left of its entries goes too.
            books[-1] = newest = self._book(newest.found.number, witnessed, limit=walk.last)
        elif missing:
            raise OperationsLostError(origin=newest.found.origin, size=walk.last)
        self._quarantine.close()
        for book in books[:-1]:  # nobody signs for a book that others followed
            for role, key_id in queries.signing_keys(self._connection, book.found.origin):
                drop_key(self._connection, book.found.origin, role, key_id)
        return Recovered(
            self._community_id,
            newest.rebuild.write_head(operations.count),
            sum(book.found.put_back for book in books),
            operations.put_back,
            operations.rows,
            self._quarantine.count,
            sum(book.found.lost for book in lost),
            (),
            lost[-1].last_state() if lost else None,
        )

    def _put_back_keys(self) -> None:
        """Keys that the database lacks, or that do not open, out of the archive."""
        path = archive_folder(self._community_id) / KEYS_FILE
        try:
            archived = read_keys(self._community_id)
        except FileNotFoundError:
            return  # what is missing then says KeyMissingError
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise ArchiveDamagedError(path=path, reason=type(problem).__name__) from problem
        name = archive_name(self._community_id)
        for row in archived:
            names = (row["origin"], row["role"], row["key_id"])
            if names[0] != name and names[0].rpartition("/")[0] != name:
                raise ArchiveDamagedError(path=path, reason=f"a key of {names[0]}")
            try:
                keeper().seed(self._connection, *names)
            except KeyMissingError:
                keeper().unwrap(*names, row["wrapped"])
                chosen = [_keys[name] == row[name] for name in ("origin", "role", "key_id")]
                self._connection.execute(delete(KeyRow).where(*chosen))
                self._connection.execute(insert(KeyRow).values(row))

    def _numbers(self) -> list[int]:
        """The books of the community, wherever they are."""
        settings, name = current().settings, archive_name(self._community_id)
        found = _numbers_in(settings.archive_dir / name) | _numbers_in(settings.export_dir / name)
        chosen = select(_entries.book).where(_entries.community_id == self._community_id)
        found |= set(self._connection.execute(chosen.distinct()).scalars())
        return sorted(found)

    def _book(
        self, number: int, witnessed: dict[str, int], *, limit: int | None = None
    ) -> BookRecovery:
        settings = current().settings
        origin = f"{archive_name(self._community_id)}/{number}"
        copies = [
            Copy(where, folder / origin, origin)
            for where, folder in (
                (ARCHIVED, settings.archive_dir),
                (PUBLICATION, settings.export_dir),
            )
        ]
        place = (self._community_id, number, origin)
        book = BookRecovery(self._connection, self._quarantine, place, copies, limit)
        book.run(witnessed.get(origin, 0), self._progress)
        return book

    def _operations(self, books: list[BookRecovery]) -> tuple[PutBack, Walk]:
        key = keeper().seed(self._connection, archive_name(self._community_id), ARCHIVE, ROW_KEY_ID)
        walk = Walk([book.found.size for book in books])
        operations = PutBack(self._connection, self._community_id, key, self._quarantine)
        operations.run(read_sidecars(self._community_id, key), walk)
        return operations, walk


def _settled(book: BookRecovery, books: list[BookRecovery]) -> bool:
    """Whether a later book follows this one as it is: what was lost is known, and over."""
    return any(
        (each.origin, each.size) == (book.found.origin, book.found.size)
        for later in books
        for each in later.rebuild.book.predecessors
    )


def _has_head(community_id: str) -> bool:
    with snapshot() as connection:
        chosen = select(_heads.community_id).where(_heads.community_id == community_id)
        return connection.execute(chosen).one_or_none() is not None


def _witnessed(community_id: str) -> dict[str, int]:
    """How many entries a witness says that it has seen, by origin."""
    with snapshot() as connection:
        chosen = select(_heads.origin).where(_heads.community_id == community_id)
        origin = connection.execute(chosen).scalar_one_or_none()
    if origin is None:
        return {}
    guard().again(origin)
    guard().before(community_id)
    problem = guard().stopped.get(origin)
    if isinstance(problem, BehindPublicationError) and isinstance(problem.where["published"], int):
        return {origin: problem.where["published"]}
    return {}


def _numbers_in(folder: Path) -> set[int]:
    """The books that a folder of a community holds."""
    places = folder.iterdir() if folder.is_dir() else iter(())
    return {int(each.name) for each in places if _NUMBER.fullmatch(each.name)}


def _set_aside(community_id: str, count: int) -> Iterator[str]:
    """Rename sidecar files with operations that never came to be; sealing writes others."""
    folder, disk = archive_folder(community_id) / "sidecar", Disk()
    for each in sorted(folder.iterdir()) if folder.is_dir() else ():
        match = _SIDECAR.fullmatch(each.name)
        if match and int(match[1]) > count:
            disk.rename(each, each.with_name(f"{each.name}.aside-{current().random(4).hex()}"))
            yield each.name
            disk.sync_folder(folder)
