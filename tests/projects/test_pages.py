"""The pages, without scripts: each form accepts and refuses, and says what it did."""

from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.people.make import COMMUNITY, OTHER, Resident
from tests.people.visitor import Guest, forms_of, text_of
from tests.projects.make import BODY, DAY_MS, HOUR_MS, SATURDAY_MS, Stage, published, stage
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.conventions.operations.in_force import InForce
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.projects.operations import estimates, publishing
from volunteer_credit.projects.operations.changing import cancel_activity
from volunteer_credit.projects.queries.activities import activity_shifts, open_shifts
from volunteer_credit.projects.queries.shifts import DoorShift
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
C = f"/c/{COMMUNITY}"
FILLED = {"title": "清洁家园", "category": "environment", "place": "东岛广场", "capacity": "3"}


@dataclass
class Place:
    """The stage, and browsers at its pages."""

    app: Flask
    on: Stage

    def guest(self, who: Resident | None = None) -> Guest:
        guest = Guest(self.app)
        if who is not None:
            guest.be(who)
        return guest

    def shifts(self) -> list[DoorShift]:
        end_reading()
        return open_shifts(db.session, COMMUNITY, 0, 10**14)


@pytest.fixture
def place(app: Flask) -> Place:
    return Place(app, stage())


def says(answer: TestResponse, *texts: str) -> None:
    for text in texts:
        assert text in text_of(answer), text_of(answer)[-1500:]


def hidden(answer: TestResponse, action: str) -> dict[str, str]:
    """What a form of a page sends, but for its ticks."""
    (found,) = [each.fields for each in forms_of(answer) if each.action == action]
    return {name: value for name, value in found.items() if name != "accounts"}


def test_quick_publish_with_four_answers_and_undo(place: Place) -> None:
    anna = place.guest(place.on.anna)
    answer = anna.send(f"{C}/publish", **FILLED, when="saturday")
    page = anna.follow(answer)
    says(page, "Published. It can be taken back", "Sat 28 Nov, 09:00–11:00", "0 of 3")
    (shift,) = place.shifts()
    assert (shift.content, shift.min_age, shift.coefficient) == (
        "Picking up litter, tidying green space, sorting waste",
        8,
        "",
    )
    path = f"{C}/activities/{shift.activity_id}"
    says(anna.follow(anna.send(page, f"{path}/undo")), "Taken back", "Nothing is planned")
    assert place.shifts() == []
    assert anna.get(f"{path}/manage").status_code == 404


@pytest.mark.parametrize(
    ("when", "starts"),
    [
        ({"when": "now"}, [AT_MS]),
        ({"when": "today", "time": "10:00"}, [AT_MS + 2 * HOUR_MS]),
        ({"when": "tomorrow", "time": "8:00"}, [AT_MS + DAY_MS]),
        ({"when": "date", "day": "2026-11-28", "time": "09:00"}, [SATURDAY_MS]),
        (
            {"when": "saturday", "time": "09:00", "weeks": "12"},
            [SATURDAY_MS + week * 7 * DAY_MS for week in range(12)],
        ),
    ],
)
def test_when_is_said_in_several_ways(
    place: Place, when: dict[str, str], starts: list[int]
) -> None:
    anna = place.guest(place.on.anna)
    assert anna.send(f"{C}/publish", **FILLED, **when).status_code == 303
    assert [each.starts_at_ms for each in place.shifts()] == starts


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Missing data"),
        ({"title": "名" * 10_000}, "What: at most 40 characters"),
        ({"capacity": "0"}, "a number from 1 to 100000"),
        ({"capacity": "many"}, "Not a valid integer"),
        ({"when": "someday"}, "Choose a day and a time"),
        ({"when": "date", "day": ""}, "Choose a day and a time"),
        ({"when": "today", "time": "05:00"}, "more than 2 hours ago"),
        ({"minutes": "780"}, "at most 12 hours"),
        ({"weeks": "13"}, "Weeks: a number from 1 to 12"),
        ({"category": "nothing"}, "Choose one of the categories"),
        ({"coefficient": "hard"}, "no such coefficient"),
    ],
)
def test_what_does_not_read_is_said_and_nothing_is_published(
    place: Place, wrong: dict[str, str], said: str
) -> None:
    anna = place.guest(place.on.anna)
    answer = anna.send(f"{C}/publish", **{**FILLED, "when": "saturday", **wrong})
    assert answer.status_code in (400, 422)
    says(answer, said)
    assert place.shifts() == []


def test_same_as_last_time_fills_the_form_and_one_press_publishes(place: Place) -> None:
    published(place.on, title="<script>alert(1)</script>", min_age=12, risks="路滑")
    anna = place.guest(place.on.anna)
    page = anna.get(f"{C}/publish?like=last")
    assert "<script>alert(1)" not in page.text
    assert anna.send(page, f"{C}/publish", min_age="12", risks="路滑").status_code == 303
    first, second = place.shifts()
    assert second.starts_at_ms == first.starts_at_ms + 7 * DAY_MS
    assert (second.title, second.min_age, second.place) == (first.title, 12, first.place)
    ding = place.guest(place.on.ding)
    assert ding.get(f"{C}/publish?like=last").status_code == 404
    assert ding.get(f"{C}/publish?like={first.activity_id}").status_code == 404


def test_who_publishes_for_nobody_and_who_is_elsewhere_get_no_form(place: Place) -> None:
    assert place.guest(place.on.wang).get(f"{C}/publish").status_code == 403
    ding = place.guest(place.on.ding)
    assert ding.get(f"/c/{OTHER}/publish").status_code == 404
    assert ding.get("/c/city/publish").status_code == 404
    page = ding.get(f"{C}/publish")
    assert BODY in page.text
    assert "committee" not in page.text


def test_everybody_reads_the_list_and_chooses_from_it(place: Place) -> None:
    published(place.on, "a", title="今天的", starts_at_ms=(AT_MS + HOUR_MS,))
    published(place.on, "b", title="周六的")
    published(place.on, "c", title="明年的", category="law", starts_at_ms=(AT_MS + 200 * DAY_MS,))
    guest = place.guest()
    says(guest.get(f"{C}/activities"), "今天的", "周六的", "明年的", "3 places left")
    today = text_of(guest.get(f"{C}/activities?when=today"))
    assert ("今天的" in today, "周六的" in today) == (True, False)
    week = text_of(guest.get(f"{C}/activities?when=week"))
    assert ("周六的" in week, "明年的" in week) == (True, False)
    law = text_of(guest.get(f"{C}/activities?category=law"))
    assert ("周六的" in law, "明年的" in law) == (False, True)
    says(guest.get(f"{C}/activities?category=sports"), "Nothing is planned here yet", "Show all")
    assert guest.get("/c/nowhere/activities").status_code == 404
    assert guest.get(f"{C}/activities").headers["Cache-Control"].startswith("public")


def test_a_page_says_all_that_the_law_asks_and_no_name(place: Place) -> None:
    made = published(place.on, risks="注意防滑", min_age=14, skill="会用急救箱", by="ding")
    guest = place.guest()
    path = f"{C}/activities/{made.activity_id}"
    page = guest.get(path)
    says(page, "和美社工", "清捡垃圾", "注意防滑", "14 years", "会用急救箱", "no points")
    assert "丁" not in page.text
    assert f"/sign-in?next=%2Fc%2F{COMMUNITY}%2Factivities%2F{made.activity_id}" in page.text
    assert guest.get(f"{C}/activities/{'0' * 32}").status_code == 404


def test_points_are_told_where_a_convention_gives_them(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = InForce("0" * 64, templates()["ten_an_hour"], 20260101)
    for module in (estimates, publishing):
        monkeypatch.setattr(module, "convention_on", lambda *_asked: rules)
    made = published(place.on)
    (shift,) = activity_shifts(db.session, COMMUNITY, made.activity_id)
    assert shift.coefficient == "usual"
    says(place.guest().get(f"{C}/activities/{made.activity_id}"), "About 20 points", "under “")
    says(place.guest(place.on.anna).get(f"{C}/publish"), "Coefficient", "Hard")
    other = InForce("0" * 64, templates()["haibei"], 20260101)
    monkeypatch.setattr(estimates, "convention_on", lambda *_asked: other)
    says(place.guest().get(f"{C}/activities/{made.activity_id}"), "no points")


def test_signing_up_is_two_taps_and_is_taken_back_by_one(place: Place) -> None:
    made = published(place.on, capacity=1)
    path = f"{C}/activities/{made.activity_id}"
    wang, li = place.guest(place.on.wang), place.guest(place.on.li)
    page = wang.follow(wang.send(path, f"{path}/sign-up"))
    says(
        page, "You have a place", "Signed up", "Sign 周奶奶 up".replace("Sign", "周奶奶: onto")[:5]
    )
    waiting = li.follow(li.send(path, f"{path}/sign-up"))
    says(waiting, "wait-list and move up by yourself", "Number 1 on the wait-list")
    says(li.get("/me/activities"), "清洁家园", "Wait-list, number 1")
    says(wang.follow(wang.send(path, f"{path}/drop")), "Taken back")
    says(li.get("/me/activities"), "Signed up")
    ics = li.get("/me/activities.ics")
    assert ics.content_type == "text/calendar; charset=utf-8"
    assert "SUMMARY:清洁家园" in ics.text
    says(wang.get("/me/activities"), "You have signed up for nothing")
    assert place.guest().get("/me/activities.ics").status_code == 303


def test_a_ward_is_signed_up_by_name(place: Place) -> None:
    made = published(place.on, min_age=0)
    path = f"{C}/activities/{made.activity_id}"
    guardian = place.guest(place.on.guardian)
    guardian.get(path)
    answer = guardian.send(path, f"{path}/sign-up", person=place.on.child.person_id)
    says(guardian.follow(answer), "赵小宝：Signed up", "Take back for 赵小宝")
    bad = guardian.send(path, f"{path}/sign-up", person="someone")
    assert bad.status_code == 422
    says(place.guest(place.on.outsider).get(path), "Only members of this community")


def test_what_is_shut_says_why(place: Place) -> None:
    danger = published(place.on, "a", risk="dangerous")
    off = published(place.on, "b")
    wang = place.guest(place.on.wang)
    path = f"{C}/activities/{off.activity_id}"
    wang.follow(wang.send(path, f"{path}/sign-up"))
    cancel_activity(place.on.anna.caller(), COMMUNITY, off.activity_id, "大风", "cancel")
    says(wang.get(path), "Cancelled: 大风")
    says(wang.get("/me/activities"), "Cancelled: 大风")
    says(wang.get(f"{C}/activities/{danger.activity_id}"), "accident insurance", "Dangerous work")
    young = place.guest(place.on.minor)
    old = published(place.on, "c", min_age=18)
    says(young.get(f"{C}/activities/{old.activity_id}"), "From 18 years on")
    assert "Cancelled" not in text_of(young.get(f"{C}/activities"))


def test_changing_and_cancelling_by_forms(place: Place) -> None:
    starts = (SATURDAY_MS, SATURDAY_MS + 7 * DAY_MS)
    made = published(place.on, starts_at_ms=starts)
    anna, first = place.guest(place.on.anna), made.shift_ids[0]
    page = anna.follow(anna.send(f"{C}/shifts/{first}/change", time="14:00", place="西门"))
    says(page, "Whoever signed up sees it", "14:00–16:00", "西门", "it was:")
    bad = anna.send(f"{C}/shifts/{first}/change", time="25:00")
    assert bad.status_code == 400
    path = f"{C}/activities/{made.activity_id}"
    assert anna.send(f"{path}/cancel", reason="").status_code == 422
    page = anna.follow(anna.send(f"{path}/cancel", reason="大风预警", shift=first))
    says(page, "Whoever signed up reads the reason", "Cancelled: 大风预警", "0 of 3")
    ding = place.guest(place.on.ding)
    for inside in (f"{path}/manage", f"{path}/cancel", f"{C}/shifts/{first}/change"):
        assert ding.get(inside).status_code == 403
    says(anna.get(f"{C}/organise"), "西门", "Cancelled")


def test_a_pasted_list_is_matched_ticked_and_signed_up(place: Place) -> None:
    (shift,) = published(place.on).shift_ids
    anna = place.guest(place.on.anna)
    page = anna.send(f"{C}/shifts/{shift}/list", text="1.王小明\n2.李红+1\n3.路人")
    assert page.status_code == 200
    says(page, "王○○", "…02", "brings 1", "Not known")
    act = f"{C}/shifts/{shift}/list/sign-up"
    ticked = {"accounts": [place.on.wang.account, place.on.li.account]}
    answer = anna.post(act, data={**hidden(page, act), **ticked})
    says(answer, "The list is in", "2 people", "2 more are expected")
    says(anna.get(f"{C}/shifts/{shift}/people"), "Have a place: 2", "李○")
    refused = anna.send(f"{C}/shifts/{shift}/list", text="1.王\n" * 501)
    assert refused.status_code == 400
    says(refused, "At most 500 lines")
    bad = anna.post(act, data={**hidden(page, act), "accounts": "x"})
    assert bad.status_code == 422


def test_the_door_sees_who_comes_and_a_volunteer_does_not(place: Place) -> None:
    (shift,) = published(place.on, by="ding").shift_ids
    wang = place.guest(place.on.wang)
    assert wang.get(f"{C}/shifts/{shift}/people").status_code == 403
    says(place.guest(place.on.ding).get(f"{C}/shifts/{shift}/people"), "Nobody has signed up")
    assert place.guest(place.on.anna).get(f"{C}/shifts/{'0' * 32}/people").status_code == 404


def test_pictures_and_posters_carry_the_code_and_the_address(place: Place) -> None:
    made = published(place.on, title="<b>清洁</b>" + "家" * 20, place="广场" * 30, min_age=14)
    guest, path = place.guest(), f"{C}/activities/{made.activity_id}"
    for name in ("share", "share.svg", "poster"):
        page = guest.get(f"{path}/{name}")
        assert page.status_code == 200
        assert 'class="qr"' in page.text
        assert "<b>清洁" not in page.text
        assert "points.example" in page.text
    assert guest.get(f"{path}/share.svg").mimetype == "image/svg+xml"
    ics = guest.get(f"{path}/calendar.ics")
    assert f"URL:https://points.example{path}"[:60] in ics.text.replace("\r\n ", "")


def test_a_past_activity_still_has_its_page(place: Place, clock: FakeClock) -> None:
    made = published(place.on)
    clock.pass_ms(20 * DAY_MS)
    path = f"{C}/activities/{made.activity_id}"
    says(place.guest().get(path), "Over", "Sat 28 Nov")
    assert place.guest().get(f"{path}/poster").status_code == 200
    assert "清洁家园" not in text_of(place.guest().get(f"{C}/activities"))


def test_addresses_that_take_a_form_lead_one_step_up(place: Place) -> None:
    guest = place.guest()
    for path in ("/activities/a/sign-up", "/activities/a/undo", "/shifts/b/list/sign-up"):
        answer = guest.get(f"{C}{path}")
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            f"{C}{path}".rpartition("/")[0],
        )


def test_a_project_from_its_plan_to_its_end(place: Place) -> None:
    ding = place.guest(place.on.ding)
    plan = {
        "name": "银龄守护",
        "category": "elders",
        "starts_day": "2026-11-01",
        "ends_day": "2026-12-31",
        "grant": "36364",
        "own": "0.5",
        "person_times": "403",
    }
    assert ding.send(f"{C}/projects/new", **{**plan, "ends_day": "2026-10-01"}).status_code == 422
    page = ding.follow(ding.send(f"{C}/projects/new", **plan))
    says(page, "银龄守护", "36364.00 yuan", "0.50 yuan", "of 403", "39 days", "0, of which 0")
    venture = page.request.path.rpartition("/")[2]
    filled = {**FILLED, "when": "saturday", "project": venture}
    assert ding.send(f"{C}/publish", **filled).status_code == 303
    says(ding.get(f"{C}/projects/{venture}"), "1, of which 0 are over")
    wang = place.guest(place.on.wang)
    says(wang.get(f"{C}/projects"), "银龄守护", "Running")
    assert "End the project" not in wang.get(f"{C}/projects/{venture}").text
    page = ding.get(f"{C}/projects/{venture}")
    says(ding.follow(ding.send(page, f"{C}/projects/{venture}/end")), "The project has ended")
    says(ding.send(f"{C}/publish", **filled), "There is no such project here")
    says(place.guest(place.on.anna).get(f"{C}/projects"), "Ended")
    assert wang.get(f"{C}/projects/{'0' * 32}").status_code == 404
