"""The next book of a community, as an operator opens it."""

from hashlib import sha256

from ledger import state
from ledger.book import Book
from ledger.merkle import Edge, leaf_hash
from tests.service.books import notes
from volunteer_credit.journal.operations.closing import close_book
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.succession import Opened, Succession, open_successor
from volunteer_credit.journal.rules.requests import Actor, Request
from volunteer_credit.shared.db import end_reading
from volunteer_credit.shared.runtime import current

OPERATOR = Actor("operator:1", "operator")


def next_book(community: str, founders: list[tuple[str, str]], book: int = 2) -> Opened:
    """Close a community's book for number `book`, open that, and seal both."""
    sealing().persons_backed_up = lambda *_: True
    end_reading()
    origin = f"{current().settings.namespace}/{community}/{book}"
    asked = Request(OPERATOR, f"close for {book}", "close")
    closed = close_book(community, "planned", [origin], asked)
    seal(community)
    said = Succession([closed.previous()], [closed.parts[0]], founders)
    opened = open_successor(community, said, Request(OPERATOR, f"open {book}", "open"))
    seal(community)
    end_reading()
    return opened


def after_loss(community: str, founders: list[tuple[str, str]]) -> Opened:
    """The second book of a community whose first one was lost: its last state stands for it."""
    sealing().persons_backed_up = lambda *_: True
    end_reading()
    origin, edge = f"{current().settings.namespace}/{community}/1", Edge()
    book = Book(origin)
    for note in notes(community, 1):
        book.read(note, verify=False)
        edge.append(leaf_hash(note))
    lines = state.encode(book.closing_lines())
    said = {"root": edge.root().hex(), "size": book.size, "state": sha256(lines).hexdigest()}
    succession = Succession([{"origin": origin, **said}], [lines], founders, lost=True)
    opened = open_successor(community, succession, Request(OPERATOR, "open 2", "open"))
    seal(community)
    end_reading()
    return opened
