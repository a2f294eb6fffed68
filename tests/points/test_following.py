"""A recorded hour is followed by exactly one entry about points: how many, and why."""

from typing import Any

import pytest
from flask import Flask

from tests.conventions.make import Value, cap, changed, with_caps
from tests.people.make import COMMUNITY, Town
from tests.points.make import HOUR, Scheme, entries
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.conventions.operations.contracts import end_contract
from volunteer_credit.points.operations.estimating import Estimate, estimate
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def here(app: Flask, clock: FakeClock) -> Scheme:
    assert app
    return Scheme(Town(), clock)


def only_for(category: str) -> Any:
    """The first clause is for this category alone."""

    def change(document: Value) -> None:
        document["detailed_rules"]["earnings"][0]["categories"] = [category]

    return change


def weightless(document: Value) -> None:
    document["detailed_rules"]["coefficients"][0]["weight"] = [0, 1]


def test_the_vectors_of_haibei_hold_as_recorded_hours(here: Scheme) -> None:
    here.adopt("haibei")
    here.fund(10_000)
    vectors = {10: 10, 21: 20, 22: 21, 83: 51, 204: 91, 1000: 290}
    for hours, points in vectors.items():
        who = here.member(f"王{hours}")
        left = hours * HOUR
        while left:
            part = min(left, 100 * HOUR + 17)
            here.record(who, part)
            left -= part
        assert here.points(who) == points, hours
    assert replayed().size == len(entries())


def test_every_way_to_no_points_says_why_and_the_hour_stays(here: Scheme) -> None:
    early = here.member("早", signed=False)
    assert here.record(early, HOUR)[1].reason == "no_convention"
    here.adopt(with_caps(cap(30)))
    here.fund(1000)
    assert here.record(early, HOUR)[1].reason == "not_signed"
    who = here.member("王")
    assert here.record(who, 30, planned_minutes=60)[1].reason == "presence_short"
    assert here.record(who, HOUR, coefficient="unheard")[1].reason == "no_coefficient"
    below = here.record(who, 3)[1]
    assert (below.kind, below.reason, below.centipoints) == ("awarded", "below_step", 0)
    given = here.record(who, 3 * HOUR)[1]
    assert (given.kind, given.reason, given.centipoints) == ("awarded", "", 3_000)
    assert given.clause == "hours_points"
    capped = here.record(who, HOUR)[1]
    assert (capped.kind, capped.reason, capped.centipoints) == ("awarded", "capped", 0)
    kinds = [each.kind for each in entries() if each.kind.startswith(("hours.", "points."))]
    assert kinds == [
        *("hours.recorded", "points.none") * 4,
        *("hours.recorded", "points.awarded") * 3,
    ]
    assert here.points(who) == 30


def test_a_category_without_a_clause_gives_none(here: Scheme) -> None:
    here.adopt(changed(only_for("teaching")))
    here.fund(1000)
    who = here.member("王")
    seq, outcome = here.record(who, HOUR)
    assert (outcome.kind, outcome.reason) == ("none", "no_clause")
    assert here.correct(seq, 2 * HOUR).reason == "no_clause"
    day = here.today()
    found = estimate(db.session, COMMUNITY, who.account, day, here.category, "", HOUR, 0)
    assert found == Estimate(0, reason="no_clause")
    end_reading()
    here.category = "teaching"
    assert here.record(who, HOUR)[1].kind == "awarded"


def test_work_of_no_weight_gives_none(here: Scheme) -> None:
    here.adopt(changed(weightless))
    here.fund(1000)
    assert here.record(here.member("王"), HOUR, coefficient="light")[1].reason == "no_weight"


def test_who_leaves_the_scheme_gets_none_and_keeps_what_there_is(here: Scheme) -> None:
    here.adopt()
    here.fund(1000)
    who = here.member("王")
    seq, _ = here.record(who, 2 * HOUR)
    end_contract(who.caller(), COMMUNITY, "end")
    assert here.record(who, HOUR)[1].reason == "not_signed"
    assert here.points(who) == 20
    assert here.correct(seq, HOUR).centipoints == -1_000
    assert here.points(who) == 10


def test_the_entry_says_all_that_a_replay_needs(here: Scheme) -> None:
    name = here.adopt()
    here.fund(1000)
    who = here.member("王")
    here.record(who, HOUR)
    record, _ = here.record(who, HOUR, tier=2)
    (_, entry) = entries("points.awarded")
    assert entry.refs == (record,)
    assert (entry.day, entry.tier) == (here.today(), 2)
    assert (entry.rule.convention, entry.rule.clause) == (name, "hours_points")
    assert entry.data["moves"][0] == ["hours_points", here.today(), 0, 60_000, 1_000]
    assert entry.actor.account == "system:points"
    assert entry.data["month"] == here.today() // 100 + 200  # two years of validity
    assert replayed().accounts.accounts[f"wallet:{who.account}:main:{entry.data['month']}"]
