"""Shops, their cashiers, agreements and lists, as the staff keeps them."""

import pytest
from flask import Flask

from tests.merchants.make import Street, street
from tests.people.make import COMMUNITY
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.points.make import entries
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Actor, Request
from volunteer_credit.merchants.operations.agreements import propose_agreement
from volunteer_credit.merchants.operations.looking import managed
from volunteer_credit.merchants.operations.offers import add_offer, change_offer
from volunteer_credit.merchants.operations.shops import (
    Opening,
    add_merchant,
    change_merchant,
    propose_cashier,
    set_state,
)
from volunteer_credit.merchants.operations.stock import give_back, take
from volunteer_credit.merchants.queries.shops import agreements_on, offers, shop, shops
from volunteer_credit.merchants.rules.agreements import (
    AgreementFundError,
    AgreementPriceError,
    Terms,
)
from volunteer_credit.merchants.rules.offers import OfferForm, OfferUnknownError
from volunteer_credit.merchants.rules.shops import MerchantUnknownError, Sign
from volunteer_credit.people.operations.pair_words import lines_of
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.card_errors import CardUnknownError
from volunteer_credit.people.rules.pair_errors import OwnBenefitError, OwnProposalError
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
GRAIN, NOWHERE = "张记粮油", "0" * 32
JOB = Actor("system:test", "system")


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Street:
    assert app
    return street(clock)


def test_a_shop_in_one_act_with_its_cashier_and_its_agreement(town: Street) -> None:
    with_cheap_pins()
    anna, owner, day = town.town.anna, town.town.add("赵老板"), town.points.today()
    price = ("main", 50, day, day + 10_000)
    opening = Opening(Sign("赵记早点", "包子"), give_card(owner), price)
    end_reading()
    made = add_merchant(anna.caller(), COMMUNITY, opening, "add")
    end_reading()
    assert add_merchant(anna.caller(), COMMUNITY, opening, "add") == made
    role, terms = entries("role.proposed")[-1], entries("agreement.proposed")[-1]
    assert role.data["scope"] == f"merchant:{made}"
    assert terms.data["beneficiaries"] == [owner.account]
    assert managed(COMMUNITY, made)["cashiers"] == []
    end_reading()
    for each in (role, terms):
        approve(town.town.bo.caller(), COMMUNITY, each.seq, f"yes {each.seq}")
        end_reading()
    found = managed(COMMUNITY, made)
    assert len(found["cashiers"]) == 1
    assert agreements_on(db.session, COMMUNITY, made, day) == {"main": 50}
    lines = lines_of(db.session, COMMUNITY, "agreement", terms.data)
    assert lines is not None
    assert [said.zh for _, said in lines][:3] == ["赵记早点", "main", "0.50 元"]


def test_nothing_is_entered_when_a_part_is_refused(town: Street) -> None:
    day, anna = town.points.today(), town.town.anna.caller()
    for price, refusal in (
        (("main", 51, day, day), AgreementPriceError),
        (("other", 1, day, day), AgreementFundError),
    ):
        with pytest.raises(refusal):
            add_merchant(anna, COMMUNITY, Opening(Sign("新店"), price=price), "add")
        end_reading()
    with pytest.raises(CardUnknownError):
        add_merchant(anna, COMMUNITY, Opening(Sign("新店"), "12345672"), "add")
    end_reading()
    assert "新店" not in [each.name for each in shops(db.session, COMMUNITY)]


def test_who_stands_at_the_till_has_no_say_in_its_price(town: Street) -> None:
    cashier, shop_id = town.people["张收银"], town.shops[GRAIN]
    town.town.grant(cashier, "fund_manager")
    end_reading()
    day = town.points.today()
    terms = Terms(shop_id, "main", 40, day, day)
    with pytest.raises(OwnBenefitError):
        propose_agreement(cashier.caller(), COMMUNITY, terms, "own")
    end_reading()
    seq = propose_agreement(town.town.anna.caller(), COMMUNITY, terms, "terms")
    end_reading()
    with pytest.raises(OwnBenefitError):
        approve(cashier.caller(), COMMUNITY, seq, "own yes")
    end_reading()
    with pytest.raises(OwnProposalError):
        approve(town.town.anna.caller(), COMMUNITY, seq, "anna yes")
    end_reading()
    assert agreements_on(db.session, COMMUNITY, shop_id, day) == {"main": 50}
    with pytest.raises(MerchantUnknownError):
        propose_agreement(
            town.town.anna.caller(), COMMUNITY, Terms(NOWHERE, "main", 1, day, day), "none"
        )


def test_a_sign_and_a_state_change(town: Street) -> None:
    anna, shop_id = town.town.anna.caller(), town.shops[GRAIN]
    change_merchant(anna, COMMUNITY, shop_id, Sign("新名字", "米", "0631-1", "东门"), "sign")
    set_state(anna, COMMUNITY, shop_id, "paused", "pause")
    end_reading()
    found = shop(db.session, COMMUNITY, shop_id)
    assert found is not None
    assert (found.name, found.state, found.is_open) == ("新名字", "paused", False)
    set_state(anna, COMMUNITY, shop_id, "closed", "close")
    end_reading()
    assert [each.name for each in shops(db.session, COMMUNITY)] == ["信用超市"]
    assert len(shops(db.session, COMMUNITY, is_all=True)) == 2
    for work in (
        lambda: change_merchant(anna, COMMUNITY, NOWHERE, Sign("x"), "k1"),
        lambda: set_state(anna, COMMUNITY, NOWHERE, "open", "k2"),
        lambda: add_offer(anna, COMMUNITY, NOWHERE, OfferForm("x", 1), "k3"),
    ):
        end_reading()
        with pytest.raises(MerchantUnknownError):
            work()


def test_a_cashier_by_card(town: Street) -> None:
    with_cheap_pins()
    card = give_card(town.people["陈秀英"])
    seq = propose_cashier(town.town.anna.caller(), COMMUNITY, town.shops[GRAIN], card, "c")
    end_reading()
    approve(town.town.bo.caller(), COMMUNITY, seq, "yes")
    end_reading()
    assert len(managed(COMMUNITY, town.shops[GRAIN])["cashiers"]) == 2
    end_reading()
    with pytest.raises(MerchantUnknownError):
        propose_cashier(town.town.anna.caller(), COMMUNITY, NOWHERE, card, "d")


def test_the_list_of_a_shop(town: Street) -> None:
    anna, shop_id = town.town.anna.caller(), town.shops[GRAIN]
    towel = town.offers["毛巾"]
    change_offer(anna, COMMUNITY, shop_id, towel, OfferForm("大毛巾", 12_00, 9), "change")
    end_reading()
    found = {each.name: each for each in offers(db.session, COMMUNITY, shop_id)}
    assert (found["大毛巾"].price_centipoints, found["大毛巾"].stock) == (12_00, 9)
    end_reading()
    change_offer(anna, COMMUNITY, shop_id, towel, None, "remove")
    end_reading()
    assert "大毛巾" not in {each.name for each in offers(db.session, COMMUNITY, shop_id)}
    for key, where, which in (("a", shop_id, towel), ("b", town.shops["信用超市"], towel)):
        end_reading()
        with pytest.raises(OfferUnknownError):
            change_offer(anna, COMMUNITY, where, which, None, key)


def test_stock_goes_down_and_comes_back(town: Street) -> None:
    shop_id, towel, oil = town.shops[GRAIN], town.offers["毛巾"], town.offers["花生油"]
    with perform(COMMUNITY, Request(JOB, "stock", "test")) as operation:
        assert take(operation, shop_id, {towel: 2, oil: 1}) == 80_00
        assert take(operation, shop_id, {towel: 1}) == 10_00
        give_back(operation, shop_id, {towel: 2, oil: 1})
        operation.answer({})
    end_reading()
    found = {each.name: each.stock for each in offers(db.session, COMMUNITY, shop_id)}
    assert (found["毛巾"], found["花生油"]) == (4, None)


def test_who_may_not(town: Street) -> None:
    member, cashier = (town.people[name].caller() for name in ("王小明", "张收银"))
    for caller in (member, cashier):
        for work in (
            lambda who: add_merchant(who, COMMUNITY, Opening(Sign("x")), "k1"),
            lambda who: set_state(who, COMMUNITY, town.shops[GRAIN], "closed", "k2"),
            lambda who: add_offer(who, COMMUNITY, town.shops[GRAIN], OfferForm("x", 1), "k3"),
            lambda who: propose_agreement(
                who, COMMUNITY, Terms(town.shops[GRAIN], "main", 1, 20261123, 20261123), "k4"
            ),
        ):
            end_reading()
            with pytest.raises(NotAllowedError):
                work(caller)
