"""A Saturday at the pages, in browsers without scripts: a volunteer's, a lead's, a resident's."""

import html
import re

import pytest
from flask import Flask

from tests.checkins.make import MINUTE_MS, code, poster, put_shift, sign_up
from tests.people.counter import enrolled
from tests.people.make import COMMUNITY, Resident, Town
from tests.people.sign_in_make import PIN, give_card, with_cheap_pins
from tests.people.visitor import Guest, text_of
from tests.service.make import FakeClock
from tests.web.routes import row_counts
from volunteer_credit.checkins.operations.codes import shown_door
from volunteer_credit.checkins.queries.presences import presences_of
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def town(app: Flask) -> Town:
    with_cheap_pins()
    return Town()


@pytest.fixture
def wang(town: Town) -> Resident:
    return town.add("王小明")


@pytest.fixture
def shift(town: Town, wang: Resident) -> str:
    made = put_shift(town.anna)
    sign_up(made, wang)
    return made


@pytest.fixture
def lead(app: Flask, town: Town) -> Guest:
    return enrolled(app, town.anna)


def door(shift: str) -> str:
    return f"/c/{COMMUNITY}/door/{shift}"


def path(text: str) -> str:
    return "/V/" + text.rpartition("/V/")[2]


def signed_in(app: Flask, who: Resident) -> Guest:
    guest = Guest(app)
    slip = issue_slip(None, "invitation", who.person_id, COMMUNITY, f"slip {who.name.encode()!r}")
    guest.sign_in_as(who, slip.code)
    return guest


def test_one_tap_in_one_tap_out_and_looking_writes_nothing(
    app: Flask, town: Town, wang: Resident, shift: str, lead: Guest, clock: FakeClock
) -> None:
    assert "Open the door" in text_of(lead.get(door(shift)))
    opened = lead.follow(lead.send(door(shift)))
    assert opened.text.count("data-code") == 3, "this code and two to come"
    guest = Guest(app)
    shown = path(code(town.anna, shift))
    before = row_counts()
    asked = guest.get(shown)
    assert row_counts() == before
    assert "Sign in" in text_of(asked)
    assert asked.headers["Referrer-Policy"] == "no-referrer"
    slip = issue_slip(None, "invitation", wang.person_id, COMMUNITY, "slip")
    clock.pass_ms(3 * MINUTE_MS)  # signing in is slow
    guest.sign_in_as(wang, slip.code)
    before = row_counts()
    offered = guest.get("/check-in")
    assert row_counts() == before
    assert "王*" in text_of(offered)
    assert "王小明" not in offered.text
    inside = guest.follow(guest.send(offered, "/check-in"))
    assert "Checked in" in text_of(inside)
    assert "tap “Check out”" in text_of(inside)
    clock.pass_ms(122 * MINUTE_MS)
    lead = enrolled_again(app, town)
    out = guest.follow(guest.send(guest.get(path(code(town.anna, shift))), "/check-in"))
    assert "2 h 02" in text_of(out)
    assert "Pending" in text_of(out)
    once_more = guest.get(path(code(town.anna, shift)))
    assert "only if you came back" in text_of(once_more)
    closing = lead.get(f"{door(shift)}/close")
    closed = lead.follow(lead.send(closing, f"{door(shift)}/close", heads="1"))
    assert "Handed in" in text_of(closed)
    assert "Closed: 1 people" in text_of(lead.get(door(shift)))


def enrolled_again(app: Flask, town: Town) -> Guest:
    """The lead's session was idle too long; they sign in again."""
    code = issue_slip(None, "device", town.anna.person_id, COMMUNITY, "device again").code
    guest = Guest(app)
    assert guest.send(f"/d/{code}", pin=PIN, pin_again=PIN).status_code == 303
    return guest


def test_codes_that_open_nothing_say_why(
    app: Flask, town: Town, wang: Resident, shift: str, lead: Guest, clock: FakeClock
) -> None:
    lead.send(door(shift))
    guest, shown = signed_in(app, wang), path(code(town.anna, shift))
    clock.pass_ms(61_000)
    old = guest.get(shown)
    assert (old.status_code, "every 30 s" in text_of(old)) == (410, True)
    forged = guest.get("/V/" + "A" * 31)
    assert (forged.status_code, "Not a code of ours" in text_of(forged)) == (404, True)
    for page in ("/check-in", "/C/x"):
        assert guest.get(page).status_code in (200, 400)
    assert "Scan the code" in text_of(guest.get("/check-in"))
    assert "scan it again" in text_of(Guest(app).get("/C/" + "A" * 26))
    ended = guest.get("/check-in/ended?reason=stopped")
    assert "Go to the lead" in text_of(ended)
    assert "Something went wrong" in text_of(guest.get("/check-in/ended?reason=<x>"))
    printed = guest.get(path(poster(shift)))
    wrong = guest.send(printed, "/check-in", spoken="x")
    assert wrong.status_code == 422
    assert "not the four digits" in text_of(wrong)
    end_reading()
    said = shown_door(town.anna.caller(), COMMUNITY, shift).spoken
    assert "Checked in" in text_of(guest.follow(guest.send(wrong, "/check-in", spoken=said)))
    again = guest.follow(guest.send(wrong, "/check-in", spoken=said))
    assert "Checked in" in text_of(again), "the same tap sent again is answered the same"
    bad = guest.post(
        "/check-in",
        data={**dict(_hidden(printed.text)), "ticket": "x" * 500},
    )
    assert bad.headers["Location"].endswith("reason=invalid")


def _hidden(page: str) -> list[tuple[str, str]]:
    return re.findall(r'name="(_csrf|_key)" value="([^"]*)"', page)[:2]


def test_a_lead_scans_cards_takes_names_and_sees_who_is_here(
    app: Flask, town: Town, wang: Resident, shift: str, lead: Guest
) -> None:
    card, page = give_card(wang), f"{door(shift)}/scan"
    first = lead.send(page, code=card)
    assert "screen--green" in first.text
    assert 'data-return-milliseconds="1500"' in first.text
    assert "王*" in text_of(first)
    assert "screen--yellow" in lead.send(page, code=card).text, "read twice"
    refused = lead.send(page, code="12345678")
    assert "screen--red" in refused.text
    assert "Type the number" in text_of(refused)
    missing = lead.send(page, code="")
    assert missing.status_code == 422
    guest = lead.send(page, f"{door(shift)}/walk-in", name="新来的", phone="13911112222")
    assert "Noted" in text_of(guest)
    unread = lead.send(page, f"{door(shift)}/walk-in", name="新来的", phone="1")
    assert unread.status_code == 400
    people = lead.get(f"{door(shift)}/people")
    for each in ("王*", "新*", "Scans in vain", "Unknown card"):
        assert each in text_of(people)
    assert "王小明" not in people.text
    helped = text_of(lead.get(f"{door(shift)}/help"))
    assert all(each in helped for each in ("120", "110", "1 are here now"))
    annulled = lead.send(people, f"{door(shift)}/annul", reason="mistake")
    assert annulled.status_code == 303
    end_reading()
    assert not presences_of(db.session, COMMUNITY, shift)
    again = lead.send(people, f"{door(shift)}/annul", reason="mistake")
    assert again.status_code == 303, "sent again, it is answered again"
    assert lead.send(people, f"{door(shift)}/annul", reason="because").status_code == 400
    for way in ("walk-in", "annul", "points"):
        assert lead.get(f"{door(shift)}/{way}").status_code == 303


def test_closing_asks_who_left_when(
    town: Town, wang: Resident, shift: str, lead: Guest, clock: FakeClock
) -> None:
    card, page = give_card(wang), f"{door(shift)}/close"
    lead.send(f"{door(shift)}/scan", code=card)
    clock.pass_ms(10 * MINUTE_MS)
    asked = lead.send(page, heads="1")
    assert (asked.status_code, "until when they stayed" in text_of(asked)) == (422, True)
    wrong = lead.send(page, heads="1", left_at="23:00")
    assert (wrong.status_code, "like 11:30" in text_of(wrong)) == (400, True)
    assert lead.send(page, heads="").status_code == 422
    closed = lead.follow(lead.send(page, heads="1", all_stayed="yes"))
    assert "Shift closed" in text_of(closed)
    lines = text_of(lead.get(f"/c/{COMMUNITY}/doors"))
    assert "Nothing within a day" in lines


def test_stop_and_open_again_and_posters_and_points(
    town: Town, wang: Resident, shift: str, lead: Guest
) -> None:
    first = lead.follow(lead.send(door(shift)))
    assert "Not open yet" not in text_of(lead.get(f"/c/{COMMUNITY}/doors"))
    stopped = lead.follow(lead.send(first, door(shift)))
    assert "Stopped" in text_of(stopped)
    again = lead.follow(lead.send(stopped, door(shift)))
    assert "data-code" in again.text
    (site,) = set(re.findall(r"/poster/([0-9a-f]{8})", again.text))
    printed = lead.get(f"{door(shift)}/poster/{site}")
    assert "points.example" in text_of(printed)
    assert lead.get(f"{door(shift)}/poster/00000000").status_code == 404
    walk = put_shift(town.anna, "walk", kind="round")
    end_reading()
    page = lead.follow(lead.send(door(walk), f"{door(walk)}/points", name="北门"))
    assert "北门" in text_of(page)
    assert lead.send(door(walk), f"{door(walk)}/points", name="").status_code == 422
    gone = lead.follow(lead.send(page, f"{door(walk)}/points/end"))
    assert "北门" not in text_of(gone)
    assert lead.post(door(walk), data=dict(_hidden(page.text))).status_code == 422


def test_a_visit_from_card_to_confirmation(
    app: Flask, town: Town, wang: Resident, lead: Guest, clock: FakeClock
) -> None:
    chen = town.add("陈秀英")
    card, made = give_card(chen, value=7654321), put_shift(town.anna, "visit", kind="visit")
    sign_up(made, wang)
    guest, resident = signed_in(app, wang), signed_in(app, chen)
    assert "own card" in text_of(resident.get(f"/C/{card}"))
    assert "Visit: 陈*" in text_of(guest.get(f"/C/{card}"))
    began = guest.follow(guest.send(guest.get(f"/C/{card}"), "/check-in"))
    assert "scan the resident's card again" in html.unescape(text_of(began))
    assert "The resident confirms" in text_of(began)
    clock.pass_ms(10 * MINUTE_MS)
    ended = guest.follow(guest.send(guest.get(f"/C/{card}"), "/check-in"))
    assert "0 h 10" in text_of(ended)
    calls = lead.get(f"/c/{COMMUNITY}/visits")
    assert "陈*" in text_of(calls)
    own = resident.get("/me/visits")
    assert "王*" in text_of(own)
    action = re.search(r'action="(/me/visits/[^"]+)"', own.text)
    assert action is not None
    assert resident.send(own, action[1], answer="maybe").status_code == 404
    done = resident.follow(resident.send(own, action[1], answer="yes"))
    assert "Nothing to confirm" in text_of(done)
    late = re.search(rf'action="(/c/{COMMUNITY}/visits/[^"]+)"', calls.text)
    assert late is not None
    assert lead.send(calls, late[1], answer="yes").status_code == 404, "confirmed already"
    assert "No visit waits" in text_of(lead.get(f"/c/{COMMUNITY}/visits"))
    assert resident.get(action[1]).status_code == 303
