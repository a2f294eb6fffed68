"""Signing up, waiting, moving up, taking it back; for oneself and for whom one stands for."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, number
from tests.projects.make import (
    DAY_MS,
    HOUR_MS,
    SATURDAY_MS,
    Stage,
    published,
    stage,
)
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.rules.authority_errors import ChildError, NotAllowedError
from volunteer_credit.projects.operations.changing import Change, change_shift
from volunteer_credit.projects.operations.own import chances, own_sign_ups
from volunteer_credit.projects.operations.signing_up import Standing, drop, sign_up
from volunteer_credit.projects.queries.shifts import DoorShift, door_shift, signed_up
from volunteer_credit.projects.queries.sign_ups import dropped_late
from volunteer_credit.projects.rules import errors
from volunteer_credit.shared.db import db

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def on(app: Flask) -> Stage:
    return stage()


def shift_of(shift_id: str) -> DoorShift:
    found = door_shift(db.session, COMMUNITY, shift_id)
    assert found is not None
    return found


def states(shift_id: str) -> list[tuple[str, str]]:
    return [(each.account, each.state) for each in signed_up(db.session, COMMUNITY, shift_id)]


def test_free_then_full_then_moved_up_in_the_order_of_signing_up(on: Stage) -> None:
    (shift,) = published(on, capacity=1).shift_ids
    first = sign_up(on.wang.caller(), COMMUNITY, shift, "1")
    second = sign_up(on.li.caller(), COMMUNITY, shift, "2")
    third = sign_up(on.chen.caller(), COMMUNITY, shift, "3")
    assert first == Standing("signed", 0, "free")
    assert second == Standing("waiting", 1, "full_waiting")
    assert third == Standing("waiting", 2, "full_waiting")
    drop(on.wang.caller(), COMMUNITY, shift, "4")
    assert states(shift) == [(on.li.account, "signed"), (on.chen.account, "waiting")]
    assert sign_up(on.wang.caller(), COMMUNITY, shift, "5") == Standing(
        "waiting", 2, "full_waiting"
    ), "who comes back stands at the end"


def test_twice_is_once_and_a_retry_answers_as_before(on: Stage) -> None:
    (shift,) = published(on).shift_ids
    first = sign_up(on.wang.caller(), COMMUNITY, shift, "1")
    assert sign_up(on.wang.caller(), COMMUNITY, shift, "1") == first
    assert sign_up(on.wang.caller(), COMMUNITY, shift, "2") == Standing("signed", 0, "already")
    assert len(states(shift)) == 1


def test_a_guardian_signs_a_child_up_and_the_child_alone_cannot(on: Stage) -> None:
    (shift,) = published(on).shift_ids
    who = on.child.person_id
    made = sign_up(on.guardian.caller(), COMMUNITY, shift, "1", who)
    assert made == Standing("signed", 0, "free")
    assert states(shift) == [(on.child.account, "signed")]
    with pytest.raises(ChildError):
        sign_up(on.child.caller(), COMMUNITY, shift, "2")
    with pytest.raises(NotAllowedError):
        sign_up(on.wang.caller(), COMMUNITY, shift, "3", who)
    drop(on.guardian.caller(), COMMUNITY, shift, "4", who)
    assert states(shift) == []


def test_a_proxy_signs_an_elder_up_and_it_stands_who_did(on: Stage) -> None:
    (shift,) = published(on).shift_ids
    sign_up(on.wang.caller(), COMMUNITY, shift, "1", on.elder.person_id)
    (row,) = signed_up(db.session, COMMUNITY, shift)
    assert (row.account, row.how) == (on.elder.account, "proxy")


def test_below_the_age_of_the_shift_is_refused_also_by_a_guardian(on: Stage) -> None:
    (shift,) = published(on, min_age=16).shift_ids
    with pytest.raises(errors.TooYoungError, match="16"):
        sign_up(on.minor.caller(), COMMUNITY, shift, "1")
    with pytest.raises(errors.TooYoungError):
        sign_up(on.guardian.caller(), COMMUNITY, shift, "2", on.child.person_id)
    assert sign_up(on.wang.caller(), COMMUNITY, shift, "3").state == "signed", "no birthday"


def test_the_age_counts_on_the_day_of_the_shift(on: Stage) -> None:
    young = on.town.add("生日", birth_day="20101128")
    (shift,) = published(on, min_age=16).shift_ids
    assert sign_up(young.caller(), COMMUNITY, shift, "1").state == "signed"


def test_dangerous_work_opens_when_the_insurance_is_entered(on: Stage) -> None:
    (shift,) = published(on, risk="dangerous").shift_ids
    with pytest.raises(errors.InsuranceMissingError):
        sign_up(on.wang.caller(), COMMUNITY, shift, "1")
    change = Change(SATURDAY_MS, SATURDAY_MS + HOUR_MS, "东岛广场", 3, "PICC-2026-1")
    change_shift(on.anna.caller(), COMMUNITY, shift, change, "insure")
    assert sign_up(on.wang.caller(), COMMUNITY, shift, "2").state == "signed"


def test_an_overlap_is_said_and_accepted(on: Stage) -> None:
    (one,) = published(on, "a").shift_ids
    (two,) = published(on, "b", starts_at_ms=(SATURDAY_MS + HOUR_MS,)).shift_ids
    (three,) = published(on, "c", starts_at_ms=(SATURDAY_MS + 3 * HOUR_MS,)).shift_ids
    assert sign_up(on.wang.caller(), COMMUNITY, one, "1").cause == "free"
    assert sign_up(on.wang.caller(), COMMUNITY, two, "2") == Standing("signed", 0, "overlaps")
    assert sign_up(on.wang.caller(), COMMUNITY, three, "3").cause == "free"


def test_nobody_else_signs_up_and_nothing_else_is_signed_up_for(on: Stage) -> None:
    (shift,) = published(on).shift_ids
    with pytest.raises(NotAllowedError):
        sign_up(on.outsider.caller(), COMMUNITY, shift, "1")
    with pytest.raises(errors.ShiftUnknownError):
        sign_up(on.wang.caller(), COMMUNITY, number("none"), "2")
    with pytest.raises(errors.NotSignedUpError):
        drop(on.wang.caller(), COMMUNITY, shift, "3")


def test_after_the_start_a_drop_is_seen_and_nobody_moves_up(on: Stage, clock: FakeClock) -> None:
    (shift,) = published(on, capacity=1, starts_at_ms=(AT_MS + HOUR_MS,)).shift_ids
    sign_up(on.wang.caller(), COMMUNITY, shift, "1")
    sign_up(on.li.caller(), COMMUNITY, shift, "2")
    clock.pass_ms(HOUR_MS)
    drop(on.wang.caller(), COMMUNITY, shift, "3")
    assert states(shift) == [(on.li.account, "waiting")]
    assert dropped_late(db.session, COMMUNITY, [shift]) == {on.wang.account}
    clock.pass_ms(2 * HOUR_MS)
    with pytest.raises(errors.ShiftOverError):
        drop(on.li.caller(), COMMUNITY, shift, "4")
    with pytest.raises(errors.ShiftOverError):
        sign_up(on.chen.caller(), COMMUNITY, shift, "5")


def test_more_places_move_the_wait_list_up(on: Stage) -> None:
    (shift,) = published(on, capacity=1).shift_ids
    for key, who in (("1", on.wang), ("2", on.li), ("3", on.chen)):
        sign_up(who.caller(), COMMUNITY, shift, key)
    change = Change(SATURDAY_MS, SATURDAY_MS + HOUR_MS, "东岛广场", 2)
    change_shift(on.anna.caller(), COMMUNITY, shift, change, "more")
    assert [state for _, state in states(shift)] == ["signed", "signed", "waiting"]
    fewer = Change(SATURDAY_MS, SATURDAY_MS + HOUR_MS, "东岛广场", 1)
    change_shift(on.anna.caller(), COMMUNITY, shift, fewer, "fewer")
    assert [state for _, state in states(shift)] == ["signed", "signed", "waiting"]


def test_who_leaves_the_community_gives_the_place_to_the_next(on: Stage) -> None:
    (shift,) = published(on, capacity=1).shift_ids
    sign_up(on.wang.caller(), COMMUNITY, shift, "1")
    sign_up(on.li.caller(), COMMUNITY, shift, "2")
    leave(on.wang.caller(), COMMUNITY, "leave")
    assert states(shift) == [(on.li.account, "signed")]


def test_chances_say_for_each_of_ones_people_what_holds(on: Stage) -> None:
    (shift,) = published(on, capacity=1, min_age=12).shift_ids
    found = chances(on.guardian.caller(), COMMUNITY, shift_of(shift), 0)
    assert [(each.who.name, each.cause) for each in found] == [
        ("赵妈妈", "free"),
        ("赵小宝", "too_young"),
    ]
    sign_up(on.wang.caller(), COMMUNITY, shift, "1")
    sign_up(on.wang.caller(), COMMUNITY, shift, "2", on.elder.person_id)
    own, elder = chances(on.wang.caller(), COMMUNITY, shift_of(shift), 1)
    assert (own.cause, own.state, own.position) == ("already", "signed", 0)
    assert (elder.cause, elder.state, elder.position) == ("already", "waiting", 1)
    (out,) = chances(on.outsider.caller(), COMMUNITY, shift_of(shift), 1)
    assert out.cause == "not_member"


def test_own_sign_ups_hold_those_of_wards_and_end_with_the_shift(
    on: Stage, clock: FakeClock
) -> None:
    (shift,) = published(on).shift_ids
    sign_up(on.wang.caller(), COMMUNITY, shift, "1", on.elder.person_id)
    (place,) = own_sign_ups(on.wang.caller())
    ((who, row),) = place.sign_ups
    assert (who.name, row.state, row.shift.title) == ("周奶奶", "signed", "清洁家园")
    clock.pass_ms(7 * DAY_MS)
    (place,) = own_sign_ups(on.wang.caller())
    assert place.sign_ups == []
    assert own_sign_ups(on.outsider.caller()) == []
