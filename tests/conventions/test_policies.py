"""The smaller answers: notice, review, stars, market days, expiry, funds; and explanations."""

import json

import pytest

from tests.conventions.make import (
    HOUR,
    Change,
    Tallies,
    Value,
    cap,
    changed,
    service,
    with_caps,
)
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.award import award
from volunteer_credit.conventions.rules.document_errors import NoSuchFundError
from volunteer_credit.conventions.rules.explaining import entry_data, steps
from volunteer_credit.conventions.rules.periods import expiry_month
from volunteer_credit.conventions.rules.policies import (
    fen_per_point_max,
    fund_verdict,
    is_market_day,
    notice_working_days,
    reviewer,
    stars,
)

TEN = templates()["ten_an_hour"]


def test_notice_by_tier() -> None:
    assert [notice_working_days(TEN, tier) for tier in (1, 2, 3, 4)] == [0, 0, 3, 3]


@pytest.mark.parametrize(
    ("minutes", "who"),
    [(480, "automatic"), (481, "unit"), (720, "unit"), (721, "city"), (0, "automatic")],
)
def test_who_looks_at_a_day(minutes: int, who: str) -> None:
    assert reviewer(TEN, minutes) == who


def limits(**of: int) -> Change:
    def change(document: Value) -> None:
        document["detailed_rules"]["limits"].update(of)

    return change


def test_no_limit_of_review() -> None:
    assert reviewer(changed(limits(unit_day_minutes=0)), 1440) == "unit"
    assert reviewer(changed(limits(automatic_day_minutes=0)), 1440) == "automatic"


@pytest.mark.parametrize(("hours", "count"), [(0, 0), (99, 0), (100, 1), (999, 3), (1500, 5)])
def test_stars(hours: int, count: int) -> None:
    assert stars(TEN, hours * HOUR) == count
    assert stars(TEN, hours * HOUR + 59) == count


@pytest.mark.parametrize(
    ("day", "is_open"), [(20260109, True), (20260110, False), (20260209, False)]
)
def test_market_days(day: int, is_open: bool) -> None:
    assert is_market_day(TEN, day) == is_open


def test_without_market_days_every_day_is_one() -> None:
    def always(document: Value) -> None:
        document["parameters"].update(market_days=[], market_months=[])

    assert is_market_day(changed(always), 20260210)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (20261123, 24, 202811),
        (20261231, 1, 202701),
        (20260131, 11, 202612),
        (20261123, 0, 999912),
        (99991201, 24, 999912),
    ],
)
def test_expiry_months(day: int, months: int, expected: int) -> None:
    assert expiry_month(day, months) == expected


def capped(when_full: str) -> Change:
    def change(document: Value) -> None:
        document["principles"]["funds"][0].update(cap_centipoints=1000, when_full=when_full)

    return change


@pytest.mark.parametrize(
    ("when_full", "centipoints", "outstanding", "available", "verdict"),
    [
        ("defer", 100, 900, 100, "pay"),
        ("defer", 100, 901, 100, "defer"),
        ("warn", 100, 901, 100, "warn"),
        ("warn", 100, 0, 99, "defer"),
    ],
)
def test_what_a_fund_may_give(
    when_full: str, centipoints: int, outstanding: int, available: int, verdict: str
) -> None:
    convention = changed(capped(when_full))
    assert fund_verdict(convention, "main", centipoints, outstanding, available) == verdict


def test_a_fund_without_cap_and_one_that_is_not_there() -> None:
    assert fund_verdict(TEN, "main", 100, 10**12, 100) == "pay"
    assert fen_per_point_max(TEN) == {"main": 50}
    with pytest.raises(NoSuchFundError):
        fund_verdict(TEN, "other", 100, 0, 100)


def test_an_award_explains_itself() -> None:
    convention, tallies = with_caps(cap(40)), Tallies()
    tallies.award(convention, service(190))
    done = tallies.award(convention, service(65, coefficient="light"))
    english = [step.sentence("en") for step in steps(convention, done)]
    assert english == [
        "65 min × 4/5 = 52 weighted min",
        "clause hours_points: 190 → 242 min in all; worth 40 1/3 points, rounded down in steps of"
        " 1; 9 points",
        "clause day_cap: 31 → 40 points before the cap; 9 points count, 0 do not",
    ]
    assert all("{" not in step.sentence() for step in steps(convention, done))
    more = tallies.award(convention, service(60))
    assert steps(convention, more)[-1].sentence("en").endswith("0 points count, 10 do not")


@pytest.mark.parametrize(("minutes", "words"), [(10, "10 of 60"), (60, "60 min × 1")])
def test_why_nothing_is_given(minutes: int, words: str) -> None:
    done = award(TEN, service(minutes, planned_minutes=60), {})
    assert words in steps(TEN, done)[0].sentence("en")


def test_the_entry_has_every_before_in_integers_and_codes() -> None:
    tallies = Tallies()
    tallies.award(TEN, service(60))
    data = entry_data(tallies.award(TEN, service(65, coefficient="hard", planned_minutes=90)))
    assert data["moves"] == [
        ["hours_points", 20260307, 0, 60_000, 1000],
        ["day_cap", 20260307, 0, 1000, 1000],
    ]
    assert (data["weight"], data["weighted"], data["centipoints"]) == ([6, 5], [0, 78_000], 1300)
    assert json.dumps(data).isascii()
    assert json.loads(json.dumps(data)) == data
