"""Random Saturdays: whatever happens in whatever order, the sums hold and nobody is below 0."""

import json
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from tests.conventions.make import Value, changed
from tests.people.make import COMMUNITY, DAY_MS, Resident, Town
from tests.points.make import Scheme, entries
from tests.points.spending import SHOP, confirm, hold, refund, void
from tests.service import workers
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.fund.queries.coverage import coverage
from volunteer_credit.journal.operations.balances import class_balances, family_balances
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.points.models.awards import AwardRow, TallyRow
from volunteer_credit.points.operations.expiring import expire_all
from volunteer_credit.points.operations.paying import pay_all
from volunteer_credit.points.operations.spending import HeldPart
from volunteer_credit.points.rules.errors import PointsShortError
from volunteer_credit.points.rules.spending import Part
from volunteer_credit.shared.db import db, end_reading

DAY_CAP = 40_00
ACTS = (
    *("record",) * 5,
    *("correct",) * 3,
    *("hold", "end", "go", "work") * 2,
    *("fund", "refund"),
)
REACHED = {
    *("awarded", "deferred", "corrected", "none", "held", "confirmed", "voided", "refunded"),
    *("short", "expired", "paid"),
}
SEEN: Counter[str] = Counter()
SETTINGS = settings(
    settings.get_profile("gate"),
    max_examples=12,
    stateful_step_count=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
picks = st.integers(0, 30)
minutes = st.sampled_from([0, 3, 7, 60, 65, 180, 400])


def short_lived(document: Value) -> None:
    """Points are good for one month, a fund holds 200 at most, a day is good for 40."""
    document["principles"]["validity_months"] = 1
    document["principles"]["funds"][0]["cap_centipoints"] = 200_00
    document["detailed_rules"]["caps"][0]["centipoints"] = DAY_CAP


class Machine(RuleBasedStateMachine):
    """A town with three members and a shop, on SQLite."""

    def __init__(self, template: Path) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="vc-points-"))
        self.stack.callback(shutil.rmtree, self.folder)
        path = self.folder / "data" / "service.db"
        path.parent.mkdir()
        shutil.copyfile(template, path)
        self.clock = FakeClock()
        self.stack.enter_context(workers.service(f"sqlite:///{path}", str(self.folder), self.clock))
        self.held: list[tuple[Resident, list[HeldPart]]] = []
        self.sold: list[tuple[Resident, list[Part]]] = []

    def teardown(self) -> None:
        try:
            if hasattr(self, "here"):
                assert replayed().size == len(entries())
                self.check_entries()
        finally:
            self.stack.close()

    @initialize()
    def begin(self) -> None:
        self.here = Scheme(Town(), self.clock)
        self.here.adopt(changed(short_lived))
        self.people = [self.here.member(name, signed=name != "三") for name in ("一", "二", "三")]
        self.here.fund(30)

    @rule(act=st.sampled_from(ACTS), pick=picks, minutes=minutes)
    def step(self, act: str, pick: int, minutes: int) -> None:
        """One act; they are one rule, so that each run has all of them."""
        found: str | None = getattr(self, f"_{act}")(pick, minutes)
        if found:
            SEEN[found] += 1
        self.check()

    def _record(self, pick: int, minutes: int) -> str:
        who, light = self.people[pick % 3], "light" if pick % 2 else ""
        return self.here.record(who, minutes, coefficient=light)[1].kind

    def _correct(self, pick: int, minutes: int) -> str | None:
        seqs = sorted(self.here.records)
        return self.here.correct(seqs[pick % len(seqs)], minutes).kind if seqs else None

    def _fund(self, pick: int, _minutes: int) -> None:
        self.here.fund(10 + 10 * (pick % 4))

    def _hold(self, pick: int, minutes: int) -> str:
        who = self.people[pick % 2]
        try:
            self.held.append((who, hold(self.here, who, 100 + 10 * minutes)))
        except PointsShortError:
            return "short"
        return "held"

    def _end(self, pick: int, _minutes: int) -> str | None:
        if not self.held:
            return None
        who, held = self.held.pop()
        if pick % 4 and self.clock.at_ms < self.until_ms(held):
            amount = max(sum(each.centipoints for each in held) // (1 + pick % 2), 1)
            confirm(self.here, who, held, amount)
            self.sold.append((who, [Part(held[0].month, min(held[0].centipoints, amount))]))
            return "confirmed"
        void(self.here, who, held)
        return "voided"

    def _refund(self, _pick: int, _minutes: int) -> str | None:
        if not self.sold:
            return None
        who, parts = self.sold.pop()
        refund(self.here, who, parts)
        return "refunded"

    def _go(self, pick: int, _minutes: int) -> None:
        self.here.go_to(self.clock.at_ms + (40 if pick % 2 else 1) * DAY_MS)

    def _work(self, _pick: int, _minutes: int) -> str | None:
        paid, expired = pay_all(), expire_all()
        SEEN["expired"] += bool(expired)
        return "paid" if paid else None

    def until_ms(self, held: list[HeldPart]) -> int:
        made = next(each for each in entries("redemption.held") if each.seq == held[0].seq)
        return int(made.at_ms) + 180_000

    def check(self) -> None:
        """The sums of the fund, of the awards and of the tallies."""
        end_reading()
        (found,) = coverage(db.session, COMMUNITY)
        wallets = class_balances(db.session, COMMUNITY, "wallet")
        shop = family_balances(db.session, COMMUNITY, f"receivable:{SHOP}")
        assert all(min(each.posted, each.available) >= 0 for each in wallets)
        assert found.outstanding == sum(each.posted for each in (*wallets, *shop))
        assert found.available >= 0
        rows = db.session.execute(select(AwardRow)).scalars().all()
        assert sum(row.centipoints + row.debt - row.waiting for row in rows) == found.issued
        assert all((row.state == "deferred") == (row.waiting > 0) for row in rows)
        assert all(row.waiting >= 0 <= row.debt for row in rows)
        given: Counter[tuple[str, int]] = Counter()
        for row in rows:
            given[row.account, row.day] += row.centipoints
        for tally in db.session.execute(select(TallyRow)).scalars():
            if tally.clause == "day_cap":
                assert tally.given == given[tally.account, tally.period] <= DAY_CAP
        end_reading()

    def check_entries(self) -> None:
        """Every record and every correction has exactly one entry about points."""
        followed: Counter[int] = Counter()
        for each in entries("points."):
            if each.kind not in ("points.paid", "points.expired"):
                followed[each.refs[0]] += 1
        asked = [each.seq for each in entries("hours.")]
        assert dict(followed) == dict.fromkeys(asked, 1)
        for each in entries("points.awarded"):
            assert sum(move.amount for move in each.transfers) == each.data["centipoints"]
            assert json.dumps(each.data["moves"])


def run(template: Path, how: settings) -> None:
    """Let machines on copies of this database run."""
    factory: Any = partial(Machine, template)
    run_state_machine_as_test(factory, settings=how)


@pytest.mark.untraced
def test_random_saturdays_add_up(sqlite_template: Path) -> None:
    SEEN.clear()
    run(sqlite_template, SETTINGS)
    assert REACHED - {name for name, count in SEEN.items() if count} == set()


@pytest.mark.soak
def test_random_saturdays_add_up_for_long(sqlite_template: Path) -> None:
    run(sqlite_template, settings(SETTINGS, max_examples=40, derandomize=False))


def test_the_machine_sees_an_award_that_differs(sqlite_template: Path) -> None:
    machine = Machine(sqlite_template)
    try:
        machine.begin()
        machine.step("record", 0, 60)
        with db.engines["write"].begin() as connection:
            connection.execute(update(AwardRow).values(centipoints=1))
        with pytest.raises(AssertionError):
            machine.check()
        assert leave(machine.people[0].caller(), COMMUNITY, "leave") is True
    finally:
        machine.teardown()
