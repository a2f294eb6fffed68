"""The calls about household, leaving, family, organisations and duplicates."""

import pytest
from flask import Flask

from tests.people.identities import BORN
from tests.people.make import COMMUNITY, Town
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.test_api_people import Place, Program, enrolled
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
HERE = f"/communities/{COMMUNITY}"
HOUSE, BODIES = f"{HERE}/household", f"{HERE}/organisations"


@pytest.fixture
def place(app: Flask) -> Place:
    with_cheap_pins()
    town = Town()
    wang = town.add("王小明", birth_day=BORN["adult"])
    staff, supervisor, own = (enrolled(app, each) for each in (town.anna, town.bo, wang))
    return Place(town, wang, staff, supervisor, own)


def another(app: Flask, place: Place) -> tuple[Program, str]:
    """Somebody else with a card, whose number is the second value."""
    who = place.town.add("陈秀英", birth_day=BORN["adult"])
    card = give_card(who, value=7654321)
    return enrolled(app, who), card


def test_a_household_is_asked_agreed_and_left(app: Flask, place: Place) -> None:
    chen, card = another(app, place)
    assert place.own.call("GET", HOUSE).get_json() == []
    assert place.own.call("POST", f"{HOUSE}/members", {"card": "12345678"}).status_code == 400
    for _ in range(2):
        asked = place.own.call("POST", f"{HOUSE}/members", {"card": card})
        assert asked.status_code == 204, "asked twice is asked once"
    mates = place.own.call("GET", HOUSE).get_json()
    assert [each["name"] for each in mates] == ["王○○", ""]
    assert chen.call("POST", f"{HOUSE}/agree").status_code == 204
    assert {each["state"] for each in chen.call("GET", HOUSE).get_json()} == {"declared"}
    other = next(each for each in mates if not each["is_self"])
    taken_out = place.own.call("POST", f"{HOUSE}/leave", {"account": other["account"]})
    assert taken_out.status_code == 204
    assert chen.call("POST", f"{HOUSE}/leave", {"decline": True}).status_code == 204
    again = place.own.call("POST", f"{HOUSE}/members", {"card": card})
    assert again.status_code in (403, 422)
    assert place.own.call("GET", "/communities/huancui-02/household").status_code == 404


def test_one_leaves_and_asks_to_be_erased(place: Place) -> None:
    (only,) = place.own.call("GET", "/me/communities").get_json()
    assert (only["community_id"], only["state"]) == (COMMUNITY, "active")
    assert place.own.call("GET", "/me/erasure").get_json() == {"state": "", "duties": []}
    assert place.own.call("POST", "/me/erasure", {"sure": False}).status_code == 422
    asked = place.own.call("POST", "/me/erasure", {"sure": True}).get_json()
    assert len(asked["erasure_id"]) == 32
    assert place.own.call("GET", "/me/erasure").get_json()["state"] == "asked"
    leave = f"/me/communities/{COMMUNITY}/leave"
    assert place.own.call("POST", leave, {}).status_code == 422
    nowhere = place.own.call("POST", "/me/communities/huancui-09/leave", {"sure": True})
    assert nowhere.status_code == 422
    left = place.own.call("POST", leave, {"sure": True})
    assert left.get_json() == {"is_signed_out": True}
    end_reading()
    assert place.own.guest.get("/api/v1/me").status_code == 401


def test_a_city_role_keeps_one_from_being_erased(app: Flask, place: Place) -> None:
    admin = enrolled(app, place.town.city[0])
    assert [each["code"] for each in admin.call("GET", "/me/erasure").get_json()["duties"]]
    assert admin.call("POST", "/me/erasure", {"sure": True}).status_code in (409, 422)


def test_a_guardian_and_a_minor(app: Flask, place: Place) -> None:
    child = place.town.add("小宝", birth_day=BORN["child"])
    people, card = f"{HERE}/people/{child.person_id}", give_card(place.wang)
    assert place.staff.call("POST", f"{people}/guardians", {"card": card}).status_code == 204
    seen = place.staff.call("GET", f"{people}/family").get_json()
    assert [each["name"] for each in seen["standing"]] == ["王○○"]
    (ward,) = place.own.call("GET", "/me/family").get_json()["wards"]
    assert (ward["kind"], ward["name"]) == ("guardian", "小宝")
    told = place.own.call("GET", f"/me/family/{child.person_id}").get_json()
    assert told["fields"]["name"] == "小宝"
    assert "minors" in [each["purpose"] for each in told["consents"]]
    consent = {"purpose": "minors", "subject": "-", "version": 1, "act": "give"}
    path = f"/me/family/{child.person_id}/consents"
    assert place.own.call("POST", path, consent).status_code == 204
    assert place.own.call("POST", path, {**consent, "act": "withdraw"}).status_code == 204
    assert place.supervisor.call("POST", path, consent).status_code == 404
    assert place.supervisor.call("GET", f"/me/family/{child.person_id}").status_code == 404
    ended = f"{people}/guardians/{place.wang.person_id}"
    assert place.own.call("DELETE", ended).status_code == 403
    assert place.staff.call("DELETE", ended).status_code == 204
    assert place.own.call("GET", "/me/family").get_json() == {"wards": [], "standing": []}


def test_one_of_the_family(app: Flask, place: Place) -> None:
    chen, card = another(app, place)
    people = f"{HERE}/people/{place.wang.person_id}/proxies"
    asked = {"card": card, "how": "own"}
    assert place.staff.call("POST", people, {**asked, "how": "x"}).status_code == 422
    assert place.staff.call("POST", people, asked).status_code == 204
    (proxy,) = place.own.call("GET", "/me/family").get_json()["standing"]
    assert proxy["name"] == "陈○○"
    assert chen.call("GET", f"/me/family/{place.wang.person_id}").get_json()["consents"] == []
    assert place.own.call("DELETE", f"/me/proxies/{'0' * 32}").status_code == 404
    assert place.own.call("DELETE", f"/me/proxies/{proxy['person_id']}").status_code == 204
    assert place.staff.call("POST", people, asked).status_code == 204
    again = f"{people}/{proxy['person_id']}"
    assert place.staff.call("DELETE", again).status_code == 204


def test_an_organisation_and_its_members(app: Flask, place: Place) -> None:
    chen, card = another(app, place)
    new = {"kind": "unit", "name": "税务局", "card": give_card(place.wang)}
    assert place.staff.call("POST", BODIES, {**new, "kind": "x"}).status_code == 422
    body = place.staff.call("POST", BODIES, new).get_json()["organisation_id"]
    group = {**new, "kind": "group", "name": "楼道清洁组"}
    assert place.staff.call("POST", BODIES, group).status_code == 201
    assert len(place.staff.call("GET", BODIES).get_json()) == 2
    own = f"/me/organisations/{body}"
    taken_in = {"card": card, "position": "member"}
    assert chen.call("POST", f"{own}/members", taken_in).status_code == 404
    assert place.own.call("POST", f"{own}/members", taken_in).status_code == 204
    members = place.own.call("GET", own).get_json()["members"]
    other = next(each["person_id"] for each in members if not each["is_self"])
    assert chen.call("GET", own).get_json()["members"] == []
    path = f"{own}/members/{other}"
    assert chen.call("PUT", path, {"position": "lead"}).status_code == 403
    assert place.own.call("PUT", path, {"position": "lead"}).status_code == 204
    assert chen.call("GET", "/me/organisations").get_json()[0]["position"] == "lead"
    assert place.own.call("DELETE", path).status_code == 204
    assert chen.call("DELETE", own).status_code == 404
    assert place.own.call("DELETE", own).status_code == 409, "the last administrator"


def test_two_records_of_one_person(place: Place) -> None:
    other = place.town.add("王小明 二")
    asked = {"source": other.person_id, "into": place.wang.person_id}
    assert place.supervisor.call("POST", f"{HERE}/merges", asked).status_code == 404
    made = place.staff.call("POST", f"{HERE}/merges", asked).get_json()
    approvals = f"{HERE}/approvals/{made['seq']}"
    done = place.supervisor.call("POST", f"{approvals}/approve")
    assert done.get_json()["seq"] > made["seq"]
    assert place.staff.call("POST", f"{HERE}/merges", asked).status_code == 404
