"""Households and places: by own word, confirmed by staff, left at any time."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Resident, Town
from tests.service.make import FakeClock
from volunteer_credit.people.models.membership import HouseholdRow
from volunteer_credit.people.operations.households import (
    add_to_household,
    agree_to_household,
    confirm_household,
    declare_household,
    leave_household,
)
from volunteer_credit.people.operations.places import add_place, change_place, move_member
from volunteer_credit.people.queries.households import (
    household_of,
    places,
    present,
    same_household,
)
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.households import (
    HouseholdDeclinedError,
    HouseholdFullError,
    HouseholdHowError,
    HouseholdOwnError,
    HouseholdTakenError,
    HouseholdUnknownError,
    RepresentativeOnlyError,
)
from volunteer_credit.people.rules.places import (
    PlaceInUseError,
    PlaceKindError,
    PlaceNameError,
    PlaceUnknownError,
)
from volunteer_credit.shared.db import db


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


def lives_with(each: Resident) -> set[str]:
    db.session.rollback()
    return same_household(db.session, COMMUNITY, each.account)


def state_of(household_id: str) -> str:
    db.session.rollback()
    row = db.session.get(HouseholdRow, (COMMUNITY, household_id), populate_existing=True)
    assert row is not None
    return row.state


def test_a_household_is_declared_agreed_to_confirmed_and_left(town: Town, clock: FakeClock) -> None:
    chen, ding, elder = (town.add(name) for name in ("陈", "丁", "老人"))
    declared = declare_household(chen.caller(), COMMUNITY, [ding.account, elder.account], "k1")
    assert (
        declare_household(chen.caller(), COMMUNITY, [ding.account, elder.account], "k1") == declared
    )
    assert lives_with(chen) == set(), "who was only named has said nothing yet"
    agree_to_household(ding.caller(), COMMUNITY, "k2")
    assert lives_with(chen) == {ding.account}
    assert state_of(declared) == "declared"
    for how, problem in (("phone", HouseholdHowError), ("desk", None)):
        if problem:
            with pytest.raises(problem):
                confirm_household(town.anna.caller(), COMMUNITY, declared, how, "k3")
        else:
            confirm_household(town.anna.caller(), COMMUNITY, declared, how, "k3")
    assert lives_with(elder) == {chen.account, ding.account}
    assert state_of(declared) == "confirmed"
    clock.pass_ms(1000)
    leave_household(chen.caller(), COMMUNITY, "k4")
    inside = present(db.session, COMMUNITY, declared)
    assert [account for account, (_, first) in inside.items() if first] == [
        min(ding.account, elder.account)
    ]
    for each in (ding, elder):
        leave_household(each.caller(), COMMUNITY, "k5")
    assert state_of(declared) == "ended"
    with pytest.raises(HouseholdUnknownError):
        leave_household(chen.caller(), COMMUNITY, "k6")
    # A split, and a merge: whoever left declares anew, within the same second too.
    again = declare_household(ding.caller(), COMMUNITY, [], "k7")
    add_to_household(ding.caller(), COMMUNITY, chen.account, "k8")
    agree_to_household(chen.caller(), COMMUNITY, "k9")
    assert household_of(db.session, COMMUNITY, chen.account) == again


def test_what_binds_nobody_and_what_is_refused(town: Town) -> None:
    chen, ding, wu = (town.add(name) for name in ("陈", "丁", "吴"))
    with pytest.raises(HouseholdFullError):
        declare_household(chen.caller(), COMMUNITY, [chen.account], "k0")
    declared = declare_household(chen.caller(), COMMUNITY, [ding.account], "k1")
    with pytest.raises(HouseholdTakenError):
        declare_household(chen.caller(), COMMUNITY, [], "k2")
    with pytest.raises(RepresentativeOnlyError):
        add_to_household(ding.caller(), COMMUNITY, wu.account, "k3")
    own = declare_household(ding.caller(), COMMUNITY, [], "k4")
    assert own != declared, "who was only named is free to say otherwise"
    leave_household(wu.caller(), COMMUNITY, "k5", decline=True)
    with pytest.raises(HouseholdDeclinedError):
        add_to_household(chen.caller(), COMMUNITY, wu.account, "k6")
    with pytest.raises(HouseholdUnknownError):
        add_to_household(chen.caller(), COMMUNITY, "0" * 32, "k7")
    with pytest.raises(NotAllowedError):
        confirm_household(chen.caller(), COMMUNITY, declared, "desk", "k8")
    staffs = declare_household(town.anna.caller(), COMMUNITY, [], "k9")
    with pytest.raises(HouseholdOwnError):
        confirm_household(town.anna.caller(), COMMUNITY, staffs, "visit", "k10")
    assert state_of(staffs) == "declared"


def test_places_lie_in_each_other_and_a_grid_worker_acts_in_their_own_grid(town: Town) -> None:
    staff = town.anna.caller()
    grid = add_place(staff, COMMUNITY, ("grid", "第三网格"), "k1")
    other = add_place(staff, COMMUNITY, ("grid", "第四网格"), "k2")
    estate = add_place(staff, COMMUNITY, ("estate", "海棠小区"), "k3", grid_id=grid)
    building = add_place(staff, COMMUNITY, ("building", "5 号楼"), "k4", parent_id=estate)
    unit = add_place(staff, COMMUNITY, ("unit", "2 单元"), "k5", parent_id=building, grid_id=grid)
    for place, where, problem in (
        (("unit", "x"), {"parent_id": estate}, PlaceKindError),
        (("grid", "x"), {"grid_id": grid}, PlaceKindError),
        (("estate", "x"), {"grid_id": estate}, PlaceKindError),
        (("shed", "x"), {}, PlaceKindError),
        (("estate", "x" * 61), {}, PlaceNameError),
        (("estate", "a\u0000b"), {}, PlaceNameError),
        (("building", "x"), {"parent_id": "f" * 32}, PlaceUnknownError),
    ):
        with pytest.raises(problem):
            add_place(staff, COMMUNITY, place, "k6", **where)
    chen, worker = town.add("陈"), town.add("网格员")
    town.grant(worker, "grid_worker", scope=f"grid:{other}")
    move_member(staff, COMMUNITY, chen.account, unit, "k7")
    with pytest.raises(NotAllowedError):
        move_member(worker.caller(), COMMUNITY, chen.account, other, "k8")
    town.grant(worker, "grid_worker", scope=f"grid:{grid}")
    move_member(worker.caller(), COMMUNITY, chen.account, unit, "k9")
    with pytest.raises(PlaceInUseError):
        change_place(staff, COMMUNITY, unit, "k10", remove=True)
    move_member(staff, COMMUNITY, chen.account, None, "k11")
    change_place(staff, COMMUNITY, unit, "k12", remove=True)
    change_place(staff, COMMUNITY, building, "k13", name=" 6 号楼 ")
    assert {each.name for each in places(db.session, COMMUNITY)} == {
        "第三网格",
        "第四网格",
        "海棠小区",
        "6 号楼",
    }
    with pytest.raises(PlaceUnknownError):
        change_place(staff, COMMUNITY, unit, "k14", name="x")
    with pytest.raises(NotAllowedError):
        add_place(chen.caller(), COMMUNITY, ("estate", "x"), "k15")
