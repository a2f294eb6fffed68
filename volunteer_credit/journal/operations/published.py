"""What is published of a community's books: for everybody, for those entitled, for an audit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import select

from ledger.checkpoint import read_checkpoint
from ledger.files import CHECKPOINT, Published
from ledger.keys import KeyRing
from ledger.policy import Log, Policy, parse_policy
from ledger.quorum import NONE
from volunteer_credit.journal.models import CheckpointRow, HeadRow
from volunteer_credit.journal.operations.catch_up import earlier_book, earlier_ring
from volunteer_credit.journal.operations.examine import entry_of, key_ring, read_head
from volunteer_credit.journal.operations.folders import PUBLICATION, folder_errors
from volunteer_credit.journal.operations.public_files import public_files
from volunteer_credit.journal.operations.publish import POLICY
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.rules.publication_errors import (
    NotPublishedError,
    NotPublishedYetError,
)
from volunteer_credit.journal.rules.published_paths import (
    PublicFile,
    bundle_of,
    public_file,
    tree_paths,
)
from volunteer_credit.journal.rules.receipt_check import accounts_named
from volunteer_credit.journal.rules.seal_errors import EntryMissingError
from volunteer_credit.shared.db import NoBookError, db

_heads, _checkpoints = HeadRow.__table__.c, CheckpointRow.__table__.c
NAMED_FOLDERS = ("document", "state")


class BookName(NamedTuple):
    """A book of a community."""

    number: int
    origin: str


@dataclass(frozen=True, slots=True)
class BookFiles:
    """The files of one book that an audit needs, by path, at its newest checkpoint."""

    origin: str
    size: int
    checkpoint: bytes
    paths: Sequence[str]

    def bytes_of(self, path: str) -> bytes:
        """One of them. Raises: FolderFailedError, FolderChangedError, NotPublishedError."""
        return self.checkpoint if path == CHECKPOINT else _read(self.origin, path)

    def count_bytes(self) -> int:
        """How many bytes all of them have. Raises: OSError."""
        folder = sealing().folders[PUBLICATION] / self.origin
        return sum((folder / path).stat().st_size for path in self.paths)


def book_names(community_id: str) -> list[BookName]:
    """All books of a community, the present one last. Raises: NoBookError."""
    chosen = select(_heads.book, _heads.origin).where(_heads.community_id == community_id)
    row = db.session.execute(chosen).one_or_none()
    if row is None:
        raise NoBookError(community=community_id)
    stem = row.origin.rpartition("/")[0]
    return [BookName(number, f"{stem}/{number}") for number in range(1, row.book + 1)]


def book_name(community_id: str, number: int = 0) -> BookName:
    """One of them; 0 is the present one. Raises: NoBookError, NotPublishedError."""
    names = book_names(community_id)
    if not 0 <= number <= len(names):
        raise NotPublishedError
    return names[number - 1]


def public_bytes(community_id: str, number: int, asked: str) -> tuple[PublicFile, bytes]:
    """A checkpoint or a hash tile. Raises: NotPublishedError, NoBookError, FolderFailedError."""
    file, kept = public_file(asked), public_files()
    origin = kept.origin(community_id, number, lambda: book_name(community_id, number).origin)
    return file, kept.data(origin, file.path, lambda: _read(origin, file.path))


def bundle_bytes(community_id: str, number: int, bundle: int) -> bytes:
    """A bundle of up to 256 entries; only for those entitled. Raises: as `public_bytes`."""
    origin = book_name(community_id, number).origin
    return _read(origin, bundle_of(bundle, published_size(origin)).path())


def accounts_in(community_id: str, number: int, seq: int) -> frozenset[str]:
    """The account numbers that act in a published entry or are named in it.

    Raises: EntryMissingError, NotPublishedYetError, NotPublishedError, NoBookError.
    """
    origin = book_name(community_id, number).origin
    size = published_size(origin)
    if seq >= size:
        chosen = select(_heads.size).where(_heads.origin == origin)
        if seq < (db.session.execute(chosen).scalar_one_or_none() or 0):
            raise NotPublishedYetError(seq=seq)
        raise EntryMissingError(seq=seq, origin=origin)
    with folder_errors(PUBLICATION, origin):
        (note,) = _folder(origin).entries(seq, seq + 1, size)
        return accounts_named(entry_of(note))


def published_size(origin: str) -> int:
    """How many entries the newest published checkpoint covers; 0 without one."""
    try:
        data = _read(origin, CHECKPOINT)
    except NotPublishedError:
        return 0
    with folder_errors(PUBLICATION, origin):
        return read_checkpoint(data)[0].size


def book_files(origin: str) -> BookFiles | None:
    """What an audit of a book needs; None when it is not published.

    Tiles and bundles in their widest form, the history of checkpoints, documents, states, policy;
    all as of one checkpoint, however the book grows meanwhile.
    """
    folder = _folder(origin)
    try:
        checkpoint = _read(origin, CHECKPOINT)
    except NotPublishedError:
        return None
    with folder_errors(PUBLICATION, origin):
        size = read_checkpoint(checkpoint)[0].size
        paths = [CHECKPOINT, POLICY, *tree_paths(size)]
        paths += [f"checkpoints/{each}" for each in folder.checkpoints() if each <= size]
    for name in NAMED_FOLDERS:
        place = folder.folder / name
        names = [each.name for each in place.iterdir()] if place.is_dir() else []
        paths += [f"{name}/{each}" for each in names if each.isalnum()]
    return BookFiles(origin, size, checkpoint, sorted(paths))


def policy_of(origins: Sequence[str]) -> bytes:
    """One policy for several published books: the log keys of all, the witnesses of the last.

    Raises: NotPublishedError, FolderFailedError, FolderChangedError.
    """
    logs: list[Log] = []
    found = Policy((), (), (), NONE)
    for origin in origins:
        with folder_errors(PUBLICATION, origin):
            found = parse_policy(_read(origin, POLICY))
        logs += found.logs
    return replace(found, logs=tuple(logs)).encode()


def book_and_keys(community_id: str, number: int = 0) -> tuple[BookName, KeyRing]:
    """A book and all keys that it ever had.

    Raises: NoBookError, NotPublishedError, FactsChangedError, and as `read_head`.
    """
    name = book_name(community_id, number)
    session, head, _ = read_head(community_id)
    if head.book == name.number:
        return name, key_ring(session, head)
    return name, earlier_ring(session, earlier_book(session, head, name.number))


def checkpoint_sizes(community_id: str, number: int, below: int, count: int) -> list[int]:
    """The sizes of up to `count` checkpoints with fewer than `below` entries, largest first."""
    rows = db.session.execute(
        select(_checkpoints.size)
        .where(
            _checkpoints.community_id == community_id,
            _checkpoints.book == number,
            _checkpoints.size < below,
        )
        .order_by(_checkpoints.size.desc())
        .limit(count)
    )
    return list(rows.scalars())


def _folder(origin: str) -> Published:
    return Published(sealing().folders[PUBLICATION] / origin)


def _read(origin: str, path: str) -> bytes:
    """A published file. Raises: NotPublishedError, FolderFailedError, FolderChangedError."""
    try:
        with folder_errors(PUBLICATION, origin):
            return _folder(origin).read(path)
    except FileNotFoundError as problem:
        raise NotPublishedError from problem
