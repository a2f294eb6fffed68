"""The journal of a book under the eyes of hledger, which recomputes every balance."""

import csv
import io
import re
from collections.abc import Iterator

import pytest

from ledger.book import Book
from ledger.journal_text import CREDITS_PENDING, DEBITS_PENDING, journal
from tests.ledger.foreign.published import CHECKPOINTS, notes_of
from tests.ledger.foreign.tools import program, run
from tests.ledger.golden import FOLDER
from tests.ledger.make import CHEN, DING, OPERATOR, Maker, family, pending, plain

POSTING = re.compile(r"^    \S+  (-?\d+) \w+(?=  ;|$)", re.MULTILINE)


def hledger(text: str, *words: str) -> tuple[int, str, str]:
    """Its exit code and what it printed, given a journal."""
    said = run(program("hledger"), "-f", "-", *words, input=text)
    return said.returncode, said.stdout, said.stderr


def written(name: str) -> tuple[Book, str]:
    """A golden book, read again, and its journal."""
    origin, size = (FOLDER / name / "checkpoint").read_text(encoding="utf-8").split("\n")[:2]
    book = Book(origin)
    return book, "".join(journal(book, notes_of(FOLDER / name, int(size))))


def sums(book: Book) -> dict[str, tuple[int, str]]:
    """What is not 0, as hledger counts it."""
    found = {}
    for name, account in book.accounts.accounts.items():
        unit = account.family.unit
        found[name] = (-account.posted, unit)
        found[f"{DEBITS_PENDING}:{name}"] = (account.debits_pending, unit)
        found[f"{CREDITS_PENDING}:{name}"] = (-account.credits_pending, unit)
    return {name: (amount, unit) for name, (amount, unit) in found.items() if amount}


def balances(text: str) -> dict[str, tuple[int, str]]:
    """What hledger makes of a journal."""
    code, out, err = hledger(text, "balance", "--flat", "--no-total", "--output-format=csv")
    assert (code, err) == (0, "")
    rows = list(csv.reader(io.StringIO(out)))[1:]
    amounts = ((name, amount.split(" ")) for name, amount in rows)
    return {name: (int(amount), unit) for name, (amount, unit) in amounts}


def accepts(text: str) -> None:
    """The plain check and the strict one find nothing."""
    for words in (["check"], ["check", "--strict"]):
        assert hledger(text, *words) == (0, "", "")


def refuses(text: str) -> str:
    """The plain check refuses; why."""
    code, _, err = hledger(text, "check")
    assert code == 1
    return err


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_hledger_finds_the_balances_of_the_book(name: str) -> None:
    book, text = written(name)
    accepts(text)
    assert balances(text) == sums(book)
    assert bool(sums(book)) == (name != "many")  # the book without a transfer


def other_amounts(text: str) -> Iterator[tuple[str, str]]:
    """The journal with one amount of one posting greater by 1, each in turn; the posting."""
    for found in POSTING.finditer(text):
        start, end = found.span(1)
        yield f"{text[:start]}{int(found[1]) + 1}{text[end:]}", found[0]


def test_hledger_refuses_every_changed_amount() -> None:
    """One side alone: the transaction does not balance."""
    _, text = written("first")
    changed = list(other_amounts(text))
    assert len(changed) == 2 * 35
    for other, posting in changed:
        why = refuses(other)
        assert "could not balance" in why, posting
        assert posting.split()[0] in why, posting


def test_hledger_refuses_both_sides_changed() -> None:
    """The transaction balances, but not the account that the book says."""
    book, text = written("first")
    for before, after in (
        ("2080 centipoints", "2081 centipoints"),  # an award
        ("600 centipoints", "601 centipoints"),  # a post
        ("90 minutes", "91 minutes"),  # what was reserved and what was recorded
        ("80 fen", "81 fen"),
    ):
        transactions, mark, ending = text.partition("\naccount ")
        changed = re.sub(rf"(?<=[ -]){before}", after, transactions) + mark + ending
        assert changed != text
        assert "balance assertion" in refuses(changed)
    for account in book.accounts.accounts:
        wrong = re.sub(rf"(    {account}  0 \w+ == )(-?)(\d+)", r"\1\g<2>9\3", text)
        assert wrong != text
        assert "balance assertion" in refuses(wrong)


def test_hledger_goes_by_dates_and_the_clock_may_go_back() -> None:
    """The last word is on the last date, whatever the last entry's."""
    maker = Maker()
    maker.open()
    maker.fund()
    maker.wallets(CHEN)
    wallet = f"wallet:{CHEN}:f1:209912"
    maker.add("points.example", transfers=[plain("fund:f1", wallet, 100)])
    years_ms = 5 * 365 * 24 * 3600 * 1000
    maker.at_ms += years_ms
    maker.add("points.example", transfers=[plain("fund:f1", wallet, 10)])
    reset = {"last_at": maker.book.last_at_ms, "reason": "clock_was_ahead"}
    maker.at_ms -= years_ms
    maker.add("clock.reset", reset, actor=OPERATOR, signers=maker.both())
    maker.add("points.example", transfers=[plain("fund:f1", wallet, 1)])
    text = "".join(journal(Book(maker.origin), maker.notes))
    accepts(text)
    assert balances(text)[wallet] == (-111, "centipoints")
    assert "\n2031-11-21 balance by the book\n" in text


def test_hledger_keeps_both_reservations_of_an_account_apart() -> None:
    """An account with 30 reserved to go and 20 to come has both, not 10; great sums are exact."""
    most = 2**53 - 1
    maker = Maker()
    maker.open()
    chen, ding = f"aid:{CHEN}", f"aid:{DING}"
    accounts = [family(name, "aid_minutes", limited=True) for name in (chen, ding)]
    maker.add("account.opened", {"accounts": [*accounts, family("pool:first", "aid_minutes")]})
    moves = [plain("pool:first", chen, most - 50, unit="aid_minutes")]
    moves += [plain("pool:first", ding, 50, unit="aid_minutes")]
    maker.pair("aid.example", {"beneficiaries": sorted([CHEN, DING]), "transfers": moves})
    away = pending(chen, ding, 30, unit="aid_minutes")
    back = pending(ding, chen, 20, unit="aid_minutes")
    maker.add("aid.example_offered", transfers=[away, back])
    book = Book(maker.origin)
    text = "".join(journal(book, maker.notes))
    accepts(text)
    found = balances(text)
    assert found == sums(book)
    assert found[f"{DEBITS_PENDING}:{chen}"] == (30, "aid_minutes")
    assert found[f"{CREDITS_PENDING}:{chen}"] == (-20, "aid_minutes")
    assert found["pool:first"] == (most, "aid_minutes")


def test_hledger_keeps_accounts_apart_that_look_like_others() -> None:
    """Unknown classes: an account below an account, and one that is called `pending`."""
    maker = Maker()
    maker.open()
    accounts = [family(name, "centipoints") for name in ("lottery:a", "pending:lottery")]
    maker.add("account.opened", {"accounts": accounts})
    moves = [
        plain("lottery:a", "lottery:a:b", 5),
        plain("lottery:a:b", "pending:lottery:a", 3),
        pending("lottery:a", "pending:lottery:a", 2),
    ]
    maker.add("lottery.example", transfers=moves)
    book = Book(maker.origin)
    text = "".join(journal(book, maker.notes))
    accepts(text)
    assert balances(text) == sums(book)
    assert len(sums(book)) == 5
