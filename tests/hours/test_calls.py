"""The calls of hours: the same as the pages, for programs."""

from typing import Any

import pytest
from flask import Flask

from tests.hours.make import GREEN, Square, square
from tests.people.make import COMMUNITY, Resident
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.visitor import Guest
from tests.service.make import FakeClock
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
ROOT = f"/api/v1/communities/{COMMUNITY}/hours"
MINE = f"/api/v1/me/hours/{COMMUNITY}"


@pytest.fixture
def place(app: Flask, clock: FakeClock) -> Square:
    with_cheap_pins()
    return square(clock)


class Caller:
    """Somebody's program."""

    def __init__(self, app: Flask, who: Resident) -> None:
        self.guest = Guest(app)
        self.guest.be(who)

    def send(self, path: str, body: Any = None, method: str = "POST") -> tuple[int, Any]:
        end_reading()
        answer = self.guest.call(method, path, body)
        end_reading()
        return answer.status_code, answer.get_json(silent=True)

    def get(self, path: str) -> Any:
        end_reading()
        return self.guest.get(path).get_json()


def test_from_waiting_to_corrected(place: Square, app: Flask) -> None:
    sheet = place.hand_in(place.line(place.vera), place.line(place.yu, tier=3, flags=("walk_in",)))
    wang, vera = Caller(app, place.wang), Caller(app, place.vera)
    (waiting,) = wang.get(f"{ROOT}/sheets")
    assert (waiting["lines"], waiting["flagged"], waiting["record_until_day"]) == (2, 1, 20261204)
    one = wang.get(f"{ROOT}/sheets/{sheet}")
    assert [each["flags"] for each in one["lines"]] == [[], ["walk_in"]]
    decisions = [{"position": 2, "decision": "approve"}]
    code, made = wang.send(f"{ROOT}/sheets/{sheet}/approve", {"decisions": decisions})
    assert (code, made["approved"], made["recorded"]) == (201, 2, 1)
    code, problem = wang.send(f"{ROOT}/sheets/{sheet}/approve", {})
    assert (code, problem["code"]) == (409, "sheet_decided")
    (noticed,) = Guest(app).get(f"{ROOT}/notice").get_json()
    assert noticed["volunteer"] == place.yu.account[:6]
    own = vera.get(MINE)
    assert (own["minutes"], own["lines"][0]["standing"]) == (125, "recorded")
    said = {"reason": "too_short"}
    code, objected = vera.send(f"{MINE}/{sheet}/1/objections", said)
    assert code == 201
    assert vera.get(MINE)["lines"][0]["open_objection"] == objected["seq"]
    code, _ = vera.send(f"{MINE}/objections/{objected['seq']}/withdraw")
    assert code == 201
    _, again = vera.send(f"{MINE}/{sheet}/1/objections", said)
    told = {"is_upheld": True, "reason": "agreed", "minutes": 150}
    code, answered = wang.send(f"{ROOT}/objections/{again['seq']}/answer", told)
    assert (code, answered["correction_seq"] > 0) == (201, True)
    line = f"{ROOT}/sheets/{sheet}/lines"
    code, _ = wang.send(f"{line}/1/corrections", {"minutes": 100, "reason": "counted_wrong"})
    assert code == 201
    assert wang.send(f"{line}/2/void", {"reason": "not_there"})[0] == 201
    assert wang.send(f"{line}/2/void", {"reason": "not_there"})[0] == 409


def test_a_sheet_and_a_year(place: Square, app: Flask) -> None:
    anna = Caller(app, place.town.anna)
    card, lead = give_card(place.vera), give_card(place.li, value=7654321)
    body = {
        "title": "清扫楼道",
        "day": "2026-11-21",
        "starts": "09:00",
        "planned": "120",
        "place": "3号楼",
        "content": "清扫",
        "category": "other",
        "organiser": "committee",
        "lead": lead,
        "lines": f"{card} 90",
    }
    assert anna.send(f"{ROOT}/papers", body)[0] == 201
    code, problem = anna.send(f"{ROOT}/papers", {**body, "lines": "1 1"})
    assert (code, problem["code"]) == (422, "paper_lines")
    assert anna.send(f"{ROOT}/calendar/2027", {"days_off": "0101"}, "PUT")[0] == 204
    assert anna.send(f"{ROOT}/calendar/2027", {"days_off": "0102"}, "PUT")[0] == 422


def test_a_coordinator_writes_sheets_of_their_own_unit(place: Square, app: Flask) -> None:
    wang = Caller(app, place.wang)
    card, lead = give_card(place.vera), give_card(place.li, value=7654321)
    place.agree(place.vera, "proxy_entry", GREEN)
    body = {
        "title": "清扫楼道",
        "day": "2026-11-21",
        "starts": "09:00",
        "planned": "120",
        "place": "3号楼",
        "content": "清扫",
        "category": "other",
        "organiser": GREEN,
        "lead": lead,
        "lines": f"{card} 90",
    }
    code, problem = wang.send(f"{ROOT}/papers", {**body, "organiser": "committee"})
    assert (code, problem["code"]) == (422, "sheet_unit")
    stranger = give_card(place.town.add("远客", communities=[]), value=7654322)
    assert wang.send(f"{ROOT}/papers", {**body, "lead": stranger})[1]["code"] == "paper_not_member"
    assert wang.send(f"{ROOT}/papers", {**body, "day": "2026-11-23"})[1]["code"] == "sheet_day"
    assert wang.send(f"{ROOT}/papers", body)[0] == 201
    (waiting,) = wang.get(f"{ROOT}/sheets")
    assert (waiting["state"], waiting["unit"]) == ("proposed", "绿色先锋志愿服务队")
