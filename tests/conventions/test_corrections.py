"""Taking back: by the award's own day, rule and keys, never below 0, whatever came between."""

import pytest

from tests.conventions.make import HOUR, ME, Tallies, Value, cap, changed, service, with_caps
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.award import correct
from volunteer_credit.conventions.rules.award_errors import OtherServiceError, PaymentError
from volunteer_credit.conventions.rules.taking_back import take_back
from volunteer_credit.conventions.rules.tallies import Tally, TallyKey, moved

FORTY_A_DAY = with_caps(cap(40))
THREE = service(3 * HOUR)


def test_capped_at_forty_a_day_annul_one_then_both() -> None:
    tallies = Tallies()
    given = [tallies.award(FORTY_A_DAY, THREE).centipoints for _ in range(2)]
    assert (given, tallies.total) == ([3000, 1000], 4000)
    assert tallies.correct(FORTY_A_DAY, THREE).centipoints == -1000
    assert tallies.total == 3000
    assert tallies.correct(FORTY_A_DAY, THREE).centipoints == -3000
    assert tallies.total == 0
    assert set(tallies.by_key.values()) == {Tally()}


def doubled(document: Value) -> None:
    """Twice as much for an hour, in the same epoch."""
    band = document["detailed_rules"]["earnings"][0]["bands"][-1]
    band["centipoints_per_minutes"][0] *= 2


def test_awarded_under_one_version_and_corrected_under_the_next() -> None:
    tallies, before, ten = Tallies(), templates()["ten_an_hour"], service(8 * HOUR)
    tallies.award(before, ten)
    after = changed(doubled)
    tallies.award(after, service(HOUR, 20260401))
    tallies.correct(before, ten)
    assert tallies.total == 2000
    tallies.correct(after, service(HOUR, 20260401))
    assert tallies.total == 0


def test_ten_hours_under_one_version_and_corrected_under_the_next_leave_nothing() -> None:
    tallies, convention = Tallies(), templates()["rongcheng"]
    tallies.award(convention, service(10 * HOUR))
    assert tallies.total == 200
    tallies.correct(convention, service(10 * HOUR))
    assert tallies.total == 0


@pytest.mark.parametrize("first_annulled", [0, 1])
def test_bands_that_changed_between_leave_nothing_and_take_no_more_than_was_given(
    first_annulled: int,
) -> None:
    def flat_at_first(document: Value) -> None:
        bands = document["detailed_rules"]["earnings"][0]["bands"]
        bands[0]["centipoints_per_minutes"] = [0, 1]

    versions = [templates()["haibei"], changed(flat_at_first, "haibei")]
    tallies = Tallies()
    for version in versions:
        tallies.award(version, service(30 * HOUR))
    for number in (first_annulled, 1 - first_annulled):
        tallies.correct(versions[number], service(30 * HOUR))
    assert tallies.total == 0


def test_a_december_hour_corrected_in_january_touches_decembers_counts() -> None:
    convention = with_caps(cap(40, "month", "month_cap"))
    tallies, december = Tallies(), service(5 * HOUR, 20251231)
    tallies.award(convention, december)
    tallies.award(convention, service(3 * HOUR, 20260102))
    done = tallies.correct(convention, december, 2 * HOUR)
    assert done.centipoints == -2000
    assert [move.key.period for move in done.moves] == [20251231, 202512]
    assert tallies.total == 2000 + 3000


def test_a_correction_upwards_gives_the_rest() -> None:
    tallies, convention = Tallies(), templates()["ten_an_hour"]
    tallies.award(convention, service(60))
    assert tallies.correct(convention, service(60), 90).centipoints == 500


def test_a_correction_across_the_least_presence() -> None:
    tallies, convention = Tallies(), templates()["ten_an_hour"]
    planned = service(120, planned_minutes=120)
    tallies.award(convention, planned)
    assert tallies.correct(convention, planned, 60).centipoints == -2000
    short = service(60, planned_minutes=120)
    assert tallies.correct(convention, short).reason == "presence_short"
    assert tallies.correct(convention, short, 80).centipoints == 1300


def test_taking_back_more_than_was_counted_stops_at_nothing() -> None:
    tallies, convention = Tallies(), templates()["ten_an_hour"]
    tallies.award(convention, service(60))
    assert tallies.correct(convention, service(120)).centipoints == -1000
    assert tallies.correct(convention, service(120)).centipoints == 0


def test_no_curve_takes_more_than_was_given() -> None:
    """As under a version that gives more for the same time than the one before did."""
    key = TallyKey(ME, "hours_points", 0, 0)
    done = moved(key, Tally(2000, 100), -1000, lambda counted: counted)
    assert (done.after, done.given) == (Tally(1000, 0), -100)


def test_a_correction_changes_minutes_only() -> None:
    with pytest.raises(OtherServiceError):
        correct(FORTY_A_DAY, THREE, service(HOUR, category="school"), {})


@pytest.mark.parametrize(
    ("available", "by_month", "rest"),
    [
        ({202612: 50, 202701: 100}, ((202612, 50), (202701, 30)), 0),
        ({202611: 500, 202612: 10, 202701: 0}, ((202612, 10),), 70),  # no earlier month
        ({202701: 30, 202612: 90}, ((202612, 80),), 0),
        ({}, (), 80),
    ],
)
def test_points_come_from_their_own_month_then_later_ones(
    available: dict[int, int], by_month: tuple[tuple[int, int], ...], rest: int
) -> None:
    taken = take_back(80, 202612, available)
    assert (taken.by_month, taken.rest) == (by_month, rest)


@pytest.mark.parametrize(("amount", "available"), [(-1, {202612: 5}), (5, {202612: -1})])
def test_nothing_negative_is_taken(amount: int, available: dict[int, int]) -> None:
    with pytest.raises(PaymentError):
        take_back(amount, 202612, available)
