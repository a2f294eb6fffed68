"""What a shop, its list and its agreements may be, without any database."""

import pytest

from tests.merchants.make import free_convention
from volunteer_credit.merchants.rules.agreements import (
    Agreement,
    AgreementDaysError,
    AgreementFundError,
    AgreementPriceError,
    Terms,
    check_terms,
    in_force,
)
from volunteer_credit.merchants.rules.offers import (
    BasketError,
    Offer,
    OfferDaysError,
    OfferForm,
    OfferFormError,
    OfferUnknownError,
    OutOfStockError,
    basket_price,
    parse_offer,
)
from volunteer_credit.merchants.rules.shops import (
    MerchantClosedError,
    MerchantKindError,
    MerchantPhoneError,
    Sign,
    check_change,
    parse_sign,
)
from volunteer_credit.merchants.schemas.reading import day_number, day_text, offer_form, price
from volunteer_credit.people.rules.identity_errors import (
    NameLengthError,
    TextCharacterError,
    TextLengthError,
)
from volunteer_credit.shared.units import AmountTextError

A, B, DAY = "a" * 32, "b" * 32, 20261122
TOWEL = Offer(A, "m", "毛巾", 10_00, 3, 0, 99991231, is_listed=True)
SALT = Offer(B, "m", "盐", 2_50, None, 20261122, 20261123, is_listed=True)


def test_a_sign() -> None:
    given = Sign(" 张记  粮油 ", "粮油", " 0631-5200000 ", "广场东侧", "community_shop")
    assert parse_sign(given) == Sign(
        "张记 粮油", "粮油", "0631-5200000", "广场东侧", "community_shop"
    )
    script = "<script>alert(1)</script>"  # text is text; pages escape it
    assert parse_sign(Sign(script)).name == script


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (Sign(""), NameLengthError),
        (Sign("名" * 10_000), NameLengthError),
        (Sign("a\u200bb"), TextCharacterError),
        (Sign("店", sells="x" * 101), TextLengthError),
        (Sign("店", phone="call me"), MerchantPhoneError),
        (Sign("店", kind="bank"), MerchantKindError),
    ],
)
def test_no_sign(given: Sign, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        parse_sign(given)


def test_states() -> None:
    for before, after in (("open", "paused"), ("paused", "open"), ("closed", "closed")):
        check_change(before, after)
    with pytest.raises(MerchantClosedError):
        check_change("closed", "open")
    with pytest.raises(MerchantKindError):
        check_change("open", "burnt")


def test_what_a_basket_costs() -> None:
    assert basket_price([TOWEL, SALT], {A: 3, B: 2}, DAY) == 35_00


@pytest.mark.parametrize(
    ("pieces", "day", "refusal"),
    [
        ({}, DAY, BasketError),
        ({A: 0}, DAY, BasketError),
        ({A: 100}, DAY, BasketError),
        ({A: -1}, DAY, BasketError),
        ({A: 4}, DAY, OutOfStockError),
        ({"c": 1}, DAY, OfferUnknownError),
        ({B: 1}, 20261124, OfferDaysError),
        ({str(n): 1 for n in range(21)}, DAY, BasketError),
    ],
)
def test_no_basket(pieces: dict[str, int], day: int, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        basket_price([TOWEL, SALT], pieces, day)


def test_an_offer() -> None:
    assert parse_offer(OfferForm(" 毛巾 ", 1)).name == "毛巾"
    wrong = [
        OfferForm("x", 0),
        OfferForm("x", 99_999_01),
        OfferForm("x", 1, -1),
        OfferForm("x", 1, 1_000_001),
        OfferForm("x", 1, None, 20260230),
        OfferForm("x", 1, None, 20261123, 20261122),
    ]
    for each in wrong:
        with pytest.raises(OfferFormError):
            parse_offer(each)


def test_terms_within_the_convention() -> None:
    convention = free_convention()
    good = Terms("m", "main", 50, DAY, DAY)
    check_terms(good, convention, DAY)
    check_terms(Terms("m", "main", 0, DAY + 1, DAY + 1), convention, DAY)
    for terms, refusal in (
        (Terms("m", "main", 51, DAY, DAY), AgreementPriceError),
        (Terms("m", "main", -1, DAY, DAY), AgreementPriceError),
        (Terms("m", "other", 50, DAY, DAY), AgreementFundError),
        (Terms("m", "main", 50, DAY - 1, DAY), AgreementDaysError),
        (Terms("m", "main", 50, DAY + 1, DAY), AgreementDaysError),
        (Terms("m", "main", 50, DAY, 20260230), AgreementDaysError),
    ):
        with pytest.raises(refusal):
            check_terms(terms, convention, DAY)
    with pytest.raises(AgreementFundError):
        check_terms(good, None, DAY)


def test_the_last_agreement_that_covers_a_day_counts() -> None:
    found = [
        Agreement(1, Terms("m", "main", 50, DAY, 20261231)),
        Agreement(2, Terms("m", "aid", 10, DAY, DAY)),
        Agreement(3, Terms("m", "main", 40, DAY + 1, DAY + 2)),
    ]
    assert in_force(found, DAY) == {"main": 50, "aid": 10}
    assert in_force(found, DAY + 1) == {"main": 40}
    assert in_force(found, DAY + 3) == {"main": 50}
    assert in_force(found, DAY - 1) == {}


def test_forms() -> None:
    assert (day_number(" 2026-11-22 "), day_number("")) == (DAY, 0)
    assert (day_text(DAY), day_text(0), day_text(99991231)) == ("2026-11-22", "", "")
    form = {"name": "毛巾", "points": "12.5", "stock": "", "from_day": "", "to_day": ""}
    assert offer_form(form) == OfferForm("毛巾", 12_50)
    assert offer_form({**form, "stock": "0"}).stock == 0
    with pytest.raises(OfferFormError):
        offer_form({**form, "from_day": "tomorrow"})
    with pytest.raises(AmountTextError):
        offer_form({**form, "points": "1.234"})
    terms = {"fund": "main", "yuan": "0.5", "from_day": "2026-11-22", "to_day": "2026-11-23"}
    assert price(terms) == ("main", 50, DAY, DAY + 1)
    with pytest.raises(AgreementDaysError):
        price({**terms, "to_day": "x"})
