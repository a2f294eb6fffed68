"""Accounts against a second telling of §9: random entries, and both must say the same."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger import accounts as under_test
from ledger import dates, wallets
from ledger.accounts import Account, Accounts, Moment
from ledger.canonical import INTEGER_MAX
from ledger.errors import BalanceError
from ledger.identity import IdentityError, identities
from ledger.transfer import Pending, Plain, Post, Transfer, Void
from tests.ledger.accounts_model import (
    FAMILIES,
    HOURS,
    NOTHING,
    WALLETS,
    Model,
    Way,
    misled,
    read,
    ways,
)
from tests.ledger.make import AT_MS
from tests.ledger.test_accounts import family, hold, plain, snapshot


def pick(these: list[Way]) -> st.SearchStrategy[Way]:
    """One of many; `sampled_from` would spell all of them out."""
    return st.integers(0, len(these) - 1).map(lambda number: these[number])


GOOD, ODD = ways()
AMOUNTS = [10, 1, 20, 50, 100, 10, 20, 50, 100, "all", "all", "more", INTEGER_MAX]
TIMEOUTS = [0, 60, 10 * 86_400]
WAITS = [1, 60, 86_400, 9 * 86_400, 31 * 86_400]
MOMENTS = [*[{"approved": True}] * 3, {"scanned": True}, {"closing": True}, {}]
moves_drawn = st.tuples(
    st.sampled_from(["plain", "pending"]),
    st.one_of(*[pick(GOOD)] * 9, pick(ODD)),
    st.sampled_from(AMOUNTS),
    st.sampled_from(TIMEOUTS),
)
ends_drawn = st.tuples(
    st.sampled_from(["post", "void"]),
    st.integers(0, 999),
    st.sampled_from(["all", "all", 1, 10, "more"]),
)
SEEN: Counter[str] = Counter()
REACHED = {
    *misled(Model(), plain("new:a", "new:b"), Moment(0, 0, 0)),
    *("Plain", "Pending", "Post", "Void", "past_month_not_empty"),
    *("pending_transfer_not_found", "pending_transfer_expired", "exceeds_pending_transfer_amount"),
    *("pending_transfer_already_posted", "pending_transfer_already_voided"),
    *("debit_account_already_closed", "credit_account_already_closed"),
    *("overflows_debits", "overflows_credits"),
}


def refusal_of(act: Callable[[], object]) -> Any:
    """Why the accounts refuse something; None if they don't."""
    try:
        act()
    except BalanceError as error:
        return error
    return None


class Machine(RuleBasedStateMachine):
    """Random entries over time; after each, the accounts are what the model says."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts, self.model = Accounts(), Model()
        self.seq, self.at_ms = 0, AT_MS
        self.history: list[Callable[[Accounts], object]] = []

    @initialize(full=st.sampled_from([False, False, True]))
    def begin(self, full: bool) -> None:
        """Open all families; put points and minutes in; redeem and reserve some."""
        self.enter([], opened=FAMILIES)
        more = INTEGER_MAX - 5_010 if full else 5_000
        grants = [plain("sponsor:city", "fund:f1", 5_000), plain("sponsor:city", "fund:f2", more)]
        hours = [plain("organiser:o1", name, 90, unit="minutes") for name in HOURS]
        self.enter([*grants, *hours], approved=True)
        for number, name in enumerate(WALLETS):
            fund, shop = f"fund:{read(name)[2]}", f"receivable:m1:{read(name)[2]}"
            held = hold(name, shop, 30, TIMEOUTS[number % 3])
            self.enter([plain(fund, name, 300), plain(name, shop, 20), held])
        if full:
            self.enter([plain("new:a", "fund:f2", 5_000)], approved=True)
            for giver in ("sponsor:city", "new:a"):  # there is room for ten more
                self.enter([plain(giver, "fund:f2", 11)], approved=True)

    @rule(
        drawn=st.lists(moves_drawn | ends_drawn, min_size=1, max_size=4),
        moment=st.sampled_from(MOMENTS),
        brings=st.booleans(),
    )
    def some(self, drawn: list[Any], moment: dict[str, Any], brings: bool) -> None:
        """One entry of one to four transfers, which may open a family too."""
        self.enter(self.spelled(drawn), [f"new:n{self.seq}"] if brings else [], **moment)

    @precondition(lambda self: self.model.pending)
    @rule(drawn=st.lists(ends_drawn, min_size=1, max_size=2))
    def end(self, drawn: list[Any]) -> None:
        """One entry that ends pendings, and expires what it releases in months that are over."""
        moves = self.spelled(drawn)
        for move in list(moves):
            if isinstance(move, Post | Void) and move.pending in self.model.pending:
                name, _, reserved, _ = self.model.pending[move.pending]
                released = reserved - (move.amount if isinstance(move, Post) else 0)
                moves += self.expiry(name, max(0, released))
        self.enter(moves)

    @rule(name=st.sampled_from(WALLETS), less=st.sampled_from([0, 0, 1]))
    def expire(self, name: str, less: int) -> None:
        """One entry that expires a wallet, or all of it but one."""
        self.enter(self.expiry(name, -less))

    @rule(seconds=st.sampled_from(WAITS))
    def wait(self, seconds: int) -> None:
        """Time goes on."""
        self.at_ms += seconds * 1000

    @precondition(lambda self: any(each[3] > self.at_ms for each in self.model.pending.values()))
    @rule(pick=st.integers(0, 99), seconds=st.sampled_from([0, 1]))
    def wait_for_a_timeout(self, pick: int, seconds: int) -> None:
        """Time goes on to the end of a pending, or to a second before."""
        all_ms = sorted({each[3] for each in self.model.pending.values() if each[3] > self.at_ms})
        self.at_ms = max(self.at_ms, all_ms[pick % len(all_ms)] - seconds * 1000)

    @rule(name=st.sampled_from([*FAMILIES, "new:x"]), closed=st.booleans())
    def close(self, name: str, closed: bool) -> None:
        """A family is closed or opened again, if it is not so already."""
        may = name in self.model.units and (name in self.model.closed) is not closed
        refusal = refusal_of(lambda: self.accounts.check_close([name], closed=closed))
        assert may is (refusal is None)
        if may:
            self.do(lambda accounts: accounts.close([name], closed=closed))
            (self.model.closed.add if closed else self.model.closed.remove)(name)

    def do(self, act: Callable[[Accounts], object]) -> None:
        act(self.accounts)
        self.history.append(act)

    def expiry(self, name: str, more: int) -> list[Transfer]:
        past = 0 < read(name)[3] < self.month
        amount = self.model.free(name) + more
        move = plain(name, f"expired:{read(name)[2]}", amount, "expired")
        return [move] if past and amount > 0 else []

    @property
    def month(self) -> int:
        return dates.month_of(dates.local_day(self.at_ms, 480))

    def spelled(self, drawn: list[Any]) -> list[Transfer]:
        """The transfers that were drawn; pairs and whole amounts are those of the moment."""
        pairs = [*self.model.pending] * 5 + [*self.model.ended, *[(self.seq + 1, 0)] * 4, (0, 0)]
        moves = list[Transfer]()
        for form, which, drawn_amount, *timeout in drawn:
            pair, whole = (0, 0), 0
            if timeout:
                debit, credit, code, unit = which
                whole = self.model.free(debit)
            else:
                pair = pairs[which % len(pairs)]
                whole = self.model.pending.get(pair, NOTHING)[2]
            wholes = {"all": max(1, whole), "more": max(1, whole + 1)}
            amount = wholes.get(drawn_amount, drawn_amount)
            if form == "post":
                moves.append(Post(amount, "posted", pair))
            elif form == "void":
                moves.append(Void("voided", pair))
            elif form == "plain":
                moves.append(Plain(amount, code, credit, debit, unit))
            else:
                moves.append(Pending(amount, code, credit, debit, timeout[0], unit))
        return moves

    def enter(self, moves: Sequence[Transfer], opened: Sequence[str] = (), **moment: bool) -> None:
        """Enter it on both sides: the same decision, a reason that holds, the same sums after."""
        self.seq += 1
        now = Moment(self.seq, self.at_ms, self.month, **moment)
        before, units = snapshot(self.accounts), dict(self.model.units)
        self.model.units |= {name: family(name).unit for name in opened}
        index, wrong = self.model.enter(moves, now)
        refusal = refusal_of(
            lambda: self.do(lambda accounts: accounts.apply(moves, now, [*map(family, opened)]))
        )
        if refusal is None:
            assert not wrong
            SEEN.update(type(move).__name__ for move in moves)
        else:
            if len(moves) > 1:
                assert refusal.where["index"] == index
                refusal = refusal.where["reason"]
            assert refusal.code in wrong
            assert snapshot(self.accounts) == before
            self.model.units = units
            SEEN[refusal.code] += 1
        self.compare()

    def compare(self) -> None:
        families, sums, pendings, resolved, _ = snapshot(self.accounts)
        assert families.keys() == self.model.units.keys()
        assert {name: tuple(each) for name, each in sums.items()} == self.model.sums
        assert {pair: (*each[:3], each[4]) for pair, each in pendings.items()} == self.model.pending
        assert resolved.keys() == self.model.ended.keys()
        assert not resolved.keys() & pendings.keys()
        totals: dict[str, list[int]] = {}
        for account in self.accounts.accounts.values():
            assert account.available >= 0 or not account.family.limited
            total = totals.setdefault(account.family.unit, [0, 0])
            total[0] += account.debits_posted - account.credits_posted
            total[1] += account.debits_pending - account.credits_pending
        assert all(total == [0, 0] for total in totals.values())
        identities(self.accounts)

    def teardown(self) -> None:
        """All accepted entries, taken again by fresh accounts, give the same."""
        fresh = Accounts()
        for act in self.history:
            act(fresh)
        assert snapshot(fresh) == snapshot(self.accounts)


def run(sequences: int, **more: Any) -> None:
    """Run the machine so many times."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(
        max_examples=sequences, stateful_step_count=40, suppress_health_check=checks, **more
    )
    run_state_machine_as_test(Machine, settings=chosen)


@pytest.mark.untraced
def test_accounts_do_what_the_model_does() -> None:
    """Random entries are taken or refused alike, and every kind of refusal turns up."""
    SEEN.clear()
    run(300)
    assert SEEN.keys() >= REACHED


@pytest.mark.soak
@pytest.mark.parametrize("part", range(20))  # one run of 10,000 would keep gigabytes
def test_accounts_do_what_the_model_does_for_long(part: int) -> None:
    """The same for 10,000 sequences that are new each time."""
    run(500, derandomize=False, print_blob=True)


def nothing(*_: object) -> None:
    """Check nothing, do nothing."""


def end_twice(accounts: Accounts, pair: Any, pending: Any, how: str, undo: Any) -> None:
    """End a pending transfer, and keep it."""
    END(accounts, pair, pending, how, undo)
    accounts.pendings[pair] = pending


END, POST, PENDING = Accounts._end, Accounts._post, Accounts._pending
FAULTS: dict[str, tuple[Any, str, Any]] = {
    "reserved is free": (Account, "available", property(lambda self: self.posted)),
    "no greatest sum": (under_test, "_check_sums", nothing),
    "nothing taken back": (Accounts, "_take_back", nothing),
    "closed families move": (under_test, "_check_not_closed", nothing),
    "every way is open": (under_test, "_check_route", nothing),
    "months never end": (wallets, "check_months", nothing),
    "past months keep points": (wallets, "check_past_months_empty", nothing),
    "flows are not kept": (under_test, "_flow", nothing),
    "pendings end twice": (Accounts, "_end", end_twice),
    "pendings never run out": (
        *(Accounts, "_post"),
        lambda self, post, now, undo: POST(self, post, now._replace(at_ms=0), undo),
    ),
    "pendings end in their own entry": (
        *(Accounts, "_pending"),
        lambda self, pair, now: PENDING(self, pair, now._replace(seq=now.seq + 1)),
    ),
}


@pytest.mark.untraced
@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine finds each of these faults."""
    monkeypatch.setattr(*FAULTS[fault])
    with pytest.raises((AssertionError, IdentityError)):
        # Which examples come first depends on what else this process has imported.
        run(5_000, phases=[Phase.generate], report_multiple_bugs=False)
