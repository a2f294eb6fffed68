"""Wallets: months that are over, expiry, late refunds, order of spending (§9, W1 to W5)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import chart, wallets
from ledger.account_errors import ExceedsCreditsError
from ledger.accounts import Family
from ledger.transfer import Post, Transfer, Void
from tests.ledger.make import ANNA, BO
from tests.ledger.test_accounts import SHOP, Till, hold, plain

NOV, DEC, JAN, ENDLESS = 202611, 202612, 202701, 999912
AFTER = {NOV: DEC, DEC: JAN}
Form = Callable[..., Transfer]
TWO: dict[str, Any] = {"approved": True}
CLOSING: dict[str, Any] = {"closing": True}
ONE: dict[str, Any] = {}


def wallet(month: int, person: str = ANNA) -> str:
    """The wallet of a person that lasts to the end of a month."""
    return f"wallet:{person}:f1:{month}"


def expire(month: int, amount: int) -> Transfer:
    """The expiry of a month that is over."""
    return plain(wallet(month), "expired:f1", amount, "expired")


@pytest.fixture(name="till")
def _till() -> Till:
    """In November: a wallet with 1,000 for this month and each of some others, and a shop."""
    till = Till(NOV)
    for month in (NOV, DEC, JAN, ENDLESS):
        till.put(wallet(month))
    for name in ("fund:f1", SHOP, "expired:f1"):
        till.put(name)
    till.open(Family("voucher:v1", "centipoints", limited=False))
    return till


@pytest.mark.parametrize("month", [NOV, DEC])
def test_a_month_ends(till: Till, month: int) -> None:
    """W1: a wallet pays and is paid to the end of its month, then it only expires."""
    ways = [
        *((wallet(month), to) for to in (SHOP, "fund:f1", "correction:f1", "voucher:v1")),
        *((source, wallet(month)) for source in ("fund:f1", SHOP, "correction:f1", "voucher:v1")),
        (wallet(month), wallet(month, BO)),
    ]
    moves = [form(*way) for way in ways for form in (plain, hold)]
    till.month = month
    for move in moves:
        till.enter(move, **TWO)
    till.month = AFTER[month]
    for move in moves:
        till.refuse("month_past", move, **TWO)


def test_endless(till: Till) -> None:
    """W1: the month 999912 is never over."""
    till.month = ENDLESS
    till.enter(plain(wallet(ENDLESS), SHOP), plain("fund:f1", wallet(ENDLESS)))


@pytest.mark.parametrize("form", [plain, hold])
@pytest.mark.parametrize(
    ("month", "code", "moment", "refusal"),
    [
        (NOV, "forfeited", ONE, "route_needs_two"),
        (NOV, "forfeited", {"scanned": True}, "route_needs_two"),
        (NOV, "forfeited", TWO, ""),
        (NOV, "forfeited", CLOSING, ""),
        (ENDLESS, "forfeited", TWO, ""),
        (NOV, "expired", ONE, "expiry_code"),
        (NOV, "expired", TWO, "expiry_code"),
        (NOV, "returned", CLOSING, "expiry_code"),
        (202610, "expired", ONE, ""),
        (202610, "expired", TWO, ""),
        (202610, "forfeited", ONE, "route_needs_two"),
        (202610, "forfeited", TWO, "expiry_code"),
        (202610, "returned", ONE, "expiry_code"),
        (197001, "expired", ONE, ""),
    ],
)
def test_expiry_codes(
    till: Till, form: Form, month: int, code: str, moment: dict[str, Any], refusal: str
) -> None:
    """W2: `expired` from a month that is over, `forfeited` before and not by one person alone."""
    if month < NOV:
        till.put(wallet(month))
    transfer = form(wallet(month), "expired:f1", 1000, code=code)
    if refusal:
        till.refuse(refusal, transfer, **moment)
    else:
        till.enter(transfer, **moment)


@pytest.mark.parametrize("form", [plain, hold])
def test_late_refund(till: Till, form: Form) -> None:
    """W3: a late refund goes to the month of its entry; any other refund to a month not over."""
    for till.month in (NOV, DEC):
        for month in (DEC, JAN, ENDLESS):
            till.enter(form(SHOP, wallet(month), code="refunded"))
            if month == till.month:
                till.enter(form(SHOP, wallet(month), code="refund_late"))
            else:
                refund = form(SHOP, wallet(month), code="refund_late")
                error = till.refuse("late_refund_month", refund)
                assert error.where == {"name": wallet(month), "month": till.month}
    till.refuse("month_past", form(SHOP, wallet(NOV), code="refund_late"))


@pytest.mark.parametrize("amount", [1, 299, 300])
def test_hold_posted_after_its_month(till: Till, amount: int) -> None:
    """W4: a hold of November is posted in December; what it releases expires in the same entry."""
    seq = till.enter(hold(wallet(NOV), SHOP, 300))
    till.month = DEC
    till.enter(expire(NOV, 700))
    post, rest = Post(amount, "posted", (seq, 0)), 300 - amount
    if rest:
        error = till.refuse("past_month_not_empty", post)
        assert error.where == {"name": wallet(NOV), "available": rest}
        for wrong in (rest - 1, rest + 1):
            if wrong:
                till.refuse("linked_transfer_failed", post, expire(NOV, wrong))
        till.refuse("linked_transfer_failed", expire(NOV, rest), post)
    till.enter(post, *([expire(NOV, rest)] if rest else []))
    assert till.sums(wallet(NOV)) == (0, 1000, 0, 1000)


def test_hold_ends_before_the_month_is_expired(till: Till) -> None:
    """W4: an entry that touches a past month expires all that is free there, not only its own."""
    seq = till.enter(hold(wallet(NOV), SHOP, 300))
    till.month = DEC
    for end in (Post(300, "posted", (seq, 0)), Void("voided", (seq, 0))):
        till.refuse("past_month_not_empty", end)
    till.enter(Post(300, "posted", (seq, 0)), expire(NOV, 700))


def test_void_after_its_month(till: Till) -> None:
    """W4: a void in December gives nothing back to November; the same entry expires it."""
    seq = till.enter(hold(wallet(NOV), SHOP, 300))
    void = Void("voided", (seq, 0))
    till.month = DEC
    till.enter(expire(NOV, 700))
    till.refuse("past_month_not_empty", void)
    till.refuse("linked_transfer_failed", void, expire(NOV, 299))
    till.refuse("linked_transfer_failed", void, plain(wallet(NOV), SHOP, 300))
    till.enter(void, expire(NOV, 300))


def test_refund_posted_after_its_month(till: Till) -> None:
    """W4: what a pending refund brings into a month that is over expires in the same entry."""
    seq = till.enter(*[hold(SHOP, wallet(NOV), 300)] * 2)
    till.enter(plain(wallet(NOV), "fund:f1", 1000))
    till.month = DEC
    till.refuse("past_month_not_empty", Post(200, "posted", (seq, 0)))
    till.enter(Post(200, "posted", (seq, 0)), expire(NOV, 200))
    till.enter(Void("voided", (seq, 1)))


def test_only_touched_months_are_looked_at(till: Till) -> None:
    """W4: points that nobody has expired yet wait; entries elsewhere go on."""
    till.month = JAN
    till.enter(plain(wallet(JAN), SHOP))
    till.refuse("past_month_not_empty", expire(NOV, 999))
    till.enter(expire(NOV, 1000), expire(DEC, 1000))


def test_pending_expiry(till: Till) -> None:
    """W2, W4: an expiry may be reserved first, all of it."""
    till.month = DEC
    till.refuse("past_month_not_empty", hold(wallet(NOV), "expired:f1", 999, code="expired"))
    seq = till.enter(hold(wallet(NOV), "expired:f1", 1000, code="expired"))
    till.refuse("past_month_not_empty", Post(999, "posted", (seq, 0)))
    till.enter(Post(1000, "posted", (seq, 0)))


def test_opening_is_not_bound(till: Till) -> None:
    """W5: an opening restates past months and what is reserved in them, whatever the code."""
    till.put(wallet(202609))
    till.enter(hold(wallet(202609), SHOP, 5, code="refund_late"), opening=True)
    till.enter(hold(SHOP, wallet(202609), 5, code="refund_late"), opening=True)
    assert till.sums(wallet(202609)) == (5, 0, 5, 1000)


def plan(amount: int, month: int, held: dict[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    """A plan over wallets by fund and month, in its order; no wallet stands in it twice."""
    available = {
        chart.parse_name(f"wallet:{ANNA}:{fund}:{last}"): centipoints
        for (fund, last), centipoints in held.items()
    }
    steps = wallets.spend_plan(available, amount, month)
    plan = {(name.fund, name.month): centipoints for name, centipoints in steps}
    assert len(plan) == len(steps)
    return plan


HELD = {
    ("f2", JAN): 30,
    ("f1", ENDLESS): 40,
    ("f2", DEC): 10,
    ("f1", JAN): 0,
    ("f10", DEC): 5,
    ("f1", DEC): 20,
    ("f1", NOV): 99,
}


@pytest.mark.parametrize(
    ("amount", "month", "expected"),
    [
        (0, DEC, {}),
        (1, DEC, {("f1", DEC): 1}),
        (20, DEC, {("f1", DEC): 20}),
        (26, DEC, {("f1", DEC): 20, ("f10", DEC): 5, ("f2", DEC): 1}),
        (36, DEC, {("f1", DEC): 20, ("f10", DEC): 5, ("f2", DEC): 10, ("f2", JAN): 1}),
        (99, NOV, {("f1", NOV): 99}),
        (70, JAN, {("f2", JAN): 30, ("f1", ENDLESS): 40}),
        (40, ENDLESS, {("f1", ENDLESS): 40}),
    ],
)
def test_spend_plan(amount: int, month: int, expected: dict[tuple[str, int], int]) -> None:
    """A spending takes the earliest month first, then by fund, and never from a past month."""
    assert list(plan(amount, month, HELD).items()) == list(expected.items())


@pytest.mark.parametrize(("amount", "month", "there"), [(106, DEC, 105), (41, ENDLESS, 40)])
def test_spend_plan_is_short(amount: int, month: int, there: int) -> None:
    """Without enough in months that last, there is no plan; the refusal says what there is."""
    with pytest.raises(ExceedsCreditsError) as caught:
        plan(amount, month, HELD)
    assert caught.value.where == {"name": "wallet", "available": there, "amount": amount}
    with pytest.raises(ExceedsCreditsError):
        plan(1, month, {})


MONTHS = st.sampled_from([202610, NOV, DEC, JAN, ENDLESS])
FUNDS = st.sampled_from(["f1", "f2", "f10"])


@given(
    held=st.dictionaries(st.tuples(FUNDS, MONTHS), st.integers(0, 50), max_size=15),
    amount=st.integers(0, 200),
    month=MONTHS,
)
def test_spend_plans(held: dict[tuple[str, int], int], amount: int, month: int) -> None:
    """A plan adds up to the amount, takes no more than there is, and leaves nothing earlier."""
    usable = sorted((last, fund) for fund, last in held if last >= month)
    if sum(held[fund, last] for last, fund in usable) < amount:
        with pytest.raises(ExceedsCreditsError):
            plan(amount, month, held)
        return
    taken = plan(amount, month, held)
    assert sum(taken.values()) == amount
    for number, (last, fund) in enumerate(usable):
        here = taken.get((fund, last), 0)
        later = sum(taken.get((fund, last), 0) for last, fund in usable[number + 1 :])
        assert 0 <= here <= held[fund, last]
        assert here == held[fund, last] or not later
    assert [(last, fund) for fund, last in taken] == [
        (last, fund) for last, fund in usable if taken.get((fund, last))
    ]
