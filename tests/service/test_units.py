"""Amounts as people read and write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_credit.shared.units import (
    AMOUNT_MAX,
    AmountTextError,
    centipoints_of,
    hours_text,
    points_text,
    yuan_text,
)

amounts = st.integers(0, AMOUNT_MAX)


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0, "0 小时 00 分", "0 h 00"),
        (125, "2 小时 05 分", "2 h 05"),
        (-61, "-1 小时 01 分", "-1 h 01"),
    ],
)
def test_minutes_are_read_as_hours(minutes: int, zh: str, en: str) -> None:
    assert (hours_text(minutes), hours_text(minutes, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("centipoints", "text"), [(0, "0"), (1200, "12"), (1250, "12.5"), (5, "0.05"), (-205, "-2.05")]
)
def test_points_have_no_needless_zeros(centipoints: int, text: str) -> None:
    assert points_text(centipoints) == text


@pytest.mark.parametrize(("fen", "text"), [(0, "0.00"), (340, "3.40"), (-5, "-0.05")])
def test_money_has_two_decimals(fen: int, text: str) -> None:
    assert yuan_text(fen) == text


@given(amounts)
def test_what_is_shown_reads_back(amount: int) -> None:
    assert centipoints_of(points_text(amount)) == centipoints_of(yuan_text(amount)) == amount


@pytest.mark.parametrize(
    "text", ["", "1.234", "1,5", "-1", "+1", "1e3", ".5", "1.", "١٢", "1 2", "9" * 15, "十"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(AmountTextError):
        centipoints_of(text)


def test_an_amount_beyond_the_book_is_refused() -> None:
    assert centipoints_of("90071992547409.91") == AMOUNT_MAX
    with pytest.raises(AmountTextError):
        centipoints_of("90071992547409.92")
