"""What a proposal says, for whoever has to decide it; nothing is locked for that."""

from typing import Any

from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.examine import entry_of, read_head
from volunteer_credit.journal.rules.seal_errors import EntryMissingError


def proposal_data(community_id: str, seq: int, book: int = 0) -> dict[str, Any]:
    """The data of an entry of the book with this number, or of the present one.

    Raises: EntryMissingError, as `read_head`.
    """
    session, head, _ = read_head(community_id)
    is_present = book in (0, head.book)
    stop = min(seq + 1, head.size) if is_present else seq + 1
    where = head if is_present else head._replace(book=book)
    for each in queries.entries(session, where, seq, stop):
        return dict(entry_of(each.note).data)
    raise EntryMissingError(seq=seq, origin=head.origin)
