"""Ways in that somebody may try who has no business there."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Resident, Town
from tests.people.sign_in_make import ADDRESS, PIN, WRONG_PIN, browser, give_card, with_cheap_pins
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.vault import PersonRow
from volunteer_credit.people.operations import sign_in
from volunteer_credit.people.operations.cards import end_card, issue_card
from volunteer_credit.people.operations.desk import Visit, desk_visit
from volunteer_credit.people.operations.devices import enrol_device, revoke_device
from volunteer_credit.people.operations.sessions import caller_of
from volunteer_credit.people.operations.sign_in import sign_in_by_card, sign_in_by_device
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.rules.sign_in_errors import (
    SignInRefusedError,
    SlipUsedError,
    TooManyTriesError,
)
from volunteer_credit.people.rules.tries import address_and_network

OPERATOR = Actor("operator:1", "operator")


@pytest.fixture
def town(app: Flask) -> Town:
    with_cheap_pins()
    return Town()


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晓")


@pytest.mark.engines("sqlite")
def test_a_session_of_somebody_who_is_locked_is_nobodys(chen: Resident, clock: FakeClock) -> None:
    made = sign_in_by_card(give_card(chen), PIN, browser())
    now_ms = clock.now_ms()
    assert caller_of(made.token, made.caller.device_id, now_ms)
    with perform(CITY, Request(OPERATOR, "lock", "test")) as operation:
        row = operation.session.get(PersonRow, chen.person_id)
        assert row is not None
        row.state = "locked"  # at the moment when the session began, which nobody saw to end
        operation.answer({})
    assert caller_of(made.token, made.caller.device_id, now_ms) is None


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("is_device_first", [True, False])
def test_a_device_or_card_that_ends_while_its_pin_is_checked_opens_nothing(
    town: Town, chen: Resident, monkeypatch: pytest.MonkeyPatch, is_device_first: bool
) -> None:
    slip = issue_slip(town.anna.caller(), "device", chen.person_id, COMMUNITY, "k")
    device = enrol_device(slip.code, PIN, "", ADDRESS, "k")
    number = give_card(chen)

    def checked(*_about: object) -> bool:
        end_card(None, number, "", "end")
        revoke_device(chen.caller(), device.device_id, "", "end")
        return True

    monkeypatch.setattr(sign_in, "pin_matches", checked)
    ways = (sign_in_by_device, device.secret), (sign_in_by_card, number)
    for way, what in ways if is_device_first else reversed(ways):
        with pytest.raises(SignInRefusedError):
            way(what, PIN, browser())


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("how", ["owner", "desk", "pin", "new"])
def test_what_a_lost_card_opened_closes_with_it(
    town: Town, chen: Resident, clock: FakeClock, how: str
) -> None:
    number, anna = give_card(chen), town.anna.caller()
    made = sign_in_by_card(number, PIN, browser("thief"))
    own = chen.caller()
    if how == "owner":
        end_card(own, number, "", "k")
    elif how == "new":
        issue_card(anna, chen.person_id, COMMUNITY, "k")
    else:
        visit = Visit(card=True) if how == "desk" else Visit(pin="849203")
        desk_visit(anna, chen.person_id, COMMUNITY, visit, "k")
    assert caller_of(made.token, made.caller.device_id, clock.now_ms()) is None
    if how == "owner":
        end_card(own, number, "", "k")  # an answer that was lost is given again


@pytest.mark.engines("sqlite")
def test_an_enrolment_sent_again_later_gives_no_secret(
    town: Town, chen: Resident, clock: FakeClock
) -> None:
    slip = issue_slip(town.anna.caller(), "device", chen.person_id, COMMUNITY, "k")
    made = enrol_device(slip.code, PIN, "", ADDRESS, "e")
    assert enrol_device(slip.code, PIN, "", ADDRESS, "e") == made
    clock.pass_ms(120_001)
    with pytest.raises(SlipUsedError):
        enrol_device(slip.code, PIN, "", ADDRESS, "e")


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("is_known", [True, False])
def test_a_number_spelled_in_many_ways_has_one_count(chen: Resident, is_known: bool) -> None:
    number = give_card(chen)
    if not is_known:
        end_card(None, number, "", "end")
    full = number.translate({ord("0") + n: 0xFF10 + n for n in range(10)})  # full-width digits
    for text in (number, f"{number[:4]} {number[4:]}", full, f" {number}", f"{number} "):
        with pytest.raises(SignInRefusedError):
            sign_in_by_card(text, WRONG_PIN, browser())
    with pytest.raises(TooManyTriesError):
        sign_in_by_card(f"{number[:2]} {number[2:]}", WRONG_PIN, replace(browser(), label="x"))


def test_addresses_are_counted_by_household_whatever_they_look_like() -> None:
    assert address_and_network("fe80::1%eth0")[0] == "fe80::/64"
    assert address_and_network("::ffff:10.1.2.3") == ("10.1.2.3", "10.1.2.0/24")
    assert address_and_network("10.1.2.3:8080") == ("", "")


@pytest.mark.engines("sqlite")
def test_a_scanned_card_that_nobody_has_is_counted_too(chen: Resident) -> None:
    for text in ("A" * 26, f"https://points.example/C/{'a' * 26}", "A" * 26 + " "):
        with pytest.raises(SignInRefusedError):
            sign_in_by_card(text, WRONG_PIN, browser())
