"""Card and PIN, and what holds for every way in: one answer, equal work, equal time."""

import statistics
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import perf_counter_ns

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from flask import Flask

from tests.people.make import COMMUNITY, Resident, Town
from tests.people.sign_in_make import (
    ADDRESS,
    PIN,
    WRONG_PIN,
    browser,
    give_card,
    statements,
    with_cheap_pins,
    with_sender,
)
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.people.operations import pins
from volunteer_credit.people.operations.codes import ask_code, prove_phone
from volunteer_credit.people.operations.devices import enrol_device, revoke_device
from volunteer_credit.people.operations.passkeys import remove_passkey
from volunteer_credit.people.operations.pins import forget_card_tries
from volunteer_credit.people.operations.session_ends import end_session
from volunteer_credit.people.operations.sessions import caller_of, choose_face
from volunteer_credit.people.operations.sign_in import (
    sign_in_by_card,
    sign_in_by_code,
    sign_in_by_device,
    sign_in_by_passkey,
    sign_in_by_slip,
    sign_in_by_totp,
)
from volunteer_credit.people.operations.step_up import step_up_by_pin
from volunteer_credit.people.rules.card_errors import CardNumberError
from volunteer_credit.people.rules.card_numbers import card_number
from volunteer_credit.people.rules.handles import shown_label
from volunteer_credit.people.rules.sign_in_errors import (
    PinFormError,
    SignInRefusedError,
    TooManyTriesError,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, transaction
from volunteer_credit.shared.errors import ServiceError

MINUTE_MS = 60_000
UNKNOWN_CARD = card_number(7654321)
TRIES = 300


@pytest.fixture
def town(app: Flask) -> Town:
    with_cheap_pins()
    with_sender()
    return Town()


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晓", phone="13812345678")


@pytest.fixture
def card(chen: Resident) -> str:
    return give_card(chen)


def is_refused(card: str, pin: str) -> bool:
    try:
        sign_in_by_card(card, pin, browser())
    except SignInRefusedError:
        return True
    return False


def test_a_card_and_its_pin_sign_in_on_a_shared_phone(
    chen: Resident, card: str, clock: FakeClock
) -> None:
    where = browser("kiosk", is_shared_phone=True)
    made = sign_in_by_card(f" {card[:4]} {card[4:]}", PIN, where)
    assert (made.caller.person_id, made.caller.method) == (chen.person_id, "card")
    assert caller_of(made.token, where.device_id, clock.now_ms()) == made.caller


@pytest.mark.engines("sqlite")
def test_wrong_pin_unknown_card_and_card_without_pin_get_one_answer(town: Town, card: str) -> None:
    bare = give_card(town.add("王敏"), None, 2222222)
    for number in (card, UNKNOWN_CARD, bare):
        assert is_refused(number, WRONG_PIN)
    assert is_refused(bare, PIN)


@pytest.mark.engines("sqlite")
def test_what_does_not_read_says_so(card: str) -> None:
    with pytest.raises(CardNumberError):
        sign_in_by_card(card[:-1], PIN, browser())
    with pytest.raises(PinFormError):
        sign_in_by_card(card, "1", browser())


def test_five_wrong_pins_let_a_card_wait_and_the_desk_helps_at_once(
    card: str, clock: FakeClock
) -> None:
    for number in (card, UNKNOWN_CARD):
        for _ in range(5):
            assert is_refused(number, WRONG_PIN)
        with pytest.raises(TooManyTriesError) as found:
            sign_in_by_card(number, PIN, browser())
        assert found.value.retry_after_seconds == 900
        assert "desk" in found.value.sentence("en")
    with transaction() as session:
        forget_card_tries(session, card)
    assert not is_refused(card, PIN)
    clock.pass_ms(900_000)
    assert is_refused(UNKNOWN_CARD, PIN)


def test_a_stranger_with_the_number_of_a_card_keeps_nobody_out(card: str, clock: FakeClock) -> None:
    assert not is_refused(card, PIN)  # on their own phone, which is known now
    stranger = browser("stranger", address="203.0.113.9")
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            sign_in_by_card(card, WRONG_PIN, stranger)
    for elsewhere in (stranger, browser("another", address="198.51.100.7")):
        with pytest.raises(TooManyTriesError):
            sign_in_by_card(card, PIN, elsewhere)
    assert not is_refused(card, PIN)
    with pytest.raises(TooManyTriesError):  # whose being right helps no stranger
        sign_in_by_card(card, WRONG_PIN, stranger)


@pytest.mark.engines("sqlite")
def test_a_known_and_an_unknown_card_cost_the_same_work(
    card: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes: list[bytes] = []

    class Counted:
        @staticmethod
        def verify_phc_encoded(material: bytes, encoded: str) -> None:
            hashes.append(material)
            Argon2id.verify_phc_encoded(material, encoded)

    is_refused(UNKNOWN_CARD, WRONG_PIN)  # what is done once for a process is done
    monkeypatch.setattr(pins, "Argon2id", Counted)
    found = []
    for number in (card, UNKNOWN_CARD):
        hashes.clear()
        sent = statements(partial(sign_in_by_card, number, WRONG_PIN, browser()))
        found.append((sent, len(hashes)))
    assert found[0] == found[1]
    assert found[0][1] == 1


@pytest.mark.engines("sqlite")
def test_one_address_cannot_try_all_cards(card: str) -> None:
    for value in range(60):
        assert is_refused(card_number(value), WRONG_PIN)
    with pytest.raises(TooManyTriesError):
        is_refused(card, PIN)
    assert not is_refused_elsewhere(card)


def is_refused_elsewhere(card: str) -> bool:
    try:
        sign_in_by_card(card, PIN, browser(address="203.0.113.9"))
    except SignInRefusedError:
        return True
    return False


@pytest.mark.engines("sqlite")
def test_the_pin_of_the_card_steps_up(chen: Resident, card: str, clock: FakeClock) -> None:
    caller = sign_in_by_card(card, PIN, browser()).caller
    clock.pass_ms(11 * MINUTE_MS)
    with pytest.raises(SignInRefusedError):
        step_up_by_pin(caller, WRONG_PIN)
    again = step_up_by_pin(caller, PIN)
    assert again.stepped_up_until_ms == clock.now_ms() + 10 * MINUTE_MS


@pytest.mark.engines("sqlite")
def test_who_has_no_pin_does_not_step_up_by_one(town: Town) -> None:
    caller = town.add("王敏").caller()
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            step_up_by_pin(caller, PIN)
    with pytest.raises(TooManyTriesError):
        step_up_by_pin(caller, PIN)


ODD = ("", "\0" * 32, "\ud800" * 64, "码" * 32, "A" * 64, "0" * 96, "0" * 10_000, "' or 1=1 --")


def test_whatever_a_browser_hands_back_is_refused_by_us(town: Town) -> None:
    caller = town.anna.caller()
    for odd in ODD:
        refuse_all(town, caller, odd)


def refuse_all(town: Town, caller: Caller, odd: str) -> None:
    assert caller_of(odd, odd, AT_MS) is None
    for work in (
        partial(prove_phone, odd, odd, odd),
        partial(sign_in_by_code, odd, town.anna.person_id, browser(old_token=odd)),
        partial(sign_in_by_card, odd, PIN, browser()),
        partial(sign_in_by_device, odd, PIN, browser()),
        partial(sign_in_by_passkey, odd, odd, browser()),
        partial(sign_in_by_slip, odd, browser(), "k"),
        partial(sign_in_by_totp, odd, odd, browser()),
        partial(enrol_device, odd, PIN, odd, odd, "k"),
        partial(end_session, caller, odd),
        partial(revoke_device, caller, odd, "", "k1"),
        partial(remove_passkey, caller, odd, "k2"),
        partial(choose_face, caller, odd, "staff"),
        partial(choose_face, caller, COMMUNITY, odd),
    ):
        with pytest.raises(ServiceError):
            work()


def test_a_label_shows_what_can_be_seen() -> None:
    assert shown_label(" 华为\u202e \0手机\ud800 ", 40) == "华为 手机"
    assert shown_label("x" * 10_000, 40) == "x" * 40


def p_value(ones: list[int], others: list[int]) -> float:
    """Mann–Whitney U, two-sided, by its normal approximation; the samples hold few ties."""
    ranks = {each: rank for rank, each in enumerate(sorted([*ones, *others]), 1)}
    count = len(ones) * len(others)
    u = sum(ranks[each] for each in ones) - len(ones) * (len(ones) + 1) / 2
    deviation = (count * (len(ones) + len(others) + 1) / 12) ** 0.5
    return 2 * (1 - statistics.NormalDist().cdf(abs(u - count / 2) / deviation))


def test_the_two_sample_test_tells_samples_apart() -> None:
    ones, others = list(range(0, 600, 2)), list(range(1, 601, 2))
    assert p_value(ones, others) > 0.5
    assert p_value(ones, [each + 120 for each in others]) < 0.01


def timed(work: Callable[[], object]) -> int:
    begun = perf_counter_ns()
    with suppress(SignInRefusedError):
        work()
    return perf_counter_ns() - begun


@pytest.mark.soak
@pytest.mark.engines("sqlite")
def test_known_and_unknown_phones_take_the_same_time(town: Town, clock: FakeClock) -> None:
    known = [f"138{n:08}" for n in range(TRIES)]
    for n, phone in enumerate(known):
        town.add(f"人{n}", phone=phone)
    unknown = [f"139{n:08}" for n in range(TRIES)]
    asking: tuple[list[int], list[int]] = ([], [])
    proving: tuple[list[int], list[int]] = ([], [])
    for n in range(20):  # warm
        ask_code(f"137{n:08}", "")
        clock.pass_ms(MINUTE_MS)
    for n in range(TRIES):
        order = (0, 1) if n % 2 else (1, 0)
        for kind in order:
            phone = (known, unknown)[kind][n]
            asking[kind].append(timed(partial(ask_code, phone, "")))
            clock.pass_ms(61 * MINUTE_MS)
            asked = ask_code(phone, "")
            proving[kind].append(timed(partial(prove_phone, asked.code_id, "", ADDRESS)))
    assert p_value(*asking) > 0.01
    assert p_value(*proving) > 0.01


@pytest.mark.soak
@pytest.mark.engines("sqlite")
def test_known_and_unknown_cards_take_the_same_time(town: Town, clock: FakeClock) -> None:
    numbers = [card_number(value) for value in range(TRIES)]
    for value in range(TRIES):
        give_card(town.add(f"人{value}"), PIN, value)
    unknown = [card_number(value) for value in range(TRIES, 2 * TRIES)]
    times: tuple[list[int], list[int]] = ([], [])
    for n in range(TRIES):
        for kind in (0, 1) if n % 2 else (1, 0):
            number = (numbers, unknown)[kind][n]
            times[kind].append(timed(partial(sign_in_by_card, number, WRONG_PIN, browser())))
            clock.pass_ms(11 * MINUTE_MS)
    assert db.session
    assert p_value(*times) > 0.01
