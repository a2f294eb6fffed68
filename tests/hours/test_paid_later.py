"""Points that waited for the fund: once paid, one's hours say when, and by which entry."""

import pytest
from flask import Flask

from tests.hours.on_paper import record_on_paper
from tests.people.make import COMMUNITY, DAY_MS
from tests.people.visitor import Guest, text_of
from tests.people.wards import put_guardian
from tests.points.make import Scheme, entries, scheme
from tests.service.make import FakeClock
from volunteer_credit.hours.operations.own_view import OwnLine, own_hours
from volunteer_credit.hours.operations.recording import record_due
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
MINE = f"/me/hours/{COMMUNITY}"


@pytest.fixture
def here(app: Flask, clock: FakeClock) -> Scheme:
    assert app
    found = scheme(clock)
    found.adopt()
    return found


def test_a_line_says_what_is_true_now(here: Scheme, app: Flask) -> None:
    vera, guardian = here.member("韦拉"), here.town.add("妈妈")
    put_guardian(vera, guardian)
    here.clock.pass_ms(DAY_MS // 2)
    record_on_paper(here.town, here.clock, vera)
    here.go_to(here.clock.at_ms + 20 * DAY_MS)
    record_due("later")
    end_reading()

    def line() -> OwnLine:
        end_reading()
        (found,) = own_hours(vera.caller(), COMMUNITY).lines
        return found

    assert line().line.outcome == "deferred"
    assert (line().waiting_centipoints, line().paid_seq, line().paid_day) == (2000, 0, 0)
    own, family = Guest(app), Guest(app)
    own.be(vera)
    family.be(guardian)
    theirs = f"/me/family/{vera.person_id}/hours/{COMMUNITY}"
    for guest, page in ((own, MINE), (family, theirs)):
        assert "20 points wait for the fund" in text_of(guest.get(page))
    here.clock.pass_ms(DAY_MS)
    here.fund(30)
    (paid,) = entries("points.paid")
    day = day_of(here.clock.at_ms)
    assert (line().waiting_centipoints, line().paid_seq, line().paid_day) == (0, paid.seq, day)
    assert line().centipoints == 2000
    own.be(vera)  # a session lasts a day
    family.be(guardian)
    found = line().line
    one = f"/{found.sheet_id}/{found.position}"
    for guest, page in ((own, MINE), (family, theirs)):
        listed = text_of(guest.get(page))
        assert "wait for the fund" not in listed
        assert "20 points, paid on" in listed
        told = text_of(guest.get(page + one))
        assert f"entry {paid.seq}." in told
        assert "wait until" not in told
        assert "Points paid" in told
    (called,) = own.get(f"/api/v1/me/hours/{COMMUNITY}").get_json()["lines"]
    assert (called["paid_seq"], called["paid_day"], called["waiting_centipoints"]) == (
        paid.seq,
        day,
        0,
    )
    points = text_of(own.get(f"/me/points/{COMMUNITY}"))
    assert "Paid" in points
    assert "Deferred" not in points
    called = own.get(f"/api/v1/me/points/{COMMUNITY}").get_json()["lines"][0]
    assert (called["paid_seq"], called["waiting_centipoints"]) == (paid.seq, 0)
