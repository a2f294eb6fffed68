"""The few entries that must be known before any next one, taken in alone, against whole books."""

import pytest

from ledger import facts
from ledger.book import Book
from ledger.entry import Entry
from ledger.key_errors import KeyNotInForceError
from tests.ledger.test_golden import ONE_BOOK, files_of, notes_of, origin_of

PLAIN = ("type", "clock", "utc_offset_minutes", "predecessors", "closed", "unknown_lines")


def known(book: Book) -> dict[str, object]:
    """What a book knows but for its accounts, proposals, counts and times."""
    return {
        **{name: getattr(book, name) for name in (*PLAIN, "keys", "prices")},
        "grants": book.parties.grants,
        "merges": book.parties.merges,
        "opening": book.opening and [each.hexdigest() for each in book.opening.hashes],
    }


def read(name: str, left_out: str = "") -> tuple[Book, Book, list[Entry]]:
    """A golden book whole, of its facts alone but for one kind, and the facts taken in."""
    files, taken = files_of(name), list[Entry]()
    whole, alone = Book(origin_of(files)), Book(origin_of(files))
    for note in notes_of(files):
        entry = whole.read(note, verify=False)
        if entry.kind in facts.KINDS - {left_out}:
            facts.take_in(alone, entry)
            taken.append(entry)
        if not left_out:
            assert known(alone) == known(whole), entry.kind
    return whole, alone, taken


@pytest.mark.parametrize("name", ONE_BOOK)
def test_the_facts_alone_say_what_the_whole_book_says(name: str) -> None:
    """After every entry; no balance is kept."""
    _, alone, _ = read(name)
    assert not any(each.posted for each in alone.accounts.accounts.values())


def test_every_fact_is_in_a_golden_book() -> None:
    taken = [entry for name in ONE_BOOK for entry in read(name)[2]]
    assert {entry.kind for entry in taken} == facts.KINDS


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("first", "key.added"),
        ("first", "key.retired"),
        ("saturday", "agreement.approved"),
        ("saturday", "convention.approved"),
        ("saturday", "role.approved"),
        ("east", "account.merge.approved"),
        ("west", "book.closed"),
        ("united", "book.opened.complete"),
    ],
)
def test_a_fact_left_out_is_missed(name: str, kind: str) -> None:
    if kind == "key.added":  # what is retired later was never known
        with pytest.raises(KeyNotInForceError):
            read(name, kind)
    else:
        whole, alone, _ = read(name, kind)
        assert known(alone) != known(whole)
