"""Random sales of one member at one shop, and a model that counts what may be left."""

from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.merchants.rules.offers import OutOfStockError
from volunteer_credit.points.rules.errors import PointsShortError
from volunteer_credit.redemptions.jobs import jobs
from volunteer_credit.redemptions.rules.errors import (
    HoldExpiredError,
    MemberShortError,
    NotConfirmedError,
    RedemptionConfirmedError,
    RedemptionVoidedError,
    RefundPiecesError,
)
from volunteer_credit.redemptions.rules.refunds import Refund
from volunteer_credit.redemptions.rules.selling import Ask
from volunteer_credit.shared.db import end_reading
from volunteer_credit.shared.errors import ServiceError

pytestmark = pytest.mark.engines("sqlite")
GRAIN, CASHIER = "张记粮油", "张收银"
POINTS, STOCK, PRICE = 100, 6, 20
DECIDED = (RedemptionVoidedError, RedemptionConfirmedError, HoldExpiredError)


class Sales(RuleBasedStateMachine):
    """Each example has a member, and something for points, of its own."""

    def __init__(self, town: Market, numbers: Iterator[int]) -> None:
        super().__init__()
        self.town, self.numbers = town, numbers
        self.sales: dict[str, dict[str, Any]] = {}

    @initialize()
    def begin(self) -> None:
        number = next(self.numbers)
        self.name = f"会员{number}"
        self.town.street.member(self.name, POINTS)
        self.card = give_card(self.town.who(self.name), value=number)
        self.offer = self.town.street.offer(GRAIN, self.name, PRICE, STOCK)

    def _ask(self, pieces: int) -> Ask:
        return Ask(self.town.street.shops[GRAIN], pieces * PRICE * 100, {self.offer: pieces})

    def _settle(self) -> None:
        """What any touch of the wallet ends."""
        for each in self.sales.values():
            if each["state"] == "held" and self.town.clock.at_ms >= each["until"]:
                each["state"] = "voided"

    def _out(self, *states: str) -> int:
        found = self.sales.values()
        return sum(each["pieces"] for each in found if each["state"] in states)

    @rule(pieces=st.integers(1, 4), by_till=st.booleans())
    def hold(self, pieces: int, by_till: bool) -> None:
        try:
            if by_till:
                name = self.town.asked(CASHIER, self._ask(pieces), self.card)
            else:
                name = self.town.hold(self.name, self._ask(pieces))
        except (PointsShortError, MemberShortError, OutOfStockError):
            # Refused as a whole: what was due is due still.
            held = [e for e in self.sales.values() if e["state"] == "held"]
            live = sum(e["pieces"] for e in held if self.town.clock.at_ms < e["until"])
            out = live + self._out("confirmed")
            assert out + pieces > STOCK or (out + pieces) * PRICE > POINTS
            return
        self._settle()
        self.sales[name] = {
            "state": "held",
            "pieces": pieces,
            "by_till": by_till,
            "until": self.town.clock.at_ms + 180_000,
        }

    def _pick(self, number: int) -> tuple[str, dict[str, Any]]:
        name = list(self.sales)[number % len(self.sales)]
        return name, self.sales[name]

    @precondition(lambda self: self.sales)
    @rule(number=st.integers(0, 50))
    def confirm(self, number: int) -> None:
        name, sale = self._pick(number)
        good = sale["state"] == "confirmed" or (
            sale["state"] == "held" and self.town.clock.at_ms < sale["until"]
        )
        try:
            if sale["by_till"]:
                self.town.agree(self.name, name)
            else:
                self.town.take(CASHIER, name)
        except DECIDED:
            assert not good
        else:
            assert good
            sale["state"] = "confirmed"

    @precondition(lambda self: self.sales)
    @rule(number=st.integers(0, 50), by_till=st.booleans())
    def cancel(self, number: int, by_till: bool) -> None:
        name, sale = self._pick(number)
        try:
            if by_till:
                self.town.stop(CASHIER, name)
            else:
                self.town.cancel(self.name, name)
        except DECIDED:
            assert sale["state"] == "confirmed"
        else:
            assert sale["state"] != "confirmed"
            sale["state"] = "voided"

    @precondition(lambda self: self.sales)
    @rule(number=st.integers(0, 50), pieces=st.integers(1, 3))
    def refund(self, number: int, pieces: int) -> None:
        name, sale = self._pick(number)
        try:
            self.town.refund(CASHIER, name, Refund({self.offer: pieces}))
        except (NotConfirmedError, RefundPiecesError):
            assert sale["state"] != "confirmed" or pieces > sale["pieces"]
        else:
            assert sale["state"] == "confirmed"
            sale["pieces"] -= pieces

    @rule(seconds=st.sampled_from([1, 100, 180]))
    def wait(self, seconds: int) -> None:
        self.town.clock.pass_ms(seconds * 1000)

    @rule()
    def job(self) -> None:
        self.town.street.count += 1
        end_reading()
        jobs()[0].run(f"period {self.town.street.count}")
        end_reading()
        self._settle()

    def teardown(self) -> None:
        if not self.sales:
            return
        held = self._out("held", "confirmed")
        assert self.town.stock(GRAIN, self.name) == STOCK - held
        assert self.town.points(self.name) == POINTS - PRICE * self._out("confirmed")
        for name, sale in self.sales.items():
            assert self.town.sale(name).state == sale["state"]


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    with_cheap_pins()
    return market(clock)


def run(town: Market, examples: int, steps: int) -> None:
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    factory: Any = partial(Sales, town, count())
    run_state_machine_as_test(factory, settings=chosen)
    try:
        town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    except ServiceError:
        pytest.fail("the book goes on")


def test_sales(town: Market) -> None:
    run(town, 8, 16)


@pytest.mark.soak
def test_sales_for_long(town: Market) -> None:
    run(town, 300, 60)
