"""Random operations through the database, and the same through a book in memory.

Both take the same entries and refuse the same for the same reason, and after each step the rows are
what the book holds; processes forget what they remember at any moment.
"""

import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from copy import deepcopy
from functools import partial
from pathlib import Path
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
from sqlalchemy import text, update

from ledger.book import Book
from ledger.entry import encode, entry_id
from ledger.errors import LedgerError
from tests.ledger.make import ANNA, BO, CHEN, DING, family, pending, plain
from tests.service import workers
from tests.service.books import (
    COMMUNITY,
    JOB,
    STAFF,
    SUPERVISOR,
    balances,
    book_balances,
    funded,
    member,
    notes,
    replayed,
    request,
)
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.journal.models import AccountRow
from volunteer_credit.journal.operations.facts import remembered
from volunteer_credit.journal.operations.keys import keeper
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.rules.requests import Actor, NewEntry
from volunteer_credit.shared.db import db

MEMBERS = 2
MONTHS = ["202611", "202612", "202712", "999912"]
WALLETS = [f"wallet:{member(n)}:f1:{month}" for n in range(MEMBERS) for month in MONTHS]
FAMILIES = [
    "fund:f1",
    "receivable:m1",
    "expired:f1",
    *(f"wallet:{member(n)}" for n in range(MEMBERS)),
    "receivable:m2",
]
PERSONS = [ANNA, BO, CHEN, DING]
DAY_MS = 86_400_000
AMOUNTS = [1, 7, 50, 100, 10**7]
REACHED = {
    *("accepted", "forgotten", "exceeds_credits", "pending_transfer_already_posted"),
    *("pending_transfer_already_voided", "role_not_held", "proposal_not_open", "account_exists"),
    *("debit_account_already_closed", "credit_account_already_closed", "month_past"),
    *("account_already_closed", "account_not_closed", "linked_transfer_failed"),
}
SEEN: Counter[str] = Counter()
SETTINGS = settings(
    settings.get_profile("gate"),
    max_examples=18,
    stateful_step_count=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

persons = st.sampled_from(PERSONS)
roles = st.sampled_from(["staff", "supervisor", "cashier"])
amounts = st.sampled_from(AMOUNTS)
wallets = st.sampled_from(WALLETS)
picks = st.integers(0, 30)


class Machine(RuleBasedStateMachine):
    """A community in the database, and its book in memory kept in step."""

    held: list[tuple[int, int]]
    proposed: list[tuple[int, NewEntry]]

    def __init__(self, template: Path) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="vc-machine-"))
        self.stack.callback(shutil.rmtree, self.folder)
        path = self.folder / "data" / "service.db"
        path.parent.mkdir()
        shutil.copyfile(template, path)
        self.clock = FakeClock(AT_MS + 7 * DAY_MS)  # two days before the month ends
        self.stack.enter_context(workers.service(f"sqlite:///{path}", str(self.folder), self.clock))
        self.count = 0

    def teardown(self) -> None:
        self.stack.close()

    @initialize()
    def begin(self) -> None:
        """A fund, some wallets with points, a shop."""
        funded(amount=5_000, members=MEMBERS)
        self.book = replayed()
        self.held, self.proposed = [], []
        accounts = [family(name, "centipoints", limited=True) for name in FAMILIES[1:3]]
        self.do(NewEntry("account.opened", {"accounts": accounts}))
        for number, name in enumerate(WALLETS):
            self.do(NewEntry("points.example", {}, transfers=[plain("fund:f1", name, 100)]))
            self.hold(name, 7, [0, 180, 200_000][number % 3], "m1")

    def do(self, *entries: NewEntry, actor: Actor = JOB) -> bool:
        """Both or neither take these entries as one operation."""
        self.count += 1
        key = f"step {self.count}"
        expected, book, texts = self.told(entries, actor, key)
        got: LedgerError | None = None
        try:
            append(COMMUNITY, request(key, actor), list(entries))
        except LedgerError as problem:
            got = problem
        assert type(got) is type(expected), (got, expected)
        if got is None:
            self.book = book
            assert [each.split(b"\n\n")[0] for each in notes()[-len(texts) :]] == texts
        SEEN["accepted" if got is None else got.code] += 1
        self.check()
        return got is None

    def told(
        self, entries: tuple[NewEntry, ...], actor: Actor, key: str
    ) -> tuple[LedgerError | None, Book, list[bytes]]:
        """What the book in memory says to them."""
        book, texts = deepcopy(self.book), []
        for number, new in enumerate(entries):
            who = new.actor or actor
            value = {
                "actor": who.value(),
                "at": self.clock.at_ms,
                "book": book.origin,
                "data": dict(new.data),
                "id": entry_id(book.origin, who.account, key, number),
                "kind": new.kind,
                "seq": book.size,
                "v": 1,
                **new.fields(),
            }
            try:
                entry, spelled = encode(value)
                book.append(entry, book.keys.in_force("entry"))
            except LedgerError as problem:
                return problem, self.book, []
            texts.append(spelled.rstrip(b"\n"))
        return None, book, texts

    def check(self) -> None:
        """The rows are what the book holds."""
        db.session.rollback()
        accounts = self.book.accounts
        assert balances() == book_balances(self.book)
        families = {
            name: (each.unit, int(each.limited), int(each.closed))
            for name, each in accounts.families.items()
        }
        counts = Counter(each.family.name for each in accounts.accounts.values())
        rows = db.session.execute(
            text("SELECT name, unit, limited, closed, accounts FROM journal_families")
        )
        assert {r[0]: (*r[1:4], r[4]) for r in rows} == {
            name: (*values, counts[name]) for name, values in families.items()
        }
        rows = db.session.execute(
            text(
                "SELECT seq, position, state, debit, credit, amount, code, expires_at_ms"
                " FROM journal_pendings"
            )
        )
        states = {(r[0], r[1]): tuple(r[2:]) for r in rows}
        assert {pair: each[0] for pair, each in states.items() if each[0] != "open"} == (
            accounts.resolved
        )
        assert {pair: each[1:] for pair, each in states.items() if each[0] == "open"} == {
            pair: (p.debit.name.name, p.credit.name.name, p.amount, p.code, p.expires_at_ms)
            for pair, p in accounts.pendings.items()
        }
        rows = db.session.execute(text("SELECT seq FROM journal_proposals WHERE state = 'open'"))
        assert set(rows.scalars()) == self.book.parties.proposals.keys()
        size, last = db.session.execute(text("SELECT size, last_at_ms FROM journal_heads")).one()
        assert (size, last) == (self.book.size, self.book.last_at_ms)

    @rule(name=wallets, amount=amounts, back=st.booleans())
    def award(self, name: str, amount: int, back: bool) -> None:
        """Points from the fund, or back to it."""
        sides = (name, "fund:f1") if back else ("fund:f1", name)
        self.do(NewEntry("points.example", {}, transfers=[plain(*sides, amount)]))

    @rule(
        name=wallets,
        amount=amounts,
        timeout=st.sampled_from([0, 180, 200_000]),
        shop=st.sampled_from(["m1", "m2"]),
    )
    def hold(self, name: str, amount: int, timeout: int, shop: str) -> None:
        """A reservation at a shop that is open, or at one that may not be."""
        seq = self.book.size
        moves = [pending(name, f"receivable:{shop}:f1", amount, timeout)]
        if self.do(NewEntry("hold.example", {}, transfers=moves)):
            self.held.append((seq, 0))

    @precondition(lambda self: self.held)
    @rule(pick=picks, how=st.sampled_from(["all", "void", "part", "more"]), twice=st.booleans())
    def end(self, pick: int, how: str, twice: bool) -> None:
        """A reservation ends; what is released in a past month expires with it."""
        pair = self.held[-1 - pick % min(4, len(self.held))]
        found = self.book.accounts.pendings.get(pair)
        amount = found.amount if found else 10
        amount = {"all": amount, "part": max(1, amount // 2), "more": amount + 1}.get(how, 0)
        ends: list[dict[str, Any]] = (
            [{"amount": amount, "code": "ok", "post": list(pair)}]
            if amount
            else [{"code": "off", "void": list(pair)}]
        )
        released = found.amount - amount if found else 0
        if found and 0 < found.debit.name.month < self.month() and released > 0:
            name = found.debit.name.name
            ends.append(plain(name, "expired:f1", released, code="expired"))
        self.do(*[NewEntry("end.example", {}, transfers=ends)] * (1 + twice))

    @rule(name=wallets, less=st.sampled_from([0, 0, 1]))
    def expire(self, name: str, less: int) -> None:
        """A wallet expires, whole or but for one."""
        found = self.book.accounts.accounts.get(name)
        amount = max(1, (found.available if found else 0) - less)
        moves = [plain(name, "expired:f1", amount, code="expired")]
        self.do(NewEntry("expiry.example", {}, transfers=moves))

    @rule(
        names=st.lists(st.sampled_from(FAMILIES), min_size=1, max_size=2),
        how=st.sampled_from(["closed", "reopened", "reopened", "opened"]),
    )
    def families(self, names: list[str], how: str) -> None:
        """Families are closed, reopened, or opened (again)."""
        if how == "opened":
            accounts: list[Any] = [family(name, "centipoints", limited=True) for name in names]
            data: dict[str, Any] = {"accounts": accounts}
        else:
            data = {"accounts": sorted(set(names)), "reason": "asked"}
        self.do(NewEntry(f"account.{how}", data))

    @rule(who=persons, role=roles, account=persons, granted=roles, days=st.sampled_from([-1, 365]))
    def propose_role(self, who: str, role: str, account: str, granted: str, days: int) -> None:
        """A role is proposed, or its end."""
        data = {
            "account": account,
            "beneficiaries": [account],
            "role": granted,
            "scope": "community",
            "until_day": 20261120 if days < 0 else 99991231,
        }
        self.propose(NewEntry("role.proposed", data), Actor(who, role))

    @rule(who=persons, role=roles, source=persons, into=persons)
    def propose_merge(self, who: str, role: str, source: str, into: str) -> None:
        """Two persons are said to be one."""
        data = {
            "beneficiaries": sorted({source, into}),
            "from": source,
            "into": into,
            "transfers": [],
        }
        self.propose(NewEntry("account.merge.proposed", data), Actor(who, role))

    @rule(amount=amounts)
    def propose_grant(self, amount: int) -> None:
        """The sponsor gives more."""
        moves = [plain("sponsor:city", "fund:f1", amount, code="granted")]
        data = {"beneficiaries": [], "transfers": moves}
        self.propose(NewEntry("fund.example.proposed", data), STAFF)

    def propose(self, new: NewEntry, actor: Actor) -> None:
        seq = self.book.size
        if self.do(new, actor=actor):
            self.proposed.append((seq, new))

    @precondition(lambda self: self.proposed)
    @rule(
        pick=picks,
        actor=st.sampled_from([STAFF, SUPERVISOR, SUPERVISOR, Actor(CHEN, "staff"), JOB]),
        how=st.sampled_from(["approved", "approved", "withdrawn"]),
    )
    def decide(self, pick: int, actor: Actor, how: str) -> None:
        """A proposal is approved or withdrawn, if it may be."""
        seq, new = self.proposed[-1 - pick % min(4, len(self.proposed))]
        kind = new.kind.replace(".proposed", f".{how}")
        if how == "withdrawn":
            self.do(NewEntry(kind, {"reason": "asked"}, refs=[seq]), actor=actor)
        else:
            moves = new.data.get("transfers", ())
            self.do(NewEntry(kind, new.data, refs=[seq], transfers=moves), actor=actor)

    @rule(name=wallets, amount=amounts)
    def two_at_once(self, name: str, amount: int) -> None:
        """Two entries and three transfers: all or none of them."""
        moves = [plain("fund:f1", name, amount), plain(name, "receivable:m1:f1", amount)]
        more = [plain("fund:f1", WALLETS[-1], amount)]
        self.do(
            NewEntry("points.example", {}, transfers=moves),
            NewEntry("points.example", {}, transfers=more),
        )

    @rule(seconds=st.sampled_from([86_400, 180, 1]), times=st.sampled_from([3, 1]))
    def wait(self, seconds: int, times: int) -> None:
        """Time passes; somebody writes something each day, or an operator would be asked."""
        for _ in range(times):
            self.clock.pass_ms(seconds * 1000)
            self.do(NewEntry("tick.example", {}))

    @rule(keys=st.booleans())
    def forget(self, keys: bool) -> None:
        """As another process would begin."""
        remembered().facts.clear()
        if keys:
            keeper().forget()
        SEEN["forgotten"] += 1

    def month(self) -> int:
        """The local month, YYYYMM."""
        return self.book.local_day(self.clock.at_ms) // 100


def run(template: Path, how: settings) -> None:
    """Let machines on copies of this database run."""
    factory: Any = partial(Machine, template)
    run_state_machine_as_test(factory, settings=how)


@pytest.mark.untraced
def test_the_rows_are_what_the_book_holds(sqlite_template: Path) -> None:
    SEEN.clear()
    run(sqlite_template, SETTINGS)
    assert REACHED - SEEN.keys() == set()


@pytest.mark.soak
def test_the_rows_are_what_the_book_holds_for_long(sqlite_template: Path) -> None:
    long = settings(SETTINGS, max_examples=300, derandomize=False)
    run(sqlite_template, long)


@pytest.mark.parametrize("column", ["credits_posted", "debits_pending"])
def test_the_machine_sees_a_row_that_differs(sqlite_template: Path, column: str) -> None:
    machine = Machine(sqlite_template)
    try:
        machine.begin()
        with db.engines["write"].begin() as connection:
            connection.execute(update(AccountRow).values({column: 1_000}))
        with pytest.raises(AssertionError):
            machine.check()
    finally:
        machine.teardown()
