"""What so many hours come to, by every shipped template."""

import pytest

from tests.conventions.make import (
    HOUR,
    ME,
    OTHER,
    Change,
    Tallies,
    Value,
    cap,
    changed,
    clause,
    counted_by,
    service,
    with_caps,
)
from volunteer_credit.conventions.queries.shipped import TEMPLATES, templates
from volunteer_credit.conventions.rules.award import award, earning_of, keys
from volunteer_credit.conventions.rules.award_errors import (
    CoefficientUnknownError,
    ServiceFactError,
    TallyError,
)
from volunteer_credit.conventions.rules.periods import period_of
from volunteer_credit.conventions.rules.tallies import Tally, TallyKey

HAIBEI = [(10, 10), (20, 20), (21, 20), (22, 21), (80, 50), (83, 51), (100, 56)]
HAIBEI += [(200, 90), (204, 91), (1000, 290)]


def points_of(template: str, hours: int, piece: int = 8 * HOUR) -> int:
    """Centipoints of so many hours, recorded in pieces on days after each other."""
    tallies, left, day = Tallies(), hours * HOUR, 20260101
    while left:
        tallies.award(templates()[template], service(min(piece, left), day))
        left, day = left - min(piece, left), day + 1 if day % 100 < 28 else day + 73
    return tallies.total


@pytest.mark.parametrize(("hours", "points"), HAIBEI)
def test_haibei(hours: int, points: int) -> None:
    assert points_of("haibei", hours) == points * 100


@pytest.mark.parametrize(
    ("template", "hours", "points"),
    [
        ("rongcheng", 9, 0),
        ("rongcheng", 10, 2),
        ("rongcheng", 25, 4),
        ("dongdao", 3, 0),
        ("dongdao", 4, 1),
        ("dongdao", 11, 2),
        ("ten_an_hour", 1, 10),
        ("ten_an_hour", 20, 200),  # 8 h, 8 h and 4 h: no day is above its cap
    ],
)
def test_the_other_templates(template: str, hours: int, points: int) -> None:
    assert points_of(template, hours) == points * 100


def test_every_template_names_its_source() -> None:
    assert set(templates()) == set(TEMPLATES)
    assert all(each.sources for each in templates().values())


@pytest.mark.parametrize(
    ("coefficient", "centipoints"), [("light", 800), ("usual", 1000), ("hard", 1200), ("", 1000)]
)
def test_coefficients_weigh_the_time(coefficient: str, centipoints: int) -> None:
    done = Tallies().award(templates()["ten_an_hour"], service(60, coefficient=coefficient))
    assert done.centipoints == centipoints


def test_a_coefficient_that_the_convention_has_not() -> None:
    with pytest.raises(CoefficientUnknownError):
        award(templates()["haibei"], service(60, coefficient="hard"), {})


@pytest.mark.parametrize(("minutes", "reason"), [(71, "presence_short"), (72, "")])
def test_less_than_the_least_presence_gives_no_points(minutes: int, reason: str) -> None:
    done = award(templates()["ten_an_hour"], service(minutes, planned_minutes=120), {})
    assert (done.reason, bool(done.moves)) == (reason, not reason)


def test_time_below_a_step_is_counted_and_gives_nothing_yet() -> None:
    tallies, convention = Tallies(), templates()["dongdao"]
    first, second = (tallies.award(convention, service(120)) for _ in range(2))
    assert (first.reason, first.centipoints) == ("below_step", 0)
    assert (second.reason, second.centipoints) == ("", 100)


def test_work_of_no_weight() -> None:
    def training(document: Value) -> None:
        document["detailed_rules"]["coefficients"][0]["weight"] = [0, 1]

    assert award(changed(training), service(60, coefficient="light"), {}).reason == "no_weight"


def two_earnings(document: Value) -> None:
    rules = document["detailed_rules"]
    document["clauses"].append(clause("teaching"))
    rules["earnings"].append(
        {**rules["earnings"][0], "clause": "teaching", "categories": ["school"]}
    )


def only_teaching(document: Value) -> None:
    two_earnings(document)
    del document["detailed_rules"]["earnings"][0]


@pytest.mark.parametrize(
    ("change", "category", "expected"),
    [
        (two_earnings, "school", "teaching"),
        (two_earnings, "care", "hours_points"),
        (only_teaching, "care", None),
    ],
)
def test_a_category_earns_by_the_clause_that_names_it(
    change: Change, category: str, expected: str | None
) -> None:
    convention = changed(change)
    earning = earning_of(convention, category)
    assert (earning.clause if earning else None) == expected
    done = award(convention, service(60, category=category), {})
    assert done.clause == (expected or "")
    assert done.reason == ("" if expected else "no_clause")
    assert keys(convention, service(60, category=category)) == tuple(m.key for m in done.moves)


def test_clauses_and_persons_are_counted_apart() -> None:
    convention, tallies = changed(two_earnings), Tallies()
    for account, category in ((ME, "school"), (ME, "care"), (OTHER, "care")):
        done = tallies.award(convention, service(60, category=category, account=account))
        assert done.moves[0].before == Tally()


@pytest.mark.parametrize(
    ("period", "expected"),
    [("life", 0), ("year", 2026), ("quarter", 20261), ("month", 202603), ("day", 20260307)],
)
def test_periods(period: str, expected: int) -> None:
    assert period_of(20260307, period) == expected


@pytest.mark.parametrize(("month", "quarter"), [(1, 1), (3, 1), (4, 2), (9, 3), (10, 4), (12, 4)])
def test_quarters(month: int, quarter: int) -> None:
    assert period_of(20260001 + month * 100, "quarter") == 20260 + quarter


def test_a_new_year_counts_from_the_first_band_again() -> None:
    convention, tallies = changed(counted_by("year"), "haibei"), Tallies()
    tallies.award(convention, service(20 * HOUR, 20251231))
    assert tallies.award(convention, service(2 * HOUR, 20251231)).centipoints == 100
    assert tallies.award(convention, service(2 * HOUR, 20260101)).centipoints == 200


def test_a_raised_epoch_counts_from_the_first_band_again() -> None:
    def restart(document: Value) -> None:
        document["detailed_rules"]["earnings"][0]["epoch"] = 1

    tallies = Tallies()
    tallies.award(templates()["haibei"], service(20 * HOUR))
    assert tallies.award(changed(restart, "haibei"), service(2 * HOUR)).centipoints == 200
    assert tallies.award(templates()["haibei"], service(2 * HOUR)).centipoints == 100


def test_a_cap_says_what_it_held_back() -> None:
    tallies, convention = Tallies(), with_caps(cap(40), cap(60, "month", "month_cap"))
    first = tallies.award(convention, service(5 * HOUR))
    assert (first.uncapped, first.centipoints) == (5000, 4000)
    assert tallies.award(convention, service(HOUR)).reason == "capped"
    assert tallies.award(convention, service(5 * HOUR, 20260308)).centipoints == 2000
    assert tallies.award(convention, service(5 * HOUR, 20260401)).centipoints == 4000


def test_an_award_computed_twice_is_the_same() -> None:
    convention = templates()["ten_an_hour"]
    key = keys(convention, service(65))[0]
    before = {key: Tally(1_000_000, 16_600)}
    assert award(convention, service(65), before) == award(convention, service(65), dict(before))


@pytest.mark.parametrize(
    "wrong", [{"minutes": -1}, {"minutes": 10_081}, {"day": 20260230}, {"planned_minutes": -5}]
)
def test_a_service_that_cannot_be(wrong: Value) -> None:
    with pytest.raises(ServiceFactError):
        service(**{"minutes": 60, **wrong})


@pytest.mark.parametrize("wrong", [(-1, 0), (0, -1), (0, 100)])
def test_a_tally_that_cannot_be(wrong: tuple[int, int]) -> None:
    with pytest.raises(TallyError):
        Tally(*wrong)
    assert TallyKey(ME, "a", 0, 0) < TallyKey(ME, "b", 0, 0)
