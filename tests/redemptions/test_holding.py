"""Points are held for what a shop lists, or for an amount; whoever may not is refused."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.wards import put_guardian
from tests.points.make import entries
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.merchants.operations.shops import set_state
from volunteer_credit.merchants.rules.agreements import NoAgreementError
from volunteer_credit.merchants.rules.offers import (
    BasketError,
    OfferUnknownError,
    OutOfStockError,
)
from volunteer_credit.merchants.rules.shops import MerchantNotOpenError, MerchantUnknownError
from volunteer_credit.people.operations.households import (
    agree_to_household,
    declare_household,
)
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.card_errors import (
    CardCodeError,
    CardNumberError,
    CardUnknownError,
)
from volunteer_credit.points.rules.errors import PointsShortError
from volunteer_credit.redemptions.operations.holding import hold_own
from volunteer_credit.redemptions.rules.errors import (
    AmountChangedError,
    AskedAmountError,
    OwnTillError,
    PointsClosedError,
)
from volunteer_credit.redemptions.rules.selling import Ask
from volunteer_credit.shared.db import end_reading
from volunteer_credit.shared.errors import DeniedError

pytestmark = pytest.mark.engines("sqlite")
GRAIN, SHOP = "张记粮油", "信用超市"


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    return market(clock)


def test_a_member_holds_and_the_till_takes(town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1, 洒水壶=2))
    assert (town.points("王小明"), town.stock(GRAIN, "毛巾")) == (100, 4)
    assert town.take("张收银", name) == "confirmed"
    assert (town.points("王小明"), town.stock(GRAIN, "毛巾")) == (50, 4)
    (held,) = entries("redemption.held")
    (taken,) = entries("redemption.confirmed")
    assert held.data["centipoints"] == taken.data["centipoints"] == 50_00
    assert held.data["how"] == "own_phone"
    assert {each["pieces"] for each in held.data["pieces"]} == {1, 2}
    assert (held.actor.role, taken.actor.role) == ("volunteer", "cashier")
    assert list(taken.refs) == [held.seq]
    assert town.street.points.balance(f"receivable:{town.street.shops[GRAIN]}:main") == 50_00


def test_a_retry_is_the_same_hold(town: Market) -> None:
    ask = town.ask(GRAIN, 毛巾=1)
    assert town.hold("王小明", ask, "key") == town.hold("王小明", ask, "key")
    assert len(entries("redemption.held")) == 1
    with pytest.raises(IdempotencyKeyUsedError):
        town.hold("王小明", town.ask(GRAIN, 毛巾=2), "key")


def test_one_point_short(town: Market) -> None:
    with pytest.raises(PointsShortError, match="10 are missing"):
        town.hold("陈秀英", town.ask(GRAIN, 洒水壶=2))
    town.hold("陈秀英", town.ask(GRAIN, 洒水壶=1))
    with pytest.raises(PointsShortError, match="10 are missing"):  # what is held is not free
        town.hold("陈秀英", town.ask(GRAIN, 洒水壶=1))
    assert town.stock(GRAIN, "毛巾") == 5, "what was refused took nothing off the shelf"


def test_a_basket_at_the_counter_is_one_hold(town: Market) -> None:
    with_cheap_pins()
    card = give_card(town.who("王小明"))
    name = town.asked("李柜台", town.ask(SHOP, 肥皂=2, 盐=3), card)
    assert (town.sale(name).centipoints, town.sale(name).how) == (16_00, "card")
    assert town.stock(SHOP, "肥皂") == 1
    assert town.agree("王小明", name) == "confirmed"
    assert town.points("王小明") == 84


def test_an_amount_for_who_shows_their_pass(town: Market) -> None:
    shown, ask = town.pass_of("王小明"), town.ask(GRAIN, 20)
    name = town.asked("张收银", ask, shown, "ask")
    assert town.sale(name).how == "pass"
    town.clock.pass_ms(90_000)  # the pass is over, the retry is not
    assert town.asked("张收银", ask, shown, "ask") == name
    with pytest.raises(CardCodeError):
        town.asked("张收银", ask, shown)
    (held,) = entries("redemption.held")
    assert held.data["pieces"] == [{"offer": "amount", "pieces": 1}]
    for points in (0, 1000):
        with pytest.raises(AskedAmountError):
            town.asked(
                "张收银", Ask(town.street.shops[GRAIN], points * 100), town.pass_of("王小明")
            )


def test_cards_that_are_nobodys_here(town: Market) -> None:
    with_cheap_pins()
    stranger = town.street.town.add("李别处", communities=[])
    ask = town.ask(GRAIN, 20)
    for card, refusal in (
        (give_card(stranger), CardUnknownError),
        ("99999999", CardNumberError),
    ):
        with pytest.raises(refusal):
            town.asked("张收银", ask, card)


def test_shops_that_take_nothing(town: Market) -> None:
    ask, anna = town.ask(GRAIN, 毛巾=1), town.street.town.anna
    for state in ("paused", "closed"):
        set_state(anna.caller(), COMMUNITY, ask.merchant_id, state, state)
        end_reading()
        with pytest.raises(MerchantNotOpenError):
            town.hold("王小明", ask)
    with pytest.raises(MerchantUnknownError):
        town.hold("王小明", replace(ask, merchant_id="0" * 32))
    town.street.shop("无协议", agreed=False)
    town.street.offer("无协议", "碗", 1)
    with pytest.raises(NoAgreementError):
        town.hold("王小明", Ask(town.street.shops["无协议"], 1_00, {town.street.offers["碗"]: 1}))
    assert not entries("redemption")


def test_an_agreement_that_is_over(town: Market) -> None:
    town.street.shop("一日店", agreed=False)
    town.street.agree("一日店", days=0)
    ask = Ask(town.street.shops["一日店"], 1_00, {town.street.offer("一日店", "碗", 1): 1})
    town.hold("王小明", ask)
    town.clock.pass_ms(24 * 3600_000)
    with pytest.raises(NoAgreementError):
        town.hold("王小明", ask)


def test_baskets_that_no_shop_gives(town: Market) -> None:
    good = town.ask(GRAIN, 毛巾=1)
    with pytest.raises(OutOfStockError, match="5 are left"):
        town.hold("王小明", town.ask(GRAIN, 毛巾=6))
    with pytest.raises(OfferUnknownError):  # of another shop
        town.hold("王小明", replace(good, pieces={town.street.offers["盐"]: 1}))
    with pytest.raises(BasketError):
        town.hold("王小明", replace(good, pieces={town.street.offers["毛巾"]: 100}))


def test_a_price_that_changed_since_it_was_seen(town: Market) -> None:
    with pytest.raises(AmountChangedError, match="10 points"):
        town.hold("王小明", town.ask(GRAIN, 9, 毛巾=1))
    assert town.stock(GRAIN, "毛巾") == 5


def test_a_member_does_not_key_an_amount_without_a_cashier(town: Market) -> None:
    """It is held, but the till alone can take it, and sees what it is."""
    name = town.hold("王小明", Ask(town.street.shops[GRAIN], 20_00))
    assert town.sale(name).confirms == "cashier"


def test_own_till_and_own_household(town: Market) -> None:
    cashier = town.who("张收银")
    town.street.points.record(cashier, 60)
    with pytest.raises(OwnTillError):
        town.hold("张收银", town.ask(GRAIN, 毛巾=1))
    with_cheap_pins()
    with pytest.raises(OwnTillError):
        town.asked("张收银", town.ask(GRAIN, 1), give_card(cashier))
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    assert town.sale(name).flags == ""
    put_household(town, "王小明", "张收银")
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    assert town.sale(name).flags == "till_household"


def put_household(town: Market, *names: str) -> None:
    first, second = (town.who(name) for name in names)
    end_reading()
    declare_household(first.caller(), COMMUNITY, [second.account], "house")
    end_reading()
    agree_to_household(second.caller(), COMMUNITY, "house")
    end_reading()


def test_only_a_cashier_of_the_shop_asks(town: Market) -> None:
    with_cheap_pins()
    card = give_card(town.who("陈秀英"))
    for name in ("李柜台", "王小明"):
        with pytest.raises(NotAllowedError):
            town.asked(name, town.ask(GRAIN, 1), card)


def test_a_guardian_holds_for_the_child(town: Market) -> None:
    ward = town.street.member("陈小宝", 20)
    guardian = town.who("陈秀英")
    put_guardian(ward, guardian)
    end_reading()
    ask, key = town.ask(GRAIN, 毛巾=1), town.street.key("hold")
    name = hold_own(guardian.caller(), COMMUNITY, ask, key, ward.account)
    end_reading()
    assert (town.sale(name).account, town.sale(name).asked_by) == (ward.account, guardian.account)
    town.take("张收银", name)
    assert (town.points("陈小宝"), town.points("陈秀英")) == (10, 30)
    with pytest.raises(DeniedError):
        hold_own(town.who("王小明").caller(), COMMUNITY, ask, "other", ward.account)


def test_who_left_redeems_nothing(town: Market) -> None:
    name = town.hold("陈秀英", town.ask(GRAIN, 毛巾=1))
    with_cheap_pins()
    card = give_card(town.who("陈秀英"))
    leave(town.who("陈秀英").caller(), COMMUNITY, "leave")
    end_reading()
    assert (town.sale(name).state, town.sale(name).reason) == ("voided", "left")
    assert town.points("陈秀英") == 0
    assert town.stock(GRAIN, "毛巾") == 5
    with pytest.raises((PointsClosedError, CardUnknownError)):
        town.asked("张收银", town.ask(GRAIN, 1), card)
