"""What somebody would try at a till, and what a dead job must not cost."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.people.sign_in_make import PIN, WRONG_PIN, give_card, statements, with_cheap_pins
from tests.people.wards import put_guardian
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.merchants.operations.looking import shop_list
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.redemptions.operations import deciding, due
from volunteer_credit.redemptions.operations.card_pin import TILL_TRIES_MAX
from volunteer_credit.redemptions.operations.deciding import confirm_by_card
from volunteer_credit.redemptions.operations.due import release_due
from volunteer_credit.redemptions.operations.looking import flagged_sales, own_sales
from volunteer_credit.redemptions.rules.errors import (
    CardPinError,
    MemberShortError,
    OwnTillError,
    RedemptionUnknownError,
)
from volunteer_credit.redemptions.rules.refunds import Refund
from volunteer_credit.shared.db import end_reading
from volunteer_credit.shared.limits import TooManyError

pytestmark = pytest.mark.engines("sqlite")
GRAIN, SHOP = "张记粮油", "信用超市"
LATE_MS = 200_000


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    with_cheap_pins()
    return market(clock)


def pay(town: Market, name: str, pin: str = PIN, cashier: str = "张收银") -> str:
    sale, key = town.sale(name), town.street.key("pin")
    caller = town.who(cashier).caller()
    asked = (sale.centipoints, pin)
    state = confirm_by_card(caller, COMMUNITY, sale.merchant_id, name, asked, key)
    end_reading()
    return state


def test_a_cashier_spends_nobodys_points_for_whom_they_stand(town: Market) -> None:
    elder, cashier = town.who("陈秀英"), town.who("张收银")
    card, ask = give_card(elder, PIN), town.ask(GRAIN, 10)
    name = town.asked("张收银", ask, card)
    own = town.hold("陈秀英", ask)
    bought = town.hold("陈秀英", ask)
    assert town.take("张收银", bought) == "confirmed"
    put_guardian(elder, cashier)
    refused: list[Callable[[], object]] = [
        lambda: pay(town, name),  # who knows the card and its PIN
        lambda: town.take("张收银", own),
        lambda: town.asked("张收银", ask, card),
        lambda: town.refund("张收银", bought, Refund(centipoints=1_00)),
    ]
    for act in refused:
        with pytest.raises(OwnTillError):
            act()
        end_reading()
    assert town.points("陈秀英") == 20


def test_a_colleagues_ward_is_looked_at(town: Market) -> None:
    put_guardian(town.who("陈秀英"), town.who("张收银"))
    town.street.cashier("周同事", GRAIN)
    name = town.hold("陈秀英", town.ask(GRAIN, 10))
    assert town.take("周同事", name) == "confirmed"
    assert town.sale(name).flags == "till_household"


def test_a_member_who_stands_at_the_till_since(town: Market) -> None:
    card = give_card(town.who("陈秀英"), PIN)
    name = town.asked("张收银", town.ask(GRAIN, 10), card)
    town.street.cashier("陈秀英", GRAIN)
    with pytest.raises(OwnTillError):
        pay(town, name)


def test_a_till_is_not_told_what_a_member_has(town: Market) -> None:
    card = give_card(town.who("陈秀英"))
    with pytest.raises(MemberShortError) as refusal:
        town.asked("张收银", town.ask(GRAIN, 31), card)
    for language in ("en", "zh"):
        assert not any(each.isdigit() for each in refusal.value.sentence(language))


def test_tries_of_a_till_are_counted_whatever_the_card(town: Market) -> None:
    elders = [town.street.member(f"老{number}", 1) for number in range(TILL_TRIES_MAX // 5 + 1)]
    sales = []
    for number, each in enumerate(elders):
        card = give_card(each, PIN, 2_000_000 + number)
        sales.append(town.asked("张收银", town.ask(GRAIN, 1), card))
    for number in range(TILL_TRIES_MAX):
        with pytest.raises(CardPinError):
            pay(town, sales[number // 5], WRONG_PIN)
        end_reading()
    with pytest.raises(TooManyError):
        pay(town, sales[-1])


def test_only_that_till_may_try_a_pin(town: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    name = town.asked("张收银", town.ask(GRAIN, 1), give_card(town.who("陈秀英"), PIN))
    tried: list[str] = []

    def trying(*_: str) -> str:
        tried.append("")
        return ""

    monkeypatch.setattr("volunteer_credit.redemptions.operations.deciding.check_pin", trying)
    with pytest.raises(NotAllowedError):
        pay(town, name, cashier="李柜台")
    assert not tried


def test_a_dead_job_keeps_nothing_off_the_shelf(town: Market) -> None:
    town.hold("王小明", town.ask(SHOP, 肥皂=3))
    town.clock.pass_ms(LATE_MS)
    town.hold("陈秀英", town.ask(SHOP, 肥皂=3))
    assert town.stock(SHOP, "肥皂") == 0
    assert town.points("王小明") == 100


def test_one_bad_hold_keeps_no_other(town: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [
        town.hold("王小明", town.ask(GRAIN, 毛巾=1)),
        town.hold("陈秀英", town.ask(GRAIN, 毛巾=1)),
    ]
    bad, real = min(names), deciding.void

    def failing(operation: Any, sold: Any, *rest: Any) -> None:
        if sold.row.redemption_id == bad:
            raise RedemptionUnknownError
        real(operation, sold, *rest)

    town.clock.pass_ms(LATE_MS)
    monkeypatch.setattr(due, "void", failing)
    with pytest.raises(RedemptionUnknownError):
        release_due("first")
    assert town.sale(max(names)).state == "voided"
    monkeypatch.setattr(due, "void", real)
    assert release_due("second") == 1
    assert town.sale(bad).state == "voided"


def test_lists_read_no_more_for_more_lines(town: Market) -> None:
    def reads() -> list[int]:
        end_reading()
        counts = []
        wang = town.who("王小明").caller()
        for look in (
            lambda: own_sales(wang, COMMUNITY),
            lambda: flagged_sales(COMMUNITY),
            lambda: shop_list(wang, COMMUNITY),
        ):
            counts.append(len(statements(look)))
            end_reading()
        return counts

    put_guardian(town.who("王小明"), town.who("张收银"))
    town.street.cashier("周同事", GRAIN)
    town.take("周同事", town.hold("王小明", town.ask(GRAIN, 1)))
    before = reads()
    for number in range(3):
        town.take("周同事", town.hold("王小明", town.ask(GRAIN, 1)))
        town.street.shop(f"新店 {number}")
    assert reads() == before
