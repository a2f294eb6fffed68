"""Accounts: the ways between classes, and every reason to refuse (§9, A5 and all codes)."""

import inspect
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from ledger import account_errors as refused
from ledger import chart
from ledger.accounts import Family
from ledger.canonical import INTEGER_MAX
from ledger.errors import BalanceError, LedgerError
from ledger.transfer import Pending, Plain, Post, Void
from tests.ledger.make import ANNA, BO
from tests.ledger.test_accounts import PAST, SHOP, WALLET, WALLET_BO, Till, family, hold, plain

# A5, written again from the page: debit, credit, and what the entry must be.
WAYS = {
    "one": """fund>wallet wallet>fund wallet>receivable receivable>wallet wallet>expired
        expired>fund fund>correction wallet>correction receivable>correction aid>aid""",
    "two": """sponsor>fund fund>sponsor receivable>settled settled>receivable wallet>wallet
        correction>fund correction>wallet correction>receivable donor>cash cash>donor cash>paid
        paid>cash hours>organiser hours>hours pool>aid aid>pool""",
    "scanned": "organiser>hours",
}
NEEDS = {tuple(way.split(">")): need for need, ways in WAYS.items() for way in ways.split()}
# Two accounts of each class, of one fund where they have one.
SAMPLES = {
    "sponsor": ("sponsor:city", "sponsor:s2"),
    "fund": ("fund:f1", "fund:f2"),
    "wallet": (WALLET, WALLET_BO),
    "receivable": (SHOP, "receivable:m2:f1"),
    "settled": ("settled:f1", "settled:f2"),
    "expired": ("expired:f1", "expired:f2"),
    "correction": ("correction:f1", "correction:f2"),
    "donor": ("donor:d1", "donor:d2"),
    "cash": ("cash:f1", "cash:f2"),
    "paid": ("paid:m1:f1", "paid:m2:f1"),
    "organiser": ("organiser:o1", "organiser:o2"),
    "hours": (f"hours:{ANNA}", f"hours:{BO}"),
    "pool": ("pool:p1", "pool:p2"),
    "aid": (f"aid:{ANNA}", f"aid:{BO}"),
}
ENTRIES: dict[str, dict[str, Any]] = {
    "other": {},
    "scanned": {"scanned": True},
    "approved": {"approved": True},
}
OPENS = {
    "one": {"other", "scanned", "approved"},
    "two": {"approved"},
    "scanned": {"scanned", "approved"},
}


@pytest.fixture(name="till", scope="module")
def _till() -> Till:
    """Every sample account with something in it; refusals leave no trace, so all tests share it."""
    till = Till()
    samples = list(itertools.chain.from_iterable(SAMPLES.values()))
    names = {chart.parse_name(name).family for name in samples} - till.accounts.families.keys()
    till.open(*map(family, sorted(names)))
    for unit in sorted(chart.UNITS):
        till.open(*(Family(f"new_{letter}:{unit}", unit, limited=False) for letter in "ab"))
    for name in samples:
        till.put(name, 1_000_000)
    return till


def both(
    debit: str, credit: str, code: str = "moved", unit: str = "centipoints"
) -> list[Plain | Pending]:
    """The plain and the pending transfer of one centipoint, minute or fen."""
    return [Plain(1, code, credit, debit, unit), Pending(1, code, credit, debit, 60, unit)]


@pytest.mark.parametrize(("debit", "credit"), list(itertools.product(chart.CLASSES, repeat=2)))
def test_every_pair_of_classes(till: Till, debit: str, credit: str) -> None:
    """The ways of A5 are open to the entries it says, plain and pending; no other pair is."""
    names = SAMPLES[debit][0], SAMPLES[credit][debit == credit]
    unit, need = chart.CLASSES[debit].unit, NEEDS.get((debit, credit))
    forfeits = (debit, credit) == ("wallet", "expired")
    code = "forfeited" if forfeits else "moved"
    for (entry, moment), move in itertools.product(ENTRIES.items(), both(*names, code, unit)):
        if need and entry in OPENS[need]:
            till.enter(move, closing=forfeits, **moment)
        elif need:
            till.refuse("route_needs_two", move, **moment)
        elif unit != chart.CLASSES[credit].unit:
            till.refuse("transfer_must_have_the_same_unit_as_accounts", move, **moment)
        else:
            till.refuse("route_refused", move, **moment)


@pytest.mark.parametrize("known", chart.CLASSES)
def test_unknown_class_and_known(till: Till, known: str) -> None:
    """Between a known and an unknown class a transfer needs two persons, both ways (U4)."""
    unit = chart.CLASSES[known].unit
    names = SAMPLES[known][0], f"new_a:{unit}"
    for debit, credit in (names, names[::-1]):
        for move in both(debit, credit, unit=unit):
            till.refuse("route_needs_two", move)
            till.refuse("route_needs_two", move, scanned=True)
            till.enter(move, approved=True)


@pytest.mark.parametrize("unit", sorted(chart.UNITS))
def test_unknown_classes(till: Till, unit: str) -> None:
    """Between two unknown classes, or two accounts of one, the way is free."""
    for credit in (f"new_b:{unit}", f"new_a:{unit}:more"):
        for move in both(f"new_a:{unit}", credit, unit=unit):
            till.enter(move)


@pytest.mark.parametrize(
    ("debit", "credit"),
    [
        ("fund:f1", f"wallet:{ANNA}:f2:202612"),
        (WALLET, "fund:f2"),
        (WALLET, "receivable:m1:f2"),
        (SHOP, "settled:f2"),
        ("expired:f1", "fund:f2"),
        ("correction:f1", "fund:f2"),
        (WALLET, f"wallet:{BO}:f2:202612"),
        (WALLET, f"wallet:{BO}:f1:202701"),
        (WALLET, f"wallet:{ANNA}:f1:999912"),
    ],
)
def test_funds_and_months_differ(till: Till, debit: str, credit: str) -> None:
    """Both accounts are of one fund, and of one month where both have one."""
    for move in both(debit, credit):
        till.refuse("funds_differ", move, approved=True)


def test_cash_of_another_fund(till: Till) -> None:
    """Money of one fund does not pay for another."""
    for move in both("cash:f1", "paid:m1:f2", unit="fen"):
        till.refuse("funds_differ", move, approved=True)


def test_opening_accounts() -> None:
    """Opening accounts move in `book.opening` only, before and after they exist."""
    till = Till()
    for moves in (("opening:fen", "cash:f1"), ("cash:f1", "opening:fen"), ("opening:fen", "x:y")):
        for move in both(*moves, unit="fen"):
            till.refuse("route_refused", move, approved=True)
            assert "opening:fen" not in till.accounts.accounts
    till.put("cash:f1")
    for moves in (("opening:fen", "cash:f1"), ("cash:f1", "opening:fen")):
        for move in both(*moves, unit="fen"):
            till.refuse("route_refused", move, approved=True)
    till.enter(plain("cash:f1", "opening:fen", 400, "opening", "fen"), opening=True)
    assert till.sums("opening:fen") == (0, 1000, 0, 400)
    assert "opening:fen" not in till.accounts.families


def moving(debit: str, credit: str, **more: Any) -> Callable[[Till], object]:
    """Enter one plain transfer."""
    return lambda till: till.enter(plain(debit, credit, **more))


def closing(name: str, *, closed: bool = True) -> Callable[[Till], object]:
    """Close or reopen a family, then pay from the wallet to the shop."""

    def run(till: Till) -> None:
        till.close(name, closed=closed)
        till.enter(plain(WALLET, SHOP))

    return run


def posting(end: Post | Void | None, seconds: int = 0, amount: int = 1) -> Callable[[Till], object]:
    """Post a pending of ten that lasts a second: after another end, or after some time."""

    def run(till: Till) -> None:
        pair = (till.enter(hold(WALLET, SHOP, 10, timeout_seconds=1)), 0)
        if end:
            till.enter(end._replace(pending=pair))
        till.at_ms += seconds * 1000
        till.enter(Post(amount, "posted", pair))

    return run


def overflowing(debit: str, credit: str) -> Callable[[Till], object]:
    """Fill the debits of the sponsor and the credits of the second fund, then move one more."""

    def run(till: Till) -> None:
        till.enter(plain("sponsor:city", "fund:f2", INTEGER_MAX), approved=True)
        till.enter(plain(debit, credit, 1), approved=True)

    return run


def closing_twice(till: Till) -> None:
    """Close a family that is closed."""
    till.close("fund:f1")
    till.close("fund:f1")


def expiring_in_part(till: Till) -> None:
    """Leave something in a month that is over."""
    till.put(PAST)
    till.enter(plain(PAST, "expired:f1", 999, "expired"))


REASONS: dict[type[BalanceError], Callable[[Till], object]] = {
    refused.LinkedTransferFailedError: lambda till: till.enter(*[plain(WALLET, SHOP, 600)] * 2),
    refused.AccountExistsError: lambda till: till.open(family("fund:f1")),
    refused.FamilyNotOfClassError: lambda till: till.open(Family("fund:f9", "fen", limited=True)),
    refused.AccountNotFoundError: closing("fund:f9"),
    refused.AccountAlreadyClosedError: closing_twice,
    refused.AccountNotClosedError: closing("fund:f1", closed=False),
    refused.DebitAccountNotFoundError: moving("fund:f9", WALLET),
    refused.CreditAccountNotFoundError: moving("fund:f1", "receivable:m9:f1"),
    refused.DebitAccountAlreadyClosedError: closing(f"wallet:{ANNA}"),
    refused.CreditAccountAlreadyClosedError: closing("receivable:m1"),
    refused.AccountsMustBeDifferentError: moving(WALLET, WALLET),
    refused.TransferMustHaveTheSameUnitAsAccountsError: moving(WALLET, SHOP, unit="fen"),
    refused.RouteRefusedError: moving(WALLET, "settled:f1"),
    refused.FundsDifferError: moving(WALLET, "receivable:m1:f2"),
    refused.RouteNeedsTwoError: moving("sponsor:city", "fund:f1"),
    refused.ExceedsCreditsError: moving(WALLET, SHOP, amount=1001),
    refused.OverflowsDebitsError: overflowing("sponsor:city", "fund:f1"),
    refused.OverflowsCreditsError: overflowing("correction:f2", "fund:f2"),
    refused.PendingTransferNotFoundError: lambda till: till.enter(Void("voided", (0, 0))),
    refused.PendingTransferAlreadyPostedError: posting(Post(1, "posted", (0, 0))),
    refused.PendingTransferAlreadyVoidedError: posting(Void("voided", (0, 0))),
    refused.PendingTransferExpiredError: posting(None, seconds=1),
    refused.ExceedsPendingTransferAmountError: posting(None, amount=11),
    refused.MonthPastError: moving(PAST, SHOP),
    refused.ExpiryCodeError: moving(WALLET, "expired:f1", code="expired"),
    refused.LateRefundMonthError: moving(SHOP, WALLET, code="refund_late"),
    refused.PastMonthNotEmptyError: expiring_in_part,
}


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_every_reason(reason: type[BalanceError]) -> None:
    """Each reason is given where it applies, and tells what it is about in both languages."""
    till = Till()
    till.put(WALLET)
    with pytest.raises(BalanceError) as caught:
        REASONS[reason](till)
    error = caught.value
    assert type(error) is reason
    assert str(error) == error.sentence() == error.sentence("en")
    assert error.sentence("zh").endswith("。")
    for language in ("en", "zh"):
        sentence = error.sentence(language)
        assert not set("{}") & set(sentence)
        for value in error.where.values():
            # A reason inside a reason speaks the same language.
            told = value.sentence(language) if isinstance(value, LedgerError) else str(value)
            assert told in sentence


def test_reasons_are_all() -> None:
    """No reason goes without a test, and no two share a code."""
    classes = {
        each
        for _, each in inspect.getmembers(refused, inspect.isclass)
        if issubclass(each, BalanceError) and each is not BalanceError
    }
    assert classes == REASONS.keys()
    assert len({each.code for each in classes}) == len(classes)
