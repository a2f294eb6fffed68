"""Builders for the tests of the journal: a community with a fund, and things to append."""

from typing import Any

from sqlalchemy import text

from ledger.book import Book
from ledger.note import parse_note
from tests.ledger.make import ANNA, BO, CHEN, family, person, plain
from volunteer_credit.journal.operations.books import found_book
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.rules.requests import Actor, Appended, NewEntry, Request
from volunteer_credit.shared.db import db

COMMUNITY = "huancui-01"
OPERATOR = Actor("operator:1", "operator")
JOB = Actor("system:points", "system")
STAFF = Actor(ANNA, "staff")
SUPERVISOR = Actor(BO, "supervisor")
FOUNDERS = ((ANNA, "staff"), (BO, "supervisor"))


def request(key: str, actor: Actor = JOB, name: str = "test", **body: Any) -> Request:
    """A request under a key that says what it is for."""
    return Request(actor, key, name, body)


def found(community: str = COMMUNITY) -> Appended:
    """A book with two founders."""
    return found_book(community, request("found", OPERATOR, "found"), FOUNDERS)


def funded(community: str = COMMUNITY, amount: int = 1_000_000, members: int = 3) -> None:
    """A book with a fund full of points and the wallets of some members."""
    found(community)
    accounts = [
        family("sponsor:city", "centipoints"),
        family("fund:f1", "centipoints", limited=True),
        *(
            family(f"wallet:{member(number)}", "centipoints", limited=True)
            for number in range(members)
        ),
    ]
    for start in range(0, len(accounts), 64):
        opened = NewEntry("account.opened", {"accounts": accounts[start : start + 64]})
        append(community, request(f"accounts {start}"), [opened])
    moves = [plain("sponsor:city", "fund:f1", amount, code="granted")]
    data = {"beneficiaries": [], "transfers": moves}
    (proposed,) = append(
        community, request("grant", STAFF), [NewEntry("fund.example.proposed", data)]
    )
    approved = NewEntry("fund.example.approved", data, refs=[proposed.seq], transfers=moves)
    append(community, request("grant", SUPERVISOR), [approved])


def member(number: int) -> str:
    """The account number of a member."""
    return person(f"member {number}")


def award(number: int = 0, amount: int = 100) -> NewEntry:
    """Points for a member."""
    moves = [plain("fund:f1", f"wallet:{member(number)}:f1:202712", amount, code="award")]
    return NewEntry("points.example", {"minutes": 60}, transfers=moves)


def notes(community: str = COMMUNITY, book: int = 1) -> list[bytes]:
    """The entries as they stand in the database."""
    rows = db.session.execute(
        text("SELECT note FROM journal_entries WHERE community_id = :c AND book = :b ORDER BY seq"),
        {"c": community, "b": book},
    )
    return [bytes(each) for each in rows.scalars()]


def replayed(community: str = COMMUNITY) -> Book:
    """The book as a verifier reads it: every entry, every signature, every rule."""
    entries = notes(community)
    origin = parse_note(entries[0], bytes_max=40_000).lines[0].name.removesuffix("/entry")
    book = Book(origin)
    for note in entries:
        book.read(note)
    return book


def balances(community: str = COMMUNITY) -> dict[str, tuple[int, int, int, int]]:
    """The accounts as the database has them."""
    rows = db.session.execute(
        text(
            "SELECT name, debits_pending, debits_posted, credits_pending, credits_posted"
            " FROM journal_accounts WHERE community_id = :c"
        ),
        {"c": community},
    )
    return {name: tuple(sums) for name, *sums in rows}


def book_balances(book: Book) -> dict[str, tuple[int, int, int, int]]:
    """The accounts as a replay of the book has them."""
    return {
        name: (
            each.debits_pending,
            each.debits_posted,
            each.credits_pending,
            each.credits_posted,
        )
        for name, each in book.accounts.accounts.items()
    }


__all__ = ["CHEN"]
