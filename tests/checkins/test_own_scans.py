"""A volunteer's own scan: once, by a code that is fresh and ours; all else is flagged, or kept."""

import dataclasses

import pytest
from flask import Flask

from tests.checkins.make import (
    MINUTE_MS,
    change_shift,
    code,
    flags_of,
    on_phone,
    open_door,
    page,
    poster,
    put_shift,
    residents,
    sign_up,
    tap,
)
from tests.people.make import COMMUNITY, DAY_MS, OPERATOR, OTHER, Resident, Town, number
from tests.people.wards import put_city, put_guardian
from tests.service.make import FakeClock
from volunteer_credit.checkins.operations.codes import shown_door
from volunteer_credit.checkins.operations.doors import turn_door
from volunteer_credit.checkins.operations.keys import ticket_key
from volunteer_credit.checkins.operations.own_scans import Typed, scan
from volunteer_credit.checkins.operations.reading import exchange, exchanged, scanned
from volunteer_credit.checkins.queries.doors import door_of
from volunteer_credit.checkins.queries.presences import presence, presences_of
from volunteer_credit.checkins.queries.scans import reasons_of, scans_of
from volunteer_credit.checkins.rules.tickets import TicketError, read_ticket
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.models.privacy import ConsentRow
from volunteer_credit.people.rules.authority_errors import NotSignedInError
from volunteer_credit.projects.models.activities import SignUpRow
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.limits import TooManyError

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


@pytest.fixture
def wang(town: Town) -> Resident:
    return town.add("王小明", birth_day="19800101")


@pytest.fixture
def shift(town: Town, wang: Resident) -> str:
    made = put_shift(town.anna)
    sign_up(made, wang)
    open_door(town.anna, made)
    return made


def test_in_and_out_by_the_same_door(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    first = tap(wang, code(town.anna, shift))
    assert (first.reason, first.status) == ("in", "ok")
    clock.pass_ms(125 * MINUTE_MS)
    last = tap(wang, code(town.anna, shift))
    assert (last.reason, last.seq) == ("out", first.seq)
    found = presence(db.session, COMMUNITY, first.seq)
    assert found is not None
    assert (found.minutes, found.tier, found.how, found.flags) == (125, 1, "door", "")


def test_a_code_of_61_seconds_ago_opens_nothing(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    shown = code(town.anna, shift)
    clock.pass_ms(59_000)
    assert scanned(db.session, shown).reason == ""
    clock.pass_ms(2_000)
    assert scanned(db.session, shown).reason == "expired"
    ahead = shown_door(town.anna.caller(), COMMUNITY, shift).codes[1].address
    assert scanned(db.session, ahead).reason == "expired", "nor does one from the future"


def test_forged_altered_and_other_peoples_codes_open_nothing(town: Town, shift: str) -> None:
    shown = code(town.anna, shift)
    assert scanned(db.session, "HTTPS://POINTS.EXAMPLE/V/" + "A" * 31).reason == "invalid"
    altered = shown[:-5] + ("A" if shown[-5] != "A" else "B") + shown[-4:]
    assert scanned(db.session, altered).reason == "invalid"
    assert scanned(db.session, "").reason == "invalid"


def test_a_member_of_another_community_is_told_so(town: Town, shift: str) -> None:
    li = town.add("李别处", communities=[OTHER])
    found = scanned(db.session, code(town.anna, shift))
    assert found.ticket is not None
    ticket = found.ticket.offered(shift, "in", found.ticket.expires_at_ms)
    end_reading()
    caller = li.caller(community=OTHER)
    text = ticket.spelled(ticket_key(db.session), caller.session_id)
    assert scan(caller, text).reason == "foreign"
    assert reasons_of(db.session, COMMUNITY, shift) == {"foreign": 1}
    assert not presences_of(db.session, COMMUNITY, shift)


def test_a_ticket_is_for_its_session_and_five_minutes(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    (zhao,) = residents(town, "赵")
    ticket = page(wang, code(town.anna, shift)).offers[0].ticket
    assert scan(zhao.caller(), ticket).reason == "invalid", "stolen by another session"
    clock.pass_ms(5 * MINUTE_MS)
    assert scan(wang.caller(), ticket).reason == "expired"
    assert not presences_of(db.session, COMMUNITY, shift)
    assert {each.reason for each in scans_of(db.session, COMMUNITY, shift)} == {"expired"}


def test_signing_in_may_take_its_time_but_a_kept_scan_is_used_once(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    """moodle-mod_attendance #713: the code ran out while people signed in."""
    found = scanned(db.session, code(town.anna, shift))
    assert found.ticket is not None
    kept = exchange(db.session, found.ticket)
    clock.pass_ms(9 * MINUTE_MS)
    ticket = exchanged(db.session, kept)
    assert ticket == found.ticket
    outcomes = []
    for who in (wang, *residents(town, "赵")):
        caller = who.caller()
        made = ticket.offered(shift, "in", ticket.expires_at_ms)
        outcomes.append(scan(caller, made.spelled(ticket_key(db.session), caller.session_id)))
        end_reading()
    assert [each.reason for each in outcomes] == ["in", "replayed"]
    clock.pass_ms(MINUTE_MS)
    assert exchanged(db.session, kept) is None
    assert exchanged(db.session, "") is None
    with pytest.raises(TicketError):
        exchanged(db.session, kept[:-1] + "x")


def test_a_lead_s_stop_refuses_scans_until_it_is_open_again(
    town: Town, wang: Resident, shift: str
) -> None:
    ticket = page(wang, code(town.anna, shift)).offers[0].ticket
    shown = code(town.anna, shift)
    open_door(town.anna, shift, "stop", "stopped")
    assert scan(wang.caller(), ticket).reason == "stopped"
    assert page(wang, shown).reason == "stopped"
    open_door(town.anna, shift, "again")
    assert tap(wang, code(town.anna, shift)).reason == "in"


def test_who_did_not_sign_up_and_who_is_too_many_is_let_in_and_flagged(
    town: Town, wang: Resident, shift: str
) -> None:
    change_shift(shift, capacity=1)
    zhao, qian = residents(town, "赵", "钱")
    assert flags_of(tap(wang, code(town.anna, shift)).seq) == ()
    assert flags_of(tap(zhao, code(town.anna, shift)).seq) == ("no_sign_up", "over_capacity")
    change_shift(shift, state="cancelled")
    assert "cancelled_shift" in flags_of(tap(qian, code(town.anna, shift)).seq)


def test_pretix_3187_a_sign_up_that_was_dropped_meanwhile_is_still_a_presence(
    town: Town, wang: Resident, shift: str
) -> None:
    ticket = page(wang, code(town.anna, shift)).offers[0].ticket
    with perform(COMMUNITY, Request(OPERATOR, "drop", "test")) as operation:
        row = operation.session.get(SignUpRow, (COMMUNITY, shift, wang.account))
        assert row is not None
        row.state = "dropped"
        operation.answer({})
    end_reading()
    outcome = scan(wang.caller(), ticket)
    assert outcome.reason == "in"
    assert flags_of(outcome.seq) == ("no_sign_up",)


def test_pretix_4651_two_places_at_once_here_are_flagged_and_both_stay(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    other = put_shift(town.anna, "other", place="北门")
    sign_up(other, wang)
    open_door(town.anna, other)
    tap(wang, code(town.anna, shift))
    clock.pass_ms(MINUTE_MS)
    second = tap(wang, code(town.anna, other))
    assert flags_of(second.seq) == ("overlap_here",)
    clock.pass_ms(30 * MINUTE_MS)
    first = tap(wang, code(town.anna, shift))
    assert first.reason == "out"
    assert flags_of(first.seq) == ("overlap_here",)
    found = presence(db.session, COMMUNITY, second.seq)
    assert found is not None
    assert found.ended_at_ms is None, "nobody is checked out behind their back"


def test_another_community_at_the_same_time_is_flagged_by_a_code_only(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    both = town.add("两处", communities=[COMMUNITY, OTHER])
    there = put_shift(town.anna, "there", community=OTHER)
    sign_up(there, both, community=OTHER)
    sign_up(shift, both)
    turn_door(town.anna.caller(community=OTHER), OTHER, there, "open", "open there")
    end_reading()
    first = tap(both, code(town.anna, there, OTHER))
    assert flags_of(first.seq, OTHER) == ()
    clock.pass_ms(MINUTE_MS)
    second = tap(both, code(town.anna, shift))
    assert flags_of(second.seq) == ("overlap_elsewhere",)
    clock.pass_ms(MINUTE_MS)
    assert tap(both, code(town.anna, there, OTHER)).reason == "out"
    assert flags_of(first.seq, OTHER) == ("overlap_elsewhere",)


def test_one_phone_with_two_accounts_and_one_person_on_two_phones(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    (zhao,) = residents(town, "赵")
    sign_up(shift, zhao)
    mine = on_phone(wang, "one")
    assert flags_of(tap(wang, code(town.anna, shift), caller=mine).seq) == ()
    theirs = tap(zhao, code(town.anna, shift), caller=on_phone(zhao, "one"))
    assert flags_of(theirs.seq) == ("shared_phone",)
    clock.pass_ms(10 * MINUTE_MS)
    out = tap(wang, code(town.anna, shift), caller=on_phone(wang, "two"))
    assert out.reason == "out"
    assert "two_phones" in flags_of(out.seq)


def test_the_second_of_two_phones_with_one_card_is_told_and_it_is_flagged(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    shown = code(town.anna, shift)
    one, two = on_phone(wang, "one"), on_phone(wang, "two")
    tickets = [page(wang, shown, each).offers[0].ticket for each in (one, two)]
    assert scan(one, tickets[0]).reason == "in"
    end_reading()
    again = scan(two, tickets[1])
    assert again.reason == "already_in"
    assert again.seq == presences_of(db.session, COMMUNITY, shift)[0].started_seq
    clock.pass_ms(10 * MINUTE_MS)
    assert flags_of(tap(wang, code(town.anna, shift), caller=one).seq) == ("two_phones",)


def test_somebody_else_s_phone_is_flagged(town: Town, wang: Resident, shift: str) -> None:
    shared = wang.caller(method="code", shared=True)
    outcome = tap(wang, code(town.anna, shift), caller=shared)
    assert flags_of(outcome.seq) == ("shared_phone",)


def consent(guardian: Resident, minor: Resident) -> None:
    row = ConsentRow(
        person_id=minor.person_id,
        purpose="minors",
        subject="-",
        text_version=1,
        given_at_ms=0,
        given_how="desk",
        given_by=guardian.person_id,
    )
    put_city(row, key=f"consent {minor.person_id}")
    end_reading()


def test_a_minor_needs_a_guardian_who_agrees_and_is_flagged_below_the_shift_s_age(
    town: Town, wang: Resident, shift: str
) -> None:
    bao = town.add("小宝", birth_day="20110501")  # 15
    put_guardian(bao, wang)
    end_reading()
    ticket = page(bao, code(town.anna, shift)).offers[0].ticket
    assert scan(bao.caller(), ticket).reason == "minor"
    consent(wang, bao)
    change_shift(shift, min_age=16)
    assert flags_of(tap(bao, code(town.anna, shift)).seq) == ("no_sign_up", "under_min_age")


def test_midnight_belongs_to_the_day_the_shift_began(
    town: Town, wang: Resident, clock: FakeClock
) -> None:
    clock.pass_ms(15 * 60 * MINUTE_MS)  # 23:00
    night = put_shift(town.anna, "night")
    open_door(town.anna, night)
    seq = tap(wang, code(town.anna, night)).seq
    clock.pass_ms(120 * MINUTE_MS)
    assert tap(wang, code(town.anna, night)).reason == "out"
    found = presence(db.session, COMMUNITY, seq)
    assert found is not None
    assert (found.day, found.minutes) == (20261122, 120)


def test_thirteen_hours_are_taken_and_flagged(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    seq = tap(wang, code(town.anna, shift)).seq
    clock.pass_ms(13 * 60 * MINUTE_MS)
    assert tap(wang, code(town.anna, shift)).reason == "out"
    assert flags_of(seq) == ("long_presence",)


def test_coming_back_is_a_second_check_in(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    first = tap(wang, code(town.anna, shift))
    clock.pass_ms(30 * MINUTE_MS)
    tap(wang, code(town.anna, shift))
    clock.pass_ms(MINUTE_MS)
    found = page(wang, code(town.anna, shift)).offers[0]
    assert (found.act, found.has_left) == ("in", True)
    again = tap(wang, code(town.anna, shift))
    assert again.seq != first.seq
    assert flags_of(again.seq) == ("returned",)


def test_the_poster_opens_with_what_the_lead_says_and_not_by_guessing(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    printed = poster(shift)
    said = shown_door(town.anna.caller(), COMMUNITY, shift).spoken
    ticket = page(wang, printed).offers[0].ticket
    wrong = f"{(int(said) + 1) % 10_000:04}"
    for _ in range(4):
        assert scan(wang.caller(), ticket, Typed(spoken=wrong)).reason == "spoken_code"
    good = scan(wang.caller(), ticket, Typed(spoken=said))
    assert good.reason == "in"
    found = presence(db.session, COMMUNITY, good.seq)
    assert found is not None
    assert (found.tier, found.how) == (2, "poster")
    with pytest.raises(TooManyError):
        scan(wang.caller(), ticket, Typed(spoken=wrong))
    open_door(town.anna, shift, "stop", "stopped")
    open_door(town.anna, shift, "again")
    assert shown_door(town.anna.caller(), COMMUNITY, shift).spoken != said


def test_a_place_with_two_shifts_lets_one_choose(town: Town, wang: Resident, shift: str) -> None:
    second = put_shift(town.anna, "second")
    open_door(town.anna, second)
    found = page(wang, code(town.anna, shift))
    assert {each.shift.shift_id for each in found.offers} == {shift, second}
    doors = [door_of(db.session, COMMUNITY, each) for each in (shift, second)]
    assert len({each.site for each in doors if each}) == 1
    assert tap(wang, code(town.anna, shift), 1).shift_id == found.offers[1].shift.shift_id


def test_after_the_time_or_without_a_door_there_is_a_reason(
    town: Town, wang: Resident, shift: str
) -> None:
    printed, ticket = poster(shift), page(wang, code(town.anna, shift)).offers[0].ticket
    other = put_shift(town.anna, "unopened", place="别处")
    key, caller = ticket_key(db.session), wang.caller()
    known = read_ticket(key, ticket, caller.session_id)
    for shift_id, act, reason in (
        (other, "in", "not_open"),
        ("0" * 32, "in", "invalid"),
        (shift, "out", "not_in"),
    ):
        made = dataclasses.replace(known, shift_id=shift_id, act=act, nonce=number(reason))
        assert scan(caller, made.spelled(key, caller.session_id)).reason == reason
        end_reading()
    assert page(wang, printed).offers


def test_seven_scans_a_minute_are_too_many(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    for _ in range(6):
        tap(wang, code(town.anna, shift))
        clock.pass_ms(1000)
    with pytest.raises(TooManyError):
        tap(wang, code(town.anna, shift))
    for _ in range(6):
        assert scan(wang.caller(), "x").reason == "invalid"
    with pytest.raises(TooManyError):
        scan(wang.caller(), "x")
    clock.pass_ms(MINUTE_MS)
    assert tap(wang, code(town.anna, shift)).status == "ok"


def test_a_session_that_ended_checks_nobody_in(
    town: Town, wang: Resident, shift: str, clock: FakeClock
) -> None:
    caller = wang.caller()
    clock.pass_ms(DAY_MS)
    found = scanned(db.session, poster(shift))
    assert found.ticket is not None
    key = ticket_key(db.session)
    made = dataclasses.replace(found.ticket, way="door").offered(
        shift, "in", found.ticket.expires_at_ms
    )
    with pytest.raises(NotSignedInError):
        scan(caller, made.spelled(key, caller.session_id))


def test_who_has_left_the_community_is_told_whom_to_ask(
    town: Town, wang: Resident, shift: str
) -> None:
    ticket = page(wang, code(town.anna, shift)).offers[0].ticket
    with perform(COMMUNITY, Request(OPERATOR, "leave", "test")) as operation:
        row = operation.session.get(MemberRow, (COMMUNITY, wang.account))
        assert row is not None
        row.state = "left"
        operation.answer({})
    end_reading()
    assert scan(wang.caller(), ticket).reason == "foreign"
    assert reasons_of(db.session, COMMUNITY, shift) == {"foreign": 1}
