"""The calls: the same operations, as JSON."""

from typing import Any

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, number
from tests.people.visitor import Guest
from tests.projects.make import BODY, DRAFT, HOUR_MS, SATURDAY_MS, Stage, published, stage

pytestmark = pytest.mark.engines("sqlite")
API = f"/api/v1/communities/{COMMUNITY}"
GIVEN: dict[str, Any] = {
    name: value for name, value in DRAFT.items() if name not in ("starts_at_ms", "content")
}


@pytest.fixture
def on(app: Flask) -> Stage:
    return stage()


def caller(app: Flask, on: Stage, name: str) -> Guest:
    guest = Guest(app)
    guest.be(getattr(on, name))
    return guest


def test_publish_read_change_cancel_and_undo(app: Flask, on: Stage) -> None:
    ding, guest = caller(app, on, "ding"), Guest(app)
    given = {**GIVEN, "organiser": BODY, "starts_at_ms": [SATURDAY_MS]}
    answer = ding.call("POST", f"{API}/activities", given)
    assert answer.status_code == 201
    made = answer.get_json()
    (shift,) = guest.get(f"{API}/activities").get_json()
    assert shift["content"] == "Picking up litter, tidying green space, sorting waste"
    assert (shift["signed"], shift["shut"], shift["organiser_name"]) == (0, "", "和美社工")
    assert "leads" not in shift
    assert "insurance" not in shift
    path = f"{API}/shifts/{shift['shift_id']}"
    times = {"starts_at_ms": SATURDAY_MS + HOUR_MS, "ends_at_ms": SATURDAY_MS + 2 * HOUR_MS}
    change = {**times, "place": "西门", "capacity": 9}
    assert ding.call("PUT", path, change).status_code == 200
    assert ding.call("PUT", path, {**change, "capacity": 100_001}).status_code == 422
    activity = f"{API}/activities/{made['activity_id']}"
    assert guest.get(activity).get_json()[0]["place"] == "西门"
    assert ding.call("POST", f"{activity}/cancel", {"reason": "大风"}).status_code == 200
    assert guest.get(activity).get_json()[0]["reason"] == "大风"
    assert guest.get(f"{API}/activities?category=law").get_json() == []
    two = ding.call("POST", f"{API}/activities", given).get_json()["activity_id"]
    assert ding.call("POST", f"{API}/activities/{two}/undo").status_code == 200
    assert guest.get(f"{API}/activities/{two}").status_code == 404
    staff = caller(app, on, "anna")
    refused = staff.call("POST", f"{API}/activities", given)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "not_your_organiser")


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at_ms": []},
        {"starts_at_ms": list(range(13))},
        {"starts_at_ms": ["now"]},
        {"organiser": "me"},
        {"leads": ["x"]},
        {"capacity": "many"},
        {"more": 1},
    ],
)
def test_a_call_that_does_not_read_is_refused(app: Flask, on: Stage, wrong: dict[str, Any]) -> None:
    given = {**GIVEN, "organiser": "committee", "starts_at_ms": [SATURDAY_MS], **wrong}
    assert caller(app, on, "anna").call("POST", f"{API}/activities", given).status_code == 422


def test_sign_up_drop_and_the_lists(app: Flask, on: Stage) -> None:
    (shift,) = published(on, capacity=1).shift_ids
    wang, anna = caller(app, on, "wang"), caller(app, on, "anna")
    path = f"{API}/shifts/{shift}/sign-ups"
    assert wang.call("POST", path, {}).get_json() == {
        "state": "signed",
        "position": 0,
        "cause": "free",
    }
    elder = {"person_id": on.elder.person_id}
    assert wang.call("POST", path, elder).get_json()["cause"] == "full_waiting"
    own = wang.get("/api/v1/me/activities").get_json()
    assert {(each["person_id"], each["state"]) for each in own} == {
        ("", "signed"),
        (on.elder.person_id, "waiting"),
    }
    people = anna.get(path).get_json()
    assert [each["name"] for each in people["signed"]] == ["王○○"]
    assert [each["account"] for each in people["waiting"]] == [on.elder.account]
    assert wang.get(path).status_code == 403
    assert wang.call("POST", f"{path}/drop", {}).status_code == 200
    refused = wang.call("POST", f"{path}/drop", {})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_signed_up")
    assert anna.get(path).get_json()["signed"][0]["account"] == on.elder.account


def test_a_list_is_read_and_signed_up(app: Flask, on: Stage) -> None:
    (shift,) = published(on).shift_ids
    anna, path = caller(app, on, "anna"), f"{API}/shifts/{shift}/list"
    lines = anna.call("POST", path, {"text": "1.王小明+1\n2.赵小宝"}).get_json()
    assert [(each["number"], each["heads"], each["state"]) for each in lines] == [
        (1, 2, "one"),
        (2, 1, "one"),
    ]
    accounts = [each["candidates"][0]["account"] for each in lines]
    answer = anna.call("POST", f"{path}/sign-ups", {"accounts": accounts, "walk_ins": 1})
    assert answer.get_json() == {
        "signed": 1,
        "waiting": 0,
        "already": 0,
        "refused": [{"account": on.child.account, "code": "guardian_signs"}],
    }


def test_projects_by_calls(app: Flask, on: Stage) -> None:
    ding, wang = caller(app, on, "ding"), caller(app, on, "wang")
    plan = {
        "organiser": BODY,
        "name": "银龄守护",
        "category": "elders",
        "starts_day": 20261101,
        "ends_day": 20261231,
        "grant_fen": 3_636_400,
        "person_times": 403,
    }
    made = ding.call("POST", f"{API}/projects", plan)
    assert made.status_code == 201
    venture = made.get_json()["project_id"]
    assert wang.call("POST", f"{API}/projects", plan).status_code == 403
    assert [each["name"] for each in wang.get(f"{API}/projects").get_json()] == ["银龄守护"]
    (shift,) = published(on, by="ding", project_id=venture).shift_ids
    wang.call("POST", f"{API}/shifts/{shift}/sign-ups", {})
    found = wang.get(f"{API}/projects/{venture}").get_json()
    assert (found["shifts"], found["sign_ups"], found["recorded_minutes"]) == (1, 1, 0)
    assert ding.call("POST", f"{API}/projects/{venture}/end").status_code == 200
    assert wang.get(f"{API}/projects/{venture}").get_json()["state"] == "ended"
    assert wang.get(f"{API}/projects/{number('none')}").status_code == 404
    assert ding.call("POST", f"{API}/projects/{number('none')}/end").status_code == 404
