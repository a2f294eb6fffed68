"""Bugs that other systems had (knowledge of peers, "Points, holds, refunds, races"), one by one."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.points.make import entries
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.merchants.operations.offers import change_offer
from volunteer_credit.merchants.rules.offers import OfferForm, OutOfStockError
from volunteer_credit.points.queries.wallets import wallet
from volunteer_credit.points.rules.errors import PointsShortError
from volunteer_credit.redemptions.rules.errors import (
    RedemptionVoidedError,
    RefundAmountError,
    RefundPiecesError,
)
from volunteer_credit.redemptions.rules.refunds import Refund
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
GRAIN, SHOP = "张记粮油", "信用超市"


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    return market(clock)


def test_blnk_181_holds_count_in_the_balance(town: Market) -> None:
    """6 × 20 on 100: the sixth is refused."""
    for _ in range(5):
        town.hold("王小明", town.ask(GRAIN, 洒水壶=1))
    with pytest.raises(PointsShortError):
        town.hold("王小明", town.ask(GRAIN, 洒水壶=1))


def test_blnk_182_a_refused_hold_is_nothing_that_could_be_confirmed(town: Market) -> None:
    with pytest.raises(PointsShortError):
        town.hold("陈秀英", town.ask(GRAIN, 花生油=1))
    assert not entries("redemption")
    assert town.points("陈秀英") == 30


def test_blnk_152_a_refund_sent_twice_is_one(town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 20))
    town.take("张收银", name)
    for _ in range(3):
        town.refund("张收银", name, Refund(centipoints=15_00), "same")
    assert town.points("王小明") == 95
    with pytest.raises(RefundAmountError):
        town.refund("张收银", name, Refund(centipoints=15_00), "another")


def test_blnk_41_void_twice(town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    for _ in range(2):
        town.cancel("王小明", name)
        town.stop("张收银", name)
    assert len(entries("redemption.voided")) == 1
    assert town.stock(GRAIN, "毛巾") == 5


def test_blnk_42_what_was_voided_is_not_paid_late(town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    town.cancel("王小明", name)
    with pytest.raises(RedemptionVoidedError):
        town.take("张收银", name)


def test_blnk_293_what_is_settled_says_so_everywhere(town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    town.take("张收银", name)
    assert (town.sale(name).state, town.sale(name).proof) == ("confirmed", "cashier")
    balance = town.street.points.balance(f"receivable:{town.street.shops[GRAIN]}:main")
    assert balance == town.sale(name).centipoints


def test_blnk_55_a_hold_keeps_the_price_of_its_moment(town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=2))
    anna, shop = town.street.town.anna, town.street.shops[GRAIN]
    offer = town.street.offers["毛巾"]
    change_offer(anna.caller(), COMMUNITY, shop, offer, OfferForm("毛巾", 99_00, 5), "price")
    town.take("张收银", name)
    assert town.refund("张收银", name, Refund({offer: 1})) == 10_00
    assert town.points("王小明") == 90


def test_formance_1601_another_request_under_the_key_is_said_to_be_one(town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 20))
    town.take("张收银", name)
    town.refund("张收银", name, Refund(centipoints=1_00), "key")
    with pytest.raises(IdempotencyKeyUsedError):
        town.refund("张收银", name, Refund(centipoints=2_00), "key")


def test_odoo_257854_buying_earns_nothing(town: Market) -> None:
    """Buy, refund, and again: there are never more points than before."""
    for _ in range(3):
        name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
        town.take("张收银", name)
        town.refund("张收银", name, Refund({town.street.offers["毛巾"]: 1}))
        assert town.points("王小明") == 100
    assert len(entries("points.awarded")) == 2, "what the two members earned by the hour"


def test_odoo_212922_a_refund_takes_nothing_again(town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    town.take("张收银", name)
    before = town.points("王小明")
    town.refund("张收银", name, Refund({town.street.offers["毛巾"]: 1}))
    assert town.points("王小明") == before + 10


def test_oca_pos_185_what_arrives_twice_counts_once(town: Market) -> None:
    ask = town.ask(GRAIN, 毛巾=1)
    names = {town.hold("王小明", ask, "from the queue") for _ in range(2)}
    states = {town.take("张收银", name, key="queue") for name in names for _ in range(2)}
    assert (len(names), states, town.points("王小明")) == (1, {"confirmed"}, 90)


def test_eventyay_1398_the_last_piece_is_given_once(town: Market) -> None:
    for _ in range(3):
        town.hold("王小明", town.ask(SHOP, 肥皂=1))
    with pytest.raises(OutOfStockError):
        town.hold("王小明", town.ask(SHOP, 肥皂=1))


def test_eventyay_2824_a_refund_looks_under_the_lock(town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    town.take("张收银", name)
    offer = town.street.offers["毛巾"]
    town.refund("张收银", name, Refund({offer: 1}))
    with pytest.raises(RefundPiecesError):
        town.refund("张收银", name, Refund({offer: 1}))
    assert town.stock(GRAIN, "毛巾") == 5


def test_fitmart_708_what_expires_first_is_spent_first(town: Market) -> None:
    town.street.points.go_to(town.clock.at_ms + 40 * 86_400_000)
    town.street.points.record(town.who("王小明"), 60)
    name = town.hold("王小明", town.ask(GRAIN, 100))
    town.take("张收银", name)
    (left,) = wallet(db.session, COMMUNITY, town.who("王小明").account)
    end_reading()
    assert (left.month, left.posted) == (202901, 10_00)
