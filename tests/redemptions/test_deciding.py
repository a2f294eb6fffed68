"""A hold is decided once: confirmed by the other side, ended by either, or by the clock."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.wards import put_guardian
from tests.points.make import entries
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.redemptions.jobs import jobs
from volunteer_credit.redemptions.operations.deciding import confirm_at_till, confirm_own
from volunteer_credit.redemptions.operations.holding import hold_own
from volunteer_credit.redemptions.rules.errors import (
    AmountChangedError,
    HoldExpiredError,
    NotYoursToConfirmError,
    OwnTillError,
    RedemptionConfirmedError,
    RedemptionUnknownError,
    RedemptionVoidedError,
)
from volunteer_credit.shared.db import end_reading
from volunteer_credit.shared.errors import DeniedError

pytestmark = pytest.mark.engines("sqlite")
GRAIN, SHOP = "张记粮油", "信用超市"


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    return market(clock)


@pytest.fixture
def held(town: Market) -> str:
    return town.hold("王小明", town.ask(GRAIN, 毛巾=2))


@pytest.fixture
def asked(town: Market) -> str:
    with_cheap_pins()
    return town.asked("张收银", town.ask(GRAIN, 20), give_card(town.who("王小明")))


def test_twice_is_once_and_the_same_answer(town: Market, held: str) -> None:
    assert town.take("张收银", held, key="one") == "confirmed"
    assert town.take("张收银", held, key="one") == "confirmed"
    assert town.take("张收银", held, key="two") == "confirmed"
    assert len(entries("redemption.confirmed")) == 1
    assert town.points("王小明") == 80


def test_the_member_says_yes_to_what_a_till_asks(town: Market, asked: str) -> None:
    assert town.agree("王小明", asked) == "confirmed"
    assert town.agree("王小明", asked) == "confirmed"
    assert town.points("王小明") == 80
    (entry,) = entries("redemption.confirmed")
    assert entry.actor.role == "volunteer"


def test_whoever_asked_does_not_say_yes(town: Market, held: str, asked: str) -> None:
    with pytest.raises(NotYoursToConfirmError):
        town.agree("王小明", held)
    with pytest.raises(NotYoursToConfirmError):
        town.take("张收银", asked)
    with pytest.raises(DeniedError):
        town.agree("陈秀英", asked)


def test_another_amount_than_was_held(town: Market, held: str, asked: str) -> None:
    for amount in (20_01, 19_99, 1):
        with pytest.raises(AmountChangedError, match="20 points"):
            town.take("张收银", held, amount)
        with pytest.raises(AmountChangedError):
            town.agree("王小明", asked, amount)
    assert AmountChangedError.status == 409


def test_too_late_by_a_millisecond(town: Market, held: str) -> None:
    town.clock.pass_ms(180_000 - 1)
    other = town.hold("王小明", town.ask(GRAIN, 洒水壶=1))
    town.clock.pass_ms(1000)
    with pytest.raises(HoldExpiredError):
        town.take("张收银", held)
    assert HoldExpiredError.code == "hold_expired"
    assert town.sale(held).state == "held"
    assert town.take("张收银", other) == "confirmed"


def test_the_next_who_touches_the_wallet_ends_what_is_over(town: Market, held: str) -> None:
    town.clock.pass_ms(180_000)
    town.hold("王小明", town.ask(GRAIN, 花生油=1))
    assert (town.sale(held).state, town.sale(held).reason) == ("voided", "expired")
    (voided,) = entries("redemption.voided")
    assert (voided.actor.account, voided.data["reason"]) == ("system:redemptions", "expired")
    assert town.stock(GRAIN, "毛巾") == 5


def test_the_job_ends_the_rest(town: Market, held: str) -> None:
    (job,) = jobs()
    end_reading()
    assert job.run("20261123T000300Z") == 0
    town.clock.pass_ms(180_000)
    end_reading()
    assert job.run("20261123T000400Z") == 1
    end_reading()
    assert job.run("20261123T000500Z") == 0
    assert town.sale(held).state == "voided"
    with pytest.raises(RedemptionVoidedError):
        town.take("张收银", held)


def test_either_side_ends_it(town: Market, held: str, asked: str) -> None:
    assert town.cancel("王小明", held) == "voided"
    assert town.stop("张收银", asked) == "voided"
    reasons = {each.data["reason"] for each in entries("redemption.voided")}
    assert reasons == {"member", "merchant"}
    assert (town.points("王小明"), town.stock(GRAIN, "毛巾")) == (100, 5)
    assert town.cancel("王小明", held) == "voided"
    assert len(entries("redemption.voided")) == 2
    for state in (held, asked):
        with pytest.raises(RedemptionVoidedError):
            town.take("张收银", held)
        assert town.sale(state).state == "voided"
    with pytest.raises(RedemptionVoidedError):
        town.agree("王小明", asked)


def test_what_is_confirmed_is_not_ended(town: Market, held: str) -> None:
    town.take("张收银", held)
    with pytest.raises(RedemptionConfirmedError):
        town.cancel("王小明", held)
    with pytest.raises(RedemptionConfirmedError):
        town.stop("张收银", held)


def test_another_shop_and_another_member(town: Market, held: str) -> None:
    shop, cashier = town.street.shops[SHOP], town.who("李柜台")
    with pytest.raises(RedemptionUnknownError):
        confirm_at_till(cashier.caller(), COMMUNITY, shop, held, 20_00, "one")
    end_reading()
    with pytest.raises(NotAllowedError):
        town.take("李柜台", held)
    with pytest.raises(DeniedError):
        town.cancel("陈秀英", held)
    for name in (held[::-1], "x"):
        with pytest.raises(RedemptionUnknownError):
            confirm_own(town.who("王小明").caller(), COMMUNITY, name, 20_00, "two")
        end_reading()


def test_a_member_who_became_the_cashier_since(town: Market, held: str) -> None:
    shop = town.street.shops[GRAIN]
    town.street.town.grant(town.who("王小明"), "cashier", scope=f"merchant:{shop}")
    for name in ("王小明", "张收银"):
        with pytest.raises(OwnTillError):
            town.take(name, held)


def test_a_cashier_who_buys_for_a_child(town: Market) -> None:
    """Whoever asked for a ward is no cashier of that sale either."""
    ward = town.street.member("陈小宝", 20)
    put_guardian(ward, town.who("张收银"))
    end_reading()
    ask = town.ask(GRAIN, 毛巾=1)
    name = hold_own(town.who("张收银").caller(), COMMUNITY, ask, "hold", ward.account)
    end_reading()
    with pytest.raises(OwnTillError):
        town.take("张收银", name)
    with_cheap_pins()
    with pytest.raises(OwnTillError):
        town.asked("张收银", ask, give_card(ward))
    town.street.cashier("周同事", GRAIN)
    assert town.sale(name).flags == "till_household"
    assert town.take("周同事", name) == "confirmed"
