"""What adds up in every fund, and what covers it (docs/ledger-format.md §9)."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.accounts import Account, Family
from ledger.identity import Identity, IdentityError, cover_fen, identities
from ledger.transfer import Post, Transfer, Void
from tests.ledger.make import ANNA, BO
from tests.ledger.test_accounts import PAST, SHOP, SUMS, WALLET, WALLET_BO, Till, hold, plain

ZERO = Identity("f1", *[0] * 8)


def book(*entries: Sequence[Transfer]) -> Till:
    """Accounts after some entries of two persons, from a fund with 10,000 centipoints."""
    till = Till()
    till.open(Family("voucher:v1", "centipoints", limited=False))
    till.open(Family("token:t1", "centipoints", limited=True))
    till.enter(plain("sponsor:city", "fund:f1", 10_000, "granted"), approved=True)
    for entry in entries:
        till.enter(*entry, approved=True)
    return till


def f1(till: Till) -> Identity:
    """The identity of the fund f1, which holds like all others."""
    return {each.fund: each for each in identities(till.accounts)}["f1"]


AWARD = [plain("fund:f1", WALLET, 700, "awarded")]
REDEEM = [plain(WALLET, SHOP, 400, "redeemed")]
SETTLE = [plain(SHOP, "settled:f1", 250, "settled")]
FORFEIT = [plain(WALLET, "expired:f1", 90, "forfeited")]
OUT_OF_WALLET = [plain(WALLET, "correction:f1", 60), plain("correction:f1", WALLET, 20)]
OUT_OF_SHOP = [plain(SHOP, "correction:f1", 70), plain("correction:f1", SHOP, 10)]
OUT_OF_FUND = [plain("fund:f1", "correction:f1", 70), plain("correction:f1", "fund:f1", 10)]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], {}),
        ([[plain("fund:f1", "sponsor:city", 9_999, "returned")]], {}),
        ([AWARD], {"issued": 700, "wallets": 700}),
        ([AWARD, [plain(WALLET, "fund:f1", 50)]], {"issued": 650, "wallets": 650}),
        ([AWARD, REDEEM], {"issued": 700, "wallets": 300, "receivables": 400}),
        (
            [AWARD, REDEEM, [plain(SHOP, WALLET, 150, "refunded")]],
            {"issued": 700, "wallets": 450, "receivables": 250},
        ),
        (
            [AWARD, REDEEM, SETTLE],
            {"issued": 700, "settled": 250, "wallets": 300, "receivables": 150},
        ),
        (
            [AWARD, REDEEM, SETTLE, [plain("settled:f1", SHOP, 250, "reversal")]],
            {"issued": 700, "wallets": 300, "receivables": 400},
        ),
        (
            [AWARD, FORFEIT],
            {"issued": 700, "expired": 90, "wallets": 610},
        ),
        (
            [AWARD, FORFEIT, [plain("expired:f1", "fund:f1", 90, "returned")]],
            {"issued": 700, "expired": 90, "wallets": 610},
        ),
        ([AWARD, [plain(WALLET, WALLET_BO, 90)]], {"issued": 700, "wallets": 700}),
        ([AWARD, OUT_OF_WALLET], {"issued": 700, "corrections": -40, "wallets": 660}),
        (
            [AWARD, REDEEM, OUT_OF_SHOP],
            {"issued": 700, "corrections": -60, "wallets": 300, "receivables": 340},
        ),
        ([[plain("correction:f1", WALLET, 5)]], {"corrections": 5, "wallets": 5}),
        ([OUT_OF_FUND], {}),
        (
            [AWARD, [plain("voucher:v1", WALLET, 30)]],
            {"issued": 700, "other": 30, "wallets": 730},
        ),
        (
            [AWARD, [plain(WALLET, "token:t1", 30), plain("voucher:v1", SHOP, 4)]],
            {"issued": 700, "other": -26, "wallets": 670, "receivables": 4},
        ),
        ([[plain("fund:f1", "voucher:v1", 30), plain("voucher:v1", "token:t1", 3)]], {}),
    ],
)
def test_identity(entries: list[list[Transfer]], expected: dict[str, Any]) -> None:
    """Each way in and out of wallets and receivables has its place, net of what went back."""
    identity = f1(book(*entries))
    assert identity == ZERO._replace(**expected)
    assert identity.flows == identity.outstanding == identity.wallets + identity.receivables


def test_expired_month() -> None:
    """What expires with its month counts as expired, also after a late void."""
    till = book([plain("fund:f1", WALLET, 700)])
    seq = till.enter(hold(WALLET, SHOP, 300))
    till.month = 202701
    till.enter(plain(WALLET, "expired:f1", 400, "expired"))
    assert f1(till) == ZERO._replace(issued=700, expired=400, wallets=300)
    till.enter(Void("voided", (seq, 0)), plain(WALLET, "expired:f1", 300, "expired"))
    assert f1(till) == ZERO._replace(issued=700, expired=700)


def test_pendings_do_not_count() -> None:
    """A pending transfer counts from its post on, and only what was posted."""
    till = book(AWARD)
    before = f1(till)
    seq = till.enter(hold(WALLET, SHOP, 300), hold("fund:f1", WALLET, 99))
    assert f1(till) == before
    till.enter(Post(100, "posted", (seq, 0)), Void("voided", (seq, 1)))
    assert f1(till) == before._replace(wallets=600, receivables=100)


def test_opened() -> None:
    """Opening balances count as opened, into wallets and receivables; of the fund itself not."""
    till = Till()
    for name, amount in (("fund:f1", 900), (WALLET, 50), (PAST, 7), (SHOP, 8), ("settled:f1", 1)):
        till.put(name, amount)
    assert f1(till) == ZERO._replace(opened=65, wallets=57, receivables=8)
    till.enter(plain(SHOP, "opening:centipoints", 3, "opening"), opening=True)
    assert f1(till) == ZERO._replace(opened=62, wallets=57, receivables=5)


def test_each_fund_by_itself() -> None:
    """Funds are listed by name, each with its own; money and minutes have no part in it."""
    till = book(AWARD, [plain("sponsor:city", "fund:f2", 5), plain("fund:f2", "correction:f2", 5)])
    till.put("cash:f2", 100)
    till.put(f"hours:{BO}", 60)
    till.enter(plain("donor:d1", "cash:f1", 9, unit="fen"), approved=True)
    till.enter(plain("cash:f1", "paid:m1:f1", 9, unit="fen"), approved=True)
    till.enter(plain("correction:f2", f"wallet:{ANNA}:f2:202612", 2), approved=True)
    assert identities(till.accounts) == [
        ZERO._replace(issued=700, wallets=700),
        ZERO._replace(fund="f2", corrections=2, wallets=2),
    ]
    assert identities(Till().accounts) == []


@pytest.mark.parametrize("which", SUMS)
@pytest.mark.parametrize("name", [WALLET, SHOP])
def test_tampered_balance(name: str, which: str) -> None:
    """A posted sum changed by hand shows; a pending one does not touch the identity."""
    till = book(AWARD, REDEEM)
    account: Account = till.accounts.accounts[name]
    setattr(account, which, getattr(account, which) + 1)
    if "pending" in which:
        identities(till.accounts)
        return
    with pytest.raises(IdentityError) as caught:
        identities(till.accounts)
    balances = 700 + (1 if which == "credits_posted" else -1)
    assert caught.value.where == {"fund": "f1", "flows": 700, "balances": balances}
    for language in ("en", "zh"):
        assert all(word in caught.value.sentence(language) for word in ("f1", "700", str(balances)))


def test_tampered_flow() -> None:
    """A flow changed by hand shows too."""
    till = book(AWARD)
    till.accounts.flows["f1", "fund", "wallet"] -= 1
    with pytest.raises(IdentityError):
        identities(till.accounts)


@pytest.mark.parametrize(
    ("wallets", "receivables", "cash", "maximum", "cover"),
    [
        (0, 0, 500, 100, 500),
        (100, 0, 100, 100, 0),
        (60, 40, 100, 100, 0),
        (1, 0, 10, 1, 9),
        (0, 1, 10, 1, 9),
        (99, 1, 10, 1, 9),
        (100, 1, 10, 1, 8),
        (101, 0, 0, 99, -100),
        (333, 0, 0, 7, -24),
        (100, 0, 5, 0, 5),
    ],
)
def test_cover(wallets: int, receivables: int, cash: int, maximum: int, cover: int) -> None:
    """Cash less the most that the points could cost, rounded up to whole fen."""
    identity = ZERO._replace(wallets=wallets, receivables=receivables)
    assert cover_fen(identity, cash, maximum) == cover


@given(
    outstanding=st.integers(0, 2**53 - 1),
    cash=st.integers(0, 2**53 - 1),
    maximum=st.integers(0, 10**9),
)
def test_cover_rounds_up(outstanding: int, cash: int, maximum: int) -> None:
    """What is owed is the least whole number of fen that is enough."""
    owed = cash - cover_fen(ZERO._replace(wallets=outstanding), cash, maximum)
    assert owed * 100 >= outstanding * maximum > (owed - 1) * 100
