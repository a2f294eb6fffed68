"""Slips: issued by staff, used once, over at their time."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.people.make import COMMUNITY, OTHER, Resident, Town
from tests.people.sign_in_make import at_once, browser
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.people.models.credentials import SlipRow
from volunteer_credit.people.operations.sessions import SignedIn, caller_of
from volunteer_credit.people.operations.sign_in import sign_in_by_slip
from volunteer_credit.people.operations.slips import end_slips, issue_slip
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.sign_in_errors import (
    SignInRefusedError,
    SlipOverError,
    SlipUsedError,
    TooManyTriesError,
)
from volunteer_credit.people.rules.slips import (
    Slip,
    check_slip,
    parse_slip,
    slip_code,
)
from volunteer_credit.shared.db import db

DAY_MS = 86_400_000
CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晓")


def issued(town: Town, chen: Resident, key: str = "k1") -> Slip:
    return issue_slip(town.anna.caller(), "invitation", chen.person_id, COMMUNITY, key)


def test_a_slip_is_26_letters_and_read_as_it_is_typed_or_scanned() -> None:
    assert slip_code(bytes(32)) == "A" * 26
    assert len({slip_code(bytes([n] * 17)) for n in range(200)}) == 200
    assert Slip(CODE, 0).path == f"/S/{CODE}"
    spelled = "abcd efgh-ijkl mnop qrst uvwx yz"
    for typed in (CODE, spelled, f"HTTPS://POINTS.EXAMPLE/S/{CODE}"):
        assert parse_slip(typed) == CODE
    for typed in ("", CODE[1:], CODE + "A", CODE[:-1] + "1", "x" * 10_000, f"/T/{CODE}"):
        assert parse_slip(typed) is None


def test_a_slip_is_good_until_used_ended_or_expired() -> None:
    check_slip(None, None, AT_MS + 1, AT_MS)
    with pytest.raises(SlipUsedError):
        check_slip(AT_MS, None, AT_MS + 1, AT_MS)
    for ended, expires in ((AT_MS, AT_MS + 1), (None, AT_MS)):
        with pytest.raises(SlipOverError):
            check_slip(None, ended, expires, AT_MS)


def test_staff_let_a_person_in_once(town: Town, chen: Resident, clock: FakeClock) -> None:
    slip = issued(town, chen)
    signed_in = sign_in_by_slip(slip.code, browser(), "r1")
    assert signed_in.caller.person_id == chen.person_id
    assert caller_of(signed_in.token, browser().device_id, clock.now_ms()) == signed_in.caller
    with pytest.raises(SlipUsedError):
        sign_in_by_slip(slip.code, browser("another"), "r2")


def test_a_repeated_request_prints_the_same_slip_and_signs_in_again(
    town: Town, chen: Resident, clock: FakeClock
) -> None:
    slip = issued(town, chen)
    assert issued(town, chen) == slip
    assert issued(town, chen, "k2").code != slip.code
    one, two = (sign_in_by_slip(slip.code, browser(), "r1") for _ in range(2))
    assert one.token != two.token
    clock.pass_ms(120_001)
    with pytest.raises(SlipUsedError):  # a form that a browser sends again much later
        sign_in_by_slip(slip.code, browser(), "r1")


@pytest.mark.engines("sqlite")
def test_the_database_does_not_hold_the_letters(town: Town, chen: Resident) -> None:
    slip = issued(town, chen)
    row = db.session.execute(select(SlipRow.__table__)).mappings().one()
    assert slip.code not in str(dict(row))
    assert row["issued_by"] == town.anna.person_id


def test_a_slip_ends_at_its_time_or_with_staff(
    town: Town, chen: Resident, clock: FakeClock
) -> None:
    slip, other = issued(town, chen), issued(town, chen, "k2")
    assert end_slips(town.anna.caller(), chen.person_id, COMMUNITY, "e1") == 2
    assert end_slips(town.anna.caller(), chen.person_id, COMMUNITY, "e1") == 2
    with pytest.raises(SlipOverError):
        sign_in_by_slip(other.code, browser(), "r1")
    third = issued(town, chen, "k3")
    clock.pass_ms(7 * DAY_MS)
    with pytest.raises(SlipOverError):
        sign_in_by_slip(third.code, browser(), "r2")
    assert slip.expires_at_ms == AT_MS + 7 * DAY_MS


@pytest.mark.engines("sqlite")
def test_what_is_no_slip_or_of_another_kind_gets_one_answer(town: Town, chen: Resident) -> None:
    device = issue_slip(town.anna.caller(), "device", chen.person_id, COMMUNITY, "k1")
    for code in (CODE, "nonsense", device.code):
        with pytest.raises(SignInRefusedError):
            sign_in_by_slip(code, browser(), f"r {code[:5]}")


@pytest.mark.engines("sqlite")
def test_only_staff_of_that_community_issue_slips(app: Flask) -> None:
    town = Town(COMMUNITY, OTHER)
    chen = town.add("陈晓", communities=[OTHER])
    wang = town.add("王敏")
    with pytest.raises(NotAllowedError):
        issue_slip(wang.caller(), "invitation", town.anna.person_id, COMMUNITY, "k1")
    with pytest.raises(NotAllowedError):
        issue_slip(town.anna.caller(), "invitation", chen.person_id, COMMUNITY, "k2")
    with pytest.raises(NotAllowedError):
        end_slips(wang.caller(), chen.person_id, OTHER, "k3")


@pytest.mark.engines("sqlite")
def test_the_shell_issues_slips_too(town: Town, chen: Resident) -> None:
    slip = issue_slip(None, "invitation", chen.person_id, COMMUNITY, "k1")
    assert sign_in_by_slip(slip.code, browser(), "r1").caller.person_id == chen.person_id


def test_of_one_slip_at_one_moment_one_gets_in(app: Flask, town: Town, chen: Resident) -> None:
    slip = issued(town, chen)
    answers = at_once(app, 4, lambda n: sign_in_by_slip(slip.code, browser(f"b{n}"), f"r{n}"))
    assert sum(isinstance(each, SignedIn) for each in answers) == 1
    assert sum(isinstance(each, SlipUsedError) for each in answers) == 3


@pytest.mark.engines("sqlite")
def test_guessing_slips_from_one_address_ends(town: Town) -> None:
    for n in range(60):
        with pytest.raises(SignInRefusedError):
            sign_in_by_slip("nonsense", browser(), f"r{n}")
    with pytest.raises(TooManyTriesError):
        sign_in_by_slip("nonsense", browser(), "r60")
