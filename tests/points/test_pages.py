"""One's own points on pages and by call: the number, what comes, what expires, every line."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Resident, Town
from tests.people.visitor import Guest, text_of
from tests.points.make import HOUR, Scheme, entries
from tests.points.spending import hold
from tests.publication.make import publish
from tests.service.make import FakeClock
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.points.operations import own_points
from volunteer_credit.points.operations.estimating import Estimate, estimate
from volunteer_credit.points.queries import pending
from volunteer_credit.points.queries.pending import Pending, register_pending
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
ALL, PAGE = "/me/points", f"/me/points/{COMMUNITY}"


@pytest.fixture
def here(app: Flask, clock: FakeClock) -> Scheme:
    assert app
    return Scheme(Town(), clock)


def guest_of(app: Flask, who: Resident) -> Guest:
    end_reading()
    guest = Guest(app)
    guest.be(who)
    end_reading()
    return guest


def test_without_a_convention_the_page_says_that_hours_count(here: Scheme, app: Flask) -> None:
    who = here.member("王", signed=False)
    seq, _ = here.record(who, HOUR)
    guest = guest_of(app, who)
    text = text_of(guest.get(PAGE))
    assert "You take no part in the points" in text
    assert "No points" in text
    end_reading()
    text = text_of(guest.get(f"{PAGE}/line/1/{seq + 1}"))
    assert "no convention on that day" in text
    assert "No rule was applied" in text


def test_every_line_is_explained_down_to_the_entry(here: Scheme, app: Flask) -> None:
    name = here.adopt()
    here.fund(1000)
    who, other = here.member("王"), here.member("李")
    record, outcome = here.record(who, 125)
    hold(here, who, 500)
    guest = guest_of(app, who)
    text = text_of(guest.get(PAGE))
    assert "To spend 15 points" in text
    assert "5 points are held" in text
    assert "20 points expire at the end of November 2028" in text
    line = f"{PAGE}/line/1/{outcome.seq}"
    assert line in guest.get(PAGE).get_data(as_text=True)
    end_reading()
    answer = guest.get(line)
    text = text_of(answer)
    assert "125 min × 1 = 125 weighted min" in text
    assert "0 → 125 min in all; worth 20 5/6 points, rounded down in steps of 1; 20 points" in text
    assert "0 → 20 points before the cap" in text
    assert f"Entry in the book {outcome.seq}" in text
    assert f"Entry of the hours {record}" in text
    assert f"/c/{COMMUNITY}/convention/{name}#clause-hours_points" in answer.get_data(as_text=True)
    end_reading()
    publish(CITY, COMMUNITY)
    receipt = guest.get(f"/book/{COMMUNITY}/receipt?seq={outcome.seq}&book=1")
    assert receipt.status_code == 200
    end_reading()
    assert guest_of(app, other).get(line).status_code == 404


def test_a_correction_and_its_rest_are_told(here: Scheme, app: Flask) -> None:
    here.adopt()
    here.fund(1000)
    who = here.member("王")
    record, _ = here.record(who, 2 * HOUR)
    hold(here, who, 1500)
    outcome = here.correct(record, 0)
    guest = guest_of(app, who)
    text = text_of(guest.get(f"{PAGE}/line/1/{outcome.seq}"))
    assert "corrected from 2 h 00 to 0 h 00" in text
    assert "15 points of it moved nothing" in text
    assert "120 → 0 min in all" in text


def test_deferred_lines_say_so_and_why(here: Scheme, app: Flask) -> None:
    here.adopt()
    who = here.member("王")
    here.record(who, 2 * HOUR)
    guest = guest_of(app, who)
    answer = guest.get(f"{PAGE}?lang=zh")
    text = text_of(answer)
    assert "20 分待拨付：基金暂时不足" in text
    assert "待拨付" in text
    end_reading()
    seq = entries("points.deferred")[0].seq
    text = text_of(guest.get(f"{PAGE}/line/1/{seq}?lang=en"))
    assert "Deferred: the fund is short for now. 20 points" in text
    here.fund(20)
    text = text_of(guest.get(f"{PAGE}/line/1/{seq}"))
    assert "Paid" in text
    assert f"entry {entries('points.paid')[0].seq}" in text


def test_all_communities_are_added_up(here: Scheme, app: Flask) -> None:
    here.adopt()
    here.fund(100)
    who = here.member("王")
    here.record(who, HOUR)
    guest = guest_of(app, who)
    assert "In all 10 points" in text_of(guest.get(ALL))
    assert guest.call("GET", "/api/v1/me/points").get_json() == [
        {
            "community_id": COMMUNITY,
            "name": f"社区 {COMMUNITY}",
            "available": 1000,
            "held": 0,
        }
    ]
    end_reading()
    nobody = guest_of(app, here.town.city[0])
    assert "You belong to no community" in text_of(nobody.get(ALL))
    assert nobody.get(PAGE).status_code in (403, 404)
    with pytest.raises(own_points.LineMissingError):
        own_points.own_points(db.session, COMMUNITY, here.town.city[0].person_id)
    with pytest.raises(own_points.LineMissingError):
        own_points.own_line(db.session, COMMUNITY, here.town.city[0].person_id, 1, 0)


def test_the_call_gives_what_the_page_says(here: Scheme, app: Flask) -> None:
    name = here.adopt()
    here.fund(100)
    who = here.member("王")
    record, outcome = here.record(who, HOUR)
    found = guest_of(app, who).call("GET", f"/api/v1{PAGE}").get_json()
    assert (found["is_signed"], found["coming"]) == (True, [])
    assert found["months"] == [{"fund": "main", "month": 202811, "posted": 1000, "available": 1000}]
    (line,) = found["lines"]
    assert line["seq"] == outcome.seq
    assert line["record_seq"] == record
    assert line["convention"] == name
    assert len(line["steps"]) == 3
    assert line["receipt"].startswith(f"/api/v1/books/{COMMUNITY}/entries/{outcome.seq}/")


def test_older_lines_are_on_their_own_page(
    here: Scheme, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.adopt()
    here.fund(100)
    who = here.member("王")
    for _ in range(3):
        here.record(who, HOUR)
        here.clock.pass_ms(60_000)
    monkeypatch.setattr("volunteer_credit.points.pages.points.SHOWN_MAX", 3)
    guest = guest_of(app, who)
    answer = guest.get(PAGE).get_data(as_text=True)
    assert "Older ones" in answer
    end_reading()
    before = answer.partition('href="?before=')[2].partition('"')[0]
    text = text_of(guest.get(f"{PAGE}?before={before}"))
    assert "Nothing here yet" in text
    assert "To spend" not in text


def test_hours_in_notice_are_on_the_way(
    here: Scheme, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.adopt()
    who = here.member("王")
    monkeypatch.setattr(pending, "_told", [])
    register_pending(
        lambda _reader, _community, account: (
            [
                Pending(9, here.today(), here.today(), 125, 2000, "扫楼道"),
                Pending(8, here.today(), here.today(), 60, 1000),
            ]
            if account == who.account
            else []
        )
    )
    text = text_of(guest_of(app, who).get(PAGE))
    assert "about 30 points" in text
    assert "扫楼道 2 h 05" in text
    assert pending.pending(db.session, COMMUNITY, "0" * 32) == []


def test_an_estimate_is_what_will_come_and_writes_nothing(here: Scheme) -> None:
    who, other = here.member("王", signed=False), here.member("李", signed=False)

    def ask(minutes: int, *, coefficient: str = "", planned: int = 0) -> Estimate | None:
        found = estimate(
            db.session,
            COMMUNITY,
            who.account,
            here.today(),
            here.category,
            coefficient,
            minutes,
            planned,
        )
        end_reading()
        return found

    assert ask(60) is None
    here.adopt()
    here.fund(1000)
    assert ask(60) == Estimate(0, "hours_points", "main", "not_signed")
    signed = here.member("陈")
    who = signed
    before = len(entries())
    assert ask(125) == Estimate(2000, "hours_points", "main", "")
    assert ask(60, coefficient="unheard") == Estimate(0, reason="no_coefficient")
    assert ask(10, planned=60) == Estimate(0, "hours_points", "main", "presence_short")
    assert len(entries()) == before
    here.record(signed, 7 * HOUR)
    assert ask(2 * HOUR) == Estimate(1000, "hours_points", "main", "")
    assert here.record(signed, 2 * HOUR)[1].centipoints == 1000
    assert here.record(other, HOUR)[1].reason == "not_signed"
