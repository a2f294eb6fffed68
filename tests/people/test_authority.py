"""Asking for authority inside a transaction: sessions, members, grants and ages as they stand."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, DAY_MS, OTHER, Resident, Town
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.membership import MemberRow, PlaceRow
from volunteer_credit.people.models.organisations import OrganisationMemberRow, OrganisationRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.models.vault import GuardianRow, PersonRow, ProxyRow
from volunteer_credit.people.operations.authority import Authority, acting, authorise, authorised
from volunteer_credit.people.rules.authority_errors import (
    AuthorityChangedError,
    ChildError,
    NotAllowedError,
    NotSignedInError,
    StepUpNeededError,
    StrongSignInNeededError,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Model, db, end_reading, transaction
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.runtime import current

DAY = 20261122
HERE = Target(COMMUNITY)


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


def ask(
    caller: Caller, action: str, target: Target = HERE, *, day: int = DAY, at_ms: int = 0
) -> Authority:
    end_reading()
    at_ms = at_ms or current().clock.now_ms()
    return authorise(db.session(), caller, action, target, at_ms=at_ms, day=day)


def put(community: str, key: str, *rows: Model) -> None:
    with perform(community, Request(Actor("operator:1", "operator"), key, "test")) as operation:
        for row in rows:
            operation.session.merge(row)
        operation.answer({})


def session(caller: Caller, **values: int) -> None:
    """Change the row of a session."""
    with transaction() as writing:
        row = writing.get(SessionRow, caller.session_id)
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)


def person(each: Resident, **values: object) -> None:
    with perform(CITY, Request(Actor("operator:1", "operator"), f"{values}", "test")) as operation:
        row = operation.session.get(PersonRow, each.person_id)
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)
        operation.answer({})


def refused(problem: type[ServiceError], caller: Caller, action: str, target: Target) -> None:
    with pytest.raises(problem):
        ask(caller, action, target)


# ---- sessions -----------------------------------------------------------------------------------


@pytest.mark.engines("sqlite")
def test_a_session_stands_until_it_ends_idles_or_is_revoked(town: Town, clock: FakeClock) -> None:
    caller, now_ms = town.anna.caller(), clock.now_ms()
    assert ask(caller, "person.search").role == "staff"
    session(caller, idle_ms=60_000)
    assert ask(caller, "person.search", at_ms=now_ms + 59_000)
    with pytest.raises(NotSignedInError):
        ask(caller, "person.search", at_ms=now_ms + 60_000)
    session(caller, idle_ms=2 * DAY_MS)
    with pytest.raises(NotSignedInError):
        ask(caller, "person.search", at_ms=now_ms + DAY_MS)
    session(caller, revoked_at_ms=now_ms)
    refused(NotSignedInError, caller, "self.read", Target())


@pytest.mark.engines("sqlite")
def test_a_session_is_of_one_person_and_one_device(town: Town) -> None:
    caller = town.anna.caller()
    names = caller.person_id, caller.session_id, caller.device_id
    for place, other in enumerate((town.bo.person_id, "0" * 32, town.bo.caller().device_id)):
        who, which, where = (other if place == n else name for n, name in enumerate(names))
        mixed = Caller(who, which, where, "passkey")
        refused(NotSignedInError, mixed, "self.read", Target())


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("state", ["pending", "locked", "merged"])
def test_only_an_active_person_acts(town: Town, state: str) -> None:
    caller = town.anna.caller()
    person(town.anna, state=state)
    refused(NotSignedInError, caller, "person.search", HERE)


@pytest.mark.engines("sqlite")
def test_what_was_begun_with_a_card_reaches_only_ones_own_things(town: Town) -> None:
    chen = town.add("陈")
    for method in ("card", "slip", "code"):
        caller = town.anna.caller(method=method)
        refused(StrongSignInNeededError, caller, "person.search", HERE)
        assert ask(caller, "self.read").role == "volunteer"
        refused(NotAllowedError, caller, "points.take", Target(COMMUNITY, merchant_id="m"))
        # What the caller says of itself is not believed.
        said = Caller(caller.person_id, caller.session_id, caller.device_id, "passkey")
        refused(StrongSignInNeededError, said, "person.read", Target(COMMUNITY, chen.person_id))
    for method in ("passkey", "totp", "device"):
        assert ask(town.bo.caller(method=method), "role.propose").role == "supervisor"


@pytest.mark.engines("sqlite")
def test_a_step_up_is_asked_where_the_action_asks_it(town: Town, clock: FakeClock) -> None:
    caller = town.anna.caller()
    assert ask(caller, "role.approve")
    session(caller, stepped_up_until_ms=clock.now_ms())
    refused(StepUpNeededError, caller, "role.approve", HERE)
    refused(StepUpNeededError, caller, "self.erase", Target())
    refused(NotAllowedError, caller, "bundle.read", HERE)  # who may not is not asked to prove it
    assert ask(caller, "role.propose")
    assert not ask(caller, "role.propose").is_shared_phone
    assert ask(town.bo.caller(shared=True), "role.propose").is_shared_phone


# ---- roles and whom they reach ------------------------------------------------------------------


def test_staff_reach_the_members_of_their_own_community_only(town: Town) -> None:
    chen, far = town.add("陈"), town.add("范", communities=[OTHER])
    caller = town.anna.caller()
    found = ask(caller, "person.read", Target(COMMUNITY, account=chen.account))
    assert found.target == Target(COMMUNITY, chen.person_id, chen.account)
    assert found.actor(COMMUNITY) == Actor(town.anna.account, "staff")
    assert found.actor(CITY) == Actor(town.anna.accounts[CITY], "staff")
    with pytest.raises(NotAllowedError):
        found.actor(OTHER)
    for target in (
        Target(COMMUNITY, far.person_id),
        Target(COMMUNITY, account=far.accounts[OTHER]),
        Target(COMMUNITY, chen.person_id, far.accounts[OTHER]),
        Target(COMMUNITY, far.person_id, chen.account),
        Target(COMMUNITY, account="0" * 32),
        Target(COMMUNITY, "0" * 32),
        Target("", chen.person_id),
        Target("nowhere", chen.person_id),
    ):
        refused(NotAllowedError, caller, "person.read", target)
    # Somebody who is no member yet may become one; who left is no member any more.
    assert ask(caller, "member.add", Target(COMMUNITY, far.person_id)).role == "staff"
    row = MemberRow(community_id=COMMUNITY, account=chen.account, state="left", joined_at_ms=0)
    put(COMMUNITY, "left", row)
    refused(NotAllowedError, caller, "person.read", Target(COMMUNITY, chen.person_id))
    assert ask(caller, "person.erase", Target(COMMUNITY, chen.person_id))
    refused(NotAllowedError, caller, "person.destroy", Target(COMMUNITY, chen.person_id))
    assert ask(chen.caller(), "hours.read").role == "former_member"
    refused(NotAllowedError, chen.caller(), "checkin.scan", HERE)
    refused(NotAllowedError, chen.caller(), "self.read", Target(OTHER))


@pytest.mark.engines("sqlite")
def test_a_grant_counts_to_its_last_day_and_only_for_who_is_still_there(town: Town) -> None:
    chen = town.add("陈")
    town.grant(chen, "inspector", until_day=DAY)
    caller = chen.caller()
    assert ask(caller, "access.read").role == "inspector"
    assert ask(caller, "access.read", day=DAY).acts_for == ""
    with pytest.raises(NotAllowedError):
        ask(caller, "access.read", day=DAY + 1)
    refused(NotAllowedError, caller, "access.read", Target(OTHER))
    row = MemberRow(community_id=COMMUNITY, account=chen.account, state="left", joined_at_ms=0)
    put(COMMUNITY, "left", row)
    refused(NotAllowedError, caller, "access.read", HERE)


@pytest.mark.engines("sqlite")
def test_a_grid_worker_reaches_the_grid_that_the_rows_name(town: Town) -> None:
    worker, near, far = town.add("格"), town.add("近"), town.add("远")
    town.grant(worker, "grid_worker", scope="grid:" + "1" * 32)
    places = [
        PlaceRow(community_id=COMMUNITY, place_id=n * 32, kind=kind, name=n, grid_id=grid)
        for n, kind, grid in (
            ("1", "grid", None),
            ("2", "grid", None),
            ("3", "building", "1" * 32),
        )
    ]
    put(COMMUNITY, "places", *places)
    for each, place in ((near, "3"), (far, "2"), (worker, "1")):
        row = MemberRow(
            community_id=COMMUNITY,
            account=each.account,
            state="active",
            joined_at_ms=0,
            place_id=place * 32,
        )
        put(COMMUNITY, f"place {place}", row)
    caller = worker.caller()
    found = ask(caller, "person.read", Target(COMMUNITY, near.person_id))
    assert found.actor(COMMUNITY) == Actor(worker.account, "grid_worker", "grid:" + "1" * 32)
    refused(NotAllowedError, caller, "person.read", Target(COMMUNITY, far.person_id))
    # A request cannot move a person into another grid.
    lie = Target(COMMUNITY, far.person_id, grid_id="1" * 32)
    refused(NotAllowedError, caller, "person.read", lie)
    assert ask(caller, "person.search", Target(COMMUNITY, grid_id="1" * 32))
    refused(NotAllowedError, caller, "person.search", HERE)


@pytest.mark.engines("sqlite")
def test_a_place_in_a_body_counts_while_the_body_stands(town: Town) -> None:
    lead, body = town.add("领"), "9" * 32
    target = Target(COMMUNITY, organisation_id=body)
    caller = lead.caller()
    refused(NotAllowedError, caller, "checkin.open", target)
    organisation = {"organisation_id": body, "kind": "group", "name": "队", "created_at_ms": 0}
    row = OrganisationMemberRow(
        organisation_id=body,
        person_id=lead.person_id,
        since_ms=0,
        position="lead",
        confirmed_by=town.anna.person_id,
    )
    put(CITY, "body", OrganisationRow(**organisation, state="active"), row)
    found = ask(caller, "checkin.open", target)
    assert (found.role, found.acts_for) == ("lead", f"organisation:{body}")
    refused(NotAllowedError, caller, "project.change", target)
    refused(NotAllowedError, caller, "checkin.open", Target(COMMUNITY, organisation_id="8" * 32))
    put(CITY, "ended", OrganisationRow(**organisation, state="ended"))
    refused(NotAllowedError, caller, "checkin.open", target)


@pytest.mark.engines("sqlite")
def test_a_guardian_acts_for_the_ward_and_names_no_other_book(town: Town) -> None:
    mother, child = town.add("母"), town.add("子", birth_day="20160101")
    uncle = town.add("叔")
    caller, target = mother.caller(), Target(COMMUNITY, child.person_id)
    refused(NotAllowedError, caller, "self.leave", target)
    guardian = {"minor_id": child.person_id, "guardian_id": mother.person_id, "since_ms": 0}
    put(CITY, "guardian", GuardianRow(**guardian, confirmed_by=town.anna.person_id))
    found = ask(caller, "self.leave", target)
    assert found.actor(COMMUNITY) == Actor(mother.account, "guardian", child.account)
    assert found.actor(CITY) == Actor(mother.accounts[CITY], "guardian", child.accounts[CITY])
    assert ask(caller, "self.change", Target("", child.person_id)).role == "guardian"
    refused(NotAllowedError, caller, "self.credentials", target)
    refused(NotAllowedError, uncle.caller(), "self.leave", target)
    refused(ChildError, child.caller(), "self.read", HERE)
    put(
        CITY,
        "proxy",
        ProxyRow(
            principal_id=town.bo.person_id,
            proxy_id=uncle.person_id,
            since_ms=0,
            consent_how="own",
            confirmed_by=town.anna.person_id,
        ),
    )
    principal = Target(COMMUNITY, town.bo.person_id)
    assert ask(uncle.caller(), "checkin.scan", principal).role == "proxy"
    refused(NotAllowedError, uncle.caller(), "self.erase", principal)
    # Over again: and the child has a birthday that no ended guardianship makes later.
    row = GuardianRow(**guardian, until_ms=1, confirmed_by=town.anna.person_id)
    put(CITY, "ended", row)
    refused(NotAllowedError, caller, "self.leave", target)
    refused(ChildError, child.caller(), "self.read", HERE)
    assert ask(child.caller(), "self.read", day=20300101).role == "volunteer"


@pytest.mark.engines("sqlite")
def test_an_admin_of_the_city_reaches_no_resident(town: Town) -> None:
    admin, chen = town.city[0], town.add("陈")
    caller = admin.caller()
    assert ask(caller, "community.found", Target()).role == "platform_admin"
    assert ask(caller, "slip.issue", Target("", town.city[1].person_id))
    assert ask(caller, "slip.issue", Target("", town.add("新", communities=[]).person_id))
    refused(NotAllowedError, caller, "slip.issue", Target("", chen.person_id))
    refused(NotAllowedError, caller, "community.found", HERE)
    refused(NotAllowedError, chen.caller(), "community.found", Target())
    assert ask(chen.caller(), "self.sessions", Target()).role == "volunteer"
    refused(NotAllowedError, chen.caller(), "self.sessions", Target("", admin.person_id))


# ---- the actor of the request -------------------------------------------------------------------


def test_the_actor_of_the_request_must_still_stand_under_the_lock(town: Town) -> None:
    chen = town.add("陈")
    town.grant(chen, "inspector", until_day=DAY)
    town.grant(chen, "staff", until_day=DAY)
    caller = chen.caller()
    actor = acting(caller, "access.read", COMMUNITY, HERE)
    assert actor == Actor(chen.account, "staff")
    request = Request(actor, "k", "test")
    with perform(COMMUNITY, request) as operation:
        assert authorised(operation, caller, "access.read", HERE).role == "staff"
        operation.answer({})
    over = {"community_id": COMMUNITY, "account": chen.account, "role": "staff"}
    put(COMMUNITY, "over", GrantRow(**over, scope="community", until_day=DAY - 1, seq=1))
    with perform(COMMUNITY, request) as operation:  # a retry in another role gets its answer
        assert operation.replayed
        assert authorised(operation, caller, "access.read", HERE).role == "inspector"
    with (
        pytest.raises(AuthorityChangedError),
        perform(COMMUNITY, Request(actor, "l", "test")) as operation,
    ):
        authorised(operation, caller, "access.read", HERE)
    with pytest.raises(NotAllowedError):
        acting(caller, "person.add", COMMUNITY, HERE)
    with pytest.raises(NotAllowedError):
        acting(caller, "access.read", COMMUNITY, Target(COMMUNITY, account="0" * 32))
