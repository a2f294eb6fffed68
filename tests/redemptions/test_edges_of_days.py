"""What was good when it was held is taken, though day, shop or agreement have ended since."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.points.make import entries
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.merchants.operations.offers import change_offer
from volunteer_credit.merchants.operations.shops import set_state
from volunteer_credit.merchants.rules.agreements import NoAgreementError
from volunteer_credit.merchants.rules.offers import OfferForm
from volunteer_credit.merchants.rules.shops import MerchantNotOpenError
from volunteer_credit.points.operations.expiring import expire_all
from volunteer_credit.points.rules.errors import PointsShortError
from volunteer_credit.redemptions.rules.errors import HoldExpiredError, NotMarketDayError
from volunteer_credit.redemptions.rules.selling import Ask
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
GRAIN = "张记粮油"
MINUTE_MS, DAY_MS = 60_000, 86_400_000


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    return market(clock)


def go_before_midnight(town: Market, days: int, seconds: int = 60) -> None:
    """Go to so many seconds before the end of a day, that many days from now, in Weihai."""
    local_ms = town.clock.at_ms + 8 * 60 * MINUTE_MS
    end_ms = (local_ms // DAY_MS + days + 1) * DAY_MS - 8 * 60 * MINUTE_MS
    town.street.points.go_to(end_ms - seconds * 1000)


def test_a_hold_of_the_last_minute_of_a_redemption_day(town: Market) -> None:
    town.street.points.adopt(templates()["ten_an_hour"])  # the 9th of January is one
    go_before_midnight(town, 46)
    first, late = (town.hold("王小明", town.ask(GRAIN, 毛巾=1)) for _ in range(2))
    assert town.street.points.today() == 20270109
    town.clock.pass_ms(2 * MINUTE_MS)
    assert town.street.points.today() == 20270110
    with pytest.raises(NotMarketDayError):
        town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    assert town.take("张收银", first) == "confirmed"
    town.clock.pass_ms(MINUTE_MS)  # three minutes are over
    with pytest.raises(HoldExpiredError):
        town.take("张收银", late)
    (held,) = (each for each in entries("redemption.confirmed"))
    assert held.data["centipoints"] == 10_00


def test_the_agreement_ends_with_the_day_and_the_price_is_that_of_the_hold(town: Market) -> None:
    town.street.shop("一日店", agreed=False)
    town.street.agree("一日店", days=0)
    town.street.people["张收银"] = town.who("张收银")
    town.street.cashier("张收银", "一日店")
    ask = Ask(town.street.shops["一日店"], 1_00, {town.street.offer("一日店", "碗", 1): 1})
    go_before_midnight(town, 0)
    name = town.hold("王小明", ask)
    town.clock.pass_ms(2 * MINUTE_MS)
    with pytest.raises(NoAgreementError):
        town.hold("王小明", ask)
    assert town.take("张收银", name) == "confirmed"


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_shop_that_closes_takes_what_is_held_and_nothing_else(town: Market, state: str) -> None:
    ask = town.ask(GRAIN, 毛巾=1)
    name, left = town.hold("王小明", ask), town.hold("陈秀英", ask)
    caller, merchant = town.street.town.anna.caller(), ask.merchant_id
    off = OfferForm("毛巾", 99_00, 0, to_day=20200101)
    change_offer(caller, COMMUNITY, merchant, town.street.offers["毛巾"], off, "off")
    set_state(caller, COMMUNITY, merchant, state, "state")
    end_reading()
    with pytest.raises(MerchantNotOpenError):
        town.hold("王小明", town.ask(GRAIN, 洒水壶=1))
    assert town.take("张收银", name) == "confirmed"
    assert town.stop("张收银", left) == "voided"
    assert (town.points("王小明"), town.points("陈秀英")) == (90, 30)


def test_points_that_expire_with_the_month_pay_what_they_were_held_for(town: Market) -> None:
    town.street.points.go_to(1_858_607_940_000)  # 2028-11-23; they expire with November 2028
    go_before_midnight(town, 7)
    assert town.street.points.today() == 20281130
    name, other = (town.hold("王小明", town.ask(GRAIN, 毛巾=1)) for _ in range(2))
    town.clock.pass_ms(2 * MINUTE_MS)
    end_reading()
    assert expire_all() > 0  # all that was not held
    with pytest.raises(PointsShortError):
        town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    assert town.take("张收银", name) == "confirmed"
    town.cancel("王小明", other)  # back into a month that is past
    assert town.points("王小明") == 0
    assert [each.data["centipoints"] for each in entries("redemption.confirmed")] == [10_00]
