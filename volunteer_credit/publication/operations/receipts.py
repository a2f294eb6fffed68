"""A receipt for whom its entry concerns, or for who may read every entry."""

from volunteer_credit.journal.operations.published import accounts_in, book_name
from volunteer_credit.journal.operations.receipts import receipt
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.rules.publication_errors import NotPublishedYetError
from volunteer_credit.journal.rules.seal_errors import EntryMissingError
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.grants import accounts_of
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.limits import spend
from volunteer_credit.shared.runtime import current

SEAL_SECONDS = 3  # between two sealings of a community that its members ask for


def receipt_for(caller: Caller, community_id: str, seq: int, book: int = 0) -> bytes:
    """The tlog-proof of a published entry that names the caller; staff get every entry's.

    It writes and seals nothing: `make_receipt` does, and the next round of the sealing job.
    Raises: EntryMissingError, also for another's entry, NotPublishedYetError, and as `authorise`
    and `receipt`.
    """
    at_ms = current().clock.now_ms()
    now = {"at_ms": at_ms, "day": day_of(at_ms)}
    authorise(db.session, caller, "book.read", Target(community_id), **now)
    own = accounts_of(db.session, caller.person_id, community_id)
    if accounts_in(community_id, book, seq).isdisjoint(own):
        try:
            authorise(db.session, caller, "entry.read", Target(community_id), **now)
        except NotAllowedError:
            origin = book_name(community_id, book).origin
            raise EntryMissingError(seq=seq, origin=origin) from None
    return receipt(community_id, seq, book)


def make_receipt(caller: Caller, community_id: str, seq: int, book: int = 0) -> bytes:
    """The same at once: what is not published yet is sealed first, with all that has grown.

    Raises: as `receipt_for`, also when the book was sealed for a receipt moments ago; as `seal`.
    """
    try:
        return receipt_for(caller, community_id, seq, book)
    except NotPublishedYetError:
        at_ms = current().clock.now_ms()
        if spend("receipt_seal", community_id, 1, SEAL_SECONDS, at_ms) is not None:
            raise
    seal(community_id)
    return receipt_for(caller, community_id, seq, book)
