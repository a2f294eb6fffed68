"""The calls of the door: one rule for statuses, tickets that answer the same when sent again."""

from typing import Any

import pytest
from flask import Flask

from tests.checkins.make import code, open_door, put_shift, sign_up
from tests.people.counter import enrolled
from tests.people.make import COMMUNITY, OTHER, Resident, Town
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.visitor import Guest
from tests.service.make import FakeClock
from volunteer_credit.checkins.operations.doors import turn_door
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
BASE = f"/api/v1/communities/{COMMUNITY}"


@pytest.fixture
def town(app: Flask) -> Town:
    with_cheap_pins()
    return Town(COMMUNITY, OTHER)


@pytest.fixture
def wang(town: Town) -> Resident:
    return town.add("王小明")


@pytest.fixture
def shift(town: Town, wang: Resident) -> str:
    made = put_shift(town.anna)
    sign_up(made, wang)
    open_door(town.anna, made)
    return made


def call(guest: Guest, path: str, body: Any, key: str) -> Any:
    token = guest.get("/api/v1/session").get_json()["csrf_token"]
    end_reading()
    answer = guest.post(path, json=body, headers={"X-CSRF-Token": token, "Idempotency-Key": key})
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_volunteer_scans_by_call(
    app: Flask, town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    guest = Guest(app)
    slip = issue_slip(None, "invitation", wang.person_id, COMMUNITY, "slip").code
    guest.sign_in_as(wang, slip)
    shown = code(town.anna, shift)
    offers = call(guest, f"{BASE}/scans/offers", {"code": shown}, "k1")
    assert (offers["status"], offers["reason"]) == ("ok", "in")
    ticket = {"ticket": offers["offers"][0]["ticket"]}
    first = call(guest, f"{BASE}/scans", ticket, "k2")
    assert (first["status"], first["reason"]) == ("ok", "in")
    assert call(guest, f"{BASE}/scans", ticket, "k3") == first
    elsewhere = f"/api/v1/communities/{OTHER}"
    assert guest.post(f"{elsewhere}/scans", json=ticket).status_code in (400, 403)
    bad = call(guest, f"{BASE}/scans/offers", {"code": "x"}, "k4")
    assert (bad["status"], bad["reason"], bad["offers"]) == ("error", "invalid", [])
    clock.pass_ms(61_000)
    old = call(guest, f"{BASE}/scans/offers", {"code": shown}, "k5")
    assert old["reason"] == "expired"
    there = put_shift(town.anna, "there", community=OTHER)
    end_reading()
    turn_door(town.anna.caller(community=OTHER), OTHER, there, "open", "there")
    foreign = call(guest, f"{BASE}/scans/offers", {"code": code(town.anna, there, OTHER)}, "k6")
    assert (foreign["reason"], foreign["place"]) == ("foreign", "")
    second = put_shift(town.anna, "second")
    open_door(town.anna, second)
    several = call(guest, f"{BASE}/scans/offers", {"code": code(town.anna, shift)}, "k7")
    assert (several["status"], several["reason"]) == ("incomplete", "choose_shift")


def test_a_lead_s_calls(app: Flask, town: Town, wang: Resident, shift: str) -> None:
    lead, path = enrolled(app, town.anna), f"{BASE}/doors/{shift}"
    card = give_card(wang)
    door = lead.get(path).get_json()
    assert (door["state"], len(door["codes"]), door["count_expected"]) == ("open", 3, 1)
    assert door["codes"][0]["svg"].startswith("<svg")
    assert door["codes"][1]["from_ms"] == door["codes"][0]["until_ms"]
    first = call(lead, f"{path}/scans", {"code": card}, "k1")
    assert (first["status"], first["reason"]) == ("ok", "in")
    assert call(lead, f"{path}/scans", {"code": card}, "k1") == first
    assert call(lead, f"{path}/scans", {"code": card}, "k2")["reason"] == "already_in"
    given = {"name": "新来的", "phone": "13911112222"}
    assert call(lead, f"{path}/walk-ins", given, "k3")["reason"] == "guest"
    (vain,) = lead.get(f"{path}/scans").get_json()
    assert (vain["reason"], vain["how"]) == ("already_in", "number")
    assert lead.get(path).get_json()["count_in"] == 1


def test_the_table_of_reasons_is_public(app: Flask) -> None:
    listed = Guest(app).get("/api/v1/scan-reasons").get_json()
    assert {each["status"] for each in listed} == {"ok", "incomplete", "error"}
    assert len({each["code"] for each in listed}) == len(listed) > 20
