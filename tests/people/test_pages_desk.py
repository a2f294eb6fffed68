"""The desk: who may, what each form does, and what stays written."""

import re

import pytest
from flask import Flask

from tests.people.counter import BASE, Desk, enrolled
from tests.people.desks import household
from tests.people.make import COMMUNITY, Town
from tests.people.sign_in_make import PIN, give_card, with_cheap_pins
from tests.people.visitor import Guest, text_of
from tests.service.make import FakeClock
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def desk(app: Flask) -> Desk:
    with_cheap_pins()
    town = Town()
    wang = town.add("王小明")
    return Desk(app, town, wang, enrolled(app, town.anna), enrolled(app, town.bo))


def test_a_search_needs_a_reason_and_opens_a_record_that_is_logged(desk: Desk) -> None:
    nothing = desk.staff.send(BASE, f"{BASE}/search", text="王", reason="")
    assert nothing.status_code == 422
    unsaid = desk.staff.send(BASE, f"{BASE}/search", text="王", reason="other")
    assert unsaid.status_code == 422
    found = desk.staff.send(BASE, f"{BASE}/search", text="王", reason="desk_service")
    assert "王○○" in text_of(found)
    assert "王小明" not in text_of(found)
    record = desk.staff.send(found, desk.page)
    assert desk.wang.phone in text_of(record)
    none = desk.staff.send(BASE, f"{BASE}/search", text="吴", reason="desk_service")
    assert "Nobody fits" in text_of(none)


def test_the_page_of_a_person_tells_nothing_before_a_reason(desk: Desk) -> None:
    text = text_of(desk.staff.get(desk.page))
    assert "王○○" in text
    assert "王小明" not in text
    assert desk.wang.phone not in text
    assert desk.staff.send(desk.page, reason="").status_code == 422


def test_who_is_not_of_this_community_is_not_here(desk: Desk) -> None:
    zhou = desk.town.add("周", communities=[])
    end_reading()
    for person_id in (zhou.person_id, "0" * 32, "x"):
        for path in ("", "/visit", "/slip", "/change", "/household", "/consents", "/role", "/end"):
            assert desk.staff.get(f"{BASE}/person/{person_id}{path}").status_code == 404


def test_somebody_is_added_and_a_member_at_once(desk: Desk) -> None:
    answer = desk.staff.send(f"{BASE}/add", name="李四", phone="13900001234")
    assert "李○" in text_of(desk.staff.follow(answer))
    assert desk.staff.send(f"{BASE}/add", name="李四").status_code in (400, 422)
    wrong = desk.staff.send(f"{BASE}/add", name="李四", phone="12")
    assert wrong.status_code == 400


def test_a_minor_is_added_with_the_card_of_a_guardian(desk: Desk) -> None:
    chen = desk.town.add("陈秀英", birth_day="19800101")
    child = {"name": "小明", "reach": "母亲", "birth_day": "20150101"}
    alone = desk.staff.send(f"{BASE}/add", **child)
    assert alone.status_code == 422
    assert "by the card of an adult member" in text_of(alone)
    assert "小明" in alone.text
    wrong = desk.staff.send(alone, f"{BASE}/add", **child, guardian_card="12345678")
    assert wrong.status_code == 400
    answer = desk.staff.send(f"{BASE}/add", **child, guardian_card=give_card(chen))
    assert "小○" in text_of(desk.staff.follow(answer))
    desk.staff.get("/?lang=zh")
    assert "监护人卡号" in desk.staff.get(f"{BASE}/add").text


def test_what_is_filled_in_is_corrected_and_the_rest_stays(desk: Desk) -> None:
    page = f"{desk.page}/change"
    assert "王小明" not in desk.staff.get(page).text
    assert desk.staff.send(page, phone="12").status_code == 400
    assert desk.staff.send(page, reach="隔壁女儿家").status_code == 303
    record = text_of(desk.staff.send(desk.page, reason="correction"))
    assert "王小明" in record
    assert desk.wang.phone in record
    assert "隔壁女儿家" in record


def test_a_form_sent_twice_adds_one(desk: Desk) -> None:
    page = desk.staff.get(f"{BASE}/add")
    filled = {"name": "李四", "phone": "13900001234"}
    first = desk.staff.send(page, f"{BASE}/add", **filled)
    second = desk.staff.send(page, f"{BASE}/add", **filled)
    assert first.headers["Location"] == second.headers["Location"]


def test_a_card_is_printed_and_works_with_its_pin(desk: Desk) -> None:
    page = f"{desk.page}/visit"
    assert desk.staff.send(page).status_code == 400
    assert desk.staff.send(page, card="yes", pin="123456").status_code == 422
    printed = desk.staff.send(page, card="yes", pin=PIN)
    number = re.search(r'paper-card__number">(\d{4}) (\d{4})', printed.text)
    assert number is not None
    assert 'class="qr"' in printed.text
    Guest(desk.app).sign_in(number[1] + number[2])
    assert desk.staff.send(page, phone="yes").status_code == 303


def test_a_slip_is_printed_and_lets_in(desk: Desk) -> None:
    page = f"{desk.page}/slip"
    printed = desk.staff.send(page, kind="invitation")
    code = re.search(r'pass__letters">([A-Z2-7 ]+)<', printed.text)
    assert code is not None
    letters = code[1].replace(" ", "")
    assert len(letters) == 26
    guest = Guest(desk.app)
    assert guest.send(f"/s/{letters}").status_code == 303
    assert desk.staff.send(page, kind="admin").status_code == 422
    assert "Enrol a device" in text_of(desk.staff.send(page, kind="device"))


def test_a_household_is_confirmed(desk: Desk) -> None:
    page = f"{desk.page}/household"
    assert "No household was declared" in desk.staff.get(page).text
    chen = desk.town.add("陈秀英")
    household("a", desk.wang, chen, state="declared")
    end_reading()
    assert desk.staff.send(page, how="guess").status_code == 400
    assert desk.staff.send(page, how="visit").status_code == 303
    assert desk.staff.get(page).text.count("Confirmed") >= 2


def test_a_consent_on_paper_is_written_down_and_taken_back(desk: Desk) -> None:
    page = f"{desk.page}/consents"
    given = desk.staff.follow(desk.staff.send(page))
    assert "Agreed" in given.text
    assert desk.staff.send(given, page).headers["Location"].endswith("withdrawn")
    assert desk.staff.send(page, version="99").status_code in (409, 422)


def test_a_membership_is_ended_with_a_tick(desk: Desk) -> None:
    page = f"{desk.page}/end"
    assert desk.staff.send(page).status_code == 422
    assert desk.staff.send(page, sure="yes").headers["Location"] == f"{BASE}?done=ended"
    end_reading()
    assert desk.staff.get(desk.page).status_code == 404


def test_a_role_is_proposed_by_one_and_approved_by_another(desk: Desk) -> None:
    page = f"{desk.page}/role"
    assert desk.staff.send(page, role="platform_admin").status_code == 422
    assert desk.staff.send(page, role="inspector", until_day="soon").status_code == 422
    answer = desk.staff.send(page, role="inspector", until_day="2030-12-31")
    listed = desk.staff.follow(answer)
    assert "Proposed by you" in listed.text
    one = re.search(r'href="(/c/[^"]+/approvals/\d+)"', listed.text)
    assert one is not None
    own = desk.staff.get(one[1])
    assert "another person approves it" in own.text
    assert "Waiting for you" in desk.supervisor.get(f"/c/{COMMUNITY}/approvals").text
    assert "Inspector" in desk.supervisor.get(one[1]).text
    approved = desk.supervisor.send(one[1])
    assert approved.headers["Location"] == f"/c/{COMMUNITY}/approvals?done=approved"
    end_reading()
    assert "This is decided" in desk.supervisor.get(one[1]).text
    assert "Inspector" in desk.staff.get(page).text


def test_an_approval_long_after_the_sign_in_is_proved_first(desk: Desk, clock: FakeClock) -> None:
    listed = desk.staff.follow(desk.staff.send(f"{desk.page}/role", role="inspector"))
    one = re.search(r'href="(/c/[^"]+/approvals/\d+)"', listed.text)
    assert one is not None
    clock.pass_ms(840_000)
    answer = desk.supervisor.send(one[1])
    assert answer.status_code == 303
    page = answer.headers["Location"]
    assert page.startswith("/step-up?next=%2Fc%2F")
    proved = desk.supervisor.send(page, "/step-up/pin", pin=PIN)
    assert proved.headers["Location"] == one[1]
    assert desk.supervisor.send(one[1]).status_code == 303


def test_a_proposal_is_ended_for_a_reason(desk: Desk) -> None:
    listed = desk.staff.follow(desk.staff.send(f"{desk.page}/role", role="inspector"))
    one = re.search(r'href="(/c/[^"]+/approvals/\d+)"', listed.text)
    assert one is not None
    end = f"{one[1]}/withdraw"
    assert desk.staff.send(one[1], end).status_code == 422
    assert desk.staff.send(one[1], end, reason="x").status_code == 422
    assert desk.staff.send(one[1], end, reason="mistaken").status_code == 303
    end_reading()
    assert "Nothing waits" in desk.staff.get(f"/c/{COMMUNITY}/approvals").text
    assert desk.staff.get(f"/c/{COMMUNITY}/approvals/999").status_code == 404


def test_a_supervisor_has_no_desk_and_a_card_opens_none(desk: Desk) -> None:
    assert desk.supervisor.get(BASE).status_code == 403
    guest = Guest(desk.app)
    guest.sign_in(give_card(desk.town.anna))
    assert guest.get(BASE).status_code in (403, 404)
