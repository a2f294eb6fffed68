"""A lead scans passes and cards, types numbers, takes names: everybody gets in somehow."""

import pytest
from flask import Flask
from sqlalchemy import text

from tests.checkins.make import (
    MINUTE_MS,
    flags_of,
    open_door,
    put_shift,
    sign_up,
)
from tests.people.make import COMMUNITY, DAY_MS, OTHER, Resident, Town
from tests.people.wards import put_guardian
from tests.service.make import FakeClock
from volunteer_credit.checkins.operations.admitting import admit
from volunteer_credit.checkins.operations.closing import Counted, close_shift
from volunteer_credit.checkins.operations.guests import walk_in
from volunteer_credit.checkins.operations.lead_view import lead_view
from volunteer_credit.checkins.operations.overdue import forget_old
from volunteer_credit.checkins.operations.promoting import promote_guests
from volunteer_credit.checkins.queries.presences import presence, presences_of
from volunteer_credit.checkins.queries.scans import guests_of, scans_of
from volunteer_credit.checkins.rules.errors import (
    ShiftUnknownError,
    WalkInError,
)
from volunteer_credit.checkins.rules.reasons import Outcome
from volunteer_credit.hours.queries.sheets import lines_of
from volunteer_credit.people.operations.cards import end_card, issue_card, own_pass, pass_shown
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈秀英", phone="13900000077")


@pytest.fixture
def shift(town: Town, chen: Resident) -> str:
    made = put_shift(town.anna)
    sign_up(made, chen)
    open_door(town.anna, made)
    return made


def scan(town: Town, shift: str, what: str, key: str, act: str = "auto") -> Outcome:
    found = admit(town.anna.caller(), COMMUNITY, shift, what, key, act)
    end_reading()
    return found


def test_pass_card_and_number_of_tier_2(
    town: Town, chen: Resident, shift: str, clock: FakeClock
) -> None:
    card = issue_card(town.anna.caller(), chen.person_id, COMMUNITY, "card")
    own_pass(chen.caller(), "pass")
    end_reading()
    shown = pass_shown(chen.caller())
    ways = [
        (f"HTTPS://POINTS.EXAMPLE/C/{card.card_id}", "card", "in"),
        (f"{card.number[:4]} {card.number[4:]}", "number", "out"),
        (f"HTTPS://POINTS.EXAMPLE/P/{shown}", "pass", "in"),
    ]
    for index, (what, how, reason) in enumerate(ways):
        outcome = scan(town, shift, what, f"k{index}")
        assert outcome.reason == reason
        found = presence(db.session, COMMUNITY, outcome.seq)
        assert found is not None
        assert found.tier == 2
        assert how in (found.how, found.ended_how)
        assert scan(town, shift, what, f"k{index}") == outcome, "sent again, it is answered again"
        if how != "pass":
            clock.pass_ms(3 * MINUTE_MS)
            shown = pass_shown(chen.caller())
            ways[2] = (f"HTTPS://POINTS.EXAMPLE/P/{shown}", "pass", "in")


def test_a_card_that_is_read_twice_is_no_check_out(
    town: Town, chen: Resident, shift: str, clock: FakeClock
) -> None:
    """Pretix #4488, the other way round: no second act that nobody asked for."""
    card = issue_card(town.anna.caller(), chen.person_id, COMMUNITY, "card")
    first = scan(town, shift, card.number, "k1")
    clock.pass_ms(119_000)
    again = scan(town, shift, card.number, "k2")
    assert (again.reason, again.seq) == ("already_in", first.seq)
    assert scan(town, shift, card.number, "k3", "seen").reason == "seen"
    clock.pass_ms(1_000)
    assert scan(town, shift, card.number, "k4").reason == "out"
    assert scan(town, shift, card.number, "k5", "out").reason == "already_out"


def test_eventra_12578_a_revoked_card_is_refused_also_for_who_is_in(
    town: Town, chen: Resident, shift: str, clock: FakeClock
) -> None:
    card = issue_card(town.anna.caller(), chen.person_id, COMMUNITY, "card")
    scan(town, shift, card.number, "k1")
    end_card(town.anna.caller(), card.number, COMMUNITY, "lost")
    end_reading()
    clock.pass_ms(10 * MINUTE_MS)
    for index, what in enumerate((card.number, f"/C/{card.card_id}")):
        assert scan(town, shift, what, f"lost {index}").reason == "revoked_card"
    found = walk_in(town.anna.caller(), COMMUNITY, shift, ("陈秀英", "139 0000 0077"), "k2")
    assert found.reason == "out", "but nobody is turned away"


def test_what_is_no_card_has_its_reason_and_is_kept(town: Town, chen: Resident, shift: str) -> None:
    li = town.add("李别处", communities=[OTHER])
    other = issue_card(town.anna.caller(community=OTHER), li.person_id, OTHER, "other")
    for what, reason in (
        ("12345674", "unknown_card"),
        ("12345678", "unknown_card"),
        ("HTTPS://POINTS.EXAMPLE/C/" + "A" * 26, "unknown_card"),
        ("HTTPS://POINTS.EXAMPLE/P/" + "A" * 31, "invalid"),
        ("hello", "invalid"),
        (other.number, "not_member"),
    ):
        assert scan(town, shift, what, f"k {reason} {len(what)} {what[-3:]}").reason == reason
    kept = [each.reason for each in scans_of(db.session, COMMUNITY, shift)]
    assert sorted(kept) == sorted(
        ["unknown_card", "unknown_card", "unknown_card", "invalid", "invalid", "not_member"]
    )
    assert not presences_of(db.session, COMMUNITY, shift)


def test_a_child_without_a_guardian_s_consent_stays_out(
    town: Town, chen: Resident, shift: str
) -> None:
    child = town.add("小宝", birth_day="20150501")
    put_guardian(child, chen)
    card = issue_card(town.anna.caller(), child.person_id, COMMUNITY, "card")
    assert scan(town, shift, card.number, "k1").reason == "minor"


def test_only_leads_admit_and_a_lead_s_own_card_is_flagged(
    town: Town, chen: Resident, shift: str
) -> None:
    with pytest.raises(NotAllowedError):
        admit(chen.caller(), COMMUNITY, shift, "12345674", "k")
    with pytest.raises(ShiftUnknownError):
        scan(town, "0" * 32, "12345674", "k")
    own = issue_card(town.anna.caller(), town.anna.person_id, COMMUNITY, "own")
    assert "own_scan" in flags_of(scan(town, shift, own.number, "k1").seq)


def test_a_stop_is_for_codes_and_a_closing_for_all(town: Town, chen: Resident, shift: str) -> None:
    card = issue_card(town.anna.caller(), chen.person_id, COMMUNITY, "card")
    open_door(town.anna, shift, "stop", "stopped")
    assert scan(town, shift, card.number, "k1").reason == "in"
    close_shift(town.anna.caller(), COMMUNITY, shift, Counted(1, all_stayed=True), "close")
    end_reading()
    assert scan(town, shift, card.number, "k2").reason == "closed"
    late = walk_in(town.anna.caller(), COMMUNITY, shift, ("新人", "13911112222"), "k3")
    assert late.reason == "closed"
    called_off = put_shift(town.anna, "off", state="cancelled")
    assert scan(town, called_off, card.number, "k4").reason == "cancelled"


def test_a_walk_in_is_known_by_name_and_phone_together(
    town: Town, chen: Resident, shift: str, clock: FakeClock
) -> None:
    staff = town.anna.caller()
    known = walk_in(staff, COMMUNITY, shift, (" 陈秀英 ", "+86 139-0000-0077"), "k1")
    assert known.reason == "in"
    assert flags_of(known.seq) == ("walk_in",)
    other_name = walk_in(staff, COMMUNITY, shift, ("陈大伟", chen.phone), "k2")
    assert other_name.reason == "guest"
    for given in (("", chen.phone), ("陈秀英", "123"), ("陈", "")):
        with pytest.raises(WalkInError):
            walk_in(staff, COMMUNITY, shift, given, "k3")


def test_a_guest_whom_the_desk_adds_within_three_days_has_been_there(
    town: Town, shift: str, clock: FakeClock
) -> None:
    staff, given = town.anna.caller(), ("新来的", "13911112222")
    assert walk_in(staff, COMMUNITY, shift, given, "in").reason == "guest"
    end_reading()
    stored = db.session.execute(text("SELECT * FROM checkins_guests")).one()
    assert all("新来" not in str(each) and "1391111" not in str(each) for each in stored)
    assert [each[0] for each in lead_view(staff, COMMUNITY, shift).guests] == ["新*"]
    clock.pass_ms(60 * MINUTE_MS)
    walk_in(staff, COMMUNITY, shift, given, "out")
    end_reading()
    assert promote_guests() == 0
    (guest,) = guests_of(db.session, COMMUNITY, shift)
    assert guest.ended_at_ms is not None
    town.add("新来的", phone="13911112222")
    end_reading()
    assert promote_guests() == 1
    assert promote_guests() == 0
    end_reading()
    (found,) = presences_of(db.session, COMMUNITY, shift)
    assert (found.minutes, found.tier, found.how) == (60, 2, "walk_in")
    assert found.flag_codes == ("no_sign_up", "walk_in")


def test_a_guest_who_is_added_after_the_closing_is_handed_in_late(
    town: Town, shift: str, clock: FakeClock
) -> None:
    walk_in(town.anna.caller(), COMMUNITY, shift, ("新来的", "13911112222"), "in")
    clock.pass_ms(120 * MINUTE_MS)
    end_reading()
    closed = close_shift(town.anna.caller(), COMMUNITY, shift, Counted(1), "close")
    assert closed.present == 0
    town.add("新来的", phone="13911112222")
    end_reading()
    assert promote_guests() == 1
    end_reading()
    (found,) = presences_of(db.session, COMMUNITY, shift)
    sheets = db.session.execute(text("SELECT sheet_id FROM hours_sheets")).scalars().all()
    assert len(sheets) == 2
    lines = [line for each in sheets for line in lines_of(db.session, COMMUNITY, each)]
    assert [(each.account, each.minutes) for each in lines] == [(found.account, 120)]
    devices = db.session.execute(text("SELECT counted_device FROM hours_sheets")).scalars().all()
    assert devices[0], "who counted may not approve on the device that they counted with"
    assert len(set(devices)) == 1


def test_a_guest_whom_nobody_adds_is_forgotten(town: Town, shift: str, clock: FakeClock) -> None:
    walk_in(town.anna.caller(), COMMUNITY, shift, ("新来的", "13911112222"), "in")
    clock.pass_ms(3 * DAY_MS + 1000)
    town.add("新来的", phone="13911112222")
    end_reading()
    assert promote_guests() == 0
    end_reading()
    assert not guests_of(db.session, COMMUNITY, shift)
    clock.pass_ms(1)
    forget_old()
    end_reading()
    assert db.session.execute(text("SELECT count(*) FROM checkins_guests")).scalar_one() == 1


def test_what_is_over_thirty_days_old_is_forgotten(
    town: Town, chen: Resident, shift: str, clock: FakeClock
) -> None:
    card = issue_card(town.anna.caller(), chen.person_id, COMMUNITY, "card")
    walk_in(town.anna.caller(), COMMUNITY, shift, ("新来的", "13911112222"), "in")
    scan(town, shift, card.number, "k1")
    scan(town, shift, "x", "k2")
    tables = ("guests", "scans", "presence_city")
    for days, left in ((29, 1), (2, 0)):
        clock.pass_ms(days * DAY_MS)
        forget_old()
        end_reading()
        for each in tables:
            query = text(f"SELECT count(*) FROM checkins_{each}")  # noqa: S608 - names from here
            assert db.session.execute(query).scalar_one() == left, each
    assert len(presences_of(db.session, COMMUNITY, shift)) == 1, "the record itself stays"
