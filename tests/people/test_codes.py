"""One-time codes: sent to who has the phone, the same answer for a phone that nobody has."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.people.make import Town, number
from tests.people.sign_in_make import ADDRESS, KeptSender, at_once, browser, statements, with_sender
from tests.service.make import FakeClock
from volunteer_credit.people.models.sessions import CodeRow
from volunteer_credit.people.models.vault import PersonRow
from volunteer_credit.people.operations.codes import CodeAsked, PhoneProved, ask_code, prove_phone
from volunteer_credit.people.operations.senders import outbox
from volunteer_credit.people.operations.sessions import SignedIn
from volunteer_credit.people.operations.sign_in import sign_in_by_code, ways
from volunteer_credit.people.operations.tries import count_code_address
from volunteer_credit.people.rules.codes import new_code, typed_digits
from volunteer_credit.people.rules.identity_errors import PhoneError
from volunteer_credit.people.rules.sign_in_errors import (
    NoCodesError,
    SignInRefusedError,
    TooManyTriesError,
)
from volunteer_credit.people.rules.tries import address_and_network
from volunteer_credit.shared.db import db, transaction

NAME = "陈晓"
OWN, OTHER = "a" * 32, "b" * 32  # browsers
PHONE, UNKNOWN = "13812345678", "13987654321"
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000


@pytest.fixture
def sender(app: Flask) -> KeptSender:
    return with_sender()


@pytest.fixture
def town(sender: KeptSender) -> Town:
    town = Town()
    town.add(NAME, phone=PHONE)
    return town


def refused(work: Callable[[], object]) -> bool:
    try:
        work()
    except SignInRefusedError:
        return True
    return False


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_code_is_six_digits_of_any_bytes_and_read_as_typed() -> None:
    assert new_code(bytes(8)) == "000000"
    assert new_code(bytes([255] * 8)) == "551615"
    assert typed_digits(" 04\uff12 137") == "042137"
    assert [typed_digits(each) for each in ("", "12345", "1234567", "a23456", "1" * 99)] == [""] * 5


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", ("198.51.100.7", "198.51.100.0/24")),
        ("::ffff:198.51.100.7", ("198.51.100.7", "198.51.100.0/24")),
        ("2001:db8:1:2:3::4", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("nonsense", ("", "")),
    ],
)
def test_an_address_is_counted_with_its_network(address: str, counted: tuple[str, str]) -> None:
    assert address_and_network(address) == counted


def test_who_has_the_phone_gets_a_code_and_signs_in(town: Town, sender: KeptSender) -> None:
    asked = ask_code("+86 138-1234-5678", ADDRESS)
    proved = prove_phone(asked.code_id, sender.code(PHONE), ADDRESS)
    ((person_id, name),) = proved.persons
    assert name.startswith("陈")
    assert "晓" not in name
    signed_in = sign_in_by_code(proved.proof, person_id, browser())
    assert (signed_in.caller.person_id, signed_in.caller.method) == (person_id, "code")
    assert refused(lambda: sign_in_by_code(proved.proof, person_id, browser()))


@pytest.mark.engines("sqlite")
def test_a_family_shares_a_phone_and_one_is_chosen(town: Town, sender: KeptSender) -> None:
    child = town.add("陈天", phone=PHONE)
    asked = ask_code(PHONE, ADDRESS)
    proved = prove_phone(asked.code_id, sender.code(PHONE), ADDRESS)
    assert len(proved.persons) == 2
    assert refused(lambda: sign_in_by_code(proved.proof, town.anna.person_id, browser()))
    made = sign_in_by_code(proved.proof, child.person_id, browser())
    assert made.caller.person_id == child.person_id


def test_the_sixth_try_is_refused_even_if_it_is_right(town: Town, sender: KeptSender) -> None:
    asked = ask_code(PHONE, ADDRESS)
    code = sender.code(PHONE)
    for _ in range(5):
        assert refused(lambda: prove_phone(asked.code_id, wrong(code), ADDRESS))
    with pytest.raises(TooManyTriesError):
        prove_phone(asked.code_id, code, ADDRESS)


def test_a_code_is_good_in_the_browser_that_asked_and_no_other_spends_its_tries(
    town: Town, sender: KeptSender
) -> None:
    asked = ask_code(PHONE, ADDRESS, OWN)
    code = sender.code(PHONE)
    for device_id in (OTHER, "", "x" * 32):
        for typed in (code, *[wrong(code)] * 3):
            assert refused(partial(prove_phone, asked.code_id, typed, ADDRESS, device_id))
    assert refused(partial(prove_phone, asked.code_id[:32] + "0" * 32, code, ADDRESS, OWN))
    for _ in range(4):
        assert refused(lambda: prove_phone(asked.code_id, wrong(code), ADDRESS, OWN))
    assert prove_phone(asked.code_id, code, ADDRESS, OWN).persons


def test_strangers_who_know_a_phone_do_not_use_up_its_codes(
    town: Town, sender: KeptSender, clock: FakeClock
) -> None:
    def sign_in() -> None:
        asked = ask_code(PHONE, ADDRESS, OWN)
        proved = prove_phone(asked.code_id, sender.code(PHONE), ADDRESS, OWN)
        sign_in_by_code(proved.proof, proved.persons[0][0], browser(device_id=OWN))
        clock.pass_ms(MINUTE_MS)

    sign_in()
    for _ in range(4):
        ask_code(PHONE, "203.0.113.9", OTHER)
        clock.pass_ms(MINUTE_MS)
    for device_id in (OTHER, ""):
        with pytest.raises(TooManyTriesError):
            ask_code(PHONE, "203.0.113.9", device_id)
    for _ in range(5):
        sign_in()
    with pytest.raises(TooManyTriesError):  # one's own have a limit as well
        ask_code(PHONE, ADDRESS, OWN)


@pytest.mark.engines("sqlite")
def test_devices_that_become_known_by_codes_bring_no_end_of_codes(
    town: Town, sender: KeptSender, clock: FakeClock
) -> None:
    known, spent = [OWN], 0

    def sign_in(device_id: str, on: str) -> None:
        asked = ask_code(PHONE, f"203.0.{spent}.9", device_id)
        proved = prove_phone(asked.code_id, sender.code(PHONE), f"203.0.{spent}.9", device_id)
        sign_in_by_code(proved.proof, proved.persons[0][0], browser(device_id=on))

    sign_in(OWN, OWN)
    while len(known) < 45:
        if spent % 5 == 0:
            clock.pass_ms(MINUTE_MS)
        device_id = known[spent // 5]
        known.append(number("device", str(spent)))
        spent += 1
        try:
            sign_in(device_id, known[-1])
        except TooManyTriesError:
            break
        clock.pass_ms(MINUTE_MS)
    assert spent == 41
    ask_code(PHONE, ADDRESS, OTHER)


def test_a_code_is_good_for_ten_minutes_and_once(
    town: Town, sender: KeptSender, clock: FakeClock
) -> None:
    asked = ask_code(PHONE, ADDRESS)
    clock.pass_ms(10 * MINUTE_MS - 1)
    prove_phone(asked.code_id, sender.code(PHONE), ADDRESS)
    assert refused(lambda: prove_phone(asked.code_id, sender.code(PHONE), ADDRESS))
    again = ask_code(PHONE, ADDRESS)
    assert refused(lambda: prove_phone(asked.code_id, sender.code(PHONE), ADDRESS))
    clock.pass_ms(10 * MINUTE_MS)
    assert refused(lambda: prove_phone(again.code_id, sender.code(PHONE), ADDRESS))


def test_a_proof_ends_and_cannot_be_made_up(
    town: Town, sender: KeptSender, clock: FakeClock
) -> None:
    asked = ask_code(PHONE, ADDRESS)
    proved = prove_phone(asked.code_id, sender.code(PHONE), ADDRESS)
    person_id = proved.persons[0][0]
    for forged in ("", asked.code_id, asked.code_id + "0" * 64, proved.proof + "0", "码"):
        assert refused(partial(sign_in_by_code, forged, person_id, browser()))
    clock.pass_ms(5 * MINUTE_MS)
    assert refused(lambda: sign_in_by_code(proved.proof, person_id, browser()))


def test_a_phone_gets_one_a_minute_five_an_hour_ten_a_day(town: Town, clock: FakeClock) -> None:
    def asks(count: int) -> None:
        for _ in range(count):
            ask_code(UNKNOWN, "")
            clock.pass_ms(MINUTE_MS)

    ask_code(UNKNOWN, "")
    assert waits() == 60
    clock.pass_ms(MINUTE_MS)
    asks(4)
    assert 3000 < waits() < 3600
    clock.pass_ms(HOUR_MS)
    asks(5)
    clock.pass_ms(HOUR_MS)
    assert 20 * 3600 < waits() < 86_400
    clock.pass_ms(DAY_MS)
    asks(1)


def waits() -> int:
    with pytest.raises(TooManyTriesError) as found:
        ask_code(UNKNOWN, "")
    return found.value.retry_after_seconds


def test_known_and_unknown_phones_are_limited_alike(town: Town, clock: FakeClock) -> None:
    def outcomes(phone: str) -> list[str]:
        found = []
        for _ in range(8):
            try:
                ask_code(phone, "")
                found.append("asked")
            except TooManyTriesError as refusal:
                found.append(f"{refusal.code} {refusal.retry_after_seconds}")
        return found

    assert outcomes(PHONE) == outcomes(UNKNOWN)


@pytest.mark.engines("sqlite")
def test_a_thousand_phones_from_one_address_get_no_thousand_codes(
    town: Town, sender: KeptSender, clock: FakeClock
) -> None:
    asked = 0
    for n in range(1000):
        try:
            ask_code(f"137{n:08}", ADDRESS)
            asked += 1
        except TooManyTriesError:
            continue
    assert asked == 60
    ask_code(PHONE, "203.0.113.9")
    assert sender.code(PHONE)


@pytest.mark.engines("sqlite")
def test_many_addresses_of_one_network_are_one_crowd(town: Town, clock: FakeClock) -> None:
    for n in range(300):
        count_code_address(f"192.0.2.{n % 250}", clock.now_ms())
    with pytest.raises(TooManyTriesError):
        ask_code(PHONE, "192.0.2.251")


def test_an_unknown_phone_makes_the_same_statements(town: Town, clock: FakeClock) -> None:
    ask_code("13700000000", "")  # what is done once for a process is done
    clock.pass_ms(MINUTE_MS)
    known, unknown = (statements(partial(ask_code, phone, "")) for phone in (PHONE, UNKNOWN))
    assert known == unknown
    assert any("people_codes" in each for each in known)
    rows = db.session.execute(select(CodeRow.person_count).order_by(CodeRow.sent_at_ms)).scalars()
    assert sorted(rows) == [0, 0, 1]


def test_a_wrong_code_for_an_unknown_phone_makes_the_same_statements(
    town: Town, sender: KeptSender
) -> None:
    known, unknown = ask_code(PHONE, ""), ask_code(UNKNOWN, "")
    code = wrong(sender.code(PHONE))

    def tried(asked: CodeAsked) -> list[str]:
        return statements(lambda: prove_phone(asked.code_id, code, ""))

    assert tried(known) == tried(unknown)
    assert tried(known)[-1] == "SignInRefusedError"


@pytest.mark.engines("sqlite")
def test_nothing_is_sent_to_a_phone_that_nobody_has(town: Town, sender: KeptSender) -> None:
    ask_code(UNKNOWN, ADDRESS)
    outbox().wait()
    assert sender.sent == []


@pytest.mark.engines("sqlite")
def test_who_is_kept_only_gets_no_code(town: Town, sender: KeptSender) -> None:
    with transaction() as session:
        row = session.get(PersonRow, number("person", NAME))
        assert row is not None
        row.state = "locked"
    ask_code(PHONE, ADDRESS)
    outbox().wait()
    assert sender.sent == []


@pytest.mark.engines("sqlite")
def test_what_is_no_phone_is_refused_before_anything_is_counted(town: Town) -> None:
    with pytest.raises(PhoneError):
        ask_code("12345", ADDRESS)


@pytest.mark.engines("sqlite")
def test_without_a_sender_there_is_no_such_way(app: Flask) -> None:
    assert "code" not in ways()
    assert {"passkey", "slip", "card", "device", "totp"} == set(ways())
    with pytest.raises(NoCodesError):
        ask_code(PHONE, ADDRESS)


@pytest.mark.engines("sqlite")
def test_with_a_sender_there_is(town: Town) -> None:
    assert ways()[0] == "code"


def test_of_one_code_at_one_moment_one_gets_in(app: Flask, town: Town, sender: KeptSender) -> None:
    asked = ask_code(PHONE, ADDRESS)
    code = sender.code(PHONE)
    answers = at_once(app, 4, lambda _: prove_phone(asked.code_id, code, ADDRESS))
    (proved,) = (each for each in answers if isinstance(each, PhoneProved))
    proof, person_id = proved.proof, proved.persons[0][0]
    answers = at_once(app, 4, lambda _: sign_in_by_code(proof, person_id, browser()))
    assert sum(isinstance(each, SignedIn) for each in answers) == 1


def test_wrong_codes_at_one_moment_are_all_counted(
    app: Flask, town: Town, sender: KeptSender
) -> None:
    asked = ask_code(PHONE, ADDRESS)
    code = wrong(sender.code(PHONE))
    answers = at_once(app, 8, lambda _: prove_phone(asked.code_id, code, ADDRESS))
    assert sum(isinstance(each, TooManyTriesError) for each in answers) == 3
    tries = db.session.execute(select(func.max(CodeRow.tries))).scalar_one()
    assert tries == 8
