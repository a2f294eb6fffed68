"""Two tills at one moment: a card's cap, one sale given back twice, and the clock beside them."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.people.sign_in_make import PIN, give_card, with_cheap_pins
from tests.redemptions.make import Market, market
from tests.redemptions.test_race import at_once
from tests.service.make import FakeClock
from volunteer_credit.redemptions.operations.deciding import confirm_at_till, confirm_by_card
from volunteer_credit.redemptions.operations.due import release_due
from volunteer_credit.redemptions.operations.refunding import refund
from volunteer_credit.redemptions.rules.errors import (
    CardCapError,
    HoldExpiredError,
    RedemptionVoidedError,
    RefundAmountError,
)
from volunteer_credit.redemptions.rules.refunds import Refund
from volunteer_credit.shared.db import end_reading

GRAIN, SHOP = "张记粮油", "信用超市"
HOLD_MS = 180_000


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    with_cheap_pins()
    found = market(clock)
    found.street.member("老王", 200)
    return found


def test_a_cards_day_is_one_for_all_tills(app: Flask, town: Market) -> None:
    card = give_card(town.who("老王"), PIN)
    works: list[Callable[[], str]] = []
    for number in range(6):
        cashier, shop = (("张收银", GRAIN), ("李柜台", SHOP))[number % 2]
        name = town.asked(cashier, town.ask(shop, 30), card)
        caller, merchant = town.who(cashier).caller(), town.street.shops[shop]
        asked = (30_00, PIN)
        works.append(
            partial(confirm_by_card, caller, COMMUNITY, merchant, name, asked, f"pin {number}")
        )
    end_reading()
    found = at_once(app, works)
    assert sorted(found) == [CardCapError.code] * 3 + ["confirmed"] * 3
    assert town.points("老王") == 110


def test_a_sale_is_given_back_once(app: Flask, town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 40))
    town.take("张收银", name)
    caller, shop = town.who("张收银").caller(), town.street.shops[GRAIN]
    asked = Refund(centipoints=30_00)

    def back(number: int) -> str:
        return str(refund(caller, COMMUNITY, shop, name, asked, f"back {number}"))

    end_reading()
    found = at_once(app, [partial(back, number) for number in range(6)])
    assert sorted(found) == ["3000"] + [RefundAmountError.code] * 5
    assert town.points("王小明") == 90


def test_the_till_and_the_clock(app: Flask, town: Market) -> None:
    names = [town.hold("王小明", town.ask(GRAIN, 10)) for _ in range(3)]
    town.clock.pass_ms(HOLD_MS)
    caller, shop = town.who("张收银").caller(), town.street.shops[GRAIN]
    end_reading()
    takes = [
        partial(confirm_at_till, caller, COMMUNITY, shop, name, 10_00, f"take {name}")
        for name in names
    ]
    found = at_once(app, [*takes, lambda: str(release_due("race"))])
    assert found[-1] == "3"
    assert set(found[:-1]) <= {HoldExpiredError.code, RedemptionVoidedError.code}
    assert town.points("王小明") == 100
