"""No word of an entry can write journal syntax of its own.

`entry.decode` refuses most of these words already; the journal does not lean on it.
"""

from collections.abc import Iterator

import pytest

from ledger.book import Book
from ledger.entry import Entry, decode
from ledger.errors import LedgerError
from ledger.journal_text import JournalText
from ledger.transfer import Pending, Plain
from tests.ledger.make import CHEN, ORIGIN, Maker, plain

WALLET = f"wallet:{CHEN}:f1:202712"


@pytest.fixture
def maker() -> Maker:
    """A book whose last entry is an award."""
    maker = Maker()
    maker.open()
    maker.fund()
    maker.wallets(CHEN)
    maker.add("points.example", transfers=[plain("fund:f1", WALLET, 1000, code="award")])
    return maker


def last_entry(maker: Maker) -> Entry:
    """The last entry, decoded."""
    return decode(maker.notes[-1].partition(b"\n\n")[0] + b"\n")


INJECTED = "fund:f1  0 fen\n\ninclude elsewhere.journal\n"
GOOD = Plain(1, "award", WALLET, "fund:f1", "centipoints")
HELD = Pending(1, "hold", WALLET, "fund:f1", 0, "centipoints")


def words() -> Iterator[tuple[Plain | Pending, str]]:
    """One word of a transfer that would end its line, each in turn; the refusal."""
    for good in (GOOD, HELD):
        for name in (INJECTED, "fund:f1  5 fen", "(fund:f1)", "fund:f1;x", "fund", "", "fund:f1\t"):
            yield good._replace(debit=name), "account_name"
            yield good._replace(credit=name), "account_name"
        yield good._replace(code="award\ninclude x"), "transfer_field"
        yield good._replace(code="award  date:2000-01-01"), "transfer_field"
        yield good._replace(unit="fen\ninclude x"), "transfer_field"
        yield good._replace(unit="EUR"), "transfer_field"


@pytest.mark.parametrize(("transfer", "code"), list(words()))
def test_no_transfer_writes_a_line_of_its_own(
    maker: Maker, transfer: Plain | Pending, code: str
) -> None:
    text = JournalText(maker.book)
    with pytest.raises(LedgerError) as caught:
        text.entry(last_entry(maker)._replace(transfers=(transfer,)))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "kind", ["points.example\ninclude x", "points", "* points.example", "a.b "]
)
def test_no_kind_writes_a_line_of_its_own(maker: Maker, kind: str) -> None:
    entry = last_entry(maker)
    text = JournalText(maker.book)
    assert text.entry(entry).startswith("\n2026-11-22 (5) points.example\n")
    with pytest.raises(LedgerError) as caught:
        text.entry(entry._replace(kind=kind))
    assert caught.value.code == "entry_field"


def test_no_origin_writes_a_line_of_its_own() -> None:
    with pytest.raises(LedgerError) as caught:
        JournalText(Book(f"{ORIGIN}\ninclude x"))
    assert caught.value.code == "entry_field"
