"""The round to the witnesses: a published checkpoint gets their lines; no lock is held."""

from ledger.checkpoint import read_checkpoint
from ledger.files import CHECKPOINT, Published
from ledger.note import Note, SignatureLine
from ledger.store import head_size
from ledger.tiles import TileHashes
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.examine import read_head
from volunteer_credit.journal.operations.folders import PUBLICATION, folder_errors
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.witnesses import witnesses


def cosign_published(community_id: str) -> bytes | None:
    """The newest published checkpoint with the lines of the witnesses, who are asked for them.

    A witness that does not answer is a warning. One that has another or a larger tree stops the
    book. Raises: BookForkError, BehindPublicationError, NoBookError, and as `folder_errors`.
    """
    _, head, _ = read_head(community_id)
    folder = Published(sealing().folders[PUBLICATION] / head.origin)
    with folder_errors(PUBLICATION, head.origin):
        try:
            data = folder.read(CHECKPOINT)
        except FileNotFoundError:
            return None
        hashes = TileHashes(folder.read, head_size(data))

    def known_size() -> int:
        session, head, _ = read_head(community_id)
        return head_size(queries.newest_checkpoint(session, head))

    with folder_errors(PUBLICATION, head.origin):
        cosigned, problem = witnesses().cosigned(data, hashes, known_size)
    if cosigned != data:
        cosigned = _put(head.origin, cosigned)
    if problem is not None:
        guard().stop(head, problem)
        raise problem
    return cosigned


def _put(origin: str, cosigned: bytes) -> bytes:
    """Publish a checkpoint with more lines, beside those that others have added meanwhile."""
    path = f"checkpoints/{head_size(cosigned)}"
    with sealing().folder(PUBLICATION, origin) as export, folder_errors(PUBLICATION, origin):
        data = _merged(export.published.read(path), cosigned)
        export.put(path, data)
        if head_size(export.published.read(CHECKPOINT)) == head_size(data):
            export.put(CHECKPOINT, data)
    return data


def _merged(there: bytes, cosigned: bytes) -> bytes:
    """A checkpoint with the lines of both."""
    note, more = read_checkpoint(there)[1], read_checkpoint(cosigned)[1]
    names = {_name(line) for line in note.lines}
    new = [line for line in more.lines if _name(line) not in names]
    return Note(note.text, (*note.lines, *new)).encode()


def _name(line: SignatureLine) -> tuple[str, bytes]:
    return line.name, line.key_id
