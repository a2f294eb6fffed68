"""PINs: which are accepted, how they are kept, how tries are counted."""

import pytest
from flask import Flask

from tests.people.sign_in_make import PIN, WRONG_PIN, at_once, with_cheap_pins
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.people.operations.digests import make_people_secret
from volunteer_credit.people.operations.pins import (
    card_owner,
    count_try,
    forget_tries,
    hash_pin,
    pin_matches,
)
from volunteer_credit.people.rules.pins import check_new_pin, parse_pin
from volunteer_credit.people.rules.sign_in_errors import (
    PinFormError,
    TooManyTriesError,
    WeakPinError,
)
from volunteer_credit.shared.db import db, transaction

WEAK = {
    "rows": ("123456", "987654", "890123", "321098"),
    "repeats": ("111111", "121212", "123123", "112233", "123321"),
    "birthdays": ("640523", "230564", "196405", "200112"),
}


@pytest.mark.parametrize("pin", [each for some in WEAK.values() for each in some])
def test_what_others_would_try_first_is_refused(pin: str) -> None:
    with pytest.raises(WeakPinError):
        check_new_pin(pin)


def test_own_numbers_are_refused_and_others_are_not() -> None:
    assert check_new_pin(PIN, ["13800000001"]) == PIN
    with pytest.raises(WeakPinError):
        check_new_pin("804273", ["13804273001"])


@pytest.mark.parametrize("typed", ["72 83 91", " 728391", "\uff17\uff128391"])
def test_a_pin_is_read_as_people_type_it(typed: str) -> None:
    assert parse_pin(typed) == PIN


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345x", "²28391", "2" * 10_000])
def test_what_is_no_pin_is_refused(typed: str) -> None:
    with pytest.raises(PinFormError):
        parse_pin(typed)


@pytest.fixture
def kept(app: Flask) -> bytes:
    make_people_secret()
    with_cheap_pins()
    return hash_pin(db.session, PIN)


@pytest.mark.engines("sqlite")
def test_only_the_pin_opens_its_hash(kept: bytes) -> None:
    assert PIN.encode() not in kept
    assert kept != hash_pin(db.session, PIN)
    assert pin_matches(db.session, PIN, kept)
    assert not pin_matches(db.session, WRONG_PIN, kept)
    assert not pin_matches(db.session, PIN, None)
    assert not pin_matches(db.session, PIN, b"damaged")


def test_the_sixth_try_is_refused_until_it_is_forgotten(kept: bytes, clock: FakeClock) -> None:
    owner, other = (card_owner(db.session, each) for each in ("1", "2"))
    for _ in range(5):
        count_try(owner, AT_MS)
    with pytest.raises(TooManyTriesError):
        count_try(owner, AT_MS + 10 * 86_400_000)
    count_try(other, AT_MS)
    with transaction() as session:
        forget_tries(session, owner)
    count_try(owner, AT_MS)


def test_tries_at_one_moment_are_all_counted(kept: bytes, app: Flask) -> None:
    owner = card_owner(db.session, "1")
    answers = at_once(app, 8, lambda _: count_try(owner, AT_MS))
    assert sum(isinstance(each, TooManyTriesError) for each in answers) == 3
    assert sum(each is None for each in answers) == 5
