"""Yes by a card and its PIN, on the cashier's device: small amounts, a right PIN, that card."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.people.sign_in_make import PIN, WRONG_PIN, give_card, with_cheap_pins
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.people.operations.cards import end_card
from volunteer_credit.people.rules.pins import TRIES_MAX
from volunteer_credit.people.rules.sign_in_errors import TooManyTriesError
from volunteer_credit.redemptions.operations.deciding import confirm_by_card
from volunteer_credit.redemptions.rules.errors import (
    AmountChangedError,
    CardCapError,
    CardPinError,
    RedemptionUnknownError,
)
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
GRAIN, SHOP = "张记粮油", "信用超市"


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    with_cheap_pins()
    found = market(clock)
    found.street.member("老王", 200)
    return found


def pay(
    town: Market,
    name: str,
    pin: str = PIN,
    amount: int = 0,
    till: tuple[str, str] = ("张收银", GRAIN),
) -> str:
    sale, key = town.sale(name), town.street.key("pin")
    cashier, shop = till
    caller = town.who(cashier).caller()
    asked = (amount or sale.centipoints, pin)
    state = confirm_by_card(caller, COMMUNITY, town.street.shops[shop], name, asked, key)
    end_reading()
    return state


def test_card_and_pin_say_yes(town: Market) -> None:
    card = give_card(town.who("老王"), PIN)
    name = town.asked("张收银", town.ask(GRAIN, 50), card)
    assert pay(town, name) == "confirmed"
    assert pay(town, name) == "confirmed"
    assert (town.points("老王"), town.sale(name).proof) == (150, "card_pin")


def test_a_wrong_pin_is_counted_and_changes_nothing(town: Market) -> None:
    card = give_card(town.who("老王"), PIN)
    name = town.asked("张收银", town.ask(GRAIN, 10), card)
    for _ in range(TRIES_MAX):
        with pytest.raises(CardPinError):
            pay(town, name, WRONG_PIN)
    with pytest.raises(TooManyTriesError):
        pay(town, name)
    assert town.sale(name).state == "held"


def test_a_till_that_tried_too_often_keeps_the_card_out_of_no_other(town: Market) -> None:
    card = give_card(town.who("老王"), PIN)
    name = town.asked("张收银", town.ask(GRAIN, 10), card)
    for _ in range(TRIES_MAX):
        with pytest.raises(CardPinError):
            pay(town, name, WRONG_PIN)
    with pytest.raises(TooManyTriesError) as waiting:
        pay(town, name)
    assert waiting.value.retry_after_seconds == 900
    other = town.asked("李柜台", town.ask(SHOP, 5), card)
    assert pay(town, other, till=("李柜台", SHOP)) == "confirmed"
    town.clock.pass_ms(900_000)
    again = town.asked("张收银", town.ask(GRAIN, 10), card)
    assert pay(town, again) == "confirmed"


def test_a_card_without_a_pin_says_the_same(town: Market) -> None:
    name = town.asked("张收银", town.ask(GRAIN, 10), give_card(town.who("陈秀英"), None))
    with pytest.raises(CardPinError):
        pay(town, name)


def test_caps_of_a_card(town: Market) -> None:
    card = give_card(town.who("老王"), PIN)
    big = town.asked("张收银", town.ask(GRAIN, 51), card)
    with pytest.raises(CardCapError):
        pay(town, big)
    assert town.agree("老王", big) == "confirmed"  # on the phone there is no cap
    for points in (50, 49):
        assert pay(town, town.asked("张收银", town.ask(GRAIN, points), card)) == "confirmed"
    last = town.asked("张收银", town.ask(GRAIN, 2), card)
    with pytest.raises(CardCapError):
        pay(town, last)
    town.clock.pass_ms(24 * 3600_000)
    assert pay(town, town.asked("张收银", town.ask(GRAIN, 2), card)) == "confirmed"


def test_a_pass_is_no_card(town: Market) -> None:
    give_card(town.who("老王"), PIN)
    name = town.asked("张收银", town.ask(GRAIN, 10), town.pass_of("老王"))
    with pytest.raises(RedemptionUnknownError):
        pay(town, name)


def test_a_card_that_ended_since(town: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    card = give_card(town.who("老王"), PIN)
    name = town.asked("张收银", town.ask(GRAIN, 10), card)
    with pytest.raises(AmountChangedError):
        pay(town, name, amount=11_00)
    monkeypatch.setattr(
        "volunteer_credit.redemptions.operations.deciding.check_pin", lambda *_: card
    )  # the PIN was right, and the card ended before the lock was ours
    end_card(None, card, COMMUNITY, "lost")
    end_reading()
    with pytest.raises(CardPinError):
        pay(town, name)
