"""Devices: enrolled from a QR that staff show, opened by a PIN, revoked when stolen."""

from functools import partial

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Resident, Town
from tests.people.sign_in_make import (
    ADDRESS,
    PIN,
    WRONG_PIN,
    at_once,
    browser,
    statements,
    with_cheap_pins,
)
from tests.service.make import FakeClock
from volunteer_credit.people.models.vault import PersonRow
from volunteer_credit.people.operations.devices import (
    Enrolled,
    enrol_device,
    own_devices,
    revoke_device,
)
from volunteer_credit.people.operations.sessions import SignedIn, caller_of
from volunteer_credit.people.operations.sign_in import sign_in_by_device
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.operations.step_up import step_up_by_pin
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.sign_in_errors import (
    CredentialMissingError,
    SignInRefusedError,
    SlipUsedError,
    TooManyTriesError,
    WeakPinError,
)
from volunteer_credit.shared.db import transaction

HOUR_MS = 3_600_000


@pytest.fixture
def town(app: Flask) -> Town:
    with_cheap_pins()
    return Town()


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晓")


def enrolled(town: Town, chen: Resident, name: str = "1") -> Enrolled:
    slip = issue_slip(town.anna.caller(), "device", chen.person_id, COMMUNITY, f"k{name}")
    return enrol_device(slip.code, PIN, " 收银台 ", ADDRESS, f"e{name}")


def test_a_device_and_its_pin_sign_in(town: Town, chen: Resident, clock: FakeClock) -> None:
    device = enrolled(town, chen)
    signed_in = sign_in_by_device(device.secret, PIN, browser())
    caller = signed_in.caller
    assert (caller.person_id, caller.method) == (chen.person_id, "device")
    assert caller.device_id == device.device_id
    assert caller_of(signed_in.token, device.device_id, clock.now_ms()) == caller
    assert [each.label for each in own_devices(caller)] == ["收银台"]
    clock.pass_ms(12 * HOUR_MS)
    assert caller_of(signed_in.token, device.device_id, clock.now_ms()) is None


def test_a_repeated_enrolment_gives_the_same_secret_and_another_none(
    town: Town, chen: Resident
) -> None:
    slip = issue_slip(town.anna.caller(), "device", chen.person_id, COMMUNITY, "k")
    one, two = (enrol_device(slip.code, PIN, "", ADDRESS, "e") for _ in range(2))
    assert one == two
    with pytest.raises(SlipUsedError):
        enrol_device(slip.code, PIN, "", ADDRESS, "other")
    revoke_device(sign_in_by_device(one.secret, PIN, browser()).caller, one.device_id, "", "r")
    with pytest.raises(SignInRefusedError):
        enrol_device(slip.code, PIN, "", ADDRESS, "e")


@pytest.mark.engines("sqlite")
def test_an_invitation_enrols_nothing_and_a_weak_pin_neither(town: Town, chen: Resident) -> None:
    slip = issue_slip(town.anna.caller(), "invitation", chen.person_id, COMMUNITY, "k")
    with pytest.raises(SignInRefusedError):
        enrol_device(slip.code, PIN, "", ADDRESS, "e")
    with pytest.raises(WeakPinError):
        enrol_device(slip.code, "123456", "", ADDRESS, "e")


def lock(who: Resident) -> None:
    with transaction() as session:
        row = session.get(PersonRow, who.person_id)
        assert row is not None
        row.state = "locked"


@pytest.mark.engines("sqlite")
def test_nothing_is_enrolled_or_opened_for_who_is_kept_only(town: Town, chen: Resident) -> None:
    slip = issue_slip(town.anna.caller(), "device", chen.person_id, COMMUNITY, "k")
    device = enrolled(town, chen)
    lock(chen)
    with pytest.raises(SignInRefusedError):
        enrol_device(slip.code, PIN, "", ADDRESS, "e")
    with pytest.raises(SignInRefusedError):
        sign_in_by_device(device.secret, PIN, browser())


@pytest.mark.engines("sqlite")
def test_five_wrong_pins_lock_a_device_known_or_not(town: Town, chen: Resident) -> None:
    device = enrolled(town, chen)
    for secret in (device.secret, "0" * 64):
        for _ in range(5):
            with pytest.raises(SignInRefusedError):
                sign_in_by_device(secret, WRONG_PIN, browser())
        with pytest.raises(TooManyTriesError):
            sign_in_by_device(secret, PIN, browser())


@pytest.mark.engines("sqlite")
def test_a_right_pin_begins_the_count_again(town: Town, chen: Resident) -> None:
    device = enrolled(town, chen)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(SignInRefusedError):
                sign_in_by_device(device.secret, WRONG_PIN, browser())
        sign_in_by_device(device.secret, PIN, browser())


def test_an_unknown_device_makes_the_same_statements(town: Town, chen: Resident) -> None:
    device = enrolled(town, chen)
    sign_in_by_device(device.secret, PIN, browser())  # what is read once for a process is read
    known, unknown = (
        statements(partial(sign_in_by_device, each, WRONG_PIN, browser()))
        for each in (device.secret, "0" * 64)
    )
    assert known == unknown
    assert known[-1] == "SignInRefusedError"


def test_a_stolen_device_is_revoked_at_once_by_its_owner(
    town: Town, chen: Resident, clock: FakeClock
) -> None:
    device = enrolled(town, chen)
    stolen = sign_in_by_device(device.secret, PIN, browser())
    revoke_device(chen.caller(method="code"), device.device_id, "", "r1")
    revoke_device(chen.caller(method="code"), device.device_id, "", "r1")
    assert caller_of(stolen.token, device.device_id, clock.now_ms()) is None
    with pytest.raises(SignInRefusedError):
        sign_in_by_device(device.secret, PIN, browser())
    with pytest.raises(CredentialMissingError):
        revoke_device(chen.caller(method="code"), device.device_id, "", "r2")
    assert own_devices(chen.caller()) == []


@pytest.mark.engines("sqlite")
def test_a_stolen_device_is_revoked_at_once_by_staff_and_not_by_a_neighbour(
    town: Town, chen: Resident, clock: FakeClock
) -> None:
    device = enrolled(town, chen)
    stolen = sign_in_by_device(device.secret, PIN, browser())
    with pytest.raises(NotAllowedError):
        revoke_device(town.add("王敏").caller(), device.device_id, COMMUNITY, "r0")
    revoke_device(town.anna.caller(), device.device_id, COMMUNITY, "r1")
    assert caller_of(stolen.token, device.device_id, clock.now_ms()) is None
    with pytest.raises(SignInRefusedError):
        step_up_by_pin(stolen.caller, PIN)


@pytest.mark.engines("sqlite")
def test_the_pin_of_the_device_steps_up(town: Town, chen: Resident, clock: FakeClock) -> None:
    device = enrolled(town, chen)
    caller = sign_in_by_device(device.secret, PIN, browser()).caller
    clock.pass_ms(HOUR_MS)
    with pytest.raises(SignInRefusedError):
        step_up_by_pin(caller, WRONG_PIN)
    assert step_up_by_pin(caller, PIN).stepped_up_until_ms > clock.now_ms()


def test_pins_at_one_moment_are_all_counted(app: Flask, town: Town, chen: Resident) -> None:
    device = enrolled(town, chen)
    answers = at_once(app, 8, lambda _: sign_in_by_device(device.secret, WRONG_PIN, browser()))
    assert sum(isinstance(each, SignInRefusedError) for each in answers) == 5
    assert sum(isinstance(each, TooManyTriesError) for each in answers) == 3
    assert not any(isinstance(each, SignedIn) for each in answers)
