"""Passkeys: the whole ceremony, by an authenticator in software, and each way to cheat."""

import json

import pytest
from flask import Flask

from tests.people.authenticator import USER_PRESENT, Authenticator, b64
from tests.people.make import Resident, Town
from tests.people.sign_in_make import ADDRESS, at_once, browser
from tests.service.make import FakeClock
from volunteer_credit.people.operations.passkeys import (
    add_passkey,
    ask_new_passkey,
    own_passkeys,
    remove_passkey,
)
from volunteer_credit.people.operations.sessions import SignedIn, caller_of
from volunteer_credit.people.operations.sign_in import ask_passkey_sign_in, sign_in_by_passkey
from volunteer_credit.people.operations.step_up import ask_passkey_step_up, step_up_by_passkey
from volunteer_credit.people.rules.authority_errors import StepUpNeededError
from volunteer_credit.people.rules.sign_in_errors import (
    CredentialMissingError,
    PasskeyRefusedError,
    SignInRefusedError,
)

MINUTE_MS = 60_000


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晓")


def added(chen: Resident, passkey: Authenticator, key: str = "a1") -> str:
    asked = ask_new_passkey(chen.caller())
    return add_passkey(chen.caller(), asked.challenge_id, passkey.make(asked.options), "手机", key)


def signed_in(passkey: Authenticator) -> SignedIn:
    asked = ask_passkey_sign_in(ADDRESS)
    return sign_in_by_passkey(asked.challenge_id, passkey.use(asked.options), browser())


def is_refused(passkey: Authenticator) -> bool:
    try:
        signed_in(passkey)
    except SignInRefusedError:
        return True
    return False


def test_a_passkey_is_added_and_signs_in_without_a_name(chen: Resident, clock: FakeClock) -> None:
    passkey = Authenticator()
    added(chen, passkey)
    made = signed_in(passkey)
    assert (made.caller.person_id, made.caller.method) == (chen.person_id, "passkey")
    assert caller_of(made.token, browser().device_id, clock.now_ms()) == made.caller
    assert [each.label for each in own_passkeys(made.caller)] == ["手机"]
    asked = json.loads(ask_new_passkey(chen.caller()).options)
    assert [each["id"] for each in asked["excludeCredentials"]] == [b64(passkey.credential_id)]
    assert "晓" not in json.dumps(asked, ensure_ascii=False)
    assert chen.person_id not in json.dumps(asked)


@pytest.mark.engines("sqlite")
def test_a_passkey_without_a_counter_signs_in_again_and_again(chen: Resident) -> None:
    passkey = Authenticator(has_counter=False)
    added(chen, passkey)
    assert signed_in(passkey).token != signed_in(passkey).token


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://points.example.evil"},
        {"origin": "http://points.example"},
        {"rp_id": "evil.example"},
        {"flags": USER_PRESENT},
        {"flags": 0},
        {"user_handle": b"somebody else"},
    ],
)
@pytest.mark.engines("sqlite")
def test_a_passkey_of_another_origin_or_unlocked_by_nobody_is_refused(
    chen: Resident, bent: dict[str, object]
) -> None:
    passkey = Authenticator()
    added(chen, passkey)
    assert not is_refused(passkey)
    for name, value in bent.items():
        setattr(passkey, name, value)
    assert is_refused(passkey)


@pytest.mark.parametrize("bent", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}])
@pytest.mark.engines("sqlite")
def test_a_passkey_made_elsewhere_is_not_added(chen: Resident, bent: dict[str, str]) -> None:
    with pytest.raises(PasskeyRefusedError):
        added(chen, Authenticator(**bent))  # type: ignore[arg-type] # texts only
    assert own_passkeys(chen.caller()) == []


def test_a_challenge_counts_once_and_for_its_time(chen: Resident, clock: FakeClock) -> None:
    passkey = Authenticator()
    added(chen, passkey)
    asked = ask_passkey_sign_in(ADDRESS)
    answer = passkey.use(asked.options)
    sign_in_by_passkey(asked.challenge_id, answer, browser())
    with pytest.raises(SignInRefusedError):
        sign_in_by_passkey(asked.challenge_id, passkey.use(asked.options), browser())
    other = ask_passkey_sign_in(ADDRESS)
    with pytest.raises(SignInRefusedError):  # an answer to another challenge
        sign_in_by_passkey(other.challenge_id, answer, browser())
    late = ask_passkey_sign_in(ADDRESS)
    clock.pass_ms(5 * MINUTE_MS)
    with pytest.raises(SignInRefusedError):
        sign_in_by_passkey(late.challenge_id, passkey.use(late.options), browser())


@pytest.mark.engines("sqlite")
def test_a_copy_is_noticed_by_its_counter(chen: Resident) -> None:
    passkey = Authenticator()
    added(chen, passkey)
    for _ in range(3):
        signed_in(passkey)
    passkey.sign_count = 1
    assert is_refused(passkey)
    passkey.sign_count, passkey.has_counter = 0, False
    assert is_refused(passkey)
    passkey.sign_count, passkey.has_counter = 10, True
    assert not is_refused(passkey)


def test_two_answers_with_one_counter_at_one_moment_are_one(app: Flask, chen: Resident) -> None:
    passkey = Authenticator()
    added(chen, passkey)
    answers = []
    for _ in range(4):
        asked = ask_passkey_sign_in(ADDRESS)
        passkey.sign_count = 50
        answers.append((asked.challenge_id, passkey.use(asked.options)))
    found = at_once(app, 4, lambda n: sign_in_by_passkey(*answers[n], browser()))
    assert sum(isinstance(each, SignedIn) for each in found) == 1
    assert sum(isinstance(each, SignInRefusedError) for each in found) == 3


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "answer", ["", "{}", "null", "[]", "not json", "{" * 100_000, "\ud800", '{"id": 1}']
)
def test_nonsense_is_refused(chen: Resident, answer: str) -> None:
    with pytest.raises(SignInRefusedError):
        sign_in_by_passkey(ask_passkey_sign_in(ADDRESS).challenge_id, answer, browser())
    asked = ask_new_passkey(chen.caller())
    with pytest.raises(PasskeyRefusedError):
        add_passkey(chen.caller(), asked.challenge_id, answer, "", "a1")


@pytest.mark.engines("sqlite")
def test_a_signature_of_another_key_is_refused(chen: Resident) -> None:
    passkey = Authenticator()
    added(chen, passkey)
    passkey.key = Authenticator().key
    assert is_refused(passkey)
    assert is_refused(Authenticator())


def test_a_repeated_request_adds_one_and_the_same_passkey_is_not_added_twice(
    town: Town, chen: Resident
) -> None:
    passkey = Authenticator()
    asked = ask_new_passkey(chen.caller())
    answer = passkey.make(asked.options)
    one, two = (add_passkey(chen.caller(), asked.challenge_id, answer, "", "a1") for _ in range(2))
    assert one == two
    with pytest.raises(PasskeyRefusedError):  # the challenge is used up
        add_passkey(chen.caller(), asked.challenge_id, answer, "", "a2")
    wang = town.add("王敏")
    with pytest.raises(PasskeyRefusedError):  # somebody else's already
        added(wang, passkey)
    assert len(own_passkeys(chen.caller())) == 1


@pytest.mark.engines("sqlite")
def test_a_challenge_given_to_another_adds_nothing(town: Town, chen: Resident) -> None:
    asked = ask_new_passkey(town.anna.caller())
    with pytest.raises(PasskeyRefusedError):
        add_passkey(
            chen.caller(), asked.challenge_id, Authenticator().make(asked.options), "", "a1"
        )


@pytest.mark.engines("sqlite")
def test_a_removed_passkey_signs_in_nobody(town: Town, chen: Resident) -> None:
    passkey = Authenticator()
    passkey_id = added(chen, passkey)
    with pytest.raises(CredentialMissingError):
        remove_passkey(town.add("王敏").caller(), passkey_id, "r0")
    for _ in range(2):
        remove_passkey(chen.caller(), passkey_id, "r1")
    assert is_refused(passkey)
    assert own_passkeys(chen.caller()) == []
    with pytest.raises(CredentialMissingError):
        remove_passkey(chen.caller(), passkey_id, "r2")


@pytest.mark.engines("sqlite")
def test_a_passkey_steps_up_its_own_person_only(
    town: Town, chen: Resident, clock: FakeClock
) -> None:
    passkey = Authenticator()
    added(chen, passkey)
    caller = signed_in(passkey).caller
    clock.pass_ms(10 * MINUTE_MS)
    with pytest.raises(StepUpNeededError):
        ask_new_passkey(caller)
    asked = ask_passkey_step_up(caller)
    stepped_up = step_up_by_passkey(caller, asked.challenge_id, passkey.use(asked.options))
    assert stepped_up.stepped_up_until_ms == clock.now_ms() + 10 * MINUTE_MS
    assert ask_new_passkey(stepped_up).options
    wang = town.add("王敏").caller()
    asked = ask_passkey_step_up(wang)
    with pytest.raises(SignInRefusedError):
        step_up_by_passkey(wang, asked.challenge_id, passkey.use(asked.options))
    asked = ask_passkey_sign_in(ADDRESS)
    with pytest.raises(SignInRefusedError):  # a challenge of a sign-in
        step_up_by_passkey(caller, asked.challenge_id, passkey.use(asked.options))
