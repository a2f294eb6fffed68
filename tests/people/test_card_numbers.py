"""Card ids, card numbers and passes: what is read, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.service.make import AT_MS
from volunteer_credit.people.rules.card_errors import CardCodeError, CardNumberError
from volunteer_credit.people.rules.card_numbers import (
    STEP_MS,
    card_id,
    card_number,
    parse_card,
    parse_number,
    parse_pass,
    pass_code,
    pass_number,
)

KEY = b"k" * 32


@given(st.binary(min_size=17, max_size=32))
def test_an_id_is_26_letters_that_read_back(random: bytes) -> None:
    letters = card_id(random)
    assert parse_card(f"HTTPS://VC.EXAMPLE/C/{letters}") == parse_card(letters.lower()) == letters


def test_every_bit_of_the_130_counts() -> None:
    ids = {card_id((1 << bit).to_bytes(17)) for bit in range(6, 136)}
    assert len(ids) == 130
    assert card_id((0b111111).to_bytes(17)) == "A" * 26


@pytest.mark.parametrize("text", ["", "A" * 25, "A" * 27, "1" * 26, "A" * 4000, "/C/"])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(CardCodeError):
        parse_card(text)


@given(st.integers(min_value=0, max_value=10**7 - 1), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(value: int, place: int, change: int) -> None:
    number = card_number(value)
    assert parse_number(number) == number
    wrong = (int(number[place]) + change) % 10
    with pytest.raises(CardNumberError):
        parse_number(number[:place] + str(wrong) + number[place + 1 :])


def test_gaps_and_full_width_digits_are_read() -> None:
    number = card_number(1234567)
    wide = "".join(chr(ord(each) - ord("0") + ord("\uff10")) for each in number)
    assert parse_number(f" {number[:4]} {number[4:]}") == number
    assert parse_number(f"{wide[:4]}-{wide[4:]}") == number


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "abcdefgh", "²" * 8, "1" * 9999])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(CardNumberError):
        parse_number(text)


def test_a_pass_is_good_in_its_step_and_the_next() -> None:
    number = card_number(42)
    code = pass_code(KEY, number, AT_MS)
    assert pass_number(KEY, f"https://vc.example/P/{code}", AT_MS) == number
    assert pass_number(KEY, code, AT_MS + STEP_MS) == number
    for at_ms in (AT_MS + 2 * STEP_MS, AT_MS - STEP_MS):
        with pytest.raises(CardCodeError):
            pass_number(KEY, code, at_ms)


def test_a_changed_letter_of_a_pass_is_refused() -> None:
    code = pass_code(KEY, card_number(42), AT_MS)
    for place, letter in enumerate(code):
        other = "B" if letter == "A" else "A"
        with pytest.raises(CardCodeError):
            pass_number(KEY, code[:place] + other + code[place + 1 :], AT_MS)
    with pytest.raises(CardCodeError):
        pass_number(b"another" * 5, code, AT_MS)


def test_a_pass_has_one_spelling() -> None:
    code = pass_code(KEY, card_number(42), AT_MS)
    spellings = [code[:-1] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"]
    read = []
    for each in spellings:
        try:
            read.append((each, parse_pass(each)))
        except CardCodeError:
            continue
    assert (code, parse_pass(code)) in read
    assert len({plain for _, plain in read}) == len(read)
