"""What a sale may be, without any database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_credit.merchants.rules.offers import BasketError
from volunteer_credit.points.rules.errors import PointsShortError
from volunteer_credit.redemptions.rules import selling
from volunteer_credit.redemptions.rules.codes import (
    digits_of,
    letters_of,
    parse_digits,
    parse_letters,
)
from volunteer_credit.redemptions.rules.errors import (
    AskedAmountError,
    CardCapError,
    HoldExpiredError,
    NotConfirmedError,
    QuarterLimitError,
    RedemptionConfirmedError,
    RedemptionVoidedError,
    RefundAmountError,
    RefundPiecesError,
    RefundReasonError,
)
from volunteer_credit.redemptions.rules.refunds import (
    Bought,
    Refund,
    check_reason,
    last_first,
    refund_total,
)
from volunteer_credit.redemptions.schemas.reading import basket_of, basket_text, read_basket

A, B = "a" * 32, "b" * 32


def test_the_earliest_month_pays_first_then_by_fund() -> None:
    wallets = {("main", 202612): 500, ("aid", 202612): 300, ("main", 202701): 1000}
    assert selling.shares(wallets, 400) == {"aid": 300, "main": 100}
    assert selling.shares(wallets, 1800) == {"aid": 300, "main": 1500}
    assert selling.shares({("main", 202612): -5, ("main", 202701): 5}, 5) == {"main": 5}


def test_one_point_short_says_how_many_are_missing() -> None:
    with pytest.raises(PointsShortError) as refusal:
        selling.shares({("main", 202612): 1900}, 2000)
    assert refusal.value.where == {"available": "19", "asked": "20", "missing": "1"}
    assert "还差 1 分" in refusal.value.sentence("zh")


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(202601, 202612)),
        st.integers(0, 1000),
        max_size=8,
    ),
    st.integers(0, 8000),
)
def test_shares_come_to_what_was_asked_and_to_no_more_than_there_is(
    wallets: dict[tuple[str, int], int], asked: int
) -> None:
    if asked > sum(wallets.values()):
        with pytest.raises(PointsShortError):
            selling.shares(wallets, asked)
        return
    found = selling.shares(wallets, asked)
    assert sum(found.values()) == asked
    for fund, amount in found.items():
        assert 0 < amount <= sum(v for (each, _), v in wallets.items() if each == fund)


@pytest.mark.parametrize("amount", [1_00, 999_00])
def test_an_amount_of_the_number_pad(amount: int) -> None:
    selling.check_keyed(amount)


@pytest.mark.parametrize("amount", [0, -100, 50, 1_50, 1000_00])
def test_no_amount_of_the_number_pad(amount: int) -> None:
    with pytest.raises(AskedAmountError):
        selling.check_keyed(amount)


def test_quarters() -> None:
    days = {20260101: 20260101, 20260331: 20260101, 20260401: 20260401, 20261231: 20261001}
    assert {day: selling.quarter_start(day) for day in days} == days
    selling.check_quarter(2, 3)
    selling.check_quarter(99, 0)
    with pytest.raises(QuarterLimitError):
        selling.check_quarter(3, 3)


def test_a_card_takes_50_points_at_a_time_and_100_a_day() -> None:
    selling.check_card(50_00, 50_00)
    for once, today in ((50_01, 0), (1_00, 99_01)):
        with pytest.raises(CardCapError):
            selling.check_card(once, today)


def test_a_hold_is_decided_once() -> None:
    selling.check_confirmable("held", 1000, 999)
    with pytest.raises(HoldExpiredError):
        selling.check_confirmable("held", 1000, 1000)
    with pytest.raises(RedemptionVoidedError):
        selling.check_confirmable("voided", 1000, 0)
    selling.check_voidable("held")
    with pytest.raises(RedemptionConfirmedError):
        selling.check_voidable("confirmed")
    for state in ("held", "voided"):
        with pytest.raises(NotConfirmedError):
            selling.check_refundable(state)


def test_what_a_refund_comes_to() -> None:
    basket = {A: Bought(500, 2), B: Bought(100, 0)}
    assert refund_total(Refund({A: 2}), basket, 1000) == 1000
    assert refund_total(Refund({A: 1}, 500), basket, 1000) == 500
    assert refund_total(Refund(centipoints=300), {}, 300) == 300


@pytest.mark.parametrize(
    "asked", [Refund({A: 3}), Refund({B: 1}), Refund({"c": 1}), Refund({A: 0}), Refund({A: 1}, 501)]
)
def test_pieces_that_cannot_come_back(asked: Refund) -> None:
    with pytest.raises(RefundPiecesError):
        refund_total(asked, {A: Bought(500, 2), B: Bought(100, 0)}, 9999)


@pytest.mark.parametrize("centipoints", [0, 301])
def test_amounts_that_cannot_come_back(centipoints: int) -> None:
    with pytest.raises(RefundAmountError):
        refund_total(Refund(centipoints=centipoints), {}, 300)
    with pytest.raises(RefundPiecesError):
        refund_total(Refund({A: 1}), {}, 300)


def test_reasons() -> None:
    check_reason("spoiled")
    with pytest.raises(RefundReasonError):
        check_reason("because")


def test_the_part_that_expires_last_comes_back_first() -> None:
    assert last_first([100, 200, 300], 350) == [0, 50, 300]
    assert last_first([100], 100) == [100]


def test_what_a_member_shows() -> None:
    assert digits_of(bytes(8)) == "000000"
    assert len(digits_of(b"\xff" * 32)) == 6
    assert parse_digits(" 12 34-56") == "123456"
    full_width = "".join(chr(0xFF10 + digit) for digit in range(1, 7))
    assert parse_digits(full_width) == "123456"
    assert [parse_digits(text) for text in ("12345", "12345a", "²23456", "")] == [None] * 4
    letters = letters_of(A)
    assert parse_letters(letters) == A
    assert parse_letters(f"https://points.example/r/{letters.lower()}") == A
    wrong = (letters[:-1], letters + "A", "1" * 26, "x" * 300, letters[:-1] + "Z")
    assert [parse_letters(text) for text in wrong] == [None] * 5


def test_baskets_in_forms() -> None:
    assert basket_of([(A, "2"), (B, " "), ("points", "5"), ("_csrf", "x")]) == {A: 2}
    assert read_basket(basket_text({B: 1, A: 12})) == {A: 12, B: 1}
    for wrong in ("x", "-1", "100", "1.5"):
        with pytest.raises(BasketError):
            basket_of([(A, wrong)])
    with pytest.raises(BasketError):
        basket_of([("x", "")] * 201)
