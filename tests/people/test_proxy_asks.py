"""A resident asks one of the family to act for them; both agree, and the desk confirms it."""

from dataclasses import dataclass

import pytest
from flask import Flask

from tests.people.counter import BASE, Desk, enrolled
from tests.people.make import COMMUNITY, DAY_MS, OTHER, Resident, Town
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.visitor import Guest, forms_of, text_of
from tests.service.make import FakeClock
from volunteer_credit.people.operations import erasing
from volunteer_credit.people.operations.erasing import ask_erasure, run_erasures
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.operations.proxy_asks import (
    answer_ask,
    ask_proxy,
    confirm_ask,
    decline_ask,
    withdraw_ask,
)
from volunteer_credit.people.operations.proxy_view import notices_of, own_asks, to_confirm
from volunteer_credit.people.operations.retention import forget_expired
from volunteer_credit.people.queries.persons import proxies_of
from volunteer_credit.people.queries.proxy_asks import ask, asks_of
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.person_errors import (
    ConfirmerInvolvedError,
    GuardianAdultError,
    PersonUnknownError,
    WardAgeError,
)
from volunteer_credit.people.rules.proxy_asks import (
    ProxyAsksFullError,
    ProxyAskUnknownError,
    ProxyNumberError,
    ProxyReasonError,
    ProxySelfError,
    ProxyThereError,
    check_reason,
    number_end,
    waits_since_ms,
)
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
DESK = f"{BASE}/proxies"
API = "/api/v1/me/proxy-asks"
DESK_API = f"/api/v1/communities/{COMMUNITY}/proxy-asks"


@dataclass
class Family:
    """`chen` asks her son `wang`; `anna` is at the desk."""

    app: Flask
    town: Town
    chen: Resident
    wang: Resident
    stranger: Resident
    count: int = 0

    def ask(self, number: str = "", by: Resident | None = None) -> str:
        self.count += 1
        end_reading()
        number = number or self.wang.phone
        made = ask_proxy((by or self.chen).caller(), number, COMMUNITY, f"ask {self.count}")
        end_reading()
        return made

    def agree(self, which: str, *, is_yes: bool = True) -> None:
        end_reading()
        answer_ask(self.wang.caller(), which, f"yes {which}", is_yes=is_yes)
        end_reading()

    def state(self, which: str) -> str:
        end_reading()
        found = ask(db.session, which)
        assert found is not None
        return found.state

    def guest(self, who: Resident) -> Guest:
        end_reading()
        guest = Guest(self.app)
        guest.be(who)
        return guest


@pytest.fixture
def family(app: Flask) -> Family:
    with_cheap_pins()
    town = Town(COMMUNITY, OTHER)
    chen, wang, stranger = (
        town.add(name, birth_day=born)
        for name, born in (("陈秀英", "19500101"), ("王小明", "19800101"), ("路人", "19800101"))
    )
    return Family(app, town, chen, wang, stranger)


def test_the_rules_of_time_reason_and_what_is_kept_of_a_number() -> None:
    assert number_end(" 139 0000 0012 ") == "12"
    assert waits_since_ms(31 * DAY_MS) == DAY_MS
    check_reason("not_family")
    with pytest.raises(ProxyReasonError):
        check_reason("")


def test_asked_agreed_confirmed(family: Family) -> None:
    which = family.ask()
    assert [each.name for each in own_asks(family.wang.caller())[1]] == [
        f"陈○○ …{family.chen.phone[-2:]}"
    ]
    assert to_confirm(COMMUNITY) == [], "the desk waits for both"
    with pytest.raises(ProxyAskUnknownError):
        confirm_ask(family.town.anna.caller(), COMMUNITY, which, "too early")
    family.agree(which)
    family.agree(which)
    (waits,) = to_confirm(COMMUNITY)
    assert (waits.principal[0], waits.proxy[0]) == ("陈", "王")
    end_reading()
    confirm_ask(family.town.anna.caller(), COMMUNITY, which, "desk")
    assert family.state(which) == "confirmed"
    assert proxies_of(db.session, family.chen.person_id) == [family.wang.person_id]
    with pytest.raises(ProxyThereError):
        family.ask()
    end_reading()
    assert to_confirm(COMMUNITY) == []
    assert notices_of(family.wang.caller()) == []


def test_who_is_being_erased_or_has_left_stands_on_nobody_s_page(family: Family) -> None:
    """An erasure that a fault stopped goes on in the next night; till then nobody can be read."""
    which = family.ask()
    wang, desk = family.guest(family.wang), enrolled(family.app, family.town.anna)
    assert "asks you to act" in text_of(wang.get("/"))
    erasure = ask_erasure(None, "erase", family.chen.person_id)
    assert erasing._begin(erasure, family.chen.person_id)
    end_reading()
    for path in ("/", "/me/family"):
        page = wang.get(path)
        assert (page.status_code, "asks you to act" in text_of(page)) == (200, False)
    which = family.ask(family.wang.phone, by=family.stranger)
    family.agree(which)
    assert "路○" in text_of(desk.get(DESK))
    leave(None, COMMUNITY, "leave", family.stranger.person_id)
    end_reading()
    page = desk.get(DESK)
    assert (page.status_code, "路○" in text_of(page)) == (200, False)


def test_whoever_is_meant_or_nobody_is_answered_the_same(family: Family) -> None:
    card = give_card(family.wang)
    town = family.town
    known = [family.ask(card), family.ask()]
    assert len(own_asks(family.wang.caller())[1]) == 1, "asked once, by whatever number"
    for n, each in enumerate(known):
        end_reading()
        withdraw_ask(family.chen.caller(), each, f"back {n}")
    unknown = [family.ask("13900000000"), family.ask("371002000001")]
    assert [family.state(each) for each in unknown] == ["asked", "asked"]
    end_reading()
    twins = [town.add(f"双{n}", phone="13700000077", birth_day="19800101") for n in (1, 2)]
    shared = family.ask("13700000077", family.stranger)
    assert all(own_asks(each.caller())[1] == [] for each in twins), "two share it: neither is asked"
    assert family.state(shared) == "asked"
    for text, problem in (("王小明", ProxyNumberError), (family.chen.phone, ProxySelfError)):
        with pytest.raises(problem):
            family.ask(text)
    family.ask("13900000001")
    with pytest.raises(ProxyAsksFullError):
        family.ask("13900000002")
    with pytest.raises(PersonUnknownError):
        ask_proxy(family.chen.caller(), family.wang.phone, OTHER, "elsewhere")
    end_reading()
    minor = town.add("少年", birth_day="20110501")
    with pytest.raises(WardAgeError):
        family.ask(by=minor)


def test_nobody_answers_or_confirms_for_another(family: Family) -> None:
    which, town = family.ask(), family.town
    for who in (family.stranger, family.chen):
        with pytest.raises(ProxyAskUnknownError):
            answer_ask(who.caller(), which, f"no {who.account}", is_yes=True)
        end_reading()
    with pytest.raises(ProxyAskUnknownError):
        withdraw_ask(family.wang.caller(), which, "not mine")
    family.agree(which)
    with pytest.raises(ProxyAskUnknownError):
        answer_ask(family.wang.caller(), which, "twice", is_yes=False)
    for who in (family.wang, family.stranger, town.bo):
        end_reading()
        with pytest.raises(NotAllowedError):
            confirm_ask(who.caller(), COMMUNITY, which, f"no {who.account}")
    end_reading()
    with pytest.raises(ProxyAskUnknownError):
        confirm_ask(town.anna.caller(community=OTHER), OTHER, which, "elsewhere")
    end_reading()
    with pytest.raises(ProxyReasonError):
        decline_ask(town.anna.caller(), COMMUNITY, which, "because", "reason")
    decline_ask(town.anna.caller(), COMMUNITY, which, "not_agreed", "decline")
    assert family.state(which) == "declined"
    end_reading()
    with pytest.raises(ProxyAskUnknownError):
        withdraw_ask(family.chen.caller(), which, "too late")
    assert proxies_of(db.session, family.chen.person_id) == []


def test_the_desk_confirms_nobody_of_its_own_and_only_adults(family: Family) -> None:
    town = family.town
    own = family.ask(town.anna.phone)
    end_reading()
    answer_ask(town.anna.caller(), own, "yes", is_yes=True)
    end_reading()
    with pytest.raises(ConfirmerInvolvedError):
        confirm_ask(town.anna.caller(), COMMUNITY, own, "own")
    end_reading()
    ageless = town.add("无生日")
    other = family.ask(ageless.phone)
    answer_ask(ageless.caller(), other, "yes too", is_yes=True)
    end_reading()
    with pytest.raises(GuardianAdultError):
        confirm_ask(town.anna.caller(), COMMUNITY, other, "ageless")


def test_what_waits_too_long_is_over_and_goes_after_ninety_days(
    family: Family, clock: FakeClock
) -> None:
    which = family.ask()
    clock.pass_ms(30 * DAY_MS)
    end_reading()
    with pytest.raises(ProxyAskUnknownError):
        answer_ask(family.wang.caller(), which, "late", is_yes=True)
    (mine,), asking = own_asks(family.chen.caller())
    assert (mine.state, mine.is_open, asking) == ("over", False, [])
    clock.pass_ms(61 * DAY_MS)
    end_reading()
    assert forget_expired(clock.now_ms()) >= 1
    end_reading()
    assert asks_of(db.session, family.chen.person_id) == []


def test_who_is_erased_is_asked_by_nobody(family: Family) -> None:
    family.ask()
    ask_erasure(None, "erase", family.wang.person_id)
    assert run_erasures().done == 1
    end_reading()
    assert asks_of(db.session, family.chen.person_id) == []


def test_on_the_pages_from_asking_to_the_desk(family: Family) -> None:
    chen, wang = family.guest(family.chen), family.guest(family.wang)
    staff = Desk(family.app, family.town, family.wang, enrolled(family.app, family.town.anna), wang)
    page = "/me/family/ask"
    assert chen.send(page, number="x").status_code == 400
    assert chen.send(page, number="").status_code == 422
    asked = chen.follow(chen.send(page, number=family.wang.phone))
    assert "Asked. They agree on their own phone" in text_of(asked)
    assert f"Number ending in {family.wang.phone[-2:]}" in text_of(asked)
    assert family.chen.phone not in wang.get("/me/family").text
    home = wang.get("/")
    assert "陈○○" in text_of(home)
    assert "Nobody waits" in text_of(staff.staff.get(DESK))
    agreed = wang.follow(wang.send(home, "/me/family/asks"))
    assert "Agreed. The desk confirms it next." in text_of(agreed)
    assert "Waits for the desk" in text_of(chen.get("/me/family"))
    assert "Both agreed; confirm it 1" in text_of(staff.staff.get(BASE)).replace(" 1 ", " 1")
    listed = staff.staff.get(DESK)
    assert "陈秀英" not in listed.text
    done = staff.staff.follow(staff.staff.send(listed, DESK))
    assert "Confirmed." in text_of(done)
    assert "陈秀英" in text_of(wang.get("/me/family"))
    assert "Confirmed" in text_of(chen.get("/me/family"))
    assert wang.get(DESK).status_code == 403
    bad = wang.get("/me/family/ask")
    assert wang.post("/me/family/asks", data={"ask": "x"}).status_code in (400, 403)
    assert wang.send(bad, "/me/family/ask", number="13900000000").status_code == 303
    hidden = {name: forms_of(bad)[0].fields[name] for name in ("_csrf", "_key")}
    unread = {**hidden, "ask": "x", "act": "marry"}
    end_reading()
    assert wang.post("/me/family/asks", data=unread).status_code == 404
    back = wang.follow(wang.send("/me/family", "/me/family/asks"))
    assert "Taken back" in text_of(back)
    which = family.ask(family.chen.phone, family.stranger)
    answer_ask(family.chen.caller(), which, "chen says yes", is_yes=True)
    end_reading()
    declining = {"act": "decline", "reason": ""}
    assert staff.staff.send(DESK, **declining).status_code == 400
    declined = staff.staff.send(DESK, **{**declining, "reason": "papers_missing"})
    assert "they read the reason" in text_of(staff.staff.follow(declined))
    stranger = family.guest(family.stranger)
    assert "Please come to the desk with your cards" in text_of(stranger.get("/me/family"))


def test_the_same_by_calls(family: Family) -> None:
    chen, wang, anna = (family.guest(each) for each in (family.chen, family.wang, family.town.anna))
    body = {"number": family.wang.phone, "community_id": COMMUNITY}
    made = chen.call("POST", API, body)
    assert made.status_code == 201
    which = made.get_json()["ask_id"]
    assert wang.call("GET", API).get_json()["asking"][0]["ask_id"] == which
    assert chen.call("GET", API).get_json()["asked"][0]["state"] == "asked"
    assert chen.call("POST", f"{API}/{which}/accept").status_code == 404
    assert wang.call("POST", f"{API}/{which}/refuse").status_code == 204
    again = chen.call("POST", API, body).get_json()["ask_id"]
    assert wang.call("POST", f"{API}/{again}/accept").status_code == 204
    assert anna.call("GET", DESK_API).get_json()[0]["ask_id"] == again
    assert wang.call("POST", f"{DESK_API}/{again}/confirm").status_code == 403
    assert anna.call("POST", f"{DESK_API}/{again}/decline", {"reason": "x"}).status_code == 422
    assert (
        anna.call("POST", f"{DESK_API}/{again}/decline", {"reason": "not_family"}).status_code
        == 204
    )
    third = chen.call("POST", API, body).get_json()["ask_id"]
    assert chen.call("POST", f"{API}/{third}/withdraw").status_code == 204
    assert anna.call("POST", f"{DESK_API}/{third}/confirm").status_code == 404
