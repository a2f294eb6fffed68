"""The journal of a book as text: each form of a transfer, and no word that is not of its grammar.

What hledger makes of it is in test_foreign_hledger.py.
"""

from typing import Any

import pytest

from ledger.book import Book
from ledger.errors import LedgerError
from ledger.journal_text import JournalText, journal
from tests.ledger.expect import successor
from tests.ledger.make import CHEN, ORIGIN, Maker, family, pending, plain

WALLET = f"wallet:{CHEN}:f1:202712"
SHOP = "receivable:baker:f1"
HEAD = f"""\
; {ORIGIN}: debits are positive, credits negative

commodity aid_minutes
commodity centipoints
commodity fen
commodity minutes
"""


@pytest.fixture
def maker() -> Maker:
    """A book with a fund of 1,000 points and a wallet of 10."""
    maker = Maker()
    maker.open()
    maker.fund()
    maker.wallets(CHEN)
    shop = [family("receivable:baker", "centipoints", limited=True)]
    maker.add("account.opened", {"accounts": shop})
    maker.add("points.example", transfers=[plain("fund:f1", WALLET, 1000, code="award")])
    return maker


def pieces(maker: Maker) -> tuple[list[str], str]:
    """The lines of each transaction, by seq without gaps, and the end."""
    book = Book(maker.origin)
    text = JournalText(book)
    assert text.head() == HEAD
    found = [text.entry(book.read(note)) for note in maker.notes]
    return found, "".join(text.end())


def last(maker: Maker) -> list[str]:
    """The postings of the last entry."""
    lines = pieces(maker)[0][-1].split("\n")
    assert lines[0] == lines[-1] == ""
    return [line.removeprefix("    ") for line in lines[2:-1]]


def hold(maker: Maker, amount: int = 700) -> int:
    """A reservation; its seq."""
    held = pending(WALLET, SHOP, amount, timeout_seconds=180, code="hold")
    return maker.add("redemption.example_held", transfers=[held])


def test_a_whole_journal(maker: Maker) -> None:
    """Head, one transaction for each entry with transfers, and what every account must hold."""
    hold(maker)
    whole = "".join(journal(Book(ORIGIN), maker.notes))
    assert whole == "".join(journal(Book(ORIGIN), maker.notes, verify=False))
    assert (
        whole
        == HEAD
        + f"""
2026-11-22 (3) fund.example.approved
    sponsor:city  100000 centipoints  ; granted
    fund:f1  -100000 centipoints

2026-11-22 (6) points.example
    fund:f1  1000 centipoints  ; award
    {WALLET}  -1000 centipoints

2026-11-22 (7) redemption.example_held
    pending-debits:{WALLET}  700 centipoints  ; hold
    pending-credits:{SHOP}  -700 centipoints

account fund:f1
account {SHOP}
account pending-credits:{SHOP}
account sponsor:city
account {WALLET}
account pending-debits:{WALLET}

2026-11-22 balance by the book
    fund:f1  0 centipoints == -99000 centipoints

2026-11-22 balance by the book
    {SHOP}  0 centipoints == 0 centipoints

2026-11-22 balance by the book
    pending-credits:{SHOP}  0 centipoints == -700 centipoints

2026-11-22 balance by the book
    sponsor:city  0 centipoints == 100000 centipoints

2026-11-22 balance by the book
    {WALLET}  0 centipoints == -1000 centipoints

2026-11-22 balance by the book
    pending-debits:{WALLET}  0 centipoints == 700 centipoints
"""
    )


def test_a_refused_entry_ends_the_journal(maker: Maker) -> None:
    notes = [*maker.notes[:-1], maker.notes[-1].replace(b'"amount":1000', b'"amount":1001')]
    with pytest.raises(LedgerError) as caught:
        list(journal(Book(ORIGIN), notes))
    assert caught.value.code == "signature_invalid"


def test_entries_without_transfers_have_no_text(maker: Maker) -> None:
    """Of seven entries two move something; a proposal only says what its approval will."""
    transactions, _ = pieces(maker)
    assert [seq for seq, text in enumerate(transactions) if text] == [3, 6]


def test_a_post_of_the_whole(maker: Maker) -> None:
    post = {"amount": 700, "code": "redeem", "post": [hold(maker), 0]}
    maker.add("redemption.example_posted", transfers=[post])
    assert last(maker) == [
        f"pending-debits:{WALLET}  -700 centipoints  ; redeem",
        f"pending-credits:{SHOP}  700 centipoints",
        f"{WALLET}  700 centipoints",
        f"{SHOP}  -700 centipoints",
    ]


def test_a_post_of_a_part(maker: Maker) -> None:
    """All of the reservation goes, a part of it moves."""
    post = {"amount": 600, "code": "redeem", "post": [hold(maker), 0]}
    maker.add("redemption.example_posted", transfers=[post])
    assert last(maker) == [
        f"pending-debits:{WALLET}  -700 centipoints  ; redeem",
        f"pending-credits:{SHOP}  700 centipoints",
        f"{WALLET}  600 centipoints",
        f"{SHOP}  -600 centipoints",
    ]
    assert f"    pending-debits:{WALLET}  0 centipoints == 0 centipoints\n" in pieces(maker)[1]


def test_a_void_beside_a_plain_transfer(maker: Maker) -> None:
    """The transfers of an entry make one transaction, in their order, each with its code."""
    void = {"code": "expired", "void": [hold(maker), 0]}
    moves = [void, plain("fund:f1", WALLET, 1, code="made_good")]
    maker.add("redemption.example_voided", transfers=moves)
    assert last(maker) == [
        f"pending-debits:{WALLET}  -700 centipoints  ; expired",
        f"pending-credits:{SHOP}  700 centipoints",
        "fund:f1  1 centipoints  ; made_good",
        f"{WALLET}  -1 centipoints",
    ]


def test_balances_and_reservations_of_an_earlier_book() -> None:
    """What `book.opening` restates comes from `opening:<unit>`, and its pendings can be ended."""
    lines: list[dict[str, Any]] = [
        {**family("fund:f1", "centipoints", limited=True), "closed": 0, "type": "account"},
        {**family(f"wallet:{CHEN}", "centipoints", limited=True), "closed": 0, "type": "account"},
        {**family("sponsor:city", "centipoints"), "closed": 0, "type": "account"},
        {"account": "fund:f1", "amount": 50, "type": "balance"},
        {"account": "sponsor:city", "amount": -50, "type": "balance"},
        {
            "amount": 20,
            "code": "hold",
            "credit": WALLET,
            "debit": "fund:f1",
            "expires_at": 0,
            "pending": [9, 1],
            "type": "pending",
            "unit": "centipoints",
        },
    ]
    maker = successor(lines)
    transactions, end = pieces(maker)
    assert (
        "".join(transactions)
        == f"""
2026-11-22 (1) book.opening
    opening:centipoints  50 centipoints  ; opening
    fund:f1  -50 centipoints
    sponsor:city  50 centipoints  ; opening
    opening:centipoints  -50 centipoints
    pending-debits:fund:f1  20 centipoints  ; hold
    pending-credits:{WALLET}  -20 centipoints
"""
    )
    assert "    opening:centipoints  0 centipoints == 0 centipoints\n" in end
    void = {"code": "left", "void": list(maker.pending_seq("hold"))}
    maker.add("redemption.example_voided", transfers=[void])
    assert last(maker)[0] == "pending-debits:fund:f1  -20 centipoints  ; left"


def test_the_date_is_the_local_one() -> None:
    """23:59:59 UTC is the next day in Weihai and the same day half an hour to the west."""
    for minutes, day in ((480, "2026-11-23"), (-30, "2026-11-22")):
        maker = Maker()
        maker.open(utc_offset_minutes=minutes)
        families = {"accounts": [family("lottery:a", "fen"), family("lottery:b", "fen")]}
        maker.add("account.opened", families)
        maker.at_ms += 24 * 3600 * 1000 - 121_000
        moves = [plain("lottery:a", "lottery:b", 1, unit="fen", code="an_unknown_class")]
        maker.add("lottery.example", transfers=moves)
        transactions, end = pieces(maker)
        assert transactions[-1].startswith(f"\n{day} (2) lottery.example\n    lottery:a  1 fen  ;")
        assert end.count(f"\n{day} balance by the book\n") == 2


def test_a_book_without_transfers_ends_without_a_word() -> None:
    maker = Maker()
    maker.open()
    assert pieces(maker) == ([""], "\n")
