"""Scans that end at reading a code: looking keeps nothing, and what a browser sends counts once."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.checkins.make import MINUTE_MS, change_shift, code, open_door, page, put_shift, sign_up
from tests.people.counter import enrolled
from tests.people.make import COMMUNITY, DAY_MS, OTHER, Resident, Town
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.visitor import Guest, forms_of, text_of
from tests.redemptions.visiting import call, enter
from tests.service.make import FakeClock
from tests.web.routes import row_counts
from volunteer_credit.checkins.operations.doors import turn_door
from volunteer_credit.checkins.operations.failures import keep_once
from volunteer_credit.checkins.operations.judgement import Comer
from volunteer_credit.checkins.operations.keys import ticket_key
from volunteer_credit.checkins.operations.lead_view import lead_view
from volunteer_credit.checkins.operations.own_scans import scan
from volunteer_credit.checkins.operations.sites import add_point, poster_of
from volunteer_credit.checkins.pages.vain import OF_SESSION
from volunteer_credit.checkins.rules.reasons import Outcome
from volunteer_credit.checkins.rules.vain import Vain, VainError, read_vain
from volunteer_credit.people.rules.card_numbers import card_number
from volunteer_credit.shared.db import WriteSession, db, end_reading

VAIN, KEY, NOW_MS = "/check-in/vain", b"k" * 32, 1_700_000_000_000
SEEN = Vain(COMMUNITY, "70af5e99", "door", "expired", NOW_MS, "b" * 32)


@pytest.fixture
def town(app: Flask) -> Town:
    assert app
    with_cheap_pins()
    return Town(COMMUNITY, OTHER)


@pytest.fixture
def wang(town: Town) -> Resident:
    return town.add("王小明")


@pytest.fixture
def shift(town: Town) -> str:
    made = put_shift(town.anna)
    open_door(town.anna, made)
    return made


def path(shown: str) -> str:
    return "/V/" + shown.rpartition("/V/")[2]


def forged(shown: str) -> str:
    """The same place and time, not made by us."""
    return path(shown)[:-1] + ("A" if shown[-1] != "A" else "Q")


def kept() -> list[Any]:
    """Every scan in vain: community, shift, account, reason."""
    end_reading()
    asked = text(
        "SELECT community_id, shift_id, account, reason FROM checkins_scans ORDER BY at_ms"
    )
    return [tuple(row) for row in db.session.execute(asked)]


def looked(guest: Guest, address: str) -> TestResponse:
    """Look at a page, which writes nothing."""
    end_reading()
    before = row_counts()
    answer = guest.get(address)
    assert row_counts() == before
    return answer


def told(guest: Guest, address: str) -> TestResponse:
    """Without a script: look, and press the button."""
    answer = looked(guest, address)
    assert "Tell the lead" in text_of(answer)
    return guest.follow(guest.send(answer, VAIN))


def seen_by(lead: Resident, shift: str, community: str = COMMUNITY) -> list[str]:
    end_reading()
    caller = lead.caller(community=community, method="totp")
    return [each.reason for _, each in lead_view(caller, community, shift).scans]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 300,
        SEEN.spelled(KEY, "another browser"),
        SEEN.spelled(b"n" * 32, "browser"),
        SEEN.spelled(KEY, "browser").replace("expired", "stopped"),
        SEEN.spelled(KEY, "browser").replace(COMMUNITY, OTHER),
        SEEN.spelled(KEY, "browser")[:-1],
    ],
)
def test_what_was_not_shown_to_this_browser_is_refused(text: str) -> None:
    assert read_vain(KEY, SEEN.spelled(KEY, "browser"), "browser") == SEEN
    with pytest.raises(VainError):
        read_vain(KEY, text, "browser")


def test_a_hundred_times_is_once_and_nobody_is_named(
    app: Flask, town: Town, shift: str, clock: FakeClock
) -> None:
    shown, guest = code(town.anna, shift), Guest(app)
    clock.pass_ms(61_000)
    answer = looked(guest, path(shown))
    assert answer.status_code == 410
    assert '<script type="module" src="/static/scan.js">' in answer.text
    (form,) = [each for each in forms_of(answer) if each.action == VAIN]
    found = set()
    for _ in range(100):
        end_reading()
        found.add(guest.post(VAIN, data=form.fields).status_code)
    assert found == {303, 429}
    assert kept() == [(COMMUNITY, shift, "", "expired")]
    assert seen_by(town.anna, shift) == ["expired"]


def test_two_at_the_same_moment_are_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app
    monkeypatch.setattr(WriteSession, "get", lambda *_rest, **_more: None)  # neither sees the other
    for _ in range(2):
        keep_once(Outcome("expired", COMMUNITY), Comer("", "", "door"), NOW_MS, "c" * 32)
    assert kept() == [(COMMUNITY, "", "", "expired")]


@pytest.mark.engines("sqlite")
def test_who_is_signed_in_is_named_and_without_a_script_there_is_a_button(
    app: Flask, town: Town, wang: Resident, shift: str
) -> None:
    guest, shown = enter(app, wang), code(town.anna, shift)
    answer = told(guest, forged(shown))
    assert "The lead sees this scan" in text_of(answer)
    assert "Not a code of ours" in text_of(answer)
    assert kept() == [(COMMUNITY, shift, wang.account, "invalid")]
    people = enrolled(app, town.anna).get(f"/c/{COMMUNITY}/door/{shift}/people")
    assert "Scans in vain" in text_of(people)
    assert "王*" in text_of(people)
    turn_door(town.anna.caller(), COMMUNITY, shift, "stopped", "stop")
    assert "Go to the lead" in text_of(told(guest, path(shown)))
    assert sorted(seen_by(town.anna, shift)) == ["invalid", "stopped"]


@pytest.mark.engines("sqlite")
def test_what_is_forged_old_or_of_no_place_keeps_nothing(
    app: Flask, town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    guest, other = Guest(app), Guest(app)
    answer = looked(guest, forged(code(town.anna, shift)))
    for report in ("", "x" * 300, SEEN.spelled(ticket_key(db.session), "browser")):
        refused = guest.send(answer, VAIN, report=report)
        assert refused.status_code == 400
        assert "too old to be passed on" in text_of(refused)
    (form,) = [each for each in forms_of(answer) if each.action == VAIN]
    theirs = looked(other, forged(code(town.anna, shift)))
    assert other.send(theirs, VAIN, report=form.fields["report"]).status_code == 400
    clock.pass_ms(5 * MINUTE_MS)
    assert guest.send(answer, VAIN).status_code == 400
    nothing = looked(guest, "/V/" + "A" * 31)
    assert not [each for each in forms_of(nothing) if each.action == VAIN]
    assert guest.get(VAIN).status_code == 303
    assert kept() == []


@pytest.mark.engines("sqlite")
def test_a_session_tells_so_often_only(app: Flask, town: Town, wang: Resident, shift: str) -> None:
    guest, wrong = enter(app, wang), forged(code(town.anna, shift))
    for _ in range(OF_SESSION[0]):
        told(guest, wrong)
    assert guest.send(looked(guest, wrong), VAIN).status_code == 429
    assert len(kept()) == OF_SESSION[0]


@pytest.mark.engines("sqlite")
def test_a_stranger_s_scan_is_seen_where_it_was_made(
    app: Flask, town: Town, wang: Resident
) -> None:
    there = put_shift(town.anna, "there", community=OTHER)
    end_reading()
    turn_door(town.anna.caller(community=OTHER), OTHER, there, "open", "there")
    told(enter(app, wang), path(code(town.anna, there, OTHER)))
    assert kept() == [(OTHER, there, "", "foreign")]


@pytest.mark.engines("sqlite")
def test_scans_that_name_no_shift_are_seen_around_it(
    app: Flask, town: Town, wang: Resident, clock: FakeClock
) -> None:
    """A round that has not begun, a visit on no day: by place, and by who signed up."""
    guest, staff = enter(app, wang), town.anna.caller(method="totp")
    walk = put_shift(town.anna, "walk", kind="round")
    site = add_point(staff, COMMUNITY, walk, "北门", "point")
    end_reading()
    _, poster = poster_of(staff, COMMUNITY, walk, site)
    change_shift(walk, state="ended")
    told(guest, f"/V/{poster}")
    home = put_shift(town.anna, "home", kind="visit", state="ended")
    sign_up(home, wang)
    told(guest, f"/C/{give_card(town.add('陈秀英'))}")
    unknown = told(guest, f"/C/{card_number(42)}")
    assert "Unknown card" in text_of(unknown)
    assert {each[1:3] for each in kept()} == {("", wang.account)}
    assert seen_by(town.anna, walk) == ["not_open"]
    assert sorted(seen_by(town.anna, home)) == ["not_open", "unknown_card"]
    late = put_shift(town.anna, "late", kind="round", starts_in=600)
    assert seen_by(town.anna, late) == []


@pytest.mark.engines("sqlite")
def test_a_call_keeps_what_it_refuses_once_for_its_key(
    app: Flask, town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    guest, shown = enter(app, wang), code(town.anna, shift)
    base = f"/communities/{COMMUNITY}"
    turn_door(town.anna.caller(), COMMUNITY, shift, "stopped", "stop")
    for _ in range(2):
        status, found = call(guest, "POST", f"{base}/scans/offers", {"code": shown}, "one key")
        assert (status, found["reason"], found["offers"]) == (200, "stopped", [])
    bad = call(guest, "POST", f"{base}/scans/offers", {"code": forged(shown)[3:]}, "two")[1]
    assert (bad["reason"], bad["place"]) == ("invalid", "")
    call(guest, "POST", f"{base}/scans/offers", {"code": "x"}, "three")
    expected = [("", "invalid"), ("", "invalid"), (shift, "stopped")]
    assert sorted((each[1], each[3]) for each in kept()) == expected
    assert sorted(seen_by(town.anna, shift)) == ["invalid", "stopped"]


@pytest.mark.engines("sqlite")
def test_a_ticket_of_a_shift_that_is_out_of_its_time_is_refused(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    ticket = page(wang, code(town.anna, shift)).offers[0].ticket
    chen = town.add("陈秀英")
    inside = page(chen, code(town.anna, shift)).offers[0].ticket
    assert scan(chen.caller(), inside).reason == "in"
    out = page(chen, code(town.anna, shift)).offers[0].ticket
    before_ms = clock.now_ms() - 3 * DAY_MS
    change_shift(shift, starts_at_ms=before_ms - DAY_MS, ends_at_ms=before_ms)
    assert scan(wang.caller(), ticket).reason == "not_open"
    assert scan(chen.caller(), out).reason == "out", "who is in there may go"
    assert kept() == [(COMMUNITY, shift, wang.account, "not_open")]
