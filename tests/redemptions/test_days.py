"""Redemption days, how often in a quarter, and a convention that says nothing of either."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.fund.make import change_fund
from tests.merchants.make import free_convention
from tests.points.make import entries
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.points.rules.errors import PointsShortError
from volunteer_credit.redemptions.rules.errors import NotMarketDayError, QuarterLimitError
from volunteer_credit.redemptions.rules.refunds import Refund

pytestmark = pytest.mark.engines("sqlite")
GRAIN = "张记粮油"
DAY_MS = 86_400_000


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    return market(clock)


def test_only_on_redemption_days(town: Market) -> None:
    town.street.points.adopt(templates()["ten_an_hour"])  # the 9th of January, April, July, October
    with pytest.raises(NotMarketDayError):
        town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    before = town.street.points.today()
    town.street.points.go_to(town.clock.at_ms + 46 * DAY_MS)
    assert (before, town.street.points.today()) == (20261124, 20270109)
    town.hold("王小明", town.ask(GRAIN, 毛巾=1))


def test_as_often_as_the_convention_lets(town: Market) -> None:
    rules = free_convention().detailed_rules
    limits = replace(rules.limits, redemptions_per_quarter=2)
    town.street.points.adopt(
        replace(free_convention(), detailed_rules=replace(rules, limits=limits))
    )
    first = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    town.take("张收银", first)
    second = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    with pytest.raises(QuarterLimitError, match="2 redemptions"):
        town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    town.cancel("王小明", second)  # what came to nothing does not count
    second = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    town.clock.pass_ms(180_000)  # nor what ran out
    town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    town.hold("陈秀英", town.ask(GRAIN, 毛巾=1))
    town.street.points.go_to(town.clock.at_ms + 60 * DAY_MS)
    town.hold("王小明", town.ask(GRAIN, 毛巾=1))


def test_points_that_are_held_by_one_till_are_not_there_for_another(town: Market) -> None:
    town.hold("王小明", town.ask(GRAIN, 花生油=1))
    with pytest.raises(PointsShortError):
        town.hold("王小明", town.ask("信用超市", 41))


def test_two_funds_pay_one_basket_earliest_month_first(town: Market) -> None:
    found = free_convention()
    old = {each.id: each for each in found.clauses}
    (earning,) = found.detailed_rules.earnings
    new = [replace(old["fund"], id="aid_fund"), replace(old[earning.clause], id="aid_points")]
    aid = replace(found.principles.funds[0], fund="aid", clause="aid_fund")
    earnings = [replace(earning, fund="aid", clause="aid_points")]
    two = replace(
        found,
        clauses=(*(each for each in found.clauses if each.id != earning.clause), *new),
        principles=replace(found.principles, funds=(*found.principles.funds, aid)),
        detailed_rules=replace(found.detailed_rules, earnings=tuple(earnings)),
    )
    town.street.points.adopt(two)
    change_fund(town.street.town, 1000, fund="aid")
    town.street.points.record(town.who("王小明"), 60)
    with pytest.raises(PointsShortError):  # no agreement for that fund yet
        town.hold("王小明", town.ask(GRAIN, 110))
    town.street.agree(GRAIN, "aid")
    name = town.hold("王小明", town.ask(GRAIN, 105))
    assert town.take("张收银", name) == "confirmed"
    taken = {each.data["fund"]: each.data["centipoints"] for each in entries("redemption.conf")}
    assert taken == {"aid": 10_00, "main": 95_00}
    assert town.refund("张收银", name, Refund(centipoints=100_00)) == 100_00
    back = {each.data["fund"]: each.data["centipoints"] for each in entries("redemption.ref")}
    assert back == {"aid": 5_00, "main": 95_00}
