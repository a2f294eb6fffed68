"""Who stands for whom: guardians of minors, and one of the family for an adult who agreed."""

import pytest
from flask import Flask

from tests.people.identities import BORN, added, joined, member
from tests.people.make import COMMUNITY, DAY_MS, OTHER, Resident, Town
from tests.service.make import FakeClock
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.guardians import (
    confirm_guardian,
    end_grown,
    end_guardian,
)
from volunteer_credit.people.operations.proxies import confirm_proxy, end_proxy
from volunteer_credit.people.queries.persons import guardians_of, proxies_of
from volunteer_credit.people.rules.authority_errors import ChildError, NotAllowedError
from volunteer_credit.people.rules.person_errors import (
    ConfirmerInvolvedError,
    ConsentHowError,
    GuardianAdultError,
    PersonUnknownError,
    WardAgeError,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

TODAY = 20261122


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


def confirm(town: Town, minor_id: str, guardian_id: str, key: str = "confirm") -> None:
    confirm_guardian(town.anna.caller(), minor_id, guardian_id, community_id=COMMUNITY, key=key)


def may_act_for(one: Resident, other_id: str, community: str = COMMUNITY) -> None:
    end_reading()
    authorise(
        db.session,
        one.caller(method="code", community=community),
        "person.act_for",
        Target(community, other_id),
        at_ms=current().clock.now_ms(),
        day=TODAY,
    )


def test_a_guardian_is_confirmed_once_and_acts_for_the_child(town: Town) -> None:
    parent, child_id = (
        member(town, "p", birth_day=BORN["adult"]),
        added(town, "c", birth_day=BORN["child"]),
    )
    confirm(town, child_id, parent.person_id)
    confirm(town, child_id, parent.person_id)
    confirm(town, child_id, parent.person_id, "once more")
    assert guardians_of(db.session, child_id) == [parent.person_id]
    account = joined(town, child_id)
    may_act_for(parent, child_id)
    child = Resident("c", "", child_id, {COMMUNITY: account})
    with pytest.raises(ChildError):
        may_act_for(child, parent.person_id)
    end_guardian(town.anna.caller(), child_id, parent.person_id, community_id=COMMUNITY, key="end")
    end_reading()
    assert guardians_of(db.session, child_id) == []
    with pytest.raises(NotAllowedError):
        may_act_for(parent, child_id)
    with pytest.raises(PersonUnknownError):
        end_guardian(
            town.anna.caller(), child_id, parent.person_id, community_id=COMMUNITY, key="end 2"
        )


@pytest.mark.parametrize(
    ("minor", "guardian", "refusal"),
    [
        ("adult", "adult", WardAgeError),
        ("", "adult", WardAgeError),
        ("child", "minor", GuardianAdultError),
        ("minor", "", GuardianAdultError),
    ],
)
@pytest.mark.engines("sqlite")
def test_a_guardian_is_a_known_adult_and_a_ward_a_known_minor(
    town: Town, minor: str, guardian: str, refusal: type[ServiceError]
) -> None:
    minor_id = added(town, "m", birth_day=BORN.get(minor, ""))
    guard = town.add("g", birth_day=BORN.get(guardian, "0"))
    with pytest.raises(refusal):
        confirm(town, minor_id, guard.person_id)
    assert guardians_of(db.session, minor_id) == []


@pytest.mark.engines("sqlite")
def test_the_guardian_of_nobody_and_the_confirmer_are_refused(town: Town) -> None:
    parent, child_id = (
        member(town, "p", birth_day=BORN["adult"]),
        added(town, "c", birth_day=BORN["child"]),
    )
    with pytest.raises(NotAllowedError):
        may_act_for(parent, child_id)
    with pytest.raises(NotAllowedError):
        confirm_guardian(
            parent.caller(), child_id, parent.person_id, community_id=COMMUNITY, key="own"
        )
    with pytest.raises(ConfirmerInvolvedError):
        confirm(town, child_id, town.anna.person_id)
    with pytest.raises(PersonUnknownError):
        confirm(town, "0" * 32, parent.person_id)


@pytest.mark.engines("sqlite")
def test_a_desk_has_no_say_over_another_communitys_children(town: Town) -> None:
    parent, stranger = (member(town, name, birth_day=BORN["adult"]) for name in ("p", "s"))
    child_id = added(town, "c", birth_day=BORN["child"])
    confirm(town, child_id, parent.person_id)
    joined(town, child_id, community_id=OTHER)
    with pytest.raises(PersonUnknownError):
        confirm(town, child_id, stranger.person_id, "stranger")
    assert guardians_of(db.session, child_id) == [parent.person_id]


def test_it_ends_by_itself_when_the_minor_is_grown(town: Town, clock: FakeClock) -> None:
    parent = member(town, "p", birth_day=BORN["adult"])
    nearly, young = (added(town, day, birth_day=day) for day in ("20081123", BORN["child"]))
    for each in (nearly, young):
        confirm(town, each, parent.person_id, each)
    assert end_grown("20261122") == 0
    gone = added(town, "gone", birth_day=BORN["child"])
    confirm(town, gone, parent.person_id, gone)
    person_keys(current()).destroy(gone, clock.now_ms())
    clock.pass_ms(DAY_MS)
    assert end_grown("20261123") == 2
    assert end_grown("20261123") == 2
    end_reading()
    assert guardians_of(db.session, nearly) == []
    assert guardians_of(db.session, young) == [parent.person_id]


def test_a_proxy_needs_the_persons_consent_and_ends_when_it_is_taken_back(town: Town) -> None:
    old, young = (member(town, name, birth_day=BORN["adult"]) for name in ("old", "young"))
    pair, desk = (old.person_id, young.person_id), town.anna.caller()
    with pytest.raises(ConsentHowError):
        confirm_proxy(desk, *pair, "by phone", community_id=COMMUNITY, key="a")
    with pytest.raises(NotAllowedError):
        may_act_for(young, old.person_id)
    for _ in range(2):
        confirm_proxy(desk, *pair, "desk_paper", community_id=COMMUNITY, key="b")
    confirm_proxy(desk, *pair, "own", community_id=COMMUNITY, key="c")
    assert proxies_of(db.session, old.person_id) == [young.person_id]
    may_act_for(young, old.person_id)
    with pytest.raises(NotAllowedError):
        end_proxy(young.caller(), *pair, key="not the proxy")
    end_proxy(old.caller(method="code"), *pair, key="d")
    end_reading()
    assert proxies_of(db.session, old.person_id) == []
    with pytest.raises(PersonUnknownError):
        end_proxy(desk, *pair, community_id=COMMUNITY, key="e")


@pytest.mark.engines("sqlite")
def test_a_proxy_is_another_adult_for_an_adult(town: Town) -> None:
    old, child_id = (
        member(town, "old", birth_day=BORN["adult"]),
        added(town, "c", birth_day=BORN["child"]),
    )
    unknown, desk = town.add("unknown"), town.anna.caller()
    for principal, proxy, refusal in (
        (old.person_id, old.person_id, WardAgeError),
        (old.person_id, child_id, GuardianAdultError),
        (old.person_id, unknown.person_id, GuardianAdultError),
        (old.person_id, town.anna.person_id, ConfirmerInvolvedError),
    ):
        with pytest.raises(refusal):
            confirm_proxy(desk, principal, proxy, "own", community_id=COMMUNITY, key=proxy)
