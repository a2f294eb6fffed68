"""Roles that the book grants: by two, to a third, from now on, and taken away in the same way."""

import pytest
from flask import Flask

from tests.people.desks import Desk, desk
from tests.people.make import COMMUNITY, FAR_DAY, OTHER, Resident
from tests.service.books import replayed
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.vault import LinkRow
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.grants import approve_role, propose_role
from volunteer_credit.people.queries.grants import account_here
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.days import is_day, local_day
from volunteer_credit.people.rules.grants import (
    GrantDayError,
    GranteeUnknownError,
    RoleGrant,
    RoleUnknownError,
    check_grant,
)
from volunteer_credit.people.rules.pair_errors import (
    OwnBenefitError,
    OwnProposalError,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.db import db, end_reading, transaction
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.runtime import current

TODAY, YESTERDAY = 20261122, 20261121


@pytest.fixture
def office(app: Flask) -> Desk:
    return desk()


def may(each: Resident, action: str, target: Target | None = None) -> bool:
    end_reading()
    at_ms = current().clock.now_ms()
    target = target or Target(COMMUNITY)
    try:
        authorise(db.session(), each.caller(), action, target, at_ms=at_ms, day=TODAY)
    except NotAllowedError:
        return False
    return True


# ---- the rules ----------------------------------------------------------------------------------


def test_days_are_days_of_the_calendar() -> None:
    assert local_day(1_795_305_600_000, 480) == 20261122
    assert local_day(1_795_305_600_000 + 16 * 3_600_000, 480) == 20261123
    assert local_day(1_795_305_600_000, -60) == 20261121
    assert is_day(20240229)
    for number in (20230229, 20261301, 0, -20260101, 2026112, 202611221, 20261100):
        assert not is_day(number), number


@pytest.mark.parametrize(
    ("problem", "role", "scope", "until_day", "book", "held"),
    [
        (None, "staff", "community", FAR_DAY, COMMUNITY, False),
        (None, "grid_worker", "grid:1", TODAY, COMMUNITY, False),
        (None, "cashier", "merchant:m1", YESTERDAY, COMMUNITY, True),
        (None, "platform_admin", "community", FAR_DAY, CITY, False),
        (RoleUnknownError, "platform_admin", "community", FAR_DAY, COMMUNITY, False),
        (RoleUnknownError, "staff", "community", FAR_DAY, CITY, False),
        (RoleUnknownError, "volunteer", "community", FAR_DAY, COMMUNITY, False),
        (RoleUnknownError, "mayor", "community", FAR_DAY, COMMUNITY, False),
        (RoleUnknownError, "grid_worker", "community", FAR_DAY, COMMUNITY, False),
        (RoleUnknownError, "cashier", "merchant:" + "1" * 56, FAR_DAY, COMMUNITY, False),
        (GrantDayError, "staff", "community", YESTERDAY, COMMUNITY, False),
        (GrantDayError, "staff", "community", 20261301, COMMUNITY, True),
    ],
)
def test_what_a_book_may_grant(
    problem: type[ServiceError] | None,
    role: str,
    scope: str,
    until_day: int,
    book: str,
    held: bool,
) -> None:
    grant = RoleGrant("1" * 32, role, scope, until_day)
    if problem is None:
        check_grant(grant, book, TODAY, is_held=held)
        return
    with pytest.raises(problem):
        check_grant(grant, book, TODAY, is_held=held)


# ---- two persons --------------------------------------------------------------------------------


def test_a_role_counts_from_its_approval_until_it_is_taken_away(office: Desk) -> None:
    anna, bo, chen = office.staff[0], office.supervisors[0], office.town.add("陈")
    grant = RoleGrant(chen.account, "grid_worker", "grid:1")
    grid = Target(COMMUNITY, grid_id="1")
    seq = propose_role(anna.caller(), COMMUNITY, grant, "k")
    assert propose_role(anna.caller(), COMMUNITY, grant, "k") == seq
    assert not may(chen, "person.search", grid)  # by one, it is nothing
    with pytest.raises(OwnProposalError):
        approve_role(anna.caller(), COMMUNITY, seq, "own")
    with pytest.raises(NotAllowedError):
        approve_role(chen.caller(), COMMUNITY, seq, "k")
    made = approve_role(bo.caller(), COMMUNITY, seq, "k")
    assert may(chen, "person.search", grid)
    assert not may(chen, "person.search", Target(COMMUNITY, grid_id="2"))
    row = db.session.get(GrantRow, (COMMUNITY, chen.account, "grid_worker", "grid:1"))
    assert row is not None
    assert (row.seq, row.until_day) == (made, FAR_DAY)
    over = RoleGrant(chen.account, "grid_worker", "grid:1", YESTERDAY)
    seq = propose_role(bo.caller(), COMMUNITY, over, "over")
    assert may(chen, "person.search", grid)
    approve_role(anna.caller(), COMMUNITY, seq, "over")
    assert not may(chen, "person.search", grid)  # the same session, at once
    assert replayed().parties.grants[chen.account, "grid_worker", "grid:1"] == YESTERDAY
    with pytest.raises(GrantDayError):
        propose_role(bo.caller(), COMMUNITY, over, "again")


@pytest.mark.engines("sqlite")
def test_nobody_grants_to_themselves_or_to_strangers(office: Desk) -> None:
    anna = office.staff[0]
    far = office.town.add("范", communities=[])
    with pytest.raises(OwnBenefitError):
        propose_role(anna.caller(), COMMUNITY, RoleGrant(anna.account, "supervisor"), "self")
    for account in ("0" * 32, far.accounts[CITY]):
        with pytest.raises(GranteeUnknownError):
            propose_role(anna.caller(), COMMUNITY, RoleGrant(account, "staff"), "k")
    grant = RoleGrant(office.staff[1].account, "platform_admin")
    with pytest.raises(RoleUnknownError):
        propose_role(anna.caller(), COMMUNITY, grant, "k")
    grant = RoleGrant(office.staff[1].account, "staff")
    with pytest.raises(NotAllowedError):
        propose_role(anna.caller(), OTHER, grant, "k")
    with pytest.raises(NotAllowedError):
        propose_role(office.town.city[0].caller(), COMMUNITY, grant, "k")


@pytest.mark.engines("sqlite")
def test_an_operator_proposes_and_never_approves(office: Desk) -> None:
    chen = office.town.add("陈")
    grant = RoleGrant(chen.account, "inspector")
    seq = propose_role(None, COMMUNITY, grant, "k", operator=2)
    assert propose_role(None, COMMUNITY, grant, "k", operator=2) == seq
    assert not may(chen, "access.read")
    approve_role(office.supervisors[1].caller(), COMMUNITY, seq, "k")
    assert may(chen, "access.read")
    end_reading()
    assert account_here(db.session(), COMMUNITY, chen.person_id) == chen.account
    assert account_here(db.session(), COMMUNITY, chen.account) == chen.account
    assert account_here(db.session(), OTHER, chen.account) is None


@pytest.mark.engines("sqlite")
def test_the_city_grants_its_own_roles_in_its_own_book(office: Desk) -> None:
    one, two = office.town.city
    third = office.town.add("第三", communities=[])
    grant = RoleGrant(third.accounts[CITY], "platform_admin")
    seq = propose_role(one.caller(), CITY, grant, "k")
    approve_role(two.caller(), CITY, seq, "k")
    assert may(third, "community.found", Target())


@pytest.mark.engines("sqlite")
def test_a_role_for_a_number_that_was_merged_goes_to_the_one_in_use(office: Desk) -> None:
    chen = office.town.add("陈")
    into = "e" * 32
    seq = propose_role(office.staff[0].caller(), COMMUNITY, RoleGrant(chen.account, "staff"), "k")
    with transaction() as session:
        old = session.get(LinkRow, (COMMUNITY, chen.account))
        assert old is not None
        old.is_current = 0
        session.add(LinkRow(community_id=COMMUNITY, account=into, person_id=chen.person_id))
    approve_role(office.supervisors[0].caller(), COMMUNITY, seq, "k")
    assert db.session.get(GrantRow, (COMMUNITY, into, "staff", "community")) is not None
    assert db.session.get(GrantRow, (COMMUNITY, chen.account, "staff", "community")) is None
