"""Accounts: pending transfers, groups and closing (docs/ledger-format.md §9, A4, A6 to A9)."""

import itertools
from typing import Any

import pytest

from ledger import account_errors
from ledger.canonical import INTEGER_MAX
from ledger.errors import BalanceError, LedgerError
from ledger.transfer import Post, Transfer, Void
from tests.ledger.make import ANNA
from tests.ledger.test_accounts import (
    PAST,
    SHOP,
    WALLET,
    Till,
    family,
    hold,
    plain,
    snapshot,
)

MINUTE_MS = 60_000
FULL = (0, 0, 0, 1000)


def post(seq: int, amount: int = 10, index: int = 0) -> Post:
    """A post of the pending transfer (seq, index)."""
    return Post(amount, "posted", (seq, index))


def void(seq: int, index: int = 0) -> Void:
    """A void of the pending transfer (seq, index)."""
    return Void("voided", (seq, index))


FOUR_ORDERS = list(itertools.product([post, void], repeat=2))


@pytest.fixture(name="till")
def _till() -> Till:
    """A wallet with 1,000 centipoints, and its fund with as many."""
    till = Till()
    till.put(WALLET)
    till.put("fund:f1")
    return till


def test_pending(till: Till) -> None:
    """A pending transfer reserves, and moves nothing yet."""
    seq = till.enter(hold(WALLET, SHOP, 300), hold(WALLET, SHOP, 20))
    assert (till.sums(WALLET), till.sums(SHOP)) == ((320, 0, 0, 1000), (0, 0, 320, 0))
    assert till.accounts.accounts[WALLET].available == 680
    assert list(till.accounts.pendings) == [(seq, 0), (seq, 1)]
    assert till.accounts.flows == {
        ("f1", "opening", "wallet"): 1000,
        ("f1", "opening", "fund"): 1000,
    }


@pytest.mark.parametrize("amount", [1, 299, 300])
def test_post(till: Till, amount: int) -> None:
    """A post moves all of the pending or a part, and releases the rest."""
    seq = till.enter(hold(WALLET, SHOP, 300))
    till.enter(post(seq, amount))
    assert (till.sums(WALLET), till.sums(SHOP)) == ((0, amount, 0, 1000), (0, 0, 0, amount))
    assert till.accounts.flows["f1", "wallet", "receivable"] == amount
    assert (till.accounts.pendings, till.accounts.resolved) == ({}, {(seq, 0): "posted"})


def test_void(till: Till) -> None:
    """A void releases all and moves nothing."""
    seq = till.enter(hold(WALLET, SHOP, 300))
    till.enter(void(seq))
    assert (till.sums(WALLET), till.sums(SHOP)) == (FULL, (0, 0, 0, 0))
    assert (till.accounts.pendings, till.accounts.resolved) == ({}, {(seq, 0): "voided"})
    till.enter(plain(WALLET, SHOP, 1000))


@pytest.mark.parametrize("end", [post(0), void(0)])
def test_ending_touches_both_sides(till: Till, end: Post | Void) -> None:
    """What a post or void changes is reported, and its sides can be asked for before."""
    seq = till.enter(hold(WALLET, SHOP))
    end = end._replace(pending=(seq, 0))
    assert till.accounts.sides([end, plain("a:a", "b:b"), void(99)]) == [
        (WALLET, SHOP),
        ("a:a", "b:b"),
    ]
    till.enter(end)
    assert till.touched == {WALLET, SHOP}


def test_post_too_late(till: Till) -> None:
    """A second before its time a pending is posted; at its time it is only voided (A7)."""
    seq = till.enter(*[hold(WALLET, SHOP, timeout_seconds=60)] * 2)
    ends_ms = till.at_ms + MINUTE_MS
    till.at_ms = ends_ms - 1000
    till.enter(post(seq, index=0))
    for till.at_ms in (ends_ms, ends_ms + 10**12):
        error = till.refuse("pending_transfer_expired", post(seq, index=1))
        assert error.where["expires_at_ms"] == ends_ms
        assert till.sums(WALLET)[0] == 10
    till.enter(void(seq, index=1))


def test_no_timeout(till: Till) -> None:
    """A pending with the timeout 0 is posted ten years later."""
    seq = till.enter(hold(WALLET, SHOP))
    till.at_ms += 10 * 366 * 24 * 60 * MINUTE_MS
    till.enter(post(seq))


@pytest.mark.parametrize(("first", "second"), FOUR_ORDERS)
def test_ends_once(till: Till, first: type, second: type) -> None:
    """A pending that was posted or voided is neither posted nor voided again."""
    seq = till.enter(hold(WALLET, SHOP))
    how = "posted" if first is post else "voided"
    till.enter(first(seq))
    till.refuse(f"pending_transfer_already_{how}", second(seq))
    with pytest.raises(account_errors.LinkedTransferFailedError) as caught:
        till.enter(hold(WALLET, SHOP), second(seq))
    assert caught.value.where["index"] == 1


@pytest.mark.parametrize(("first", "second"), FOUR_ORDERS)
def test_ends_once_in_one_entry(till: Till, first: type, second: type) -> None:
    """Two ends of one pending in one entry are refused together, and it stays open."""
    seq = till.enter(hold(WALLET, SHOP))
    till.refuse("linked_transfer_failed", first(seq), second(seq))
    till.enter(first(seq))


def test_post_more(till: Till) -> None:
    """A post is not above its pending, even if the wallet holds more."""
    seq = till.enter(hold(WALLET, SHOP, 300))
    till.refuse("exceeds_pending_transfer_amount", post(seq, 301))


def test_pending_not_there(till: Till) -> None:
    """Only a pending transfer of an earlier entry can be ended."""
    seq = till.enter(plain(WALLET, SHOP), hold(WALLET, SHOP))
    later = till.seq + 1
    for pair in ((seq, 0), (seq, 2), (99, 0), (later, 0)):
        till.refuse("pending_transfer_not_found", Void("voided", pair))
        till.refuse("pending_transfer_not_found", Post(1, "posted", pair))


@pytest.mark.parametrize("end", [post, void])
def test_pending_of_the_same_entry(till: Till, end: type) -> None:
    """A pending cannot be ended by the entry that made it."""
    error = till.refuse("linked_transfer_failed", hold(WALLET, SHOP), end(till.seq + 1))
    assert isinstance(error.where["reason"], account_errors.PendingTransferNotFoundError)


def test_post_overflows(till: Till) -> None:
    """A post that would bring a posted sum above 2^53 − 1 is refused on either side."""
    two: dict[str, Any] = {"approved": True}
    out = till.enter(hold("sponsor:city", "fund:f2", 2), **two)
    into = till.enter(hold("correction:f2", "fund:f2", 2), **two)
    till.enter(plain("sponsor:city", "fund:f2", INTEGER_MAX - 1), **two)
    till.refuse("overflows_debits", post(out, 2))
    till.refuse("overflows_credits", post(into, 2))
    till.enter(post(into, 1))


HELD, HELD_TOO = 4, 5  # the entries that `test_group_fails` begins with
GROUPS: dict[str, list[Transfer]] = {
    "plain": [plain(WALLET, SHOP, 1), plain(WALLET, SHOP, 1000)],
    "pending": [hold(WALLET, SHOP, 1), plain(WALLET, SHOP, 1000)],
    "new accounts": [plain(WALLET, "receivable:m2:f1", 1), plain("nobody:a", "no:b")],
    "post": [post(HELD), plain(WALLET, SHOP, 1000)],
    "void": [void(HELD), plain(WALLET, SHOP, 1001)],
    "month": [plain("fund:f1", WALLET, 1), plain(PAST, SHOP)],
    "all": [void(HELD), hold(WALLET, SHOP), post(HELD_TOO), plain("fund:f1", WALLET), void(HELD)],
}


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS.keys())
def test_group_fails(till: Till, group: list[Transfer]) -> None:
    """If one transfer of an entry is refused, nothing of the entry has happened (A9)."""
    assert till.enter(hold(WALLET, SHOP)) == HELD
    assert till.enter(hold(WALLET, SHOP)) == HELD_TOO
    before = snapshot(till.accounts)
    with pytest.raises(BalanceError) as caught:
        till.enter(*group, opened=[family("fund:f8"), family("fund:f1")])
    assert caught.value.code == "linked_transfer_failed"
    assert caught.value.where["index"] == len(group) - 1
    assert caught.value.__cause__ is caught.value.where["reason"]
    assert snapshot(till.accounts) == before


def test_group_in_order(till: Till) -> None:
    """What an earlier transfer of an entry brings or releases, a later one may use."""
    seq = till.enter(hold(WALLET, SHOP, 1000))
    till.refuse("linked_transfer_failed", plain(WALLET, SHOP, 1), void(seq))
    till.enter(void(seq), plain(WALLET, SHOP, 1000), plain(SHOP, WALLET, 1000))


def test_single_refusal_is_bare(till: Till) -> None:
    """The only transfer of an entry is refused by its own name, and an empty entry never."""
    till.refuse("exceeds_credits", plain(WALLET, SHOP, 1001))
    till.enter()


def test_closed_sides(till: Till) -> None:
    """A closed family gives and takes nothing; reopened, it does again (A8)."""
    family_name = f"wallet:{ANNA}"
    till.close(family_name)
    for move in (plain, hold):
        till.refuse("debit_account_already_closed", move(WALLET, SHOP))
        till.refuse("credit_account_already_closed", move("fund:f1", WALLET))
    till.close(family_name, closed=False)
    till.enter(plain(WALLET, SHOP), plain("fund:f1", WALLET))


def test_closed_wallet_expires(till: Till) -> None:
    """A closed wallet still expires, into a closed `expired` too; nothing else leaves it (A8)."""
    till.put(PAST)
    till.close(f"wallet:{ANNA}")
    till.enter(plain(PAST, "expired:f1", 1000, "expired"))
    till.enter(plain(WALLET, "expired:f1", 1, "forfeited"), closing=True)
    till.refuse("debit_account_already_closed", plain(WALLET, "correction:f1"))
    till.close("expired:f1")
    forfeit = plain(WALLET, "expired:f1", 1, "forfeited")
    till.enter(forfeit, approved=True)
    till.refuse("debit_account_already_closed", plain("expired:f1", "fund:f1", 1))


def test_close_what_is_not(till: Till) -> None:
    """Only an open family closes and only a closed one reopens."""
    check = till.accounts.check_close
    for closed in (True, False):
        with pytest.raises(account_errors.AccountNotFoundError):
            check(["fund:f9"], closed=closed)
    with pytest.raises(account_errors.AccountNotClosedError):
        check(["fund:f1"], closed=False)
    till.close("fund:f1")
    with pytest.raises(account_errors.AccountAlreadyClosedError):
        check(["fund:f1"], closed=True)


def test_closed_holds(till: Till) -> None:
    """With either side closed a pending cannot be posted, but it can be voided (A8)."""
    seq = till.enter(hold(WALLET, SHOP), hold(WALLET, SHOP))
    till.close("receivable:m1")
    till.refuse("credit_account_already_closed", post(seq))
    till.close(f"wallet:{ANNA}")
    till.refuse("debit_account_already_closed", post(seq))
    till.enter(void(seq), void(seq, 1))


def test_closed_wallet_posts_expiry(till: Till) -> None:
    """A pending expiry is posted from a wallet that was closed meanwhile."""
    seq = till.enter(hold(WALLET, "expired:f1", code="forfeited"), approved=True)
    till.close(f"wallet:{ANNA}")
    till.enter(post(seq))
    assert till.accounts.flows["f1", "wallet", "expired"] == 10


def test_a_name_that_is_none(till: Till) -> None:
    """A9: a name no account can have takes the whole group back, and its accounts."""
    with pytest.raises(LedgerError) as caught:
        till.enter(plain("fund:f1", WALLET), plain("fund:f1", "nonsense"))
    assert caught.value.code == "linked_transfer_failed"
    with pytest.raises(LedgerError) as caught:
        till.enter(plain("fund:f1", "nonsense"))
    assert caught.value.code == "account_name"


def test_codes_bind_only_their_way(till: Till) -> None:
    """W2, W3: `forfeited` and `refund_late` mean something on one way each, nothing elsewhere."""
    till.enter(plain(WALLET, SHOP, 2, "forfeited"))
    till.enter(plain("fund:f1", WALLET, 2, "refund_late"))


def test_a_restated_hold_keeps_to_the_routes(till: Till) -> None:
    """W5: a pending line of an opening goes the ways of A5, though without two persons."""
    till.put(SHOP)
    till.enter(hold(SHOP, "settled:f1"), opening=True)
    till.refuse("route_refused", hold(WALLET, "settled:f1"), opening=True)
