"""Ways round the second person, and round the end of a session, that somebody may try."""

import threading
from dataclasses import replace

import pytest
from flask import Flask

from tests.people.desks import Desk, desk, household, sheet
from tests.people.make import COMMUNITY, OTHER, Town
from tests.people.sign_in_make import ADDRESS, PIN, browser, give_card, with_cheap_pins
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.clock_orders import advance_demo_clock
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.membership import HouseholdMemberRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.models.vault import LinkRow, ProxyRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.devices import enrol_device
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.people.operations.passkeys import ask_new_passkey
from volunteer_credit.people.operations.pool import ask_next
from volunteer_credit.people.operations.sign_in import (
    sign_in_by_card,
    sign_in_by_device,
    sign_in_by_slip,
)
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.operations.step_up import step_up_by_pin
from volunteer_credit.people.operations.totps import set_up_totp
from volunteer_credit.people.rules.authority_errors import (
    DeskCredentialsError,
    DeskDeviceError,
    NotAllowedError,
    NotSignedInError,
)
from volunteer_credit.people.rules.pair_errors import SameHouseholdError
from volunteer_credit.people.rules.pool import ASKED_MS
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.people.rules.sign_in_errors import SignInRefusedError
from volunteer_credit.people.rules.slips import REPEAT_MS
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import transaction
from volunteer_credit.shared.runtime import current

HERE = Target(COMMUNITY)
OPERATOR = Actor("operator:1", "operator")
DAY_MS = 86_400_000


@pytest.fixture
def office(app: Flask) -> Desk:
    with_cheap_pins()
    return desk()


def do(caller: Caller, key: str, action: str = "access.read") -> str:
    """An operation on the community."""
    request = Request(acting(caller, action, COMMUNITY, HERE), key, "test")
    with perform(COMMUNITY, request) as operation:
        found = authorised(operation, caller, action, HERE)
        if not operation.replayed:
            operation.answer({})
    return found.role


def revoke(caller: Caller) -> None:
    with transaction() as session:
        row = session.get(SessionRow, caller.session_id)
        assert row is not None
        row.revoked_at_ms = current().clock.now_ms()


# ---- the clock ----------------------------------------------------------------------------------


@pytest.mark.engines("sqlite")
def test_a_session_lives_by_the_clock_and_a_grant_by_the_day_of_the_book(
    app: Flask, clock: FakeClock
) -> None:
    runtime = current()
    runtime.settings = replace(runtime.settings, clock="demo")
    town = Town()
    chen = town.add("陈")
    town.grant(chen, "inspector")
    town.grant(chen, "staff", until_day=20261210)
    caller = chen.caller()
    assert do(caller, "before") == "staff"
    advance_demo_clock(COMMUNITY, 25 * DAY_MS, Request(OPERATOR, "ahead", "clock"))
    assert do(caller, "after") == "inspector"  # the same session; the day of the grant is past
    clock.pass_ms(DAY_MS)
    with pytest.raises(NotSignedInError):
        do(caller, "over")


@pytest.mark.engines("sqlite")
def test_the_next_is_asked_after_72_hours_in_a_demo_too(app: Flask, clock: FakeClock) -> None:
    runtime = current()
    runtime.settings = replace(runtime.settings, clock="demo")
    office = desk()
    advance_demo_clock(COMMUNITY, 30 * DAY_MS, Request(OPERATOR, "ahead", "clock"))
    sheet(*office.staff)
    assert ask_next() == 0
    clock.pass_ms(ASKED_MS)
    assert ask_next() == 1


# ---- between the question and the lock ----------------------------------------------------------


def test_a_session_that_was_revoked_a_moment_ago_is_refused_under_the_lock(
    app: Flask, database_url: str
) -> None:
    town = Town()
    caller = town.anna.caller()
    request = Request(acting(caller, "access.read", COMMUNITY, HERE), "k", "test")
    revoke(caller)
    with pytest.raises(NotSignedInError), perform(COMMUNITY, request) as operation:
        authorised(operation, caller, "access.read", HERE)
    if database_url.startswith("sqlite"):
        return  # nobody writes while the lock is held
    other = town.bo.caller()
    request = Request(acting(other, "access.read", COMMUNITY, HERE), "k", "test")

    def elsewhere() -> None:
        with app.app_context():
            revoke(other)

    with perform(COMMUNITY, request) as operation:
        assert authorised(operation, other, "access.read", HERE)
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join(30)
        with pytest.raises(NotSignedInError):
            authorised(operation, other, "access.read", HERE)
        operation.answer({})


@pytest.mark.engines("sqlite")
def test_a_key_opens_nothing_to_who_has_lost_the_role(office: Desk) -> None:
    stone = office.staff[1]
    first, second = stone.caller(), stone.caller(method="totp")
    assert do(first, "k") == do(second, "k") == "staff"  # the second is a replay
    with perform(COMMUNITY, Request(OPERATOR, "over", "test")) as operation:
        row = operation.session.get(GrantRow, (COMMUNITY, stone.account, "staff", "community"))
        assert row is not None
        row.until_day = 20261101
        operation.answer({})
    for caller in (first, second):
        with pytest.raises(NotAllowedError):
            do(caller, "k")
    with pytest.raises(NotAllowedError):  # somebody else's key is another request
        do(office.town.add("陈").caller(), "k")


# ---- kin ----------------------------------------------------------------------------------------


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(("days", "is_kin"), [(0, True), (89, True), (91, False)])
def test_moving_out_just_before_makes_nobody_a_second_person(
    office: Desk, clock: FakeClock, days: int, is_kin: bool
) -> None:
    (anna, stone), (_bo, two, _three) = office.staff, office.supervisors
    household("1", anna, two, until_ms=clock.now_ms() - days * DAY_MS)
    seq = sheet(anna, stone)
    if not is_kin:
        assert approve(two.caller(), COMMUNITY, seq, "k")
        return
    with pytest.raises(SameHouseholdError):
        approve(two.caller(), COMMUNITY, seq, "k")


@pytest.mark.engines("sqlite")
def test_ending_a_proxy_just_before_makes_nobody_a_second_person(
    office: Desk, clock: FakeClock
) -> None:
    (anna, stone), (_bo, two, _three) = office.staff, office.supervisors
    with perform(CITY, Request(OPERATOR, "proxy", "test")) as operation:
        operation.session.add(
            ProxyRow(
                principal_id=stone.person_id,
                proxy_id=two.person_id,
                since_ms=0,
                until_ms=clock.now_ms() - 1,
                consent_how="own",
                confirmed_by=anna.person_id,
            )
        )
        operation.answer({})
    with pytest.raises(SameHouseholdError):
        approve(two.caller(), COMMUNITY, sheet(anna, stone), "k")


@pytest.mark.engines("sqlite")
def test_a_household_counts_in_every_book(office: Desk) -> None:
    (anna, stone), (bo, two, _three) = office.staff, office.supervisors
    accounts = {each.person_id: f"{number}" * 32 for number, each in enumerate((anna, two))}
    with transaction() as session:
        for person_id, account in accounts.items():
            session.add(LinkRow(community_id=OTHER, account=account, person_id=person_id))
    house = {"community_id": OTHER, "household_id": "1" * 32, "since_ms": 0}
    with transaction() as session:
        for account in accounts.values():
            session.add(HouseholdMemberRow(**house, account=account, state="declared"))
    seq = sheet(anna, stone)
    with pytest.raises(SameHouseholdError):
        approve(two.caller(), COMMUNITY, seq, "k")
    assert approve(bo.caller(), COMMUNITY, seq, "k")


# ---- becoming somebody else ---------------------------------------------------------------------


@pytest.mark.engines("sqlite")
def test_a_slip_for_a_colleague_does_not_make_one_the_colleague(office: Desk) -> None:
    anna, bo = office.staff[0], office.supervisors[0]
    slip = issue_slip(anna.caller(), "invitation", bo.person_id, COMMUNITY, "k")
    caller = sign_in_by_slip(slip.code, browser("thief"), "k").caller
    with pytest.raises(DeskCredentialsError):
        ask_new_passkey(caller)
    with pytest.raises(DeskCredentialsError):
        set_up_totp(caller, "k")
    number = give_card(bo)
    with pytest.raises(DeskCredentialsError):
        ask_new_passkey(sign_in_by_card(number, PIN, browser("thief")).caller)
    assert ask_new_passkey(bo.caller())  # who is in with a passkey adds another
    chen = office.town.add("陈")
    slip = issue_slip(anna.caller(), "invitation", chen.person_id, COMMUNITY, "l")
    assert ask_new_passkey(sign_in_by_slip(slip.code, browser(), "l").caller)


@pytest.mark.engines("sqlite")
def test_the_operator_lets_in_who_works_at_a_desk(office: Desk, clock: FakeClock) -> None:
    anna, bo = office.staff[0], office.supervisors[0]
    theirs = issue_slip(anna.caller(), "invitation", bo.person_id, COMMUNITY, "k")
    thief = sign_in_by_slip(theirs.code, browser("thief"), "k").caller
    clock.pass_ms(REPEAT_MS + 1)
    slip = issue_slip(None, "invitation", bo.person_id, "", "l")
    assert ask_new_passkey(sign_in_by_slip(slip.code, browser(), "l").caller)
    with pytest.raises(DeskCredentialsError):
        ask_new_passkey(thief)


@pytest.mark.engines("sqlite")
def test_one_admin_of_the_city_does_not_become_the_other(office: Desk) -> None:
    one, two = office.town.city
    slip = issue_slip(one.caller(community=CITY), "invitation", two.person_id, "", "k")
    with pytest.raises(DeskCredentialsError):
        ask_new_passkey(sign_in_by_slip(slip.code, browser(), "k").caller)
    with pytest.raises(DeskDeviceError):
        issue_slip(one.caller(community=CITY), "device", two.person_id, "", "l")


@pytest.mark.engines("sqlite")
def test_a_device_for_a_colleague_is_enrolled_by_the_operator_only(office: Desk) -> None:
    anna, bo, chen = office.staff[0], office.supervisors[0], office.town.add("陈")
    with pytest.raises(DeskDeviceError):
        issue_slip(anna.caller(), "device", bo.person_id, COMMUNITY, "k")
    before = issue_slip(anna.caller(), "device", chen.person_id, COMMUNITY, "l")
    office.town.grant(chen, "supervisor")
    with pytest.raises(DeskDeviceError):
        enrol_device(before.code, PIN, "", ADDRESS, "l")
    own = issue_slip(anna.caller(), "device", anna.person_id, COMMUNITY, "m")
    assert enrol_device(own.code, PIN, "", ADDRESS, "m").person_id == anna.person_id
    shell = issue_slip(None, "device", bo.person_id, COMMUNITY, "n")
    made = enrol_device(shell.code, PIN, "", ADDRESS, "n")
    assert sign_in_by_device(made.secret, PIN, browser()).caller.person_id == bo.person_id


@pytest.mark.engines("sqlite")
def test_the_pin_of_a_card_that_a_colleague_set_proves_nothing_at_the_desk(office: Desk) -> None:
    bo = office.supervisors[0]
    number = give_card(bo)
    with pytest.raises(SignInRefusedError):
        step_up_by_pin(bo.caller(), PIN)
    caller = sign_in_by_card(number, PIN, browser()).caller
    assert step_up_by_pin(caller, PIN)
