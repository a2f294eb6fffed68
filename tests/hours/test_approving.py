"""A shift is approved in one act by a second person, and every step is an entry."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.conventions.adopting import adopt
from tests.hours.make import ALONE, DAY, MINUTE_MS, STARTS_MS, Square, entries, square
from tests.people.desks import household, on_device_of
from tests.people.make import COMMUNITY, Resident
from tests.service.books import replayed
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.hours.operations.approving import approve_shift
from volunteer_credit.hours.operations.desk_view import queue, sheet_page
from volunteer_credit.hours.operations.handing_in import hand_in
from volunteer_credit.hours.operations.privacy import export
from volunteer_credit.hours.rules.errors import (
    CityDayError,
    DecisionError,
    LawFieldsError,
    LedItError,
    NotSecondError,
    OneIssuerError,
    SheetDecidedError,
    SheetMissingError,
    TierError,
)
from volunteer_credit.hours.rules.judging import Decision
from volunteer_credit.journal.operations.balances import family_balances
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.people.models.credentials import DeviceRow, SlipRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.queries.openers import opened_by
from volunteer_credit.people.rules.authority_errors import NotAllowedError, StepUpNeededError
from volunteer_credit.people.rules.pair_errors import (
    OwnBenefitError,
    SameDeviceError,
    SameHouseholdError,
    SharedPhoneError,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, end_reading, transaction

pytestmark = pytest.mark.engines("sqlite")
OK = Decision("approve")


@pytest.fixture
def place(app: Flask, clock: FakeClock) -> Square:
    return square(clock)


def hours_of(who: Resident) -> tuple[int, int]:
    """Posted and pending minutes."""
    (found,) = family_balances(db.session, COMMUNITY, f"hours:{who.account}")
    end_reading()
    return found.posted, found.credits_pending


def flags(place: Square, sheet: str, by: Resident) -> list[tuple[str, ...]]:
    end_reading()
    found = [each.flags for each in sheet_page(by.caller(), COMMUNITY, sheet).lines]
    end_reading()
    return found


def test_one_act_for_the_whole_shift(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera), place.line(place.yu, 60))
    made = place.approve(place.wang, sheet, "once")
    assert (made.approved, made.recorded, made.refused, made.left) == (2, 2, 0, 0)
    assert place.states(sheet) == ["recorded", "recorded"]
    kinds = [each.kind for each in entries()][-6:]
    assert kinds == ["hours.noticed", "hours.noticed", *["hours.recorded", "points.none"] * 2]
    assert place.approve(place.wang, sheet, "once") == made  # a retry answers the same
    with pytest.raises(IdempotencyKeyUsedError):
        place.approve(place.wang, sheet, "once", line1=OK)
    with pytest.raises(SheetDecidedError):
        place.approve(place.wang, sheet)
    assert (hours_of(place.vera), hours_of(place.yu)) == ((125, 0), (60, 0))
    replayed(COMMUNITY)


def test_each_step_names_the_one_before_and_only_numbers_stand_in_the_book(
    place: Square,
) -> None:
    line = place.line(place.vera, flags=("walk_in",))
    sheet = place.hand_in(line)
    place.approve(place.wang, sheet, line1=OK)
    (noticed,) = entries("hours.noticed")
    (counted,) = entries("shift.counted")
    (recorded,) = entries("hours.recorded")
    (points,) = entries("points.none")
    assert list(noticed.refs) == [line.started_seq, line.ended_seq, counted.seq]
    assert list(recorded.refs) == [noticed.seq]
    assert list(points.refs) == [recorded.seq]
    assert (noticed.day, noticed.tier, recorded.day, recorded.tier) == (DAY, 1, DAY, 1)
    assert noticed.data["flags"] == recorded.data["flags"] == ["walk_in"]
    assert recorded.data["minutes"] == 125
    assert set(noticed.commitments) == {"service"}
    links = [(COMMUNITY, place.vera.account)]
    (told,) = export(db.session, place.vera.person_id, links)
    assert told["title"] in told["payload"]
    assert len(told["opening"]) == 64
    assert told["committed_in"] == noticed.seq


def test_who_led_or_counted_does_not_approve(place: Square) -> None:
    sheet = place.hand_in(place.line(place.li), place.line(place.vera))
    with pytest.raises(LedItError):  # also not their own record, 7.1 rule 20
        place.approve(place.li, sheet)
    counted = place.hand_in(place.line(place.yu), counted_by=place.wang)
    with pytest.raises(LedItError):
        place.approve(place.wang, counted)
    with pytest.raises(LedItError):
        place.approve(place.li, counted)
    assert place.approve(place.wang, sheet).approved == 2


def test_ones_own_line_stays_for_another(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera), place.line(place.wang), place.line(place.yu))
    household("a", place.wang, place.yu)
    made = place.approve(place.wang, sheet)
    assert (made.approved, made.left) == (1, 2)
    assert place.states(sheet) == ["recorded", "waiting", "waiting"]
    for own in ({}, {"line2": OK}):
        with pytest.raises(OwnBenefitError):
            place.approve(place.wang, sheet, "", **own)
    with pytest.raises(SheetDecidedError):  # the first line is decided
        place.approve(place.town.bo, sheet, line1=OK)
    assert place.approve(place.town.bo, sheet).left == 0  # a supervisor may always


def test_nobody_of_the_leads_household_approves(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera))
    household("b", place.li, place.wang)
    with pytest.raises(SameHouseholdError):
        place.approve(place.wang, sheet)


def test_who_lives_with_the_lead_is_looked_at(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera), place.line(place.yu))
    household("c", place.li, place.vera)
    assert flags(place, sheet, place.wang) == [("household_of_lead",), ()]
    assert place.approve(place.wang, sheet).left == 1
    assert place.approve(place.wang, sheet, line1=OK).left == 0


def test_the_unit_records_and_staff_only_where_it_has_nobody_else(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera))
    with pytest.raises(NotSecondError):
        place.approve(place.town.anna, sheet)
    with pytest.raises(NotAllowedError):
        place.approve(place.vera, sheet)
    alone = place.hand_in(place.line(place.yu), organiser=ALONE)
    with pytest.raises(NotAllowedError):  # another unit's coordinator has no part in it
        place.approve(place.wang, alone)
    assert place.approve(place.town.anna, alone).approved == 1
    ours = place.hand_in(place.line(place.yu, started_at_ms=0), organiser="committee")
    with pytest.raises(NotAllowedError):
        place.approve(place.wang, ours)
    assert place.approve(place.town.anna, ours).approved == 1


def test_on_a_device_of_their_own(place: Square, clock: FakeClock) -> None:
    sheet = place.hand_in(place.line(place.vera))
    on_the_leads = on_device_of(place.wang, place.li)
    with pytest.raises(SameDeviceError):
        approve_shift(on_the_leads, COMMUNITY, sheet, {}, "k1")
    shared = place.wang.caller(method="device", shared=True)
    with pytest.raises(SharedPhoneError):
        approve_shift(shared, COMMUNITY, sheet, {}, "k2")
    own = place.wang.caller()
    with transaction() as session:
        session.get_one(SessionRow, own.session_id).stepped_up_until_ms = 0
    with pytest.raises(StepUpNeededError):
        approve_shift(own, COMMUNITY, sheet, {}, "k3")


def enrolled(place: Square, who: Resident, by: Resident) -> Caller:
    """A session on a device that somebody enrolled for them."""
    caller = who.caller(method="device")
    device_id = "d" * 31 + who.account[0]
    with transaction() as session:
        session.get_one(SessionRow, caller.session_id).device_id = device_id
        session.add(
            DeviceRow(
                device_id=device_id,
                person_id=who.person_id,
                secret_digest=device_id * 2,
                pin_hash=b"x",
                enrolled_at_ms=0,
                enrolled_by=by.person_id,
            )
        )
    end_reading()
    return replace(caller, device_id=device_id)


def test_two_whom_one_person_let_in_are_not_two(place: Square) -> None:
    anna = place.town.anna
    sheet = place.hand_in(place.line(place.vera), caller=enrolled(place, place.li, anna))
    with pytest.raises(OneIssuerError):
        approve_shift(enrolled(place, place.wang, anna), COMMUNITY, sheet, {}, "same")
    assert place.approve(place.wang, sheet).approved == 1  # with a passkey of their own
    by_lead = place.hand_in(place.line(place.yu))
    with transaction() as session:
        for row in session.query(DeviceRow):
            row.enrolled_by = place.li.person_id
    caller = replace(place.wang.caller(method="device"), device_id="d" * 31 + place.wang.account[0])
    end_reading()
    with pytest.raises(OneIssuerError):
        approve_shift(caller, COMMUNITY, by_lead, {}, "lead")


def test_a_slip_lets_in_whom_somebody_chose(place: Square) -> None:
    caller = place.wang.caller(method="slip")
    slip = SlipRow(
        slip_digest="5" * 64,
        kind="invitation",
        person_id=place.wang.person_id,
        community_id=COMMUNITY,
        issued_by=place.town.anna.person_id,
        issued_at_ms=0,
        expires_at_ms=AT_MS,
        used_at_ms=AT_MS,
    )
    with transaction() as session:
        session.add(slip)
    end_reading()
    assert opened_by(db.session, caller) == {place.town.anna.person_id}
    assert opened_by(db.session, place.wang.caller()) == set()
    assert opened_by(db.session, replace(caller, session_id="0" * 32)) == set()
    end_reading()


# ---- flagged lines -------------------------------------------------------------------------------


def test_flagged_lines_are_decided_singly_and_the_rest_together(place: Square) -> None:
    people = [place.town.add(f"v{number}") for number in range(3)]
    sheet = place.hand_in(
        place.line(place.vera),
        place.line(place.yu, flags=("over_capacity",)),
        place.line(people[0], 300),
        place.line(people[1], flags=("overlap_elsewhere",)),
        place.line(people[2], 13 * 60),
    )
    assert [bool(each) for each in flags(place, sheet, place.wang)] == [
        False,
        True,
        False,
        True,
        True,
    ]
    first = place.approve(place.wang, sheet)
    assert (first.approved, first.left) == (2, 3)
    made = place.approve(
        place.wang,
        sheet,
        line2=OK,
        line4=Decision("refuse", reason="overlap"),
        line5=Decision("shorten", 480, "left_early"),
    )
    assert (made.approved, made.refused, made.left) == (2, 1, 0)
    assert place.states(sheet) == ["recorded", "recorded", "recorded", "refused", "recorded"]
    (refused,) = entries("hours.refused")
    assert refused.data["reason"] == "overlap"
    assert hours_of(people[2]) == (480, 0)
    assert place.lines(sheet)[4].counted_minutes == 780


def test_a_decision_that_adds_time_is_refused_and_nothing_is_written(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera), place.line(place.yu))
    with pytest.raises(DecisionError):
        place.approve(place.wang, sheet, line2=Decision("shorten", 200, "counted_wrong"))
    assert place.states(sheet) == ["waiting", "waiting"]


def test_no_time_at_all_is_no_record(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera, 0))
    made = place.approve(place.wang, sheet)
    assert (made.approved, made.refused) == (0, 1)
    assert place.lines(sheet)[0].reason == "no_time"


def test_two_activities_at_once_are_flagged(place: Square) -> None:
    first = place.hand_in(place.line(place.vera))
    later = STARTS_MS + 60 * MINUTE_MS
    second = place.hand_in(place.line(place.vera, started_at_ms=later), place.line(place.yu))
    assert flags(place, first, place.wang) == [("overlap",)]
    assert flags(place, second, place.wang) == [("overlap",), ()]
    assert place.approve(place.wang, second, line1=Decision("refuse", reason="overlap")).left == 0
    assert flags(place, first, place.wang) == [()]  # what was refused overlaps nothing
    assert place.approve(place.wang, first).approved == 1


def test_long_days_go_up_by_the_convention(place: Square, clock: FakeClock) -> None:
    adopt(place.town, clock)
    day = 20261123
    long = place.hand_in(place.line(place.vera, 481), day=day)
    assert flags(place, long, place.wang) == [("long_day",)]
    assert place.approve(place.wang, long, line1=OK).approved == 1
    longer = place.hand_in(place.line(place.vera, 300, started_at_ms=0), day=day)
    assert flags(place, longer, place.wang) == [("city_day",)]
    with pytest.raises(CityDayError):
        place.approve(place.wang, longer, line1=OK)
    assert place.approve(place.town.bo, longer, line1=OK).approved == 1


def test_what_the_law_asks_for_is_there_when_it_is_handed_in(place: Square) -> None:
    with pytest.raises(LawFieldsError, match="place"):
        place.hand_in(place.line(place.vera), place=" ")
    with pytest.raises(TierError):
        place.hand_in(place.line(place.vera, tier=4))
    assert place.sheets("waiting") == []


def test_a_shift_without_anybody_waits_for_nobody(place: Square) -> None:
    sheet = place.hand_in()
    assert place.sheets("waiting") == []
    with pytest.raises(SheetDecidedError):
        place.approve(place.wang, sheet)
    with pytest.raises(SheetMissingError):
        place.approve(place.wang, "0" * 32)


def test_one_operation_may_hand_in_several_sheets(place: Square) -> None:
    lines = [place.line(place.vera), place.line(place.yu)]
    with place.operation("late") as operation:
        made = {hand_in(operation, place.facts(), [each], 3, place.li.account) for each in lines}
        operation.answer({})
    end_reading()
    assert sorted(made) == sorted(place.sheets("waiting"))
    assert len(made) == 2


def test_what_lies_too_long_is_shown_and_never_stopped(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera))
    place.days_later(12)
    assert not queue(place.town.anna.caller(), COMMUNITY).overdue
    place.days_later(1)
    found = queue(place.town.anna.caller(), COMMUNITY)
    assert [each.sheet_id for each in found.overdue] == [sheet]
    assert found.waiting[0].is_overdue
    assert found.waiting[0].age_days == 13
    end_reading()
    assert place.approve(place.wang, sheet).recorded == 1
