"""The end of a shift: heads, who left when, handed in once; annulled in time; never forgotten."""

import pytest
from flask import Flask
from sqlalchemy import text

from tests.checkins.make import (
    MINUTE_MS,
    code,
    flags_of,
    open_door,
    organisation,
    page,
    put_shift,
    residents,
    sign_up,
    tap,
)
from tests.conventions.adopting import adopt
from tests.people.make import COMMUNITY, Resident, Town
from tests.service.make import FakeClock
from volunteer_credit.checkins.operations.annulling import annul
from volunteer_credit.checkins.operations.closing import Closed, Counted, close_shift
from volunteer_credit.checkins.operations.codes import shown_door
from volunteer_credit.checkins.operations.doors import turn_door
from volunteer_credit.checkins.operations.lead_view import lead_view, own_doors
from volunteer_credit.checkins.operations.overdue import flag_overdue
from volunteer_credit.checkins.operations.own_view import own_presence
from volunteer_credit.checkins.queries.presences import presence, presences_of
from volunteer_credit.checkins.rules.errors import (
    AnnulLateError,
    AnnulOtherError,
    AnnulReasonError,
    CountsError,
    DoorClosedError,
    DoorNotOpenError,
    PresenceUnknownError,
    ShiftCancelledError,
    TooEarlyError,
)
from volunteer_credit.checkins.rules.times import OutTimeError
from volunteer_credit.conventions.operations.contracts import sign_contract
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.hours.operations.approving import approve_shift
from volunteer_credit.hours.queries.sheets import lines_of
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.projects.queries.shifts import door_shift
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


@pytest.fixture
def people(town: Town) -> list[Resident]:
    return residents(town, "王小明", "赵", "钱")


@pytest.fixture
def shift(town: Town, people: list[Resident]) -> str:
    made = put_shift(town.anna)
    sign_up(made, *people)
    open_door(town.anna, made)
    return made


def close(town: Town, shift: str, counted: Counted, key: str = "close") -> Closed:
    found = close_shift(town.anna.caller(), COMMUNITY, shift, counted, key)
    end_reading()
    return found


def lines(sheet_id: str) -> dict[str, tuple[int, int, str]]:
    """(tier, minutes, flags) of a sheet, by account."""
    found = lines_of(db.session, COMMUNITY, sheet_id)
    return {each.account: (each.tier, each.minutes, each.flags) for each in found}


def test_who_forgot_is_checked_out_in_one_tap_and_all_of_it_is_handed_in(
    town: Town, people: list[Resident], shift: str, clock: FakeClock
) -> None:
    wang, zhao, qian = people
    for each in people:
        tap(each, code(town.anna, shift))
    clock.pass_ms(90 * MINUTE_MS)
    tap(wang, code(town.anna, shift))
    clock.pass_ms(60 * MINUTE_MS)
    asked = close(town, shift, Counted(3), "asked")
    assert asked.reason == "count_missing"
    assert sum(not each.ended_seq for each in presences_of(db.session, COMMUNITY, shift)) == 2
    seq = {each.account: each.started_seq for each in presences_of(db.session, COMMUNITY, shift)}
    closed = close(town, shift, Counted(3, all_stayed=True, left_at={seq[qian.account]: "08:45"}))
    assert (closed.reason, closed.present, closed.heads) == ("ok", 3, 3)
    found = lines(closed.sheet_id)
    assert found[wang.account][:2] == (1, 90)
    assert found[zhao.account][:2] == (2, 120), "as planned, not as long as it took to close"
    assert found[qian.account][:2] == (2, 45)
    assert "out_by_lead" in found[zhao.account][2]
    assert not found[wang.account][2]
    ended = door_shift(db.session, COMMUNITY, shift)
    assert ended is not None
    assert ended.state == "ended"


def test_closing_twice_is_closing_once(
    town: Town, people: list[Resident], shift: str, clock: FakeClock
) -> None:
    tap(people[0], code(town.anna, shift))
    clock.pass_ms(60 * MINUTE_MS)
    counted = Counted(1, all_stayed=True)
    first = close(town, shift, counted)
    assert close(town, shift, counted) == first
    assert close(town, shift, Counted(9), "another") == first
    sheets = db.session.execute(text("SELECT count(*) FROM hours_sheets")).scalar_one()
    assert sheets == 1
    for act in ("open", "stopped", "ask"):
        with pytest.raises(DoorClosedError):
            open_door(town.anna, shift, f"after {act}", act)


def test_fewer_heads_than_check_ins_holds_every_line(
    town: Town, people: list[Resident], shift: str, clock: FakeClock
) -> None:
    for each in people:
        tap(each, code(town.anna, shift))
    clock.pass_ms(60 * MINUTE_MS)
    closed = close(town, shift, Counted(2, all_stayed=True))
    assert all("heads_fewer" in each[2] for each in lines(closed.sheet_id).values())
    empty = put_shift(town.anna, "empty")
    assert close(town, empty, Counted(0), "empty").present == 0
    for heads in (-1, 100_001):
        with pytest.raises(CountsError):
            close(town, shift, Counted(heads), f"wrong {heads}")


def test_a_time_that_cannot_be_changes_nothing(
    town: Town, people: list[Resident], shift: str, clock: FakeClock
) -> None:
    tap(people[0], code(town.anna, shift))
    clock.pass_ms(60 * MINUTE_MS)
    (there,) = presences_of(db.session, COMMUNITY, shift)
    with pytest.raises(OutTimeError):
        close(town, shift, Counted(1, left_at={there.started_seq: "10:00"}))
    end_reading()
    assert presences_of(db.session, COMMUNITY, shift) == [there]


def test_emfcamp_2346_a_forgotten_check_out_is_no_overtime(
    town: Town, people: list[Resident], shift: str, clock: FakeClock
) -> None:
    seq = tap(people[0], code(town.anna, shift)).seq
    clock.pass_ms(27 * 60 * MINUTE_MS)
    assert flag_overdue() == 1
    assert flag_overdue() == 0
    end_reading()
    (line,) = own_doors(town.anna.caller(method="totp"), COMMUNITY)
    assert (line.state, line.is_forgotten) == ("open", True)
    found = close_shift(
        town.anna.caller(method="totp"), COMMUNITY, shift, Counted(1, all_stayed=True), "late"
    )
    assert lines(found.sheet_id)[people[0].account][:2] == (2, 120)
    assert flags_of(seq) == ("out_by_lead",)
    assert flag_overdue() == 0


def test_the_green_page_says_until_when_and_what_follows(
    town: Town, people: list[Resident], shift: str, clock: FakeClock
) -> None:
    outcome = tap(people[0], code(town.anna, shift))
    clock.pass_ms(50 * MINUTE_MS)
    own = own_presence(people[0].caller(), COMMUNITY, outcome.seq)
    assert (own.minutes, own.shift.ends_at_ms > 0, own.estimate) == (50, True, None)
    assert own.due_day == 20261123, "no convention: the next working day"
    with pytest.raises(PresenceUnknownError):
        own_presence(people[1].caller(), COMMUNITY, outcome.seq)
    with pytest.raises(PresenceUnknownError):
        own_presence(people[0].caller(), COMMUNITY, outcome.seq + 99)


def test_who_is_asked_again_and_does_not_scan_is_flagged(
    town: Town, people: list[Resident], clock: FakeClock
) -> None:
    long = put_shift(town.anna, "long", minutes=180)
    sign_up(long, *people)
    open_door(town.anna, long)
    wang, zhao, _ = people
    first = tap(wang, code(town.anna, long)).seq
    second = tap(zhao, code(town.anna, long)).seq
    assert not shown_door(town.anna.caller(), COMMUNITY, long).asks_again
    clock.pass_ms(120 * MINUTE_MS)
    end_reading()
    assert shown_door(town.anna.caller(), COMMUNITY, long).asks_again
    open_door(town.anna, long, "ask", "ask")
    assert not shown_door(town.anna.caller(), COMMUNITY, long).asks_again
    clock.pass_ms(MINUTE_MS)
    assert [each.act for each in page(wang, code(town.anna, long)).offers] == ["seen", "out"]
    assert tap(wang, code(town.anna, long)).reason == "seen"
    clock.pass_ms(MINUTE_MS)
    assert [each.act for each in page(wang, code(town.anna, long)).offers] == ["out"]
    closed = close(town, long, Counted(2, all_stayed=True))
    found = {each.account: each.flags for each in lines_of(db.session, COMMUNITY, closed.sheet_id)}
    assert "not_seen_again" not in found[wang.account]
    assert "not_seen_again" in found[zhao.account]
    seen = presence(db.session, COMMUNITY, first)
    assert seen is not None
    assert seen.seen_at_ms
    assert first != second


def test_a_check_in_is_annulled_within_fifteen_minutes_by_the_same_lead(
    town: Town, people: list[Resident], shift: str, clock: FakeClock
) -> None:
    su = town.add("苏社工")
    town.grant(su, "staff")
    end_reading()
    first, second = (tap(each, code(town.anna, shift)).seq for each in people[:2])
    staff = town.anna.caller()
    for reason, who, seq, error in (
        ("because", staff, first, AnnulReasonError),
        ("mistake", staff, 999, PresenceUnknownError),
        ("mistake", su.caller(), first, AnnulOtherError),
        ("mistake", people[2].caller(), first, NotAllowedError),
    ):
        with pytest.raises(error):
            annul(who, COMMUNITY, shift, seq, reason, f"wrong {seq} {reason}")
    clock.pass_ms(15 * MINUTE_MS)
    view = lead_view(staff, COMMUNITY, shift)
    assert [each.can_annul for each in view.people] == [True, True]
    annul(staff, COMMUNITY, shift, first, "wrong_person", "annul")
    annul(staff, COMMUNITY, shift, first, "wrong_person", "annul")
    end_reading()
    assert [each.started_seq for each in presences_of(db.session, COMMUNITY, shift)] == [second]
    with pytest.raises(PresenceUnknownError):
        annul(staff, COMMUNITY, shift, first, "mistake", "twice")
    clock.pass_ms(1000)
    with pytest.raises(AnnulLateError):
        annul(staff, COMMUNITY, shift, second, "mistake", "late")
    city = db.session.execute(text("SELECT count(*) FROM checkins_presence_city")).scalar_one()
    assert city == 1, "what was annulled overlaps with nothing"
    close(town, shift, Counted(1, all_stayed=True))
    with pytest.raises(DoorClosedError):
        annul(staff, COMMUNITY, shift, second, "mistake", "closed")
    assert tap_again_after_annulment(town, people[0]) == "in"


def tap_again_after_annulment(town: Town, who: Resident) -> str:
    other = put_shift(town.anna, "later")
    open_door(town.anna, other)
    return tap(who, code(town.anna, other)).reason


def test_a_door_opens_for_its_lead_in_its_time(town: Town, people: list[Resident]) -> None:
    soon = put_shift(town.anna, "tomorrow", starts_in=13 * 60)
    with pytest.raises(TooEarlyError):
        open_door(town.anna, soon)
    off = put_shift(town.anna, "off", state="cancelled")
    with pytest.raises(ShiftCancelledError):
        open_door(town.anna, off)
    with pytest.raises(DoorNotOpenError):
        open_door(town.anna, soon, "stop", "stopped")
    now = put_shift(town.anna, "now")
    with pytest.raises(NotAllowedError):
        turn_door(people[0].caller(), COMMUNITY, now, "open", "mine")


def test_a_lead_of_the_organisation_opens_its_doors_and_no_others(town: Town) -> None:
    ding = town.add("丁项目")
    body = organisation(ding, "lead")
    end_reading()
    ours, theirs = put_shift(ding, "ours", organiser=body), put_shift(town.anna, "theirs")
    turn_door(ding.caller(), COMMUNITY, ours, "open", "ours")
    end_reading()
    assert [each.shift.shift_id for each in own_doors(ding.caller(), COMMUNITY)] == [ours]
    with pytest.raises(NotAllowedError):
        turn_door(ding.caller(), COMMUNITY, theirs, "open", "theirs")


def test_what_is_handed_in_becomes_hours_when_a_second_person_approves(
    town: Town, people: list[Resident], shift: str, clock: FakeClock
) -> None:
    su = town.add("苏社工")
    town.grant(su, "staff")
    for each in people:
        tap(each, code(town.anna, shift))
    clock.pass_ms(119 * MINUTE_MS)
    for each in people:
        tap(each, code(town.anna, shift))
    clock.pass_ms(MINUTE_MS)
    closed = close(town, shift, Counted(3))
    approved = approve_shift(su.caller(), COMMUNITY, closed.sheet_id, {}, "approve")
    end_reading()
    assert (approved.left, approved.missing) == (0, ())
    found = lines_of(db.session, COMMUNITY, closed.sheet_id)
    assert [(each.state, each.minutes) for each in found] == [("recorded", 119)] * 3


def test_check_out_answers_at_once_with_about_how_many_points_by_which_clause(
    town: Town, people: list[Resident], clock: FakeClock
) -> None:
    adopt(town, clock)
    wang, zhao, _ = people
    sign_contract(wang.caller(method="totp"), COMMUNITY, "contract")
    end_reading()
    clock.pass_ms(MINUTE_MS)
    made = put_shift(town.anna, "paid")
    turn_door(town.anna.caller(method="totp"), COMMUNITY, made, "open", "paid")
    seqs = []
    for who in (wang, zhao):
        shown = shown_door(town.anna.caller(method="totp"), COMMUNITY, made).codes[0].address
        seqs.append(tap(who, shown, caller=who.caller(method="totp")).seq)
    clock.pass_ms(120 * MINUTE_MS)
    end_reading()
    own = own_presence(wang.caller(method="totp"), COMMUNITY, seqs[0])
    assert own.estimate is not None
    assert own.estimate.centipoints == 2000, "ten points an hour"
    clauses = templates()["ten_an_hour"].clauses
    assert clauses[own.clause_number - 1].id == own.estimate.clause
    assert own.due_day > own.presence.day
    unsigned = own_presence(zhao.caller(method="totp"), COMMUNITY, seqs[1])
    assert unsigned.estimate is not None
    assert (unsigned.estimate.centipoints, unsigned.estimate.reason) == (0, "not_signed")
