"""Visits at home, confirmed by PIN, tap or call; and rounds past at least two places."""

import pytest
from flask import Flask

from tests.checkins.make import (
    MINUTE_MS,
    change_shift,
    flags_of,
    page,
    put_shift,
    sign_up,
    tap,
)
from tests.people.make import COMMUNITY, OTHER, Resident, Town
from tests.people.sign_in_make import PIN, WRONG_PIN, give_card, with_cheap_pins
from tests.service.make import FakeClock
from volunteer_credit.checkins.operations.closing import Counted, close_shift
from volunteer_credit.checkins.operations.keys import place_key
from volunteer_credit.checkins.operations.lead_view import visits_to_call
from volunteer_credit.checkins.operations.offers import offered_visit
from volunteer_credit.checkins.operations.own_scans import Typed, scan
from volunteer_credit.checkins.operations.reading import scanned
from volunteer_credit.checkins.operations.sites import (
    POINTS_MAX,
    add_point,
    end_point,
    points_of,
    poster_of,
)
from volunteer_credit.checkins.operations.visits import answer_visit, call_back, own_visits
from volunteer_credit.checkins.queries.presences import presence
from volunteer_credit.checkins.queries.scans import served_of
from volunteer_credit.checkins.rules.errors import (
    NoDoorsError,
    SelfVisitError,
    SitesManyError,
    SiteUnknownError,
    VisitUnknownError,
)
from volunteer_credit.checkins.rules.reasons import Outcome
from volunteer_credit.checkins.rules.venue_codes import poster_code
from volunteer_credit.hours.queries.sheets import lines_of
from volunteer_credit.people.rules.card_errors import CardUnknownError
from volunteer_credit.people.rules.card_numbers import card_number
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def town(app: Flask) -> Town:
    with_cheap_pins()
    return Town(COMMUNITY, OTHER)


@pytest.fixture
def wang(town: Town) -> Resident:
    return town.add("王小明")


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈秀英")


@pytest.fixture
def card(chen: Resident) -> str:
    return give_card(chen)


@pytest.fixture
def visit(town: Town, wang: Resident) -> str:
    made = put_shift(town.anna, "visit", kind="visit")
    sign_up(made, wang)
    return made


def at_home(wang: Resident, card: str, pin: str = "") -> Outcome:
    """Scan the card in somebody's home, and tap."""
    end_reading()
    ticket = offered_visit(wang.caller(), card).offers[0].ticket
    found = scan(wang.caller(), ticket, Typed(pin=pin))
    end_reading()
    return found


def how(seq: int) -> str:
    return served_of(db.session, COMMUNITY, [(1, seq)])[1, seq][1]


def test_a_visit_begins_and_ends_with_the_resident_s_card_and_their_pin(
    wang: Resident, card: str, visit: str, clock: FakeClock
) -> None:
    first = at_home(wang, card)
    assert (first.reason, how(first.seq)) == ("in", "")
    found = presence(db.session, COMMUNITY, first.seq)
    assert found is not None
    assert (found.tier, found.how, found.flags) == (2, "visit", "")
    clock.pass_ms(45 * MINUTE_MS)
    last = at_home(wang, card, PIN)
    assert (last.reason, last.seq, how(first.seq)) == ("out", first.seq, "pin")


def test_a_wrong_pin_ends_the_visit_unconfirmed_and_cannot_be_guessed(
    town: Town, wang: Resident, card: str, visit: str, clock: FakeClock
) -> None:
    seq = at_home(wang, card).seq
    clock.pass_ms(45 * MINUTE_MS)
    assert at_home(wang, card, WRONG_PIN).reason == "out"
    assert how(seq) == ""
    closed = close_shift(town.anna.caller(), COMMUNITY, visit, Counted(1), "close")
    end_reading()
    (line,) = lines_of(db.session, COMMUNITY, closed.sheet_id)
    assert "unconfirmed_visit" in line.flags
    change_shift(visit, state="open")
    again = put_shift(town.anna, "again", kind="visit")
    sign_up(again, wang)
    ticket = offered_visit(wang.caller(), card).offers[-1]
    assert ticket.shift.shift_id == again
    for index in range(4):
        assert at_home_of(wang, card, again, index).status == "ok"
        clock.pass_ms(2 * MINUTE_MS)
        at_home_of(wang, card, again, index + 10, pin=WRONG_PIN)
        clock.pass_ms(2 * MINUTE_MS)
    last = at_home_of(wang, card, again, 50)
    clock.pass_ms(2 * MINUTE_MS)
    # Not 429: that kept a volunteer at a resident's door who had done nothing wrong.
    out = at_home_of(wang, card, again, 51, pin=PIN)
    assert (out.status, out.reason, how(last.seq)) == ("ok", "out_unconfirmed", "")
    closed = close_shift(town.anna.caller(), COMMUNITY, again, Counted(1), "close again")
    end_reading()
    lines = {each.started_seq: each for each in lines_of(db.session, COMMUNITY, closed.sheet_id)}
    assert "unconfirmed_visit" in lines[last.seq].flags


def at_home_of(wang: Resident, card: str, shift: str, index: int, pin: str = "") -> Outcome:
    end_reading()
    found = [
        each for each in offered_visit(wang.caller(), card).offers if each.shift.shift_id == shift
    ]
    assert found, index
    outcome = scan(wang.caller(), found[0].ticket, Typed(pin=pin))
    end_reading()
    return outcome


def test_a_resident_confirms_on_their_own_phone_or_says_that_nobody_came(
    wang: Resident, chen: Resident, card: str, visit: str, clock: FakeClock
) -> None:
    seq = at_home(wang, card).seq
    clock.pass_ms(45 * MINUTE_MS)
    at_home(wang, card)
    (own,) = own_visits(chen.caller())
    assert (own.visit.started_seq, own.visit.served) == (seq, chen.account)
    assert own_visits(wang.caller()) == []
    with pytest.raises(VisitUnknownError):
        answer_visit(wang.caller(), COMMUNITY, seq, "theirs", was_there=True)
    with pytest.raises(VisitUnknownError):
        answer_visit(chen.caller(), COMMUNITY, 999, "none", was_there=True)
    answer_visit(chen.caller(), COMMUNITY, seq, "yes", was_there=True)
    answer_visit(chen.caller(), COMMUNITY, seq, "yes", was_there=True)
    end_reading()
    assert how(seq) == "tap"
    assert own_visits(chen.caller()) == []
    with pytest.raises(VisitUnknownError):
        answer_visit(chen.caller(), COMMUNITY, seq, "no", was_there=False)


def test_staff_calls_back_and_nobody_confirms_their_own_visit(
    town: Town, wang: Resident, card: str, visit: str
) -> None:
    seq = at_home(wang, card).seq
    own = at_home(town.anna, card).seq
    staff = town.anna.caller()
    ((resident, volunteer, waiting, shift),) = visits_to_call(staff, COMMUNITY)
    assert (resident[0], volunteer[0], waiting.started_seq) == ("陈", "王", seq)
    assert shift.shift_id == visit
    with pytest.raises(VisitUnknownError):
        call_back(staff, COMMUNITY, own, "own", was_there=True)
    call_back(staff, COMMUNITY, seq, "call", was_there=False)
    end_reading()
    assert how(seq) == "no"
    with pytest.raises(NoDoorsError):
        visits_to_call(wang.caller(), OTHER)


def test_whose_card_and_when_a_visit_is_none(
    town: Town, wang: Resident, chen: Resident, card: str
) -> None:
    own = give_card(wang, value=7654321)
    with pytest.raises(SelfVisitError):
        offered_visit(wang.caller(), own)
    with pytest.raises(CardUnknownError):
        offered_visit(wang.caller(), card_number(42))
    assert offered_visit(wang.caller(), card).reason == "not_open"
    put_shift(town.anna, "evening", kind="visit", starts_in=600)
    off = put_shift(town.anna, "off", kind="visit", state="cancelled")
    end_reading()
    assert offered_visit(wang.caller(), card).reason == "not_open"
    change_shift(off, state="open")
    offer = offered_visit(wang.caller(), card).offers[0]
    change_shift(off, state="cancelled")
    assert scan(wang.caller(), offer.ticket).reason == "cancelled"
    nobody = town.add("无社区", communities=[])
    with pytest.raises(CardUnknownError):
        offered_visit(nobody.caller(community=""), card)


def point(town: Town, shift: str, name: str) -> str:
    """The poster of a new point of a round."""
    site = add_point(town.anna.caller(), COMMUNITY, shift, name, f"point {len(name)} {shift}")
    end_reading()
    return poster_code(place_key(db.session, COMMUNITY, site), site)


def test_a_round_passes_at_least_two_places(town: Town, wang: Resident, clock: FakeClock) -> None:
    shift = put_shift(town.anna, "round", kind="round", sites=3)
    sign_up(shift, wang)
    north, south = point(town, shift, "北门"), point(town, shift, "南门岗")
    first = tap(wang, north)
    assert first.reason == "in"
    clock.pass_ms(10 * MINUTE_MS)
    assert [each.act for each in page(wang, south).offers] == ["seen", "out"]
    assert tap(wang, south).reason == "seen"
    clock.pass_ms(10 * MINUTE_MS)
    assert tap(wang, north, 1).reason == "out"
    found = presence(db.session, COMMUNITY, first.seq)
    assert found is not None
    assert (found.tier, found.minutes, len(found.sites.split()), found.flags) == (3, 20, 2, "")
    clock.pass_ms(10 * MINUTE_MS)
    short = tap(wang, north).seq
    clock.pass_ms(MINUTE_MS)
    tap(wang, north, 1)
    assert flags_of(short) == ("few_sites", "returned")


def test_points_are_made_printed_and_ended_by_their_lead(town: Town, wang: Resident) -> None:
    shift, staff = put_shift(town.anna, "round", kind="round"), town.anna.caller()
    poster = point(town, shift, "北门")
    (made,) = points_of(staff, COMMUNITY, shift)
    assert poster_of(staff, COMMUNITY, shift, made.site) == (made, poster)
    assert add_point(staff, COMMUNITY, shift, "北门", "same name") == made.site
    end_point(staff, COMMUNITY, shift, made.site, "end")
    end_reading()
    assert points_of(staff, COMMUNITY, shift) == []
    assert scanned(db.session, poster).reason == "invalid"
    with pytest.raises(SiteUnknownError):
        poster_of(staff, COMMUNITY, shift, made.site)
    with pytest.raises(SiteUnknownError):
        end_point(staff, COMMUNITY, shift, "0" * 8, "none")
    for index in range(POINTS_MAX):
        add_point(staff, COMMUNITY, shift, f"点 {index}", f"many {index}")
    with pytest.raises(SitesManyError):
        add_point(staff, COMMUNITY, shift, "再一个", "too many")
