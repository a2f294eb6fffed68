"""What a change of a fund is, and what a fund shows: without a database."""

import pytest

from volunteer_credit.fund.rules.budget import BudgetChange, moved
from volunteer_credit.fund.rules.cover import Coverage, shares, standing
from volunteer_credit.fund.rules.errors import NothingGivenError, ReasonError


def coverage(**changes: int) -> Coverage:
    given = {
        "budget_centipoints": 1000,
        "issued": 700,
        "outstanding": 301,
        "available": 300,
        "expired": 0,
        "settled": 399,
        "deferred": 0,
        "cash_fen": 100,
        "fen_per_point_max": 50,
        **changes,
    }
    return Coverage("main", **given)


@pytest.mark.parametrize(("centipoints", "fen"), [(0, 0), (-1, 5), (5, -1)])
def test_a_change_gives_something(centipoints: int, fen: int) -> None:
    with pytest.raises(NothingGivenError):
        BudgetChange("main", centipoints, fen, "grant")


def test_a_change_has_a_reason_of_the_list() -> None:
    with pytest.raises(ReasonError):
        BudgetChange("main", 1, 0, "because")


@pytest.mark.parametrize("is_back", [False, True])
def test_what_goes_one_way_comes_back_by_the_other(is_back: bool) -> None:
    change = BudgetChange("main", 500, 70, "grant", is_back)
    transfers = change.transfers("5" * 32)
    sign = -1 if is_back else 1
    assert moved("main", transfers) == (500 * sign, 70 * sign)
    assert moved("other", transfers) == (0, 0)
    assert len(BudgetChange("main", 0, 70, "grant").transfers("5" * 32)) == 1


def test_what_is_nowhere_else_is_outstanding() -> None:
    found = standing(1000, posted=300, available=250, elsewhere=399)
    assert (found.available, found.outstanding) == (250, 301)


def test_cover_rounds_against_the_fund() -> None:
    assert coverage().owed_fen == 151
    assert coverage().cover_fen == -51
    assert coverage(outstanding=0).owed_fen == 0


def test_the_bar_shows_shares_of_the_whole() -> None:
    assert shares(coverage(), 100) == [("outstanding", 30), ("settled", 39), ("available", 30)]
    empty = coverage(outstanding=0, settled=0, available=0)
    assert [wide for _, wide in shares(empty, 100)] == [0, 0, 0]
