"""A pasted list: matched under the desk's rules, signed up in one act."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, number
from tests.projects.make import Stage, published, stage
from tests.service.make import FakeClock
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.people.operations.accesses import looks_at
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.reasons import LookOverError
from volunteer_credit.projects.operations.listing import Listed, match_list, sign_up_listed
from volunteer_credit.projects.operations.signing_up import sign_up
from volunteer_credit.projects.queries.shifts import door_shift, signed_up
from volunteer_credit.projects.rules import errors
from volunteer_credit.shared.db import db

pytestmark = pytest.mark.engines("sqlite")
LIST = "#接龙\n1. 王小明\n2. 李红+1\n3. 赵小宝\n4. 没有人"


@pytest.fixture
def on(app: Flask) -> Stage:
    return stage()


def test_staff_find_members_by_name_and_each_of_them_reads_it(on: Stage) -> None:
    (shift,) = published(on).shift_ids
    found = match_list(on.anna.caller(), COMMUNITY, shift, LIST, "match")
    assert [each.state for each in found] == ["one", "one", "one", "none"]
    (wang,) = found[0].candidates
    assert (wang.account, wang.name, wang.digits) == (on.wang.account, "王○○", "02")
    (look,) = looks_at(db.session, on.wang.person_id)
    assert (look.action, look.reason, look.by_role) == (
        "person.search",
        "activity_safety",
        "staff",
    )
    assert looks_at(db.session, on.chen.person_id) == []


def test_a_coordinator_finds_who_came_before_and_others_only_with_digits(on: Stage) -> None:
    (shift,) = published(on, by="ding").shift_ids
    text = "1.王小明\n2.李红 0103\n3.陈秀英\n4.赵小宝0106"
    found = match_list(on.ding.caller(), COMMUNITY, shift, text, "one")
    assert [each.state for each in found] == ["none", "one", "none", "none"], "no minors either"
    sign_up(on.wang.caller(), COMMUNITY, shift, "wang")
    found = match_list(on.ding.caller(), COMMUNITY, shift, text, "two")
    assert [each.state for each in found] == ["one", "one", "none", "none"]


def test_nobody_matches_for_an_activity_that_is_not_theirs(on: Stage) -> None:
    (shift,) = published(on, by="ding").shift_ids
    with pytest.raises(errors.NotYourOrganiserError):
        match_list(on.anna.caller(), COMMUNITY, shift, LIST, "anna")
    with pytest.raises(NotAllowedError):
        match_list(on.wang.caller(), COMMUNITY, shift, LIST, "wang")
    with pytest.raises(errors.ShiftUnknownError):
        match_list(on.anna.caller(), COMMUNITY, number("none"), LIST, "none")
    assert looks_at(db.session, on.wang.person_id) == []


def test_a_retry_shows_the_same_and_only_for_a_while(on: Stage, clock: FakeClock) -> None:
    (shift,) = published(on).shift_ids
    first = match_list(on.anna.caller(), COMMUNITY, shift, LIST, "match")
    assert match_list(on.anna.caller(), COMMUNITY, shift, LIST, "match") == first
    assert len(looks_at(db.session, on.wang.person_id)) == 1
    with pytest.raises(IdempotencyKeyUsedError):
        match_list(on.anna.caller(), COMMUNITY, shift, f"{LIST} 5", "match")
    clock.pass_ms(11 * 60_000)
    with pytest.raises(LookOverError):
        match_list(on.anna.caller(), COMMUNITY, shift, LIST, "match")


def test_those_who_are_ticked_sign_up_in_one_act_in_their_order(on: Stage) -> None:
    (shift,) = published(on, capacity=2).shift_ids
    sign_up(on.chen.caller(), COMMUNITY, shift, "chen")
    accounts = [on.li.account, on.chen.account, on.wang.account, on.child.account, number("x")]
    made = sign_up_listed(on.anna.caller(), COMMUNITY, shift, accounts, 3, "list")
    assert made == Listed(
        1, 1, 1, ((on.child.account, "guardian_signs"), (number("x"), "not_member"))
    )
    rows = signed_up(db.session, COMMUNITY, shift)
    assert [(each.account, each.state, each.how) for each in rows] == [
        (on.chen.account, "signed", "volunteer"),
        (on.li.account, "signed", "list"),
        (on.wang.account, "waiting", "list"),
    ]
    found = door_shift(db.session, COMMUNITY, shift)
    assert found is not None
    assert found.walk_ins == 3
    assert sign_up_listed(on.anna.caller(), COMMUNITY, shift, accounts, 3, "list") == made


def test_too_young_is_left_out_and_a_closed_shift_refuses_all(on: Stage) -> None:
    (shift,) = published(on, min_age=18).shift_ids
    accounts = [on.minor.account, on.wang.account]
    made = sign_up_listed(on.anna.caller(), COMMUNITY, shift, accounts, 0, "list")
    assert made == Listed(1, 0, 0, ((on.minor.account, "too_young"),))
    (closed,) = published(on, "two", risk="dangerous").shift_ids
    with pytest.raises(errors.InsuranceMissingError):
        sign_up_listed(on.anna.caller(), COMMUNITY, closed, accounts, 0, "closed")
    for walk_ins in (-1, 100_001):
        with pytest.raises(errors.NumberRangeError):
            sign_up_listed(on.anna.caller(), COMMUNITY, shift, accounts, walk_ins, "many")
    names = [number(str(each)) for each in range(501)]
    with pytest.raises(errors.NumberRangeError):
        sign_up_listed(on.anna.caller(), COMMUNITY, shift, names, 0, "names")
