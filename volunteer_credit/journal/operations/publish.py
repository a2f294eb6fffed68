"""Publishing: the export follows the archive, up to the newest checkpoint in the database.

Everything is repeated from where it stopped, so a crash between any two steps costs nothing.
"""

import logging
from hashlib import sha256

from ledger import state
from ledger.book import Book
from ledger.files import CHECKPOINT, DirectoryStore
from ledger.keys import LOG, KeyRing
from ledger.policy import Log, Policy
from ledger.quorum import NONE
from ledger.store import head_size
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.examine import entry_of
from volunteer_credit.journal.operations.folders import PUBLICATION, bring, folder_errors
from volunteer_credit.journal.operations.sealing import NamedFile
from volunteer_credit.journal.operations.witnesses import witnesses
from volunteer_credit.journal.rules.head import Head
from volunteer_credit.journal.rules.reading import named_paths
from volunteer_credit.journal.rules.seal_errors import NamedFileError
from volunteer_credit.shared.db import Reader

POLICY = "policy"

_log = logging.getLogger(__name__)


def policy_text(keys: KeyRing) -> bytes:
    """The policy beside a book: every log key it had, and the witnesses of the policy file."""
    logs = tuple(Log(held.key) for held in keys.held.values() if held.role == LOG)
    asked = witnesses().policy
    if asked is None:
        return Policy(logs, (), (), NONE).encode()
    return Policy(logs, asked.witnesses, asked.groups, asked.quorum).encode()


def archive_named(
    session: Reader, head: Head, archive: DirectoryStore, paths: list[str], given: NamedFile
) -> None:
    """Put the documents and states that entries name into the archive, as far as they are there.

    A closing state is computed; its parts and all documents are given. Raises: NamedFileError,
    LedgerError.
    """
    for path in dict.fromkeys(paths):
        if _there(archive, path) is not None:
            continue
        data = given(session, head.community_id, path)
        if data is None and path.startswith("state/"):
            data = _closing_state(session, head)
            if not _is_named(path, data):
                data = None
        if data is None:
            _log.warning("%s: %s is not there to be published", head.origin, path)
        elif not _is_named(path, data):
            raise NamedFileError(origin=head.origin, path=path)
        else:
            archive.put(path, data)


def _is_named(path: str, data: bytes) -> bool:
    return sha256(data).hexdigest() == path.rpartition("/")[2]


def _closing_state(session: Reader, head: Head) -> bytes:
    """The closing state of a book (S1), for which all of it is replayed."""
    book = Book(head.origin)
    for row in queries.entries(session, head, 0, head.size):
        book.read(row.note, verify=False)
    return state.encode(book.closing_lines())


def publish(
    session: Reader,
    head: Head,
    keys: KeyRing,
    archive: DirectoryStore,
    export: DirectoryStore,
    step: int,
) -> bytes:
    """Bring the export to the newest checkpoint; that as published. Raises: as `folder_errors`."""
    with folder_errors(PUBLICATION, head.origin):
        policy = policy_text(keys)
        if _there(export, POLICY) != policy:
            export.put(POLICY, policy)
        while True:
            start = head_size(export.head())
            checkpoint = queries.next_checkpoint(session, head, start, step)
            if checkpoint is None:
                return export.published.read(CHECKPOINT)
            for note in archive.read(start, head_size(checkpoint)):
                for path in named_paths(entry_of(note)):
                    data = _there(archive, path)
                    if data is not None and _there(export, path) is None:
                        export.put(path, data)
            bring(export, checkpoint, archive.read)


def _there(store: DirectoryStore, path: str) -> bytes | None:
    try:
        return store.published.read(path)
    except FileNotFoundError:
        return None
