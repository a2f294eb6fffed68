"""The calls of both sides."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.people.sign_in_make import PIN, give_card, with_cheap_pins
from tests.redemptions.make import Market, market
from tests.redemptions.visiting import call, enter
from tests.service.make import FakeClock

pytestmark = pytest.mark.engines("sqlite")
GRAIN = "张记粮油"
ROOT = f"/communities/{COMMUNITY}"


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    with_cheap_pins()
    return market(clock)


def test_a_member_holds_and_a_till_takes(app: Flask, town: Market) -> None:
    wang = enter(app, town.who("王小明"))
    till = enter(app, town.who("张收银"), device=True)
    status, shops = call(wang, "GET", f"{ROOT}/shops")
    assert (status, shops["centipoints"], shops["is_market_day"]) == (200, 100_00, True)
    shop = next(each for each in shops["shops"] if each["name"] == GRAIN)
    offer = next(each for each in shop["offers"] if each["name"] == "毛巾")
    asked = {
        "merchant_id": shop["merchant_id"],
        "pieces": {offer["offer_id"]: 2},
        "centipoints": 20_00,
    }
    status, made = call(wang, "POST", f"{ROOT}/redemptions", asked)
    assert status == 201
    one = f"{ROOT}/redemptions/{made['redemption_id']}"
    status, own = call(wang, "GET", one)
    assert (own["sale"]["state"], own["shop_name"], len(own["code"])) == ("held", GRAIN, 6)

    sales = f"{ROOT}/merchants/{shop['merchant_id']}/sales"
    status, found = call(till, "POST", f"{sales}/find", {"code": own["code"]})
    assert (status, found) == (200, made)
    sale = f"{sales}/{made['redemption_id']}"
    assert call(till, "POST", f"{sale}/confirm", {"centipoints": 1})[0] == 409
    amount = {"centipoints": 20_00}
    assert call(till, "POST", f"{sale}/confirm", amount)[1] == {"state": "confirmed"}
    status, seen = call(till, "GET", sale)
    assert seen["state"] == "confirmed"
    assert not {"account", "member", "name", "code"} & seen.keys()
    back = {"pieces": {offer["offer_id"]: 1}, "reason": "spoiled"}
    assert call(till, "POST", f"{sale}/refunds", back) == (201, {"centipoints": 10_00})
    status, day = call(till, "GET", sales)
    assert day["of_day"] == {"taken": 20_00, "refunded": 10_00, "sales": 1}
    assert call(wang, "POST", f"{one}/void")[0] == 409
    assert len(call(wang, "GET", f"{ROOT}/redemptions")[1]) == 1


def test_a_till_asks(app: Flask, town: Market) -> None:
    till = enter(app, town.who("张收银"), device=True)
    card = give_card(town.who("王小明"))
    sales = f"{ROOT}/merchants/{town.street.shops[GRAIN]}/sales"
    status, made = call(till, "POST", sales, {"centipoints": 20_00, "card": card})
    assert status == 201
    sale = f"{sales}/{made['redemption_id']}"
    body = {"centipoints": 20_00, "pin": PIN}
    assert call(till, "POST", f"{sale}/confirm-by-card", body)[1] == {"state": "confirmed"}
    status, made = call(till, "POST", sales, {"centipoints": 10_00, "card": card}, "second")
    wang = enter(app, town.who("王小明"))
    own = f"{ROOT}/redemptions/{made['redemption_id']}"
    assert call(wang, "POST", f"{own}/confirm", {"centipoints": 10_00})[1]["state"] == "confirmed"
    status, made = call(till, "POST", sales, {"centipoints": 10_00, "card": card}, "third")
    third = f"{sales}/{made['redemption_id']}"
    assert call(till, "POST", f"{third}/void")[1] == {"state": "voided"}
    status, problem = call(till, "POST", f"{third}/refunds", {"centipoints": 1})
    assert (status, problem["code"]) == (409, "redemption_not_confirmed")
    assert call(till, "POST", sales, {"centipoints": 0, "card": card}, "x")[0] == 400
    assert call(till, "POST", sales, {"centipoints": 1.5, "card": card}, "y")[0] in (400, 422)


def test_who_may_not(app: Flask, town: Market) -> None:
    wang = enter(app, town.who("王小明"))
    sales = f"{ROOT}/merchants/{town.street.shops[GRAIN]}/sales"
    assert call(wang, "GET", sales)[0] == 403
    assert call(wang, "POST", f"{sales}/find", {"code": "123456"})[0] == 403
    ask = {"merchant_id": "x", "centipoints": 1}
    assert call(wang, "POST", f"{ROOT}/redemptions", ask)[0] == 422
