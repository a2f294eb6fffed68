"""What a proposal says, for whoever has to decide it; nothing is locked for that."""

from typing import Any

from volunteer_credit.journal import queries
from volunteer_credit.journal.operations.examine import entry_of, read_head
from volunteer_credit.journal.rules.seal_errors import EntryMissingError


def proposal_data(community_id: str, seq: int) -> dict[str, Any]:
    """The data of an entry of the present book. Raises: EntryMissingError, as `read_head`."""
    session, head, _ = read_head(community_id)
    stop = min(seq + 1, head.size)
    for each in queries.entries(session, head, seq, stop):
        return dict(entry_of(each.note).data)
    raise EntryMissingError(seq=seq, origin=head.origin)
