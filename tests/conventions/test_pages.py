"""The convention's pages and calls: read by everybody, signed by members, registered by staff."""

import json

import pytest
from flask import Flask

from tests.conventions.adopting import adopt, adoption, day_of
from tests.people.make import COMMUNITY, DAY_MS, Town
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.visitor import Guest, text_of
from tests.service.make import FakeClock
from volunteer_credit.conventions.queries.contracts import has_signed
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.json_schema import json_schema
from volunteer_credit.conventions.rules.reading import plain
from volunteer_credit.people.queries.approvals import open_in
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
PAGE, NEW, MINE = (
    f"/c/{COMMUNITY}/convention",
    f"/c/{COMMUNITY}/conventions/new",
    f"/me/contract/{COMMUNITY}",
)
TEN = templates()["ten_an_hour"]


@pytest.fixture
def town(app: Flask) -> Town:
    with_cheap_pins()
    return Town(COMMUNITY)


def test_without_one_the_page_says_hours_only(town: Town, app: Flask) -> None:
    guest = Guest(app)
    assert "No convention yet" in text_of(guest.get(PAGE))
    assert guest.get("/c/nowhere-01/convention").status_code == 404
    assert guest.get(f"{PAGE}/{'0' * 64}").status_code == 404
    answer = guest.get(f"/api/v1/communities/{COMMUNITY}/convention").get_json()
    assert (answer["name"], answer["document"], answer["versions"]) == (None, None, [])


def test_everybody_reads_clauses_and_arithmetic(town: Town, app: Flask, clock: FakeClock) -> None:
    name = adopt(town, clock)
    text = text_of(Guest(app).get(PAGE))
    assert "10 points an hour" in text
    assert "at most 80 points each day" in text
    assert TEN.clauses[0].text.en in text
    assert name in text
    assert "1001 · 501 · 251" in text
    answer = Guest(app).get(f"/api/v1/communities/{COMMUNITY}/convention").get_json()
    assert answer["document"] == plain(TEN)
    assert Guest(app).get("/api/v1/convention-schema").get_json() == json_schema(Convention)


def test_a_member_signs_and_leaves_with_one_tap_each(
    town: Town, app: Flask, clock: FakeClock
) -> None:
    wang = town.add("王小明")
    guest = Guest(app)
    guest.sign_in(give_card(wang))
    end_reading()
    assert "nothing to sign" in text_of(guest.get(MINE))
    adopt(town, clock)
    guest = Guest(app)
    guest.sign_in(give_card(wang, value=7654321))
    answer = guest.follow(guest.send(MINE, name="sign"))
    assert "You take part in the points since" in text_of(answer)
    assert has_signed(db.session, COMMUNITY, wang.account)
    refused = guest.send(MINE, name="sign")
    assert refused.status_code == 409
    guest.follow(guest.send(MINE, name="leave"))
    assert not has_signed(db.session, COMMUNITY, wang.account)


def test_the_form_previews_proposes_and_says_what_is_wrong(
    town: Town, app: Flask, clock: FakeClock
) -> None:
    guest = Guest(app)
    guest.be(town.anna)
    filled = {
        "template": "haibei",
        "effective_day": str(day_of(clock.at_ms + DAY_MS)),
        "assembly": "residents_meeting",
        "eligible": "1001",
        "present": "501",
        "in_favour": "251",
        "called_day": "20260501",
        "decided_day": "20260601",
        "filed_with": "subdistrict",
        "filed_day": "20260605",
    }
    preview = guest.send(NEW, **filled, act="preview")
    assert "0 to 20 h: 1 points an hour" in text_of(preview)
    refused = guest.send(NEW, **{**filled, "present": "500"})
    assert refused.status_code == 422
    assert "500" in text_of(refused)
    broken = guest.send(NEW, **filled, document="{")
    assert broken.status_code in (400, 422)
    end_reading()
    assert open_in(db.session, COMMUNITY) == []
    answer = guest.follow(guest.send(NEW, **filled))
    assert "A resident convention" in text_of(answer)
    (waiting,) = open_in(db.session, COMMUNITY)
    page = text_of(guest.get(f"/c/{COMMUNITY}/approvals/{waiting.seq}"))
    assert "the bands of Haibei" in page


def test_a_version_is_proposed_by_a_call(town: Town, app: Flask, clock: FakeClock) -> None:
    guest = Guest(app)
    guest.be(town.anna)
    body = {
        "convention": plain(TEN),
        "adoption": plain(adoption(TEN, day_of(clock.at_ms + DAY_MS), 20260601)),
    }
    path = f"/api/v1/communities/{COMMUNITY}/conventions"
    answer = guest.call("POST", path, body)
    assert answer.status_code == 201, answer.text
    assert answer.get_json()["warnings"] == []
    body["convention"]["detailed_rules"]["caps"][0]["centipoints"] = -1
    refused = guest.call("POST", path, body)
    assert refused.get_json()["code"] == "convention_negative_points", json.dumps(refused.json)
