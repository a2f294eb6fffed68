"""Bundles of entries: for supervisors and inspectors, and never without a trace."""

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.operations.published import bundle_bytes
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.look_up import Why, write_looks
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import retried

READ = "bundle.read"
BUNDLE_LOOK, EXPORT_LOOK = "book_bundle", "book_export"  # in the log of looks
INSPECTION = Why("inspection")


@retried
def read_bundle(caller: Caller, community_id: str, bundle: int, key: str, book: int = 0) -> bytes:
    """A published bundle; the log of looks names who had it, once for each key.

    Raises: NotPublishedError, NoBookError, and as `authorised`.
    """
    target = Target(community_id)
    actor = acting(caller, READ, CITY, target)
    data = bundle_bytes(community_id, book, bundle)
    body = {"community": community_id, "book": book, "bundle": bundle}
    with perform(CITY, Request(actor, key, "book.bundle", body)) as operation:
        authority = authorised(operation, caller, READ, target)
        if not operation.replayed:
            write_looks(operation, authority, BUNDLE_LOOK, [authority.person_id], INSPECTION)
            operation.answer({})
    return data
