"""What of a book must be known before any next entry: keys, roles, merges, prices, its end.

A service that keeps balances in rows takes in these few entries alone, and not the whole book.
"""

from collections.abc import Iterable

from ledger import dates
from ledger.accounts import Accounts
from ledger.book import Book, Predecessor
from ledger.entry import Entry
from ledger.opening import Opening
from ledger.parties import EVERYWHERE

KINDS = frozenset(
    {
        "account.merge.approved",
        "agreement.approved",
        "book.closed",
        "book.opened",
        "book.opened.complete",
        "book.opening",
        "convention.approved",
        "key.added",
        "key.retired",
        "role.approved",
    }
)


class _Elsewhere(Accounts):
    """Accounts that somebody else keeps."""

    def close(self, names: Iterable[str], *, closed: bool) -> None:
        """Nothing to do: whoever keeps them has closed them."""


def take_in(book: Book, entry: Entry) -> None:
    """Apply an entry of these kinds that the book has accepted before; accounts stay untouched."""
    if entry.kind == "book.opened":
        _open(book, entry)
    elif entry.kind == "book.closed":
        book.closed = entry
    elif book.opening is not None and entry.kind == "book.opening":
        book.opening.apply(entry, book.parties)
    elif book.opening is not None and entry.kind == "book.opened.complete":
        book.opening.complete(_Elsewhere(), book.prices)
        book.unknown_lines = book.opening.unknown_types
        book.opening = None
    elif entry.kind == "role.approved":
        book.parties.grant(entry.data)
    elif entry.kind == "account.merge.approved":
        book.parties.merge(entry.data["from"], entry.data["into"])
    else:
        book.prices.apply(entry)
    book.keys.apply(entry)


def _open(book: Book, entry: Entry) -> None:
    data = entry.data
    book.type, book.clock = data["type"], data["clock"]
    book.utc_offset_minutes = data["utc_offset_minutes"]
    book.predecessors = tuple(Predecessor(**each) for each in data["previous"])
    if book.predecessors:
        book.opening = Opening([each.state for each in book.predecessors])
    for founder in data["founders"]:
        book.parties.grant({**founder, "scope": EVERYWHERE, "until_day": dates.DAY_WITHOUT_END})
