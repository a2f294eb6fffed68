"""Code generators: set up, confirmed, each step once."""

import base64
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import Flask

from tests.people.make import Resident, Town
from tests.people.sign_in_make import ADDRESS, at_once, browser, statements
from tests.service.make import FakeClock
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.operations.sessions import Browser, SignedIn
from volunteer_credit.people.operations.sign_in import sign_in_by_totp
from volunteer_credit.people.operations.step_up import step_up_by_totp
from volunteer_credit.people.operations.totps import confirm_totp, remove_totp, set_up_totp
from volunteer_credit.people.rules.authority_errors import StepUpNeededError
from volunteer_credit.people.rules.sign_in_errors import (
    CredentialMissingError,
    SignInRefusedError,
    TooManyTriesError,
)
from volunteer_credit.shared.db import transaction

STEP_MS = 30_000
PHONE = "13812345678"


class Generator:
    """What runs on a phone."""

    def __init__(self, uri: str) -> None:
        secret = parse_qs(urlsplit(uri).query)["secret"][0]
        key = base64.b32decode(secret)
        self._totp = TOTP(key, 6, SHA1(), 30)  # noqa: S303 - what generators speak

    def shows(self, at_ms: int) -> str:
        return self._totp.generate(at_ms // 1000).decode()


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晓", phone=PHONE)


@pytest.fixture
def generator(chen: Resident, clock: FakeClock) -> Generator:
    """Set up and confirmed, two steps ago."""
    made = Generator(set_up_totp(chen.caller(), "s1"))
    confirm_totp(chen.caller(), made.shows(clock.now_ms()), "c1")
    clock.pass_ms(2 * STEP_MS)
    return made


def is_refused(code: str) -> bool:
    try:
        sign_in_by_totp(PHONE, code, browser())
    except SignInRefusedError:
        return True
    return False


def test_a_generator_signs_in_and_each_step_counts_once(
    chen: Resident, generator: Generator, clock: FakeClock
) -> None:
    code = generator.shows(clock.now_ms())
    made = sign_in_by_totp(PHONE, code, browser())
    assert (made.caller.person_id, made.caller.method) == (chen.person_id, "totp")
    assert is_refused(code)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(("steps", "refused"), [(-2, True), (-1, False), (1, False), (2, True)])
def test_one_step_before_or_after_is_accepted(
    generator: Generator, clock: FakeClock, steps: int, refused: bool
) -> None:
    assert is_refused(generator.shows(clock.now_ms() + steps * STEP_MS)) is refused


@pytest.mark.engines("sqlite")
def test_after_a_later_step_an_earlier_one_is_refused(
    generator: Generator, clock: FakeClock
) -> None:
    assert not is_refused(generator.shows(clock.now_ms() + STEP_MS))
    assert is_refused(generator.shows(clock.now_ms()))


def test_of_one_code_at_one_moment_one_gets_in(
    app: Flask, generator: Generator, clock: FakeClock
) -> None:
    code = generator.shows(clock.now_ms())
    answers = at_once(app, 4, lambda _: sign_in_by_totp(PHONE, code, browser()))
    assert sum(isinstance(each, SignedIn) for each in answers) == 1
    assert sum(isinstance(each, SignInRefusedError) for each in answers) == 3


def test_tries_are_limited_for_a_phone_known_or_not(generator: Generator, clock: FakeClock) -> None:
    for phone in (PHONE, "13987654321"):
        for _ in range(5):
            with pytest.raises(SignInRefusedError):
                sign_in_by_totp(phone, "x", browser())
        with pytest.raises(TooManyTriesError):
            sign_in_by_totp(phone, generator.shows(clock.now_ms()), browser())


def test_strangers_who_know_the_phone_keep_its_owner_out_of_nothing(
    generator: Generator, clock: FakeClock
) -> None:
    sign_in_by_totp(PHONE, generator.shows(clock.now_ms()), browser())
    clock.pass_ms(900_000)
    stranger = browser("stranger", address="203.0.113.9")
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            sign_in_by_totp(PHONE, "x", stranger)
    shown = generator.shows(clock.now_ms())
    with pytest.raises(TooManyTriesError):
        sign_in_by_totp(PHONE, shown, stranger)
    sign_in_by_totp(PHONE, shown, browser())


@pytest.mark.engines("sqlite")
def test_more_known_devices_are_no_way_to_more_tries(
    chen: Resident, generator: Generator, clock: FakeClock
) -> None:
    def one_more(name: str, method: str) -> Browser:
        found = browser(name, address="203.0.113.9")
        caller = chen.caller(method=method)
        with transaction() as session:
            session.get_one(SessionRow, caller.session_id).device_id = found.device_id
        return found

    for each in range(12):
        device = one_more(str(each), f"way {each}")
        for _ in range(5):
            with pytest.raises(SignInRefusedError):
                sign_in_by_totp(PHONE, "x", device)
        if each % 6 == 5:
            clock.pass_ms(600_000)  # of the address
    with pytest.raises(TooManyTriesError):
        sign_in_by_totp(PHONE, "x", one_more("12", "way 12"))
    with pytest.raises(SignInRefusedError):
        sign_in_by_totp(PHONE, "x", browser("stranger"))


@pytest.mark.engines("sqlite")
def test_an_unknown_phone_makes_the_same_statements(generator: Generator, clock: FakeClock) -> None:
    known, unknown = (
        statements(partial(sign_in_by_totp, phone, "000000", browser()))
        for phone in (PHONE, "13987654321")
    )
    assert known == unknown
    assert known[-1] == "SignInRefusedError"


@pytest.mark.engines("sqlite")
def test_before_it_is_confirmed_it_counts_for_nothing(chen: Resident, clock: FakeClock) -> None:
    with pytest.raises(CredentialMissingError):
        remove_totp(chen.caller(), "r0")
    with pytest.raises(SignInRefusedError):
        confirm_totp(chen.caller(), "000000", "c0")
    made = Generator(set_up_totp(chen.caller(), "s1"))
    code = made.shows(clock.now_ms())
    assert is_refused(code)
    with pytest.raises(SignInRefusedError):
        step_up_by_totp(chen.caller(), code)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    with pytest.raises(SignInRefusedError):
        confirm_totp(chen.caller(), wrong, "c1")
    for _ in range(2):  # a repeated request
        confirm_totp(chen.caller(), code, "c2")
    assert is_refused(code)


@pytest.mark.engines("sqlite")
def test_a_repeated_request_shows_the_same_secret_and_another_a_new_one(
    chen: Resident, generator: Generator, clock: FakeClock
) -> None:
    code = generator.shows(clock.now_ms())
    one, two = (set_up_totp(chen.caller(), "s2") for _ in range(2))
    assert one == two
    assert "晓" not in one
    assert is_refused(code)


@pytest.mark.engines("sqlite")
def test_a_removed_generator_signs_in_nobody(
    chen: Resident, generator: Generator, clock: FakeClock
) -> None:
    for _ in range(2):
        remove_totp(chen.caller(), "r1")
    assert is_refused(generator.shows(clock.now_ms()))
    with pytest.raises(CredentialMissingError):
        remove_totp(chen.caller(), "r2")
    with pytest.raises(CredentialMissingError):  # the first request, repeated too late
        set_up_totp(chen.caller(), "s1")


@pytest.mark.engines("sqlite")
def test_a_generator_steps_up(chen: Resident, generator: Generator, clock: FakeClock) -> None:
    caller = sign_in_by_totp(PHONE, generator.shows(clock.now_ms()), browser()).caller
    clock.pass_ms(20 * STEP_MS)
    with pytest.raises(StepUpNeededError):
        set_up_totp(caller, "s2")
    stepped_up = step_up_by_totp(caller, generator.shows(clock.now_ms()))
    assert set_up_totp(stepped_up, "s2")


@pytest.mark.engines("sqlite")
def test_a_phone_is_needed(generator: Generator) -> None:
    assert ADDRESS
    with pytest.raises(SignInRefusedError):
        sign_in_by_totp("13900000000", "123456", browser())
