"""Places, organisations, merges and scoped roles: what their pages do, and whom they refuse."""

import re

import pytest
from flask import Flask

from tests.people.counter import BASE, Desk, enrolled
from tests.people.make import COMMUNITY, Town
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.visitor import Guest, forms_of, text_of
from volunteer_credit.people.rules.roles import CITY
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
PLACES, BODIES = f"/c/{COMMUNITY}/places", f"/c/{COMMUNITY}/organisations"
APPROVAL = re.compile(r'href="(/c/[^"]+/approvals/\d+)"')


@pytest.fixture
def desk(app: Flask) -> Desk:
    with_cheap_pins()
    town = Town()
    wang = town.add("王小明")
    return Desk(app, town, wang, enrolled(app, town.anna), enrolled(app, town.bo))


def place(desk: Desk, page: str, name: str, **filled: str) -> str:
    """The page of a place that is added on a page."""
    listed = desk.staff.follow(desk.staff.send(page, PLACES, name=name, **filled))
    found = re.search(rf'href="({PLACES}/\w+)"[^>]*>(?:<[^>]*>)*{name}', listed.text)
    assert found is not None, text_of(listed)
    return found[1]


def test_places_are_added_renamed_and_removed(desk: Desk) -> None:
    assert desk.staff.send(PLACES, name="").status_code == 422
    grid = place(desk, PLACES, "一网格", kind="grid")
    estate = place(desk, PLACES, "金海湾", kind="estate")
    building = place(desk, estate, "3 号楼")
    unit = place(desk, building, "2 单元")
    assert "金海湾 · 3 号楼 · 2 单元" in text_of(desk.staff.get(unit))
    empty = desk.staff.send(estate, PLACES, name=" ")
    assert empty.status_code == 400
    assert "金海湾" in text_of(empty)
    in_grid = {"name": "金海湾小区", "grid": grid.rpartition("/")[2]}
    changed = desk.staff.follow(desk.staff.send(f"{estate}/change", **in_grid))
    assert "Estate · 一网格" in text_of(changed)
    assert "金海湾小区" in text_of(desk.staff.get(grid))
    held = desk.staff.send(f"{estate}/change", f"{estate}/remove")
    assert held.status_code == 409
    removed = desk.staff.send(f"{unit}/change", f"{unit}/remove")
    assert removed.headers["Location"] == f"{building}?done=removed"
    end_reading()
    assert desk.staff.get(unit).status_code == 404
    nowhere = desk.staff.send(estate, PLACES, parent="0" * 32, name="x")
    assert nowhere.status_code == 404


def test_a_member_is_entered_where_they_live(desk: Desk) -> None:
    page = f"{desk.page}/place"
    assert "No places yet" in text_of(desk.staff.get(page))
    estate = place(desk, PLACES, "金海湾", kind="estate").rpartition("/")[2]
    assert desk.staff.send(page, place="0" * 32).status_code == 404
    assert desk.staff.send(page, place=estate).status_code == 303
    assert f'<option value="{estate}" selected>' in desk.staff.get(page).text
    assert desk.staff.send(page, place="").status_code == 303
    assert "selected" not in desk.staff.get(page).text


def test_an_organisation_is_registered_and_looks_after_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, card = f"{BODIES}/new", give_card(desk.wang)
    filled = {"kind": "social_organisation", "name": "海棠助老社", "card": card}
    assert desk.staff.send(page, **{**filled, "kind": ""}).status_code == 422
    assert desk.staff.send(page, **{**filled, "card": "12345678"}).status_code == 400
    assert desk.staff.send(page, **filled, registration="1").status_code == 400
    group = {**filled, "kind": "group", "name": "楼道清洁组"}
    for each in (filled, group):
        listed = desk.staff.follow(desk.staff.send(page, **each))
        assert each["name"] in text_of(listed)
    assert "海棠" not in text_of(desk.staff.get(f"{BODIES}?name=楼道"))
    admin = enrolled(desk.app, desk.wang)
    body = re.search(r'href="(/me/organisations/\w+)"[^>]*>(?:<[^>]*>)*海棠', own(admin))
    assert body is not None
    chen = desk.town.add("陈秀英")
    taken_in = {"card": give_card(chen, value=7654321), "position": "coordinator"}
    assert admin.send(f"{body[1]}/add", **{**taken_in, "position": "king"}).status_code == 422
    shown = admin.follow(admin.send(f"{body[1]}/add", **taken_in))
    assert "陈○○" in text_of(shown)
    monkeypatch.setattr("volunteer_credit.people.pages.own_organisations.SHOWN_MAX", 1)
    assert "陈○○" not in text_of(admin.get(body[1])), "who looks after it comes first"
    assert f'href="{body[1]}?from=1"' in admin.get(body[1]).text
    assert "陈○○" in text_of(admin.get(f"{body[1]}?from=1"))
    monkeypatch.undo()
    member = f"{body[1]}/members/{chen.person_id}"
    assert admin.send(member, position="").status_code == 422
    assert admin.send(member, position="lead").status_code == 303
    assert "Lead of shifts" in text_of(admin.get(body[1]))
    last = admin.send(f"{body[1]}/members/{desk.wang.person_id}", position="out")
    assert "last administrator" in text_of(last)
    assert admin.get(f"{body[1]}/members/{'0' * 32}").status_code == 404
    renamed = admin.follow(admin.send(f"{body[1]}/name", name="海棠互助社"))
    assert "海棠互助社" in text_of(renamed)
    assert admin.send(f"{body[1]}/name", name="x").status_code == 400
    leaver = Guest(desk.app)
    leaver.sign_in(taken_in["card"])
    assert "陈○○" not in text_of(leaver.get(body[1]))
    assert leaver.get(f"{body[1]}/members/{desk.wang.person_id}").status_code == 404
    assert leaver.send(body[1], f"{body[1]}/leave").status_code == 303
    end_reading()
    assert leaver.get(body[1]).status_code == 404
    assert admin.send(f"{body[1]}/end").status_code == 422
    assert admin.send(f"{body[1]}/end", sure="yes").status_code == 303
    end_reading()
    assert admin.get(body[1]).status_code == 404


def own(guest: Guest) -> str:
    end_reading()
    return guest.get("/me/organisations").text


def test_an_administrator_lets_a_member_go_but_not_by_card(desk: Desk) -> None:
    card = give_card(desk.wang)
    filled = {"kind": "unit", "name": "税务局", "card": card}
    assert desk.staff.send(f"{BODIES}/new", **filled).status_code == 303
    guest = Guest(desk.app)
    guest.sign_in(card)
    body = re.search(r'href="(/me/organisations/\w+)"', own(guest))
    assert body is not None
    assert "managed after signing in" in text_of(guest.get(body[1]))
    chen = desk.town.add("陈秀英")
    admin = enrolled(desk.app, desk.wang)
    new = {"card": give_card(chen, value=7654321), "position": "member"}
    for path in ("/add", "/name", "/end"):
        assert guest.get(f"{body[1]}{path}").status_code == 404
    token = forms_of(guest.get("/me/change"))[0].fields
    sent = {name: token[name] for name in ("_csrf", "_key")} | new
    assert guest.post(f"{body[1]}/add", data=sent).status_code == 403
    assert admin.send(f"{body[1]}/add", **new).status_code == 303
    gone = admin.send(f"{body[1]}/members/{chen.person_id}", position="out")
    assert "陈" not in text_of(admin.follow(gone))


def test_the_city_registers_bodies_too(desk: Desk) -> None:
    admin = enrolled(desk.app, desk.town.city[0])
    page = f"/c/{CITY}/organisations"
    filled = {"kind": "school", "name": "第二中学", "card": give_card(desk.wang)}
    assert "Group of the community" not in text_of(admin.get(f"{page}/new"))
    listed = admin.follow(admin.send(f"{page}/new", **filled))
    body = re.search(r'href="(/me/organisations/\w+)"', listed.text)
    assert body is not None
    assert admin.send(f"{body[1]}/name", name="第二中学校").status_code == 303
    assert "王" not in text_of(admin.get(body[1])), "the city does not see who belongs to it"


def duplicate(desk: Desk) -> tuple[str, str]:
    """The page on which Wang's record stays, and the card of the other."""
    other = desk.town.add("王小明 二")
    return f"{desk.page}/merge", give_card(other)


def test_two_records_are_seen_proposed_and_made_one(desk: Desk) -> None:
    page, card = duplicate(desk)
    assert desk.staff.send(page, other="12345678").status_code == 400
    assert desk.staff.send(page, other="0" * 32).status_code == 404
    itself = text_of(desk.staff.send(page, other=desk.wang.account))
    assert "can&#39;t be one person" in itself
    seen = desk.staff.send(page, other=card)
    assert "stays as it is" in text_of(seen)
    assert desk.wang.phone not in text_of(seen)
    assert desk.staff.send(seen, f"{page}/propose").status_code == 422
    listed = desk.staff.follow(desk.staff.send(seen, f"{page}/propose", sure="yes"))
    one = APPROVAL.search(listed.text)
    assert one is not None
    asked = text_of(desk.supervisor.get(one[1]))
    assert "Two records are one person" in asked
    assert f"王○○ {desk.wang.account[:8]}" in asked
    assert desk.supervisor.send(one[1]).status_code == 303
    end_reading()
    assert (
        desk.staff.get(f"{BASE}/person/{desk.town.add('王小明 三').person_id}").status_code == 200
    )
    guest = Guest(desk.app)
    guest.sign_in(card)
    assert desk.wang.phone in text_of(guest.get("/me")), "both cards open the one record"


def test_a_merge_that_is_ended_can_be_asked_for_again(desk: Desk) -> None:
    page, card = duplicate(desk)
    for _ in range(2):
        seen = desk.staff.send(page, other=card)
        listed = desk.staff.follow(desk.staff.send(seen, f"{page}/propose", sure="yes"))
        one = APPROVAL.search(listed.text)
        assert one is not None
        ended = desk.staff.send(one[1], f"{one[1]}/withdraw", reason="mistaken")
        assert ended.status_code == 303
        end_reading()
    zhou = desk.town.add("周")
    third = desk.staff.send(page, other=give_card(zhou, value=7654321))
    answer = desk.staff.send(third, f"{page}/propose", sure="yes")
    assert answer.status_code == 303, text_of(answer)


def test_a_supervisor_proposes_no_merge_at_the_desk(desk: Desk) -> None:
    page, _card = duplicate(desk)
    assert desk.supervisor.get(page).status_code == 404


def test_a_role_for_one_grid_or_one_shop(desk: Desk) -> None:
    page = f"{desk.page}/role"
    assert "Grid worker" not in text_of(desk.staff.get(page)), "before there is a grid"
    grid = place(desk, PLACES, "一网格", kind="grid").rpartition("/")[2]
    assert "Choose the grid" in text_of(desk.staff.send(page, role="grid_worker"))
    unknown = desk.staff.send(page, role="grid_worker", grid="0" * 32)
    assert unknown.status_code == 422
    assert "shop" in text_of(desk.staff.send(page, role="cashier"))
    assert desk.staff.send(page, role="cashier", merchant="a:b").status_code == 422
    listed = desk.staff.follow(desk.staff.send(page, role="grid_worker", grid=grid))
    one = APPROVAL.search(listed.text)
    assert one is not None
    assert "Only for 一网格" in text_of(desk.supervisor.get(one[1]))
    assert desk.supervisor.send(one[1]).status_code == 303
    assert "Grid worker (一网格)" in text_of(desk.staff.get(page))
    assert desk.staff.send(page, role="cashier", merchant="5" * 32).status_code == 303
