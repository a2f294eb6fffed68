"""Builders for the tests of closing and succession, and what a stranger finds."""

from typing import Any

from sqlalchemy import text

from ledger.book import Book
from ledger.policy import parse_policy
from ledger.report import Report
from ledger.store import Published
from ledger.verify import Options, verify
from tests.service.books import OPERATOR, notes, request
from tests.service.villages import Village
from volunteer_credit.journal.operations.closing import Closed, close_book
from volunteer_credit.journal.operations.facts import remembered
from volunteer_credit.journal.operations.keys import keeper
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.succession import (
    Opened,
    Succession,
    open_successor,
)
from volunteer_credit.shared.db import WRITE, db
from volunteer_credit.shared.runtime import current

EAST, WEST, UNITED = "huancui-east", "huancui-west", "huancui-united"
NAMESPACE = "weihai.example"


def origin(community: str, book: int = 1) -> str:
    return f"{NAMESPACE}/{community}/{book}"


def close(community: str = EAST, *successors: str, **how: Any) -> Closed:
    """Close a book, for its own next one unless told."""
    asked = request(f"close {community}", OPERATOR)
    return close_book(community, "planned", successors or [origin(community, 2)], asked, **how)


def opening(village: Village, *closed: Closed, **how: Any) -> Succession:
    """What a successor of these books says."""
    previous = [each.previous() for each in closed]
    return Succession(previous, [each.parts[0] for each in closed], village.founders, **how)


def follow(village: Village, *closed: Closed, key: str = "open", **how: Any) -> Opened:
    return open_successor(EAST, opening(village, *closed, **how), request(key, OPERATOR))


def whole(community: str = EAST, book: int = 1) -> Book:
    """A book as a verifier replays it."""
    found = Book(origin(community, book))
    for note in notes(community, book):
        found.read(note)
    return found


def report(name: str, *predecessors: str) -> Report:
    """Verify what is published, with all predecessors at hand."""
    folder = current().settings.export_dir
    shelves = {each: Published(folder / each) for each in (name, *predecessors)}
    logs, rest = [], []
    for each in shelves.values():
        log, *rest = each.read("policy").decode().splitlines()
        logs.append(log)
    policy = parse_policy(("\n".join([*logs, *rest]) + "\n").encode())
    return verify(shelves[name], policy, set(), Options(predecessors=shelves)).report


def rows_of(community: str, book: int) -> dict[str, tuple[int, ...]]:
    rows = db.session.execute(
        text(
            "SELECT name, debits_pending, debits_posted, credits_pending, credits_posted"
            " FROM journal_accounts WHERE community_id = :c AND book = :b"
        ),
        {"c": community, "b": book},
    )
    return {name: tuple(sums) for name, *sums in rows}


def change(statement: str, **values: object) -> None:
    with db.engines[WRITE].begin() as connection:
        connection.execute(text(statement), values)


def as_new_process() -> None:
    keeper().forget()
    remembered().facts.clear()


def follow_sealed(village: Village, *closed: Closed) -> Opened:
    seal(EAST)
    return follow(village, *closed)
