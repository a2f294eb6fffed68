"""The calls of people: the same as the pages, for programs."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.people.make import COMMUNITY, Resident, Town
from tests.people.sign_in_make import PIN, with_cheap_pins
from tests.people.visitor import Guest
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
PEOPLE = f"/communities/{COMMUNITY}/people"
APPROVALS = f"/communities/{COMMUNITY}/approvals"


@dataclass
class Program:
    """A script in somebody's browser."""

    guest: Guest
    count: int = 0
    token: str = field(default="")

    def call(self, method: str, path: str, said: Any = None, key: str = "") -> TestResponse:
        end_reading()
        if not self.token:
            self.token = self.guest.get("/api/v1/session").get_json()["csrf_token"]
        self.count += 1
        headers = {"X-CSRF-Token": self.token, "Idempotency-Key": key or f"key {self.count}"}
        end_reading()
        return self.guest.client.open(
            f"/api/v1{path}",
            method=method,
            base_url=self.guest.origin,
            json=said,
            headers=headers,
            buffered=True,
        )


def enrolled(app: Flask, who: Resident) -> Program:
    end_reading()
    code = issue_slip(None, "device", who.person_id, COMMUNITY, f"device {who.person_id}").code
    guest = Guest(app)
    assert guest.send(f"/d/{code}", pin=PIN, pin_again=PIN).status_code == 303
    return Program(guest)


@dataclass
class Place:
    town: Town
    wang: Resident
    staff: Program
    supervisor: Program
    own: Program


@pytest.fixture
def place(app: Flask) -> Place:
    with_cheap_pins()
    town = Town()
    wang = town.add("王小明")
    staff, supervisor, own = (enrolled(app, each) for each in (town.anna, town.bo, wang))
    return Place(town, wang, staff, supervisor, own)


def test_a_session_tells_who_calls_changes_face_and_ends(place: Place) -> None:
    told = place.staff.call("GET", "/session").get_json()
    assert (told["method"], told["face"]) == ("device", "staff")
    assert {each["face"] for each in told["faces"]} == {"staff", "volunteer"}
    face = {"community_id": COMMUNITY, "face": "volunteer"}
    assert place.staff.call("PUT", "/session", face).get_json()["face"] == "volunteer"
    wrong = place.staff.call("PUT", "/session", {**face, "face": "merchant"})
    assert wrong.status_code in (403, 404, 422)
    assert place.staff.call("DELETE", "/session").status_code == 204
    end_reading()
    assert place.staff.guest.get("/api/v1/session").status_code == 401


def test_without_the_token_nothing_is_written(place: Place) -> None:
    place.own.token = "0" * 64
    assert place.own.call("PATCH", "/me", {"area": "x"}).status_code == 403


def test_ones_own_data(place: Place) -> None:
    changed = place.own.call("PATCH", "/me", {"area": "文化路", "skills": ["修车"]})
    assert changed.get_json()["fields"]["area"] == "文化路"
    assert place.own.call("GET", "/me").get_json()["fields"]["name"] == "王小明"
    assert place.own.call("PATCH", "/me", {"phone": "12"}).status_code == 400
    assert place.own.call("PATCH", "/me", {"state": "x"}).status_code == 422
    assert place.own.call("GET", "/me/export").get_json()["person"]["name"] == "王小明"
    assert place.own.call("GET", "/me/looked").get_json() == []


def test_ones_own_sessions(place: Place) -> None:
    (only,) = place.own.call("GET", "/me/sessions").get_json()
    assert only["method"] == "device"
    assert place.own.call("DELETE", f"/me/sessions/{'0' * 32}").status_code == 404
    assert place.own.call("DELETE", f"/me/sessions/{only['session_id']}").status_code == 204


def test_ones_own_pass(place: Place) -> None:
    assert place.own.call("GET", "/me/pass").status_code == 404
    made = place.own.call("POST", "/me/pass").get_json()
    assert len(made["number"]) == 8
    assert place.own.call("GET", "/me/pass").get_json() == made


def test_ones_own_consents(place: Place) -> None:
    asked = {"purpose": "location", "subject": "-", "version": 1, "act": "give"}
    assert place.own.call("POST", "/me/consents", asked).status_code == 204
    rows = place.own.call("GET", "/me/consents").get_json()
    assert [each["purpose"] for each in rows if each["since_ms"]] == ["location"]
    withdrawn = place.own.call("POST", "/me/consents", {**asked, "act": "withdraw"})
    assert withdrawn.status_code == 204
    again = place.own.call("POST", "/me/consents", {**asked, "act": "withdraw"})
    assert again.status_code in (404, 409, 422)


def test_the_desk_finds_opens_and_adds(place: Place) -> None:
    why = {"reason": "desk_service"}
    (hit,) = place.staff.call("POST", f"{PEOPLE}/search", {**why, "text": "王"}).get_json()
    assert hit["masked_name"] == "王○○"
    look = place.staff.call("POST", f"{PEOPLE}/{hit['person_id']}/look", why, "look").get_json()
    assert look["fields"]["name"] == "王小明"
    again = place.staff.call("POST", f"{PEOPLE}/{hit['person_id']}/look", why, "look").get_json()
    assert again == look
    assert len(place.own.call("GET", "/me/looked").get_json()) == 2
    added = place.staff.call("POST", PEOPLE, {"name": "李四", "phone": "13900001234"})
    assert added.status_code == 201
    assert place.staff.call("POST", PEOPLE, {"name": "李四"}).status_code in (400, 422)
    assert place.own.call("POST", PEOPLE, {"name": "李四"}).status_code == 403


def test_the_desk_prints_cards_and_slips(place: Place) -> None:
    person = f"{PEOPLE}/{place.wang.person_id}"
    card = place.staff.call("POST", f"{person}/visits", {"card": True, "pin": PIN}).get_json()
    assert len(card["number"]) == 8
    none = place.staff.call("POST", f"{person}/visits", {"phone": True}).get_json()
    assert none == {"card_id": "", "number": ""}
    slip = place.staff.call("POST", f"{person}/slips", {"kind": "invitation"}).get_json()
    assert slip["path"] == f"/S/{slip['code']}"
    assert place.staff.call("POST", f"{person}/slips", {"kind": "admin"}).status_code == 422


def test_two_persons_give_a_role(place: Place) -> None:
    asked = {"account": place.wang.account, "role": "inspector"}
    seq = place.staff.call("POST", f"/communities/{COMMUNITY}/roles", asked).get_json()["seq"]
    (one,) = place.supervisor.call("GET", APPROVALS).get_json()
    assert (one["seq"], one["is_asked"]) == (seq, True)
    assert place.staff.call("POST", f"{APPROVALS}/{seq}/approve").status_code == 403
    assert place.supervisor.call("POST", f"{APPROVALS}/{seq}/approve").status_code == 201
    assert place.supervisor.call("GET", APPROVALS).get_json() == []
    later = {"reason": "mistaken"}
    assert place.staff.call("POST", f"{APPROVALS}/{seq}/withdraw", later).status_code == 409


def test_a_proposal_is_ended(place: Place) -> None:
    asked = {"account": place.wang.account, "role": "supervisor"}
    seq = place.staff.call("POST", f"/communities/{COMMUNITY}/roles", asked).get_json()["seq"]
    reason = {"reason": "mistaken"}
    assert place.staff.call("POST", f"{APPROVALS}/{seq}/withdraw", reason).status_code == 201


def test_ones_numbers_with_and_without_consent(place: Place) -> None:
    number = {"volunteer_number": "371002123456"}
    assert place.own.call("PATCH", "/me", number).status_code == 422
    kept = place.own.call("PATCH", "/me", {**number, "agreed": {"volunteer_number": 1}})
    assert kept.get_json()["fields"]["volunteer_number"] == "371002123456"
    unknown = place.own.call("PATCH", "/me", {**number, "agreed": {"location": 1}})
    assert unknown.status_code == 422
