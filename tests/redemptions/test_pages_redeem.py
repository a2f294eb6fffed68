"""Both directions over the pages, without scripts, and what a till never gets to see."""

import re

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.people.sign_in_make import PIN, WRONG_PIN, give_card, with_cheap_pins
from tests.people.visitor import Guest, text_of
from tests.redemptions.make import Market, market
from tests.redemptions.test_holding import put_household
from tests.redemptions.visiting import enter, fill
from tests.service.make import FakeClock
from volunteer_credit.redemptions.rules.codes import letters_of

pytestmark = pytest.mark.engines("sqlite")
GRAIN, SHOP = "张记粮油", "信用超市"
ROOT = f"/c/{COMMUNITY}"


@pytest.fixture
def town(app: Flask, clock: FakeClock) -> Market:
    assert app
    with_cheap_pins()
    return market(clock)


@pytest.fixture
def wang(app: Flask, town: Market) -> Guest:
    return enter(app, town.who("王小明"))


@pytest.fixture
def till(app: Flask, town: Market) -> Guest:
    return enter(app, town.who("张收银"), device=True)


def test_a_member_shows_a_code_and_the_till_takes_it(
    town: Market, wang: Guest, till: Guest
) -> None:
    shops = wang.get(f"{ROOT}/shops")
    assert "100 points" in text_of(shops)
    assert "毛巾" in text_of(shops)
    shop = wang.get(f"{ROOT}/shops/{town.street.shops[GRAIN]}?{town.street.offers['毛巾']}=1")
    basket = fill(wang, shop, **{town.street.offers["洒水壶"]: "2"})
    assert "50 points" in text_of(basket)
    held = wang.follow(fill(wang, basket))
    said = text_of(held)
    assert "180 seconds left" in said
    code = re.search(r"pass__number\">(\d{3}) (\d{3})<", held.get_data(as_text=True))
    assert code is not None

    home = till.follow(till.get(f"{ROOT}/till"))
    assert "Take points" in text_of(home)
    wrong = fill(till, till.get(home.request.path + "/code"), code="000000")
    assert wrong.status_code == 404
    sale = till.follow(fill(till, wrong, code=code[1] + code[2]))
    assert "Take 50 points" in text_of(sale)
    for secret in ("王小明", "王", town.who("王小明").account, town.who("王小明").phone):
        assert secret not in sale.get_data(as_text=True)
    done = till.follow(fill(till, sale, act="confirm"))
    assert "50 points received" in text_of(done)
    again = till.follow(fill(till, sale, act="confirm"))
    assert "50 points received" in text_of(again)
    assert "50 points redeemed" in text_of(wang.get(held.request.path))
    day = till.get(f"{home.request.path}/day")
    assert "50 points" in text_of(day)
    assert town.who("王小明").account not in day.get_data(as_text=True)


def test_a_till_asks_and_the_member_says_yes(town: Market, wang: Guest, till: Guest) -> None:
    path = f"{ROOT}/till/{town.street.shops[GRAIN]}/sale"
    sale = till.follow(fill(till, till.get(path), points="20", card=town.pass_of("王小明")))
    assert "The member says yes" in text_of(sale)
    asked = wang.get(f"{ROOT}/redemptions")
    assert "A shop asks you" in text_of(asked)
    name = sale.request.path.rpartition("/")[2]
    question = wang.get(f"{ROOT}/redemptions/{name}")
    assert "give 20 points" in text_of(question)
    done = wang.follow(fill(wang, question, act="confirm"))
    assert "20 points redeemed" in text_of(done)
    assert "20 points received" in text_of(till.get(sale.request.path))
    assert "20 points" in text_of(wang.get(f"{ROOT}/redemptions"))


def test_a_basket_by_card_and_pin_and_a_refund(app: Flask, town: Market) -> None:
    counter = enter(app, town.who("李柜台"), device=True)
    card = give_card(town.who("王小明"))
    soap, salt = town.street.offers["肥皂"], town.street.offers["盐"]
    path = f"{ROOT}/till/{town.street.shops[SHOP]}/sale"
    form = counter.get(path)
    both = fill(counter, form, **{soap: "1", "points": "5", "card": card})
    assert both.status_code == 400
    sale = counter.follow(fill(counter, form, **{soap: "2", salt: "1", "card": card}))
    refused = fill(counter, sale, act="pin", pin=WRONG_PIN)
    assert refused.status_code == 403
    done = counter.follow(fill(counter, sale, act="pin", pin=PIN))
    assert "12 points received" in text_of(done)
    refund = counter.get(f"{sale.request.path}/refund")
    back = counter.follow(fill(counter, refund, **{soap: "1", salt: "0"}))
    assert "5 points given back" in text_of(back)
    assert town.points("王小明") == 93
    rest = fill(counter, counter.get(f"{sale.request.path}/refund"), **{soap: "9"})
    assert rest.status_code == 422
    day = counter.get(f"{ROOT}/till/{town.street.shops[SHOP]}/day?day=20261123")
    assert "5 points" in text_of(day)
    for other in ("x", "20261399", "9" * 30):
        seen = counter.get(f"{ROOT}/till/{town.street.shops[SHOP]}/day?day={other}")
        assert "7 points" not in text_of(seen)
        assert seen.status_code == 200


def test_either_side_ends_it_and_time_does(town: Market, wang: Guest, till: Guest) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    page = wang.get(f"{ROOT}/redemptions/{name}")
    gone = wang.follow(fill(wang, page, act="void"))
    assert "Cancelled" in text_of(gone)
    other = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    path = f"{ROOT}/till/{town.street.shops[GRAIN]}/sales/{other}"
    sale = till.get(path)
    town.clock.pass_ms(180_000)
    late = fill(till, sale, act="confirm", centipoints="1000")
    assert late.status_code == 409
    assert "Time is over" in text_of(till.get(path))
    assert "Time is over" in text_of(wang.get(f"{ROOT}/redemptions/{other}"))
    ended = till.follow(fill(till, sale, act="void"))
    assert "Do not hand anything over" in text_of(ended)


def test_the_qr_opens_where_it_should(app: Flask, town: Market, wang: Guest, till: Guest) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    letters = letters_of(name)
    own = wang.get(f"/R/{letters}")
    assert own.headers["Location"].endswith(f"/redemptions/{name}")
    at_till = till.get(f"/r/{letters.lower()}")
    shop = town.street.shops[GRAIN]
    assert at_till.headers["Location"].endswith(f"/till/{shop}/sales/{name}")
    other = enter(app, town.who("陈秀英"))
    assert other.get(f"/R/{letters}").status_code == 404
    assert other.get("/R/x").status_code == 404
    assert other.get(f"{ROOT}/redemptions/{name}").status_code == 404


def test_a_till_is_for_its_cashier(app: Flask, town: Market, wang: Guest, till: Guest) -> None:
    shop, other = town.street.shops[GRAIN], town.street.shops[SHOP]
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    for path in ("", "/sale", "/code", "/day", f"/sales/{name}", f"/sales/{name}/refund"):
        assert wang.get(f"{ROOT}/till/{shop}{path}").status_code == 403
        assert till.get(f"{ROOT}/till/{other}{path}").status_code == 404
    by_slip = enter(app, town.who("张收银"))
    assert by_slip.get(f"{ROOT}/till/{shop}").status_code in (403, 404), "a slip opens no till"


def test_what_is_wrong_is_said_on_the_page(town: Market, wang: Guest, till: Guest) -> None:
    shop = town.street.shops[GRAIN]
    path = f"{ROOT}/redeem/{shop}?{town.street.offers['花生油']}=2"
    assert "20 are missing" in text_of(wang.get(path))
    assert wang.get(f"{ROOT}/redeem/{shop}?{town.street.offers['花生油']}=x").status_code == 400
    assert wang.get(f"{ROOT}/redeem/{shop}").status_code == 400
    assert wang.get(f"{ROOT}/redeem/{'0' * 32}").status_code == 404
    page = wang.get(f"{ROOT}/redeem/{shop}?{town.street.offers['毛巾']}=1")
    changed = fill(wang, page, centipoints="999")
    assert changed.status_code == 409
    sale = till.get(f"{ROOT}/till/{shop}/sale")
    assert fill(till, sale, points="20", card="x").status_code == 400
    assert fill(till, sale, points="20", card="").status_code == 422
    assert fill(till, sale, points="1.5", card="12345674").status_code in (400, 404)


def test_too_many_codes(town: Market, till: Guest) -> None:
    page = till.get(f"{ROOT}/till/{town.street.shops[GRAIN]}/code")
    codes = [fill(till, page, code=f"{each:06}").status_code for each in range(61)]
    assert codes == [404] * 60 + [429]


def test_what_the_staff_should_look_at(app: Flask, town: Market) -> None:
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=1))
    put_household(town, "陈秀英", "张收银")
    flagged = town.hold("陈秀英", town.ask(GRAIN, 洒水壶=1))
    for each in (name, flagged):
        town.take("张收银", each)
    staff = enter(app, town.street.town.anna, device=True)
    page = staff.get(f"{ROOT}/till-checks")
    assert "20 points" in text_of(page)
    assert "10 points" not in text_of(page)
    assert town.who("陈秀英").account not in page.get_data(as_text=True)


def test_who_keeps_two_tills_chooses(app: Flask, town: Market) -> None:
    shop = town.street.shops[SHOP]
    town.street.town.grant(town.who("张收银"), "cashier", scope=f"merchant:{shop}")
    both = text_of(enter(app, town.who("张收银"), device=True).get(f"{ROOT}/till"))
    assert GRAIN in both
    assert SHOP in both
