"""Many at once on PostgreSQL: one wallet, and one piece that is left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.merchants.rules.offers import OutOfStockError
from volunteer_credit.points.rules.errors import PointsShortError
from volunteer_credit.redemptions.operations.deciding import confirm_at_till, void_own
from volunteer_credit.redemptions.operations.holding import hold_own
from volunteer_credit.redemptions.rules.errors import (
    RedemptionConfirmedError,
    RedemptionVoidedError,
)
from volunteer_credit.redemptions.rules.selling import Ask
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.errors import ServiceError

pytestmark = pytest.mark.engines("postgresql")
GRAIN, SHOP = "张记粮油", "信用超市"


def at_once(app: Flask, works: list[Callable[[], str]]) -> list[str]:
    """Do all of it in threads of their own; what each came to."""

    def run(work: Callable[[], str]) -> str:
        with app.app_context():
            try:
                return work()
            except ServiceError as refusal:
                return refusal.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_many_at_once(app: Flask, clock: FakeClock) -> None:
    town = market(clock)
    wang = town.who("王小明").caller()
    ask = town.ask(GRAIN, 洒水壶=1)
    end_reading()

    works: list[Callable[[], str]] = [
        partial(hold_own, wang, COMMUNITY, ask, f"race {number}") for number in range(32)
    ]
    found = at_once(app, works)
    held = [each for each in found if len(each) == 32]
    assert len(held) == 5, "100 points are five times 20"
    assert {each for each in found if len(each) != 32} == {PointsShortError.code}
    _decide(app, town, held)


def _decide(app: Flask, town: Market, held: list[str]) -> None:
    """Both sides at once: each hold is confirmed or ended, and never both."""
    cashier, wang = town.who("张收银").caller(), town.who("王小明").caller()
    shop = town.street.shops[GRAIN]
    works: list[Callable[[], str]] = []
    for name in held:
        works += [
            partial(confirm_at_till, cashier, COMMUNITY, shop, name, 20_00, f"take {name}"),
            partial(void_own, wang, COMMUNITY, name, f"void {name}"),
        ]
    found = at_once(app, works)
    pairs = {RedemptionVoidedError.code: "voided", RedemptionConfirmedError.code: "confirmed"}
    assert {pairs.get(each, each) for each in found} <= {"confirmed", "voided"}
    taken = [name for name in held if town.sale(name).state == "confirmed"]
    assert town.points("王小明") == 100 - 20 * len(taken)
    receivable = town.street.points.balance(f"receivable:{shop}:main")
    assert receivable == 20_00 * len(taken)


def test_the_last_piece_and_twenty_buyers(app: Flask, clock: FakeClock) -> None:
    town = market(clock)
    street = town.street
    street.offer(SHOP, "最后一件", 1, 1)
    wang = town.who("王小明").caller()
    ask = Ask(street.shops[SHOP], 1_00, {street.offers["最后一件"]: 1})
    end_reading()
    works: list[Callable[[], str]] = [
        partial(hold_own, wang, COMMUNITY, ask, f"last {number}") for number in range(20)
    ]
    found = at_once(app, works)
    assert found.count(OutOfStockError.code) == 19
    assert town.stock(SHOP, "最后一件") == 0
