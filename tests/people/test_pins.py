"""PINs: which are accepted, how they are kept, how tries are counted."""

import pytest
from flask import Flask

from tests.people.sign_in_make import PIN, WRONG_PIN, at_once, with_cheap_pins
from tests.service.make import AT_MS
from volunteer_credit.people.operations.counters import counter
from volunteer_credit.people.operations.digests import make_people_secret
from volunteer_credit.people.operations.pins import (
    Owner,
    card_owner,
    count_try,
    device_owner,
    forget_card_tries,
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

DAY_MS = 86_400_000
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


def waits(owner: Owner, at_ms: int) -> int:
    """How long one waits there now, in seconds."""
    with pytest.raises(TooManyTriesError) as found:
        count_try(owner, at_ms)
    return found.value.retry_after_seconds


def test_waits_grow_until_the_desk_has_to_help(kept: bytes) -> None:
    owner, at_ms = card_owner(db.session, "1", "a till"), AT_MS
    for wait_seconds in (900, 3600, 86_400):
        for _ in range(5):
            count_try(owner, at_ms)
        assert waits(owner, at_ms) == wait_seconds
        assert waits(owner, at_ms + wait_seconds * 1000 - 1) >= 1  # a try in vain adds nothing
        at_ms += wait_seconds * 1000
    assert waits(owner, at_ms + 80 * DAY_MS) == 86_400
    with transaction() as session:
        forget_card_tries(session, "1")
    count_try(owner, at_ms)


def test_strangers_wait_a_day_and_the_owner_not_at_all(kept: bytes) -> None:
    stranger, own, till = (card_owner(db.session, "1", each) for each in ("", "phone", "till"))
    at_ms = AT_MS
    for wait_seconds in (900, 3600, 86_400, 86_400):
        for _ in range(5):
            count_try(stranger, at_ms)
        assert waits(stranger, at_ms) == wait_seconds
        at_ms += wait_seconds * 1000
    for place in (own, till, card_owner(db.session, "2")):
        count_try(place, at_ms)
    count_try(stranger, at_ms)
    with transaction() as session:
        forget_tries(session, own)
    assert counter(db.session, "pin", stranger.digest) == 21
    assert counter(db.session, "pin", own.digest) == 0


def test_an_enrolled_device_waits_for_its_owner(kept: bytes) -> None:
    owner = device_owner(db.session, "0" * 64)
    for at_ms in (AT_MS, AT_MS + 900_000, AT_MS + 4_500_000):
        for _ in range(5):
            count_try(owner, at_ms)
    assert waits(owner, AT_MS + 30 * DAY_MS) == 86_400


def test_tries_at_one_moment_are_all_counted(kept: bytes, app: Flask) -> None:
    owner = card_owner(db.session, "1")
    answers = at_once(app, 8, lambda _: count_try(owner, AT_MS))
    assert sum(isinstance(each, TooManyTriesError) for each in answers) == 3
    assert sum(each is None for each in answers) == 5


def test_more_places_of_a_kind_are_no_way_to_more_tries(kept: bytes) -> None:
    """Who gets in once makes any number of devices known; a thief goes from till to till."""
    for kind in ("own", "till"):
        for place in range(12):
            owner = card_owner(db.session, "1", f"{kind}\n{place}")
            for _ in range(5):
                count_try(owner, AT_MS)
            assert waits(owner, AT_MS) == 900, "which takes nothing from the other places"
        assert waits(card_owner(db.session, "1", f"{kind}\none more"), AT_MS) == 86_400
        count_try(card_owner(db.session, "2", f"{kind}\none more"), AT_MS)
    count_try(card_owner(db.session, "1"), AT_MS)
    later_ms = AT_MS + DAY_MS
    count_try(card_owner(db.session, "1", "own\none more"), later_ms)
