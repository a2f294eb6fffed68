"""Versions that follow each other: whose act a change is, and what clause ids may come to mean."""

import pytest

from tests.conventions.make import Change, Value, cap, changed, counted_by, with_caps
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.adoption_errors import (
    ClauseReusedError,
    EpochBackError,
    UnchangedError,
)
from volunteer_credit.conventions.rules.succession import (
    check_succession,
    in_force,
    levels_changed,
)

FIRST = templates()["haibei"]


def at(path: str, what: Value) -> Change:
    """Put something at a place."""

    def change(document: Value) -> None:
        *steps, last = (int(step) if step.isdigit() else step for step in path.split("/"))
        for step in steps:
            document = document[step]
        document[last] = what

    return change


def epoch(number: int) -> Change:
    """The epoch of the first clause."""
    return at("detailed_rules/earnings/0/epoch", number)


@pytest.mark.parametrize(
    ("change", "level"),
    [
        (at("title/zh", "新公约"), "principles"),
        (at("sources", []), "principles"),
        (at("principles/validity_months", 12), "principles"),
        (at("clauses/0/text/zh", "新条文"), "principles"),
        (at("clauses/7/text/zh", "新条文"), "detailed_rules"),
        (epoch(1), "detailed_rules"),
        (at("clauses/6/text/zh", "每月九日"), "parameters"),
        (at("parameters/market_days", [10]), "parameters"),
    ],
)
def test_the_level_of_a_change(change: Change, level: str) -> None:
    assert levels_changed(FIRST, changed(change, "haibei")) == {level}


def test_the_level_of_a_first_version_and_of_no_change() -> None:
    assert len(levels_changed(None, FIRST)) == 3
    assert not levels_changed(FIRST, FIRST)


@pytest.mark.parametrize("change", [epoch(1), at("detailed_rules/earnings/0/step_centipoints", 50)])
def test_may_follow(change: Change) -> None:
    check_succession([FIRST], changed(change, "haibei"))
    check_succession([], changed(change, "haibei"))


def test_the_same_again() -> None:
    with pytest.raises(UnchangedError):
        check_succession([FIRST], FIRST)


@pytest.mark.parametrize("number", [0, 3])
def test_an_epoch_that_goes_back_or_leaps(number: int) -> None:
    with pytest.raises(EpochBackError):
        check_succession([FIRST, changed(epoch(1), "haibei")], changed(epoch(number), "haibei"))


def test_a_clause_that_would_mean_something_else() -> None:
    with pytest.raises(ClauseReusedError):
        check_succession([FIRST], changed(counted_by("year"), "haibei"))
    by_day = with_caps(cap(40))
    without, by_month = with_caps(), with_caps(cap(40, "month"))
    with pytest.raises(ClauseReusedError):
        check_succession([by_day, without], by_month)  # also after a version without it
    check_succession([by_day, without], with_caps(cap(50)))


APPROVED = [(20260101, "one"), (20260601, "two"), (20260301, "three"), (20260601, "four")]


@pytest.mark.parametrize(
    ("day", "name"),
    [(20251231, None), (20260101, "one"), (20260531, "three"), (20260601, "four")],
)
def test_what_is_in_force(day: int, name: str | None) -> None:
    assert in_force(APPROVED, day) == name
