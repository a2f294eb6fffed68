"""Publishing in one act, taking it back, changing and cancelling it."""

from typing import Any

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, number
from tests.projects.make import (
    BODY,
    DAY_MS,
    GROUP,
    HOUR_MS,
    SATURDAY_MS,
    Stage,
    draft,
    position,
    published,
    stage,
)
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.journal.rules.requests import Actor, Request
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.organisations import OrganisationUnknownError
from volunteer_credit.projects.operations.changing import Change, cancel_activity, change_shift
from volunteer_credit.projects.operations.ending import end_shift
from volunteer_credit.projects.operations.organisers import organisers_of
from volunteer_credit.projects.operations.projects import end_project, open_project
from volunteer_credit.projects.operations.publishing import publish, undo_publishing
from volunteer_credit.projects.operations.reality import became
from volunteer_credit.projects.operations.signing_up import sign_up
from volunteer_credit.projects.queries.activities import activity_shifts, last_activity
from volunteer_credit.projects.queries.shifts import (
    DoorShift,
    door_shift,
    shifts_around,
    shifts_led_by,
    signed_up,
)
from volunteer_credit.projects.rules import errors
from volunteer_credit.projects.rules.plans import Plan
from volunteer_credit.projects.rules.states import COMMITTEE
from volunteer_credit.shared.db import Model, db
from volunteer_credit.shared.errors import ServiceError

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def on(app: Flask) -> Stage:
    return stage()


def shift_of(shift_id: str) -> DoorShift:
    found = door_shift(db.session, COMMUNITY, shift_id)
    assert found is not None
    return found


def test_staff_publish_for_the_committee_in_one_act(on: Stage) -> None:
    made = published(on)
    (shift,) = activity_shifts(db.session, COMMUNITY, made.activity_id)
    assert (shift.shift_id,) == made.shift_ids
    assert (shift.title, shift.place, shift.state) == ("清洁家园", "东岛广场", "open")
    assert (shift.day, shift.planned_minutes) == (20261128, 120)
    assert (shift.organiser, shift.organiser_name) == (
        COMMITTEE,
        f"社区 {COMMUNITY}居民委员会",
    )
    assert shift.leads == (on.anna.account,)
    assert shift.coefficient == "", "hours only: there is no convention to have one"


def test_a_coordinator_publishes_for_their_body_and_for_no_other(on: Stage) -> None:
    made = published(on, by="ding")
    assert shift_of(made.shift_ids[0]).organiser_name == "和美社工"
    with pytest.raises(NotAllowedError):
        publish(on.ding.caller(), COMMUNITY, COMMITTEE, draft(), "other")
    with pytest.raises(NotAllowedError):
        publish(on.wang.caller(), COMMUNITY, BODY, draft(), "nobody")


def test_staff_publish_for_a_group_but_not_for_a_body_of_its_own(on: Stage) -> None:
    made = publish(on.anna.caller(), COMMUNITY, GROUP, draft(), "group")
    assert shift_of(made.shift_ids[0]).organiser_name == "银龄小组"
    with pytest.raises(errors.NotYourOrganiserError):
        publish(on.anna.caller(), COMMUNITY, BODY, draft(), "body")
    with pytest.raises(OrganisationUnknownError):
        publish(on.anna.caller(), COMMUNITY, number("nobody"), draft(), "none")


def test_staff_with_a_place_in_the_body_publish_by_that_place(on: Stage) -> None:
    position(on.anna, BODY, "coordinator")
    made = publish(on.anna.caller(), COMMUNITY, BODY, draft(), "own")
    assert shift_of(made.shift_ids[0]).organiser == BODY


def test_a_series_is_one_activity_with_its_shifts(on: Stage) -> None:
    starts = tuple(SATURDAY_MS + week * 7 * DAY_MS for week in range(12))
    made = published(on, starts_at_ms=starts)
    shifts = activity_shifts(db.session, COMMUNITY, made.activity_id)
    assert [each.starts_at_ms for each in shifts] == list(starts)
    assert len({each.day for each in shifts}) == 12


def test_a_retry_publishes_once_and_another_draft_under_the_key_is_refused(on: Stage) -> None:
    first = published(on)
    assert published(on) == first
    assert len(shifts_around(db.session, COMMUNITY, 0, 10**13)) == 1
    with pytest.raises(IdempotencyKeyUsedError):
        published(on, title="别的")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"starts_at_ms": (AT_MS - 2 * HOUR_MS - 1000,)}, errors.StartPastError),
        ({"starts_at_ms": (AT_MS + 401 * DAY_MS,)}, errors.StartFarError),
        ({"category": "nothing"}, errors.CategoryUnknownError),
        ({"coefficient": "hard"}, errors.CoefficientNotThereError),
        ({"project_id": number("none")}, errors.ProjectUnknownError),
        ({"leads": (number("nobody"),)}, errors.LeadUnknownError),
    ],
)
def test_what_does_not_hold_is_refused_whole(
    on: Stage, changes: dict[str, Any], refusal: type[ServiceError]
) -> None:
    with pytest.raises(refusal):
        published(on, **changes)
    assert shifts_around(db.session, COMMUNITY, 0, 10**13) == []


def test_now_may_be_said_two_hours_late(on: Stage) -> None:
    made = published(on, starts_at_ms=(AT_MS - 2 * HOUR_MS,), minutes=12 * 60)
    assert shift_of(made.shift_ids[0]).planned_minutes == 720


def test_a_shift_over_midnight_belongs_to_the_day_of_its_start(on: Stage) -> None:
    made = published(on, starts_at_ms=(SATURDAY_MS + 14 * HOUR_MS,))  # 23:00 to 01:00
    assert shift_of(made.shift_ids[0]).day == 20261128


def test_leads_are_chosen_among_those_who_may_lead(on: Stage) -> None:
    position(on.li, BODY, "lead")
    position(on.chen, BODY, "member")
    made = published(on, by="ding", leads=(on.li.account,))
    assert shift_of(made.shift_ids[0]).leads == (on.li.account,)
    led = shifts_led_by(db.session, COMMUNITY, on.li.account, 0, 10**13)
    assert [each.shift_id for each in led] == list(made.shift_ids)
    with pytest.raises(errors.LeadUnknownError):
        published(on, "two", by="ding", leads=(on.chen.account,))


def test_undo_takes_all_of_it_back(on: Stage) -> None:
    made = published(on, starts_at_ms=(SATURDAY_MS, SATURDAY_MS + 7 * DAY_MS))
    undo_publishing(on.anna.caller(), COMMUNITY, made.activity_id, "undo")
    assert door_shift(db.session, COMMUNITY, made.shift_ids[0]) is None
    assert last_activity(db.session, COMMUNITY, COMMITTEE) == ""
    with pytest.raises(errors.ShiftUnknownError):
        undo_publishing(on.anna.caller(), COMMUNITY, made.activity_id, "again")


def test_undo_is_over_after_ten_minutes_or_when_somebody_signed_up(
    on: Stage, clock: FakeClock
) -> None:
    made = published(on)
    sign_up(on.wang.caller(), COMMUNITY, made.shift_ids[0], "wang")
    with pytest.raises(errors.UndoOverError):
        undo_publishing(on.anna.caller(), COMMUNITY, made.activity_id, "undo")
    other = published(on, "two")
    clock.pass_ms(10 * 60_000 + 1000)
    with pytest.raises(errors.UndoOverError):
        undo_publishing(on.anna.caller(), COMMUNITY, other.activity_id, "late")


def test_only_who_organises_takes_back_changes_and_cancels(on: Stage) -> None:
    made = published(on, by="ding")
    (shift_id,) = made.shift_ids
    change = Change(SATURDAY_MS, SATURDAY_MS + HOUR_MS, "西门", 5)
    with pytest.raises(errors.NotYourOrganiserError):
        undo_publishing(on.anna.caller(), COMMUNITY, made.activity_id, "a")
    with pytest.raises(errors.NotYourOrganiserError):
        change_shift(on.anna.caller(), COMMUNITY, shift_id, change, "b")
    with pytest.raises(NotAllowedError):
        cancel_activity(on.wang.caller(), COMMUNITY, made.activity_id, "下雨", "c")
    assert shift_of(shift_id).place == "东岛广场"


def test_a_change_keeps_what_was_and_raises_the_revision(on: Stage) -> None:
    (shift_id,) = published(on).shift_ids
    later = SATURDAY_MS + DAY_MS
    change_shift(
        on.anna.caller(), COMMUNITY, shift_id, Change(later, later + HOUR_MS, "西门", 5), "one"
    )
    again = later + HOUR_MS
    change_shift(
        on.anna.caller(), COMMUNITY, shift_id, Change(again, again + HOUR_MS, "南门", 5), "two"
    )
    shift = shift_of(shift_id)
    assert (shift.starts_at_ms, shift.day, shift.place) == (again, 20261129, "南门")
    assert (shift.was_starts_at_ms, shift.was_place) == (SATURDAY_MS, "东岛广场")
    assert (shift.revision, shift.capacity) == (2, 5)


def test_a_change_into_the_past_or_of_what_is_over_is_refused(on: Stage, clock: FakeClock) -> None:
    (shift_id,) = published(on).shift_ids
    past = Change(AT_MS - DAY_MS, AT_MS - DAY_MS + HOUR_MS, "西门", 5)
    with pytest.raises(errors.StartPastError):
        change_shift(on.anna.caller(), COMMUNITY, shift_id, past, "past")
    good = Change(SATURDAY_MS, SATURDAY_MS + HOUR_MS, "西门", 5)
    with pytest.raises(errors.ShiftUnknownError):
        change_shift(on.anna.caller(), COMMUNITY, number("none"), good, "none")
    clock.pass_ms(8 * DAY_MS)
    with pytest.raises(errors.ShiftOverError):
        change_shift(on.anna.caller(), COMMUNITY, shift_id, good, "over")


def test_who_signed_up_reads_why_it_was_cancelled(on: Stage) -> None:
    made = published(on)
    cancel_activity(on.anna.caller(), COMMUNITY, made.activity_id, " 大风 预警 ", "cancel")
    shift = shift_of(made.shift_ids[0])
    assert (shift.state, shift.reason, shift.revision) == ("cancelled", "大风 预警", 1)
    with pytest.raises(errors.ShiftCancelledError, match="大风"):
        sign_up(on.wang.caller(), COMMUNITY, made.shift_ids[0], "wang")
    change = Change(SATURDAY_MS, SATURDAY_MS + HOUR_MS, "西门", 5)
    with pytest.raises(errors.ShiftCancelledError):
        change_shift(on.anna.caller(), COMMUNITY, made.shift_ids[0], change, "change")
    with pytest.raises(errors.ShiftOverError):
        cancel_activity(on.anna.caller(), COMMUNITY, made.activity_id, "大风", "again")


def test_one_shift_of_a_series_is_cancelled_and_the_rest_stay(on: Stage) -> None:
    made = published(on, starts_at_ms=(SATURDAY_MS, SATURDAY_MS + 7 * DAY_MS))
    first, second = made.shift_ids
    cancel_activity(on.anna.caller(), COMMUNITY, made.activity_id, "大风", "one", first)
    assert (shift_of(first).state, shift_of(second).state) == ("cancelled", "open")
    with pytest.raises(errors.ShiftUnknownError):
        cancel_activity(on.anna.caller(), COMMUNITY, made.activity_id, "大风", "x", number("x"))


def test_the_door_ends_a_shift_once(on: Stage) -> None:
    (shift_id,) = published(on).shift_ids
    for key in ("one", "two"):
        with perform(COMMUNITY, Request(Actor("operator:1", "operator"), key, "t")) as operation:
            end_shift(operation, shift_id)
            operation.answer({})
    assert (shift_of(shift_id).state, shift_of(shift_id).ended_at_ms) == ("ended", AT_MS)
    with (
        pytest.raises(errors.ShiftUnknownError),
        perform(COMMUNITY, Request(Actor("operator:1", "operator"), "three", "t")) as operation,
    ):
        end_shift(operation, number("none"))
    assert signed_up(db.session, COMMUNITY, shift_id) == []


def test_organisers_offered_are_ones_own_and_nobodys_twice(on: Stage) -> None:
    position(on.anna, GROUP, "coordinator")
    found = organisers_of(db.session, on.anna.caller(), COMMUNITY)
    assert [each.organiser for each in found] == [COMMITTEE, GROUP]
    found = organisers_of(db.session, on.ding.caller(), COMMUNITY)
    assert [each.organiser for each in found] == [BODY]
    assert organisers_of(db.session, on.wang.caller(), COMMUNITY) == []


def test_a_retry_changes_cancels_and_ends_nothing_twice(on: Stage) -> None:
    anna = on.anna.caller()
    made = published(on)
    later = Change(SATURDAY_MS + HOUR_MS, SATURDAY_MS + 2 * HOUR_MS, "西门", 5)
    for _ in range(2):
        change_shift(anna, COMMUNITY, made.shift_ids[0], later, "change")
        cancel_activity(anna, COMMUNITY, made.activity_id, "大风", "cancel")
    assert shift_of(made.shift_ids[0]).revision == 2
    other = published(on, "two")
    undo_publishing(anna, COMMUNITY, other.activity_id, "undo")
    with pytest.raises(errors.ShiftUnknownError):
        change_shift(anna, COMMUNITY, other.shift_ids[0], later, "gone")


def test_a_project_is_its_organisers_and_ends_once(on: Stage) -> None:
    ding = on.ding.caller()
    plan = Plan("银龄守护", "elders", 20261101, 20261231)
    venture = open_project(ding, COMMUNITY, BODY, plan, "open")
    assert open_project(ding, COMMUNITY, BODY, plan, "open") == venture
    with pytest.raises(errors.ProjectUnknownError):
        published(on, project_id=venture)
    published(on, "own", by="ding", project_id=venture)
    with pytest.raises(errors.NotYourOrganiserError):
        end_project(on.anna.caller(), COMMUNITY, venture, "staff")
    for _ in range(2):
        end_project(ding, COMMUNITY, venture, "end")
    with pytest.raises(errors.ProjectUnknownError):
        published(on, "late", by="ding", project_id=venture)
    with pytest.raises(errors.CategoryUnknownError):
        open_project(ding, COMMUNITY, BODY, Plan("银龄", "none", 20261101, 20261231), "x")


def test_a_project_adds_up_what_was_recorded_for_its_shifts_and_nothing_else(on: Stage) -> None:
    plan = Plan("银龄守护", "elders", 20261101, 20261231)
    venture = open_project(on.ding.caller(), COMMUNITY, BODY, plan, "open")
    (mine,) = published(on, "own", by="ding", project_id=venture).shift_ids
    (other,) = published(on, "other", by="ding").shift_ids
    record((mine, "recorded", 125), (mine, "recorded", 60), (mine, "voided", 60))
    record((other, "recorded", 30))
    found = became(db.session, COMMUNITY, venture)
    assert (found.person_times, found.minutes, found.planned.shifts) == (2, 185, 1)


def record(*lines: tuple[str, str, int]) -> None:
    """Lines of a sheet of one shift, as hours keep them."""
    shift = lines[0][0]
    with perform(COMMUNITY, Request(Actor("operator:1", "operator"), shift, "test")) as operation:
        operation.session.add(SheetRow(community_id=COMMUNITY, sheet_id=shift, **blank(SheetRow)))
        operation.session.get_one(SheetRow, (COMMUNITY, shift)).shift = shift
        for at, (_, state, minutes) in enumerate(lines, 1):
            given = {**blank(LineRow), "state": state, "minutes": minutes}
            operation.session.add(
                LineRow(community_id=COMMUNITY, sheet_id=shift, position=at, **given)
            )
        operation.answer({})


def blank(table: type[Model]) -> dict[str, Any]:
    """Nothing, for every column that must say something."""
    columns = [each for each in table.__table__.columns if not each.primary_key]
    return {
        each.name: 0 if each.type.python_type is int else ""
        for each in columns
        if not each.nullable and each.default is None
    }
