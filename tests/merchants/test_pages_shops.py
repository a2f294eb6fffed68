"""Shops over the pages and the calls: entered, changed, looked at."""

import pytest
from flask import Flask

from tests.merchants.make import Street, street
from tests.people.make import COMMUNITY
from tests.people.sign_in_make import PIN, give_card, with_cheap_pins
from tests.people.visitor import Guest, forms_of, text_of
from tests.points.make import entries
from tests.redemptions.visiting import call, enter, fill
from tests.service.make import FakeClock
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
GRAIN = "张记粮油"
ROOT = f"/c/{COMMUNITY}"
API = f"/communities/{COMMUNITY}/merchants"


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Street:
    assert app
    with_cheap_pins()
    return street(clock)


@pytest.fixture
def staff(app: Flask, town: Street) -> Guest:
    guest = enter(app, town.town.anna, device=True)
    assert fill(guest, guest.get("/step-up"), pin=PIN).status_code == 303
    end_reading()
    return guest


def test_a_shop_is_entered_in_one_form(town: Street, staff: Guest) -> None:
    page = staff.get(f"{ROOT}/merchants/add")
    card = give_card(town.town.add("赵老板"))
    wrong = fill(staff, page, name="赵记早点", phone="none", kind="merchant")
    assert wrong.status_code == 400
    filled = {"name": "赵记早点", "sells": "包子", "phone": "0631-520", "card": card}
    done = staff.follow(fill(staff, page, **filled, yuan="0.5"))
    said = text_of(done)
    assert "赵记早点" in said
    assert "once a second person has approved them" in said
    assert len(entries("agreement.proposed")) == 3
    terms = entries("agreement.proposed")[-1].data
    assert (terms["fen_per_point"], terms["from"], terms["to"]) == (50, 20261123, 20261231)
    assert "赵记早点" in text_of(staff.get(f"{ROOT}/merchants"))


def test_a_shop_is_kept(town: Street, staff: Guest) -> None:
    one = f"{ROOT}/merchants/{town.shops[GRAIN]}"
    page = staff.get(one)
    assert "毛巾" in text_of(page)
    paused = staff.follow(staff.post(one, data={**forms_of(page)[0].fields, "state": "paused"}))
    assert "Paused" in text_of(paused)
    bad = staff.post(one, data={**forms_of(paused)[0].fields, "state": "burnt"})
    assert bad.status_code == 400
    sign = staff.get(f"{one}/change")
    assert "新名字" in text_of(staff.follow(fill(staff, sign, name="新名字")))
    offer = staff.get(f"{one}/offers/add")
    assert fill(staff, offer, name="碗", points="x").status_code == 400
    added = staff.follow(fill(staff, offer, name="碗", points="7.5", stock="3"))
    assert "7.5 points" in text_of(added)
    towel = staff.get(f"{one}/offers/{town.offers['毛巾']}")
    assert "12 points" in text_of(staff.follow(fill(staff, towel, points="12")))
    gone = staff.follow(fill(staff, towel, 1, act="remove"))
    assert "毛巾" not in text_of(gone)
    assert staff.get(f"{one}/offers/{town.offers['毛巾']}").status_code == 404
    card = give_card(town.people["陈秀英"])
    assert staff.follow(fill(staff, staff.get(f"{one}/cashier"), card=card)).status_code == 200
    again = fill(staff, staff.get(f"{one}/agreement"), yuan="0.51")
    assert again.status_code == 422
    assert fill(staff, staff.get(f"{one}/agreement"), yuan="0.4").status_code == 303
    assert staff.get(f"{ROOT}/merchants/{'0' * 32}").status_code == 404


def test_members_look_at_shops(app: Flask, town: Street, staff: Guest) -> None:
    wang = enter(app, town.people["王小明"])
    said = text_of(wang.get(f"{ROOT}/shops"))
    for text in (GRAIN, "信用超市", "花生油", "60 points", "5 left", "100 points"):
        assert text in said
    town.offer(GRAIN, "<script>alert(1)</script>", 1, 0)
    page = wang.get(f"{ROOT}/shops/{town.shops[GRAIN]}")
    assert "&lt;script&gt;" in page.get_data(as_text=True)
    assert "None left" in text_of(page)
    one = f"{ROOT}/merchants/{town.shops[GRAIN]}"
    staff.post(one, data={**forms_of(staff.get(one))[0].fields, "state": "paused"})
    assert "takes no points" in text_of(wang.get(f"{ROOT}/shops/{town.shops[GRAIN]}"))
    assert wang.get(f"{ROOT}/shops/{'0' * 32}").status_code == 404
    assert wang.get(f"{ROOT}/merchants").status_code == 403
    town.shop("空店")
    assert "Nothing is listed" in text_of(wang.get(f"{ROOT}/shops/{town.shops['空店']}"))


def test_calls_of_the_staff(town: Street, staff: Guest) -> None:
    card = give_card(town.town.add("赵老板"))
    terms = {"fund": "main", "fen_per_point": 50, "from_day": 20261123, "to_day": 20271123}
    body = {"name": "赵记", "card": card, "agreement": terms}
    status, made = call(staff, "POST", API, body)
    assert status == 201
    one = f"{API}/{made['merchant_id']}"
    assert call(staff, "PATCH", one, {"name": "赵记早点"})[0] == 204
    assert call(staff, "PUT", f"{one}/state", {"state": "paused"})[0] == 204
    assert call(staff, "PUT", f"{one}/state", {"state": "burnt"})[0] == 422
    assert call(staff, "POST", f"{one}/agreements", {**terms, "fen_per_point": 51})[0] == 422
    assert call(staff, "POST", f"{one}/agreements", {**terms, "fen_per_point": 40})[0] == 201
    assert call(staff, "POST", f"{one}/cashiers", {"card": card})[0] == 201
    offer = {"name": "碗", "price_centipoints": 500, "stock": 2}
    status, added = call(staff, "POST", f"{one}/offers", offer)
    assert status == 201
    path = f"{one}/offers/{added['offer_id']}"
    assert call(staff, "PUT", path, {**offer, "stock": None})[0] == 204
    assert call(staff, "DELETE", path)[0] == 204
    assert call(staff, "PUT", path, offer, "again")[0] == 404
    assert call(staff, "POST", API, {"name": "无协议"})[0] == 201
