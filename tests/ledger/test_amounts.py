"""Exact rounding and splitting: nothing is lost, nothing depends on the order of keys."""

from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import amounts
from ledger.errors import BalanceError, LedgerError

weights_of = st.dictionaries(st.text(max_size=3), st.integers(0, 10**12), min_size=1, max_size=8)


def refusal(call: Callable[..., object], *arguments: Any) -> tuple[str, dict[str, object]]:
    """The code and place of a refusal that has a sentence in both languages."""
    with pytest.raises(LedgerError) as caught:
        call(*arguments)
    error = caught.value
    assert isinstance(error, BalanceError)
    assert error.sentence() == error.sentence("en") == str(error) != error.sentence("zh") != ""
    return error.code, error.where


ROUNDED = [
    (Fraction(0), 1, 0),
    (Fraction(7, 2), 1, 3),
    (Fraction(99), 50, 50),
    (Fraction(100), 50, 100),
    (Fraction(9999, 100), 50, 50),
    (Fraction(1, 10**30), 1, 0),
    (Fraction(-1, 2), 1, -1),
    (Fraction(-1), 50, -50),
    (Fraction(-50), 50, -50),
    (Fraction(-101, 2), 50, -100),
    (Fraction(10**40 + 1, 3), 7, (10**40 + 1) // 21 * 7),
]


@pytest.mark.parametrize(("value", "step", "expected"), ROUNDED)
def test_floor_to_step(value: Fraction, step: int, expected: int) -> None:
    """The greatest multiple of the step not above the value, below zero too, as an int."""
    result = amounts.floor_to_step(value, step)
    assert (result, type(result)) == (expected, int)


@given(st.fractions(), st.integers(1, 10**9))
def test_floor_to_step_is_the_greatest_multiple(value: Fraction, step: int) -> None:
    """No multiple lies between the result and the value; the floor of the quotient agrees."""
    result = amounts.floor_to_step(value, step)
    assert result % step == 0
    assert result <= value < result + step
    assert result == floor(value / step) * step


@pytest.mark.parametrize("step", [0, -1, -50])
def test_a_step_below_one_is_refused(step: int) -> None:
    """There is no rounding to nothing or backwards."""
    assert refusal(amounts.floor_to_step, Fraction(5), step) == ("step_refused", {"step": step})


SPLITS: list[tuple[int, dict[str, int], dict[str, int]]] = [
    (0, {"a": 1, "b": 2}, {"a": 0, "b": 0}),
    (10, {"a": 1}, {"a": 10}),
    (10, {"a": 1, "b": 1}, {"a": 5, "b": 5}),
    (10, {"a": 1, "b": 1, "c": 1}, {"a": 4, "b": 3, "c": 3}),
    (11, {"c": 1, "b": 1, "a": 1}, {"a": 4, "b": 4, "c": 3}),
    (10, {"a": 0, "b": 3, "c": 0}, {"a": 0, "b": 10, "c": 0}),
    (1, {"a": 1, "b": 2}, {"a": 0, "b": 1}),
    (100, {"a": 1, "b": 2, "c": 3}, {"a": 17, "b": 33, "c": 50}),
    (2**53 - 1, {"a": 2**53 - 1, "b": 1}, {"a": 2**53 - 2, "b": 1}),
]


@pytest.mark.parametrize(("amount", "weights", "shares"), SPLITS)
def test_split(amount: int, weights: dict[str, int], shares: dict[str, int]) -> None:
    """The largest remainder gets what is left; among equals the first key."""
    assert amounts.split(amount, weights) == shares


@given(st.integers(0, 10**15), weights_of)
def test_split_loses_nothing(amount: int, weights: dict[str, int]) -> None:
    """Shares add up, are within 1 of the exact share, and do not see the order of keys."""
    total = sum(weights.values())
    if total == 0:
        weights = {**weights, "some": 1}
        total = 1
    shares = amounts.split(amount, weights)
    assert sum(shares.values()) == amount
    assert shares.keys() == weights.keys()
    exact = {key: Fraction(amount * weight, total) for key, weight in weights.items()}
    assert all(abs(shares[key] - exact[key]) < 1 for key in weights)
    assert all(shares[key] == 0 for key, weight in weights.items() if weight == 0)
    assert amounts.split(amount, dict(reversed(weights.items()))) == shares


@given(st.integers(0, 10**6), st.sets(st.text(max_size=3), min_size=1, max_size=9))
def test_ties_go_by_key(amount: int, names: set[str]) -> None:
    """Of equal weights the first keys, ascending, get one more."""
    shares = amounts.split(amount, dict.fromkeys(names, 7))
    each, more = divmod(amount, len(names))
    assert shares == {name: each + (at < more) for at, name in enumerate(sorted(names))}


REFUSED: list[tuple[int, dict[str, int]]] = [
    (1, {}),
    (0, {}),
    (1, {"a": 0}),
    (0, {"a": 0, "b": 0}),
    (-1, {"a": 1}),
    (1, {"a": -1}),
    (1, {"a": 5, "b": -1}),
    (1, {"a": 1, "b": -1}),
]


@pytest.mark.parametrize(("amount", "weights"), REFUSED)
def test_a_split_by_nothing_or_less_is_refused(amount: int, weights: dict[str, int]) -> None:
    """No weights, all 0, one negative, or a negative amount."""
    expected = ("split_refused", {"amount": amount, "weights": weights})
    assert refusal(amounts.split, amount, weights) == expected
