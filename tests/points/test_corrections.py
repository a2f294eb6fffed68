"""Corrections: by the award's own rule and counts, never below 0, as often as it takes."""

import pytest
from flask import Flask

from tests.conventions.make import Value, cap, changed, with_caps
from tests.people.make import COMMUNITY, DAY_MS, Town
from tests.points.make import HOUR, Scheme, entries
from tests.points.spending import confirm, hold
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.points.queries.wallets import wallet
from volunteer_credit.points.rules.corrections import Owing, heightened, lowered
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
DECEMBER_30 = 1_798_588_800_000  # 2026-12-30 08:00 in Weihai


def five_an_hour(document: Value) -> None:
    bands = document["detailed_rules"]["earnings"][0]["bands"]
    bands[0]["centipoints_per_minutes"] = [500, 60]


@pytest.fixture
def here(app: Flask, clock: FakeClock) -> Scheme:
    assert app
    return Scheme(Town(), clock)


def test_ten_an_hour_capped_at_40_a_day(here: Scheme) -> None:
    here.adopt(with_caps(cap(40)))
    here.fund(1000)
    who = here.member("王")
    one, _ = here.record(who, 3 * HOUR)
    two, _ = here.record(who, 3 * HOUR)
    assert here.points(who) == 40
    here.correct(one, 0)
    assert here.points(who) == 30
    here.correct(two, 0)
    assert here.points(who) == 0
    assert here.balance("fund:main") == 1000_00
    assert replayed().size == len(entries())


def test_hours_of_one_version_corrected_under_the_next_leave_nothing(here: Scheme) -> None:
    old = here.adopt("ten_an_hour")
    here.fund(1000)
    who = here.member("王")
    seq, _ = here.record(who, 10 * HOUR)
    assert here.points(who) == 80
    new = here.adopt(changed(five_an_hour))
    later, _ = here.record(who, 10 * HOUR)
    assert here.points(who) == 130
    outcome = here.correct(seq, 0)
    assert (outcome.centipoints, outcome.clause) == (-8_000, "hours_points")
    assert here.points(who) == 50
    here.correct(later, 0)
    assert here.points(who) == 0
    one, two = entries("points.corrected")
    assert (one.rule.convention, two.rule.convention) == (old, new)
    assert one.refs[0] > seq
    assert one.refs[1] == entries("points.awarded")[0].seq


def test_a_december_hour_corrected_in_january(here: Scheme) -> None:
    here.go_to(DECEMBER_30 - DAY_MS)
    here.adopt()
    here.fund(1000)
    who = here.member("王")
    seq, _ = here.record(who, 2 * HOUR)
    december = here.today()
    here.go_to(DECEMBER_30 + 5 * DAY_MS)
    here.record(who, HOUR)
    assert here.today() // 10_000 == december // 10_000 + 1
    here.correct(seq, HOUR)
    assert here.points(who) == 20
    months = {each.month: each.posted for each in wallet(db.session, COMMUNITY, who.account)}
    assert months == {202812: 1000, 202901: 1000}
    (entry,) = entries("points.corrected")
    assert (entry.day, entry.data["moves"][0][1]) == (december, december)
    end_reading()
    here.correct(seq, 0)
    assert here.points(who) == 10


def test_a_record_may_be_corrected_often_up_and_down(here: Scheme) -> None:
    here.adopt()
    here.fund(1000)
    who = here.member("王")
    seq, _ = here.record(who, 2 * HOUR)
    for minutes in (3 * HOUR, HOUR, 3 * HOUR + 7, 0, 4 * HOUR, 4 * HOUR):
        here.correct(seq, minutes)
        assert here.points(who) == minutes // 6
    assert here.balance("fund:main") == 1000_00 - 40_00
    assert here.correct(seq, 4 * HOUR + 1).reason == "below_step"


def test_too_little_presence_becomes_enough(here: Scheme) -> None:
    here.adopt()
    here.fund(1000)
    who = here.member("王")
    seq, outcome = here.record(who, 20, planned_minutes=HOUR)
    assert outcome.reason == "presence_short"
    assert here.correct(seq, 21).reason == "presence_short"
    assert here.correct(seq, HOUR).centipoints == 1000
    assert here.correct(seq, 20).centipoints == -1000
    assert here.points(who) == 0


def test_hours_without_a_rule_have_none_after_a_correction_too(here: Scheme) -> None:
    who = here.member("王", signed=False)
    seq, _ = here.record(who, HOUR)
    here.adopt()
    outcome = here.correct(seq, 2 * HOUR)
    assert (outcome.kind, outcome.reason) == ("none", "no_convention")
    here.records[0], here.minutes[0] = here.records[seq], HOUR
    assert here.correct(0, HOUR).reason == "no_convention"  # nothing is known of that record


def test_what_was_spent_stays_spent_and_is_not_given_twice(here: Scheme) -> None:
    here.adopt()
    here.fund(1000)
    who = here.member("王")
    seq, _ = here.record(who, 3 * HOUR)
    confirm(here, who, hold(here, who, 2000))
    here.correct(seq, 0)
    assert here.points(who) == 0
    here.correct(seq, HOUR)
    assert here.points(who) == 0
    here.correct(seq, 3 * HOUR)
    assert here.points(who) == 10
    here.record(who, 2 * HOUR, coefficient="usual")
    assert here.points(who) == 30
    rests = [
        (each.data["centipoints"], each.data["rest_centipoints"], len(each.transfers))
        for each in entries("points.corrected")
    ]
    assert rests == [(-3000, 2000, 1), (1000, 1000, 0), (2000, 1000, 1)]
    assert replayed().size == len(entries())


def test_a_hold_is_never_taken_from(here: Scheme) -> None:
    here.adopt()
    here.fund(1000)
    who = here.member("王")
    seq, _ = here.record(who, 3 * HOUR)
    held = hold(here, who, 2500)
    here.correct(seq, 0)
    assert here.points(who) == 25
    confirm(here, who, held)
    assert here.points(who) == 0


def test_who_left_gets_nothing_more_and_loses_nothing_twice(here: Scheme) -> None:
    here.adopt()
    here.fund(30)
    who = here.member("王")
    seq, _ = here.record(who, 2 * HOUR)
    waiting, outcome = here.record(who, 2 * HOUR)
    assert outcome.kind == "deferred"
    leave(who.caller(), COMMUNITY, "leave")
    end_reading()
    assert here.correct(seq, HOUR).centipoints == -1000
    assert here.correct(waiting, 3 * HOUR).centipoints == 1000
    assert here.correct(waiting, 0).centipoints == -3000
    here.fund(1000)
    assert here.points(who) == 0
    assert [each.data["rest_centipoints"] for each in entries("points.corrected")] == [
        1000,
        1000,
        3000,
    ]
    with perform(COMMUNITY, Request(who.actor("volunteer"), "look", "look")) as operation:
        assert operation.head.size == len(entries())
        operation.answer({})


def test_settling_is_whole_in_any_state() -> None:
    """Whatever is owed: what waits, what is taken and the rest come to the change."""
    for owing in (Owing(0, 0, 202612), Owing(700, 300, 202612), Owing(700, -400, 0)):
        for amount in (100, 650, 2000):
            down = lowered(owing, amount, {202611: 500, 202612: 50, 202701: 40})
            taken = sum(each for _, each in down.taken)
            assert (owing.waiting - down.waiting) + taken + down.rest == amount
            assert all(month >= owing.month for month, _ in down.taken)
            up = heightened(owing, amount)
            assert up.to_pay + up.rest == amount
            assert up.debt == owing.debt - up.rest
            assert heightened(owing, amount, is_lost=True).rest == amount
    assert templates()["ten_an_hour"].principles.set_off_later_awards == "never"
