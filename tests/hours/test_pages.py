"""The pages of hours in a browser without scripts."""

import pytest
from flask import Flask

from tests.hours.make import GREEN, Square, square
from tests.people.make import COMMUNITY, Resident
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.visitor import Guest, forms_of, text_of
from tests.service.make import FakeClock
from volunteer_credit.hours.pages import own
from volunteer_credit.hours.rules.judging import Decision
from volunteer_credit.people.queries.approvals import open_in
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
ROOT = f"/c/{COMMUNITY}/hours"
MINE = f"/me/hours/{COMMUNITY}"


@pytest.fixture
def place(app: Flask, clock: FakeClock) -> Square:
    with_cheap_pins()
    return square(clock)


def guest(app: Flask, who: Resident) -> Guest:
    found = Guest(app)
    found.be(who)
    return found


def test_a_coordinator_approves_from_the_queue(place: Square, app: Flask) -> None:
    sheet = place.hand_in(
        place.line(place.vera), place.line(place.yu, 60, flags=("no_sign_up", "out_by_lead"))
    )
    wang = guest(app, place.wang)
    text = text_of(wang.get(ROOT))
    assert "清洁海滩" in text
    assert "2 people · 1 to look at" in text
    assert "today" in text
    page = wang.get(f"{ROOT}/{sheet}")
    text = text_of(page)
    assert "Forgot to check out; the lead did" in text
    assert "韦○" in text
    assert "韦拉" not in text
    assert "Approve 1, decide 1" in text
    filled = {"decision-2": "shorten", "minutes-2": "70", "reason-2": "left_early"}
    refused = wang.send(f"{ROOT}/{sheet}", **filled)
    assert refused.status_code == 422
    assert "Line 2: shorten" in text_of(refused)
    done = wang.follow(wang.send(f"{ROOT}/{sheet}", **{**filled, "minutes-2": "0:30"}))
    assert "Approved: 2 · not recorded: 0 · left: 0" in text_of(done)
    assert [each.minutes for each in place.lines(sheet)] == [125, 30]
    assert "Nothing waits" in text_of(wang.get(ROOT))
    single = place.hand_in(place.line(place.vera, started_at_ms=0))
    assert "Decide" in text_of(wang.get(f"{ROOT}/{single}?single=1"))


def test_another_units_sheets_are_not_there(place: Square, app: Flask) -> None:
    theirs = place.hand_in(place.line(place.vera), organiser="committee")
    wang = guest(app, place.wang)
    assert "Nothing waits" in text_of(wang.get(ROOT))
    assert wang.get(f"{ROOT}/{theirs}").status_code == 404
    assert guest(app, place.town.anna).get(f"{ROOT}/{theirs}").status_code == 200
    assert guest(app, place.vera).get(ROOT).status_code == 403


def test_the_volunteer_reads_every_step_and_objects(place: Square, app: Flask) -> None:
    sheet = place.hand_in(place.line(place.vera, tier=3))
    place.approve(place.wang, sheet, line1=Decision("approve"))
    vera = guest(app, place.vera)
    text = text_of(vera.get("/me/hours"))
    assert "0 h 00" in text
    text = text_of(vera.get(MINE))
    assert "2 h 05" in text
    assert "until November 25, 2026" in text
    page = vera.get(f"{MINE}/{sheet}/1")
    text = text_of(page)
    assert "In notice until November 25, 2026" in text
    assert text.count("its receipt") == 4
    assert "李○" in text
    done = vera.follow(
        vera.send(f"{MINE}/{sheet}/1/object", reason="too_short", words="我多留了半小时")
    )
    assert "Your objection is written down" in text_of(done)
    assert "Objected" in text_of(done)
    wang = guest(app, place.wang)
    text = text_of(wang.get(ROOT))
    assert "The time is too short" in text
    (seq,) = [each.seq for each in place.objections()]
    answered = wang.send(
        f"{ROOT}/objections/{seq}", outcome="upheld", minutes="2:35", reason="agreed"
    )
    assert "Nothing waits" in text_of(wang.follow(answered))
    assert "Upheld" in text_of(vera.get(f"{MINE}/{sheet}/1"))
    assert place.days_later(4) == 1
    text = text_of(guest(app, place.wang).get(ROOT))
    assert "Upheld: now propose the correction" in text
    wang = guest(app, place.wang)
    assert "2 h 05 → 2 h 35" in text_of(wang.get(ROOT))
    form = f"{ROOT}/{sheet}/1"
    sent = wang.send(form, f"{form}/correct", minutes="2:35", reason="objection")
    assert sent.status_code == 303
    end_reading()
    (waiting,) = open_in(db.session, COMMUNITY)
    bo = guest(app, place.town.bo)
    text = text_of(bo.get(f"/c/{COMMUNITY}/approvals/{waiting.seq}"))
    assert "2 h 35" in text
    signing = f"{ROOT}/corrections/{waiting.seq}"
    assert wang.send(signing, name="approve").status_code == 403
    li = guest(app, place.li)
    assert "2 h 05 → 2 h 35" in text_of(li.get(ROOT))
    assert "Approved" in text_of(li.follow(li.send(signing, name="approve")))
    assert li.get(signing).status_code == 404
    vera = guest(app, place.vera)
    text = text_of(vera.get(f"{MINE}/{sheet}/1"))
    assert "2 h 05 → 2 h 35" in text
    assert "Corrected" in text
    assert "2 h 35" in text_of(vera.get("/me/hours"))


def test_an_objection_is_taken_back(place: Square, app: Flask) -> None:
    sheet = place.hand_in(place.line(place.vera))
    place.approve(place.wang, sheet)
    vera = guest(app, place.vera)
    vera.follow(vera.send(f"{MINE}/{sheet}/1/object", reason="wrong_data"))
    (seq,) = [each.seq for each in place.objections()]
    taken = vera.send(f"{MINE}/{sheet}/1", f"{MINE}/objections/{seq}/withdraw")
    vera.follow(taken)
    assert "Taken back" in text_of(vera.get(f"{MINE}/{sheet}/1"))
    yu = guest(app, place.yu)
    assert yu.get(f"{MINE}/{sheet}/1").status_code == 404
    assert yu.get(f"{MINE}/{sheet}/1/object").status_code == 404


def test_the_notice_hides_who_did_not_agree(place: Square, app: Flask) -> None:
    sheet = place.hand_in(place.line(place.vera, tier=3), place.line(place.yu, tier=3))
    place.agree(place.yu, "public_notice", COMMUNITY)
    place.approve(place.wang, sheet)
    text = text_of(Guest(app).get(f"/c/{COMMUNITY}/notice"))
    assert place.vera.account[:6] in text
    assert place.vera.account not in text
    assert "于○" in text
    assert "韦" not in text
    assert "Any member may object" in text
    assert Guest(app).get("/c/nowhere-01/notice").status_code == 404
    yu = guest(app, place.yu)
    assert yu.get(f"{MINE}/{sheet}/1/object").status_code == 200


def test_a_notice_into_an_unknown_year_says_so(place: Square, app: Flask) -> None:
    assert "only weekends" not in text_of(Guest(app).get(f"/c/{COMMUNITY}/notice"))
    place.days_later(38)  # the 30th of December
    sheet = place.hand_in(place.line(place.vera, tier=3))
    place.approve(place.wang, sheet)
    text = text_of(Guest(app).get(f"/c/{COMMUNITY}/notice"))
    assert "No holidays of 2027 are known: only weekends are counted" in text
    assert "January 4, 2027" in text


def test_a_long_list_shows_the_newest_first(
    place: Square, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "SHOWN_AT_FIRST", 1)
    place.hand_in(place.line(place.vera))
    place.hand_in(place.line(place.vera, started_at_ms=0), title="图书整理", day=20261101)
    vera = guest(app, place.vera)
    text = text_of(vera.get(MINE))
    assert "图书整理" not in text
    assert "Show all 2" in text
    assert "图书整理" in text_of(vera.get(f"{MINE}?all=1"))


def test_a_record_in_notice_is_ended(place: Square, app: Flask) -> None:
    sheet = place.hand_in(place.line(place.vera, tier=3))
    place.approve(place.wang, sheet)
    wang, form = guest(app, place.wang), f"{ROOT}/{sheet}/1"
    assert wang.send(form, f"{form}/void", reason="other").status_code == 422
    assert wang.send(form, f"{form}/void", reason="not_there").status_code == 303
    assert place.states(sheet) == ["voided"]
    assert wang.get(f"{ROOT}/{sheet}/9").status_code == 404
    assert wang.get(f"{ROOT}/objections/9").status_code == 404
    assert "Ended in notice" in text_of(guest(app, place.vera).get(MINE))


def test_a_paper_sheet_loses_nothing(place: Square, app: Flask) -> None:
    card, lead = give_card(place.vera), give_card(place.li, value=7654321)
    anna = guest(app, place.town.anna)
    assert "Organising unit" in text_of(anna.get(f"{ROOT}/paper"))
    filled = {
        "title": "清扫楼道",
        "day": "2026-11-21",
        "starts": "09:00",
        "planned": "2:00",
        "place": "3号楼",
        "content": "清扫楼道",
        "category": "other",
        "organiser": "committee",
        "lead": lead,
        "lines": f"{card} 1:30\n{card} 20\n12345 60\n",
    }
    refused = anna.send(f"{ROOT}/paper", **filled)
    assert refused.status_code == 422
    text = text_of(refused)
    assert "Line 2:" in text
    assert "Line 3:" in text
    assert "清扫楼道" in refused.get_data(as_text=True)
    assert f"{card} 20" in refused.get_data(as_text=True)
    for wrong in ({"day": "2026-11-30"}, {"starts": "9"}, {"organiser": GREEN[:-1]}):
        assert anna.send(f"{ROOT}/paper", **{**filled, **wrong}).status_code in (400, 422)
    assert anna.send(f"{ROOT}/paper", **{**filled, "lines": f"{card} 1:30"}).status_code == 303
    text = text_of(anna.get(ROOT))
    assert "Paper sheets" in text
    (sheet,) = place.sheets("proposed")
    bo = guest(app, place.town.bo)
    page = f"{ROOT}/{sheet}"
    assert "Two persons sign it" in text_of(bo.get(page))
    assert anna.send(page, f"{page}/sign", name="approve").status_code == 403
    assert bo.send(page, f"{page}/sign", name="approve").status_code == 303
    assert place.states(sheet) == ["noticed"]


def test_a_paper_sheet_is_ended(place: Square, app: Flask) -> None:
    place.hand_in(place.line(place.vera))
    seq = place.paper(place.town.anna, place.vera)
    (sheet,) = place.sheets("proposed")
    bo, page = guest(app, place.town.bo), f"{ROOT}/{sheet}"
    text = text_of(bo.get(f"/c/{COMMUNITY}/approvals/{seq}"))
    assert "清洁海滩" in text
    assert "Another service at the same time" in text_of(bo.get(page))
    assert bo.send(page, f"{page}/sign", name="end").status_code == 303
    assert place.states(sheet) == ["withdrawn"]


def test_a_correction_is_ended(place: Square, app: Flask) -> None:
    sheet = place.hand_in(place.line(place.vera))
    place.approve(place.wang, sheet)
    wang, form = guest(app, place.wang), f"{ROOT}/{sheet}/1"
    assert wang.send(form, f"{form}/correct", minutes="0", reason="not_there").status_code == 303
    end_reading()
    (waiting,) = open_in(db.session, COMMUNITY)
    li, page = guest(app, place.li), f"{ROOT}/corrections/{waiting.seq}"
    assert "0 h 00" in text_of(li.get(page))
    assert li.send(page, name="end").status_code == 303
    assert "Nothing waits" in text_of(li.get(ROOT))
    assert place.lines(sheet)[0].minutes == 125


def test_staff_tells_a_year(place: Square, app: Flask) -> None:
    anna, page = guest(app, place.town.anna), f"{ROOT}/calendar"
    assert "Missing: only weekends count" in text_of(anna.get(page))
    refused = anna.send(page, year="2027", days_off="0102", work_days="")
    assert refused.status_code == 422
    assert "0102" in text_of(refused)
    done = anna.follow(anna.send(page, year="2027", days_off="0101", work_days="0102"))
    assert "Missing" not in text_of(done)
    (form,) = [each for each in forms_of(anna.get(f"{page}?year=2027")) if each.action == page]
    assert form.fields["year"] == "2027"


def test_who_has_not_proved_who_they_are_is_sent_to_do_so(place: Square, app: Flask) -> None:
    sheet = place.hand_in(place.line(place.vera))
    wang = guest(app, place.wang)
    place.clock.pass_ms(1)
    end_reading()
    place.step_down(place.wang)
    page = wang.get(f"{ROOT}/{sheet}")
    assert "Prove it now" in text_of(page)
    assert place.states(sheet) == ["waiting"]
