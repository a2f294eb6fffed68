"""What comes back: never more than was taken, into the month it came from, once."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.points.make import entries
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.redemptions.operations.looking import till_day
from volunteer_credit.redemptions.rules.errors import (
    NotConfirmedError,
    OwnTillError,
    PointsClosedError,
    RefundAmountError,
    RefundPiecesError,
    RefundReasonError,
)
from volunteer_credit.redemptions.rules.refunds import Refund
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
GRAIN = "张记粮油"
DAY_MS = 86_400_000


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    return market(clock)


@pytest.fixture
def sold(town: Market) -> str:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=3, 洒水壶=1))
    town.take("张收银", name)
    return name


def towels(town: Market, count: int) -> Refund:
    return Refund({town.street.offers["毛巾"]: count})


def test_pieces_come_back_and_stand_on_the_shelf(town: Market, sold: str) -> None:
    assert town.refund("张收银", sold, towels(town, 2)) == 20_00
    assert (town.points("王小明"), town.stock(GRAIN, "毛巾")) == (70, 4)
    (entry,) = entries("redemption.refunded")
    (taken,) = entries("redemption.confirmed")
    assert list(entry.refs) == [taken.seq]
    assert (entry.data["reason"], entry.data["centipoints"]) == ("returned", 20_00)
    seen = till_day(town.who("张收银").caller(), COMMUNITY, town.street.shops[GRAIN])
    assert seen.of_day == seen.of_month == (50_00, 20_00, 1)
    assert [each.left_centipoints for each in seen.sales] == [30_00]


def test_not_twice_and_not_more_than_was_taken(town: Market, sold: str) -> None:
    town.refund("张收银", sold, towels(town, 3))
    with pytest.raises(RefundPiecesError):
        town.refund("张收银", sold, towels(town, 1))
    with pytest.raises(RefundPiecesError):
        town.refund("张收银", sold, Refund({town.street.offers["洒水壶"]: 2}))
    with pytest.raises(RefundAmountError):
        town.refund("张收银", sold, Refund())
    with pytest.raises(RefundReasonError):
        town.refund("张收银", sold, Refund(reason="x"))
    assert town.points("王小明") == 80


def test_the_same_request_gives_back_once(town: Market, sold: str) -> None:
    for _ in range(2):
        assert town.refund("张收银", sold, towels(town, 1), "key") == 10_00
    assert town.points("王小明") == 60


def test_of_an_amount_a_part(town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 20))
    with pytest.raises(NotConfirmedError):
        town.refund("张收银", name, Refund(centipoints=1_00))
    town.take("张收银", name)
    assert town.refund("张收银", name, Refund(centipoints=5_50, reason="mistaken")) == 5_50
    with pytest.raises(RefundAmountError, match=r"14\.5 points"):
        town.refund("张收银", name, Refund(centipoints=14_51))
    assert town.refund("张收银", name, Refund(centipoints=14_50)) == 14_50
    with pytest.raises(RefundAmountError):
        town.refund("张收银", name, Refund(centipoints=1))


def test_only_who_stands_there_gives_back(town: Market, sold: str) -> None:
    for name in ("李柜台", "王小明"):
        with pytest.raises(NotAllowedError):
            town.refund(name, sold, towels(town, 1))
    shop = town.street.shops[GRAIN]
    town.street.town.grant(town.who("王小明"), "cashier", scope=f"merchant:{shop}")
    with pytest.raises(OwnTillError):
        town.refund("王小明", sold, towels(town, 1))


def test_after_the_month_of_expiry_it_goes_into_the_month_of_the_refund(
    town: Market, sold: str
) -> None:
    end = town.clock.at_ms + 800 * DAY_MS  # 24 months of validity are over
    town.street.points.go_to(end)
    assert town.refund("张收银", sold, towels(town, 1)) == 10_00
    (entry,) = entries("redemption.refunded")
    assert [each["code"] for each in entry.value["transfers"]] == ["refund_late"]
    month = town.street.points.today() // 100
    assert entry.value["transfers"][0]["credit"].endswith(f":{month}")


def test_a_hold_over_the_end_of_its_month_expires_when_it_is_ended(town: Market) -> None:
    month_end = 1_858_607_940_000  # 2028-11-23; the points expire with November 2028
    town.street.points.go_to(month_end)
    last = 1_859_212_740_000  # 2028-11-30 23:59 in Weihai
    town.street.points.go_to(last)
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    taken = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    town.clock.pass_ms(120_000)
    town.take("张收银", taken)
    town.cancel("王小明", name)
    (voided,) = entries("redemption.voided")
    assert "expired" in {each["code"] for each in voided.value["transfers"]}
    assert town.points("王小明") == 0


def test_nothing_goes_to_who_left(town: Market, sold: str) -> None:
    leave(town.who("王小明").caller(), COMMUNITY, "leave")
    end_reading()
    with pytest.raises(PointsClosedError):
        town.refund("张收银", sold, towels(town, 1))
