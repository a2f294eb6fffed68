"""Accounts: families and plain transfers (docs/ledger-format.md §9, A1 to A6)."""

from collections.abc import Sequence
from typing import Any

import pytest

from ledger import account_errors, chart
from ledger.accounts import Accounts, Family, Moment
from ledger.canonical import INTEGER_MAX
from ledger.chart import AccountNameError
from ledger.errors import BalanceError, LedgerError
from ledger.transfer import Pending, Plain, Transfer
from tests.ledger.make import ANNA, AT_MS, BO

MONTH = 202611
WALLET = f"wallet:{ANNA}:f1:202612"
WALLET_BO = f"wallet:{BO}:f1:202612"
PAST = f"wallet:{ANNA}:f1:202610"
SHOP = "receivable:m1:f1"
NAMES = f"""sponsor:city fund:f1 fund:f2 settled:f1 settled:f2 expired:f1 expired:f2 correction:f1
    correction:f2 wallet:{ANNA} wallet:{BO} receivable:m1 receivable:m2 donor:d1 cash:f1 cash:f2
    paid:m1 organiser:o1 hours:{ANNA} hours:{BO} pool:p1 aid:{ANNA} aid:{BO}""".split()


SUMS = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")


def snapshot(accounts: Accounts) -> Any:
    """All that the accounts know, as plain values."""
    for pending in accounts.pendings.values():
        assert accounts.accounts[pending.debit.name.name] is pending.debit
        assert accounts.accounts[pending.credit.name.name] is pending.credit
    return (
        {each.name: (each.unit, each.limited, each.closed) for each in accounts.families.values()},
        {
            name: [getattr(each, which) for which in SUMS]
            for name, each in accounts.accounts.items()
        },
        {
            pair: (each.debit.name.name, each.credit.name.name, *each[2:])
            for pair, each in accounts.pendings.items()
        },
        dict(accounts.resolved),
        dict(accounts.flows),
    )


def family(name: str) -> Family:
    """A family with the unit and flags of its class; those of no class hold centipoints."""
    known = chart.CLASSES.get(chart.parse_family(name))
    return Family(name, known.unit, known.limited) if known else Family(name, "centipoints", False)


def plain(
    debit: str, credit: str, amount: int = 10, code: str = "moved", unit: str = "centipoints"
) -> Plain:
    """A plain transfer."""
    return Plain(amount, code, credit, debit, unit)


def hold(
    debit: str, credit: str, amount: int = 10, timeout_seconds: int = 0, code: str = "held"
) -> Pending:
    """A pending transfer of points."""
    return Pending(amount, code, credit, debit, timeout_seconds, "centipoints")


class Till:
    """Accounts with a clock. Each call is one entry; a refused one must change nothing."""

    def __init__(self, month: int = MONTH) -> None:
        self.accounts = Accounts()
        self.seq = 0
        self.at_ms = AT_MS
        self.month = month
        self.touched: set[str] = set()
        self.open(*map(family, NAMES))

    def open(self, *families: Family) -> None:
        """Open families as `account.opened` does."""
        self.accounts.check_open(families)
        self.enter(opened=families)

    def close(self, *names: str, closed: bool = True) -> None:
        """Close or reopen families."""
        self.accounts.check_close(names, closed=closed)
        self.accounts.close(names, closed=closed)

    def enter(self, *transfers: Transfer, opened: Sequence[Family] = (), **moment: Any) -> int:
        """Apply the transfers of one entry; its seq."""
        self.seq += 1
        before = snapshot(self.accounts)
        now = Moment(self.seq, self.at_ms, self.month, **moment)
        try:
            touched = self.accounts.apply(transfers, now, opened)
        except LedgerError:
            assert snapshot(self.accounts) == before
            raise
        self.touched = {each.name.name for each in touched}
        return self.seq

    def refuse(self, code: str, *transfers: Transfer, **moment: Any) -> BalanceError:
        """Apply an entry that must be refused with `code`; the refusal."""
        with pytest.raises(BalanceError) as caught:
            self.enter(*transfers, **moment)
        assert caught.value.code == code
        return caught.value

    def put(self, name: str, amount: int = 1000) -> None:
        """Bring an opening balance into an account."""
        unit = self.accounts.families[chart.parse_name(name).family].unit
        self.enter(plain(f"opening:{unit}", name, amount, "opening", unit), opening=True)

    def sums(self, name: str) -> tuple[int, ...]:
        """Debits pending and posted, credits pending and posted."""
        return tuple(getattr(self.accounts.accounts[name], which) for which in SUMS)


@pytest.fixture(name="till")
def _till() -> Till:
    """Accounts of all classes, open, with points in the first fund and wallet."""
    till = Till()
    till.put("fund:f1")
    till.put(WALLET)
    return till


@pytest.mark.parametrize("name", ["opening:fen", "fund", "fund:", "fund:a:b", "hours:anna", "X:a"])
def test_bad_families(name: str) -> None:
    """A family is a class and its first part, and `opening` has none."""
    with pytest.raises(AccountNameError):
        Accounts().check_open([Family(name, "fen", limited=False)])


def test_plain_moves(till: Till) -> None:
    """A plain transfer adds to the posted sums only, and equal amounts may follow each other."""
    till.enter(plain("fund:f1", WALLET, 300))
    assert till.touched == {"fund:f1", WALLET}
    till.enter(plain("fund:f1", WALLET, 300), plain(WALLET, SHOP, 1))
    assert till.sums("fund:f1") == (0, 600, 0, 1000)
    assert till.sums(WALLET) == (0, 1, 0, 1600)
    assert till.accounts.accounts[WALLET].posted == till.accounts.accounts[WALLET].available == 1599
    assert till.accounts.flows["f1", "fund", "wallet"] == 600


def test_limit(till: Till) -> None:
    """A limited account gives its last point and not one more."""
    error = till.refuse("exceeds_credits", plain("fund:f1", WALLET, 1001))
    assert error.where == {"name": "fund:f1", "available": 1000, "amount": 1001}
    till.enter(plain("fund:f1", WALLET, 1000))
    till.refuse("exceeds_credits", plain("fund:f1", WALLET, 1))
    till.enter(plain("sponsor:city", "fund:f1", 10**12), approved=True)


def test_limit_counts_pendings(till: Till) -> None:
    """What is reserved cannot be spent, and what is only promised cannot either."""
    till.enter(hold(WALLET, SHOP, 900))
    till.refuse("exceeds_credits", plain(WALLET, SHOP, 101))
    till.refuse("exceeds_credits", hold(WALLET, SHOP, 101))
    till.refuse("exceeds_credits", plain(SHOP, WALLET, 1))
    till.enter(plain(WALLET, SHOP, 100))
    assert till.sums(WALLET) == (900, 100, 0, 1000)
    assert till.accounts.accounts[WALLET].posted == 900


def test_missing_accounts(till: Till) -> None:
    """Each side must be of an open family, and a refused transfer creates no account."""
    till.refuse("debit_account_not_found", plain("fund:f3", WALLET))
    till.refuse("credit_account_not_found", plain("fund:f1", f"wallet:{'0' * 32}:f1:202612"))
    till.refuse("credit_account_not_found", hold(WALLET, "receivable:m3:f1"))
    assert "fund:f3" not in till.accounts.accounts


def test_same_account(till: Till) -> None:
    """An account does not pay itself, even one that is not there."""
    till.refuse("accounts_must_be_different", plain(WALLET, WALLET), approved=True)
    till.refuse("accounts_must_be_different", hold("new:a", "new:a"))


def test_units(till: Till) -> None:
    """The unit of a transfer is that of both accounts, whatever the routes say."""
    wrong = "transfer_must_have_the_same_unit_as_accounts"
    till.refuse(wrong, plain("fund:f1", WALLET, unit="fen"))
    till.refuse(wrong, plain("fund:f1", "cash:f1"), approved=True)
    till.refuse(wrong, plain("cash:f1", "fund:f1", unit="fen"), approved=True)
    till.refuse(wrong, plain("opening:fen", "fund:f1"), opening=True)


def test_overflow(till: Till) -> None:
    """No sum passes 2^53 − 1: posted and pending, debits and credits, and posting too."""
    two: dict[str, Any] = {"approved": True}
    till.enter(plain("sponsor:city", "fund:f2", INTEGER_MAX), **two)
    till.refuse("overflows_debits", plain("sponsor:city", "fund:f1", 1), **two)
    till.refuse("overflows_credits", plain("correction:f2", "fund:f2", 1), **two)
    till.enter(hold("sponsor:city", "fund:f2", INTEGER_MAX - 1), **two)
    till.enter(hold("sponsor:city", "fund:f1", 1), **two)
    till.refuse("overflows_debits", hold("sponsor:city", "fund:f1", 1), **two)
    till.enter(hold("correction:f2", "fund:f2", 1), **two)
    till.refuse("overflows_credits", hold("correction:f2", "fund:f2", 1), **two)


def test_open_twice(till: Till) -> None:
    """A family opens once, also within one entry; `again` takes the same, not another."""
    check = till.accounts.check_open
    for families in ([family("fund:f1")], [family("fund:f9")] * 2):
        with pytest.raises(account_errors.AccountExistsError):
            check(families)
    check([family("fund:f1"), family("fund:f9")], again=True)
    with pytest.raises(account_errors.AccountExistsError):
        check([family("fund:f9")] * 2, again=True)
    till.open(Family("new:a", "fen", limited=False))
    for unit, limited in (("fen", True), ("minutes", False)):
        with pytest.raises(account_errors.AccountExistsError):
            check([Family("new:a", unit, limited)], again=True)


@pytest.mark.parametrize("name", ["fund:f9", "sponsor:s9", "hours:" + "0" * 32, "donor:d9"])
def test_family_not_of_class(name: str) -> None:
    """A known class fixes unit and limit; an unknown one takes any."""
    right = family(name)
    accounts = Accounts()
    accounts.check_open([right, Family("new:a", right.unit, not right.limited)])
    wrong_unit = "aid_minutes"
    for wrong in (
        Family(name, wrong_unit, right.limited),
        Family(name, right.unit, not right.limited),
    ):
        with pytest.raises(account_errors.FamilyNotOfClassError):
            accounts.check_open([wrong])


def test_opened_again_keeps_the_family(till: Till) -> None:
    """An entry that restates an open family leaves it as it is, and opens what is new."""
    there = till.accounts.families["fund:f1"]
    till.enter(opened=[family("fund:f1"), family("fund:f9")])
    assert till.accounts.families["fund:f1"] is there
    assert "fund:f9" in till.accounts.families
