"""The fund's page and calls: read by members, changed by two of the desk."""

import pytest
from flask import Flask

from tests.conventions.adopting import adopt
from tests.fund.make import SPONSOR, change_fund
from tests.people.make import COMMUNITY, Resident, Town
from tests.people.visitor import Guest, text_of
from tests.service.make import FakeClock
from volunteer_credit.fund.queries import waiting
from volunteer_credit.fund.queries.waiting import deferred, register_deferred
from volunteer_credit.people.queries.approvals import open_in
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
PAGE, CHANGE = f"/c/{COMMUNITY}/fund", f"/c/{COMMUNITY}/fund/change"
API = f"/api/v1/communities/{COMMUNITY}/fund"


@pytest.fixture
def town(app: Flask) -> Town:
    assert app
    return Town()


def guest_of(app: Flask, who: Resident) -> Guest:
    """A browser of somebody."""
    end_reading()
    guest = Guest(app)
    guest.be(who)
    end_reading()
    return guest


def member(app: Flask, town: Town) -> Guest:
    return guest_of(app, town.add("王小明"))


def test_without_a_convention_there_is_no_fund(town: Town, app: Flask) -> None:
    text = text_of(member(app, town).get(PAGE))
    assert "No fund yet" in text
    assert "Nothing was given yet" in text


def test_members_see_every_change_and_cannot_make_one(
    town: Town, app: Flask, clock: FakeClock
) -> None:
    adopt(town, clock)
    seq = change_fund(town, 1000, yuan=300)
    change_fund(town, 250, is_back=True)
    guest = member(app, town)
    answer = guest.get(PAGE)
    text = text_of(answer)
    assert "750" in text
    assert SPONSOR.name in text
    assert f"entry {seq}" in text
    assert "-250 points" in text
    assert "300.00 yuan" in text
    assert "<svg" in answer.get_data(as_text=True)
    assert "Raise the fund" not in text
    assert guest.get(CHANGE).status_code == 403
    found = guest.get(API).get_json()
    assert found["funds"][0]["available"] == 75_000
    assert [each["centipoints"] for each in found["changes"]] == [-25_000, 100_000]


def test_the_desk_proposes_by_form_and_by_call(town: Town, app: Flask, clock: FakeClock) -> None:
    adopt(town, clock)
    guest = guest_of(app, town.anna)
    filled = {"points": "12.5", "yuan": "", "sponsor_name": "民政局", "reason": "grant"}
    for wrong in ({"points": "many"}, {"points": ""}, {"sponsor_name": ""}, {"reason": "x"}):
        answer = guest.send(CHANGE, **{**filled, **wrong})
        assert answer.status_code in (400, 422), wrong
        assert "look at this again" in text_of(answer)
        end_reading()
    answer = guest.follow(guest.send(CHANGE, **filled))
    assert "Proposed" in text_of(answer)
    end_reading()
    (waiting,) = open_in(db.session, COMMUNITY)
    assert waiting.name == "fund.budget"
    end_reading()
    text = text_of(guest.get(f"/c/{COMMUNITY}/approvals/{waiting.seq}"))
    assert "12.5 points" in text
    end_reading()
    body = {"fund": "main", "centipoints": 500, "reason": "donation", "sponsor_name": "民政局"}
    answer = guest.call("POST", f"{API}/budgets", body)
    assert answer.status_code == 201, answer.get_json()
    end_reading()
    assert len(open_in(db.session, COMMUNITY)) == 2


def test_the_page_says_what_waits(
    town: Town, app: Flask, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt(town, clock)
    change_fund(town, 10)
    monkeypatch.setattr(waiting, "_told", [])
    register_deferred(lambda _reader, community: {"main": 700} if community == COMMUNITY else {})
    assert deferred(db.session, COMMUNITY) == {"main": 700}
    end_reading()
    assert "7 points of recorded service wait" in text_of(member(app, town).get(PAGE))
