"""Consents: given, withdrawn as easily, asked again for a new text, never needed for the basics."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Resident, Town
from tests.people.wards import put_guardian
from tests.service.make import FakeClock
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.consents import (
    ConsentAsked,
    give_consent,
    withdraw_consent,
)
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.consents import asked_again, consents_of, has_consent
from volunteer_credit.people.rules import purposes
from volunteer_credit.people.rules.actions import ACTIONS
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.consent_errors import (
    ConsentSubjectError,
    ConsentTextChangedError,
    GuardianMustConsentError,
    NoConsentError,
    NoSuchPurposeError,
)
from volunteer_credit.people.rules.identity import NAMES
from volunteer_credit.people.rules.purposes import (
    COMMUNITY as IN_COMMUNITY,
)
from volunteer_credit.people.rules.purposes import (
    PERSON,
    PURPOSES,
    guardian_gives,
    still_holds,
)
from volunteer_credit.people.rules.roles import ROLES
from volunteer_credit.shared.db import db, end_reading

NOTICE = ConsentAsked("public_notice", 1, COMMUNITY)
BASIC = ROLES["volunteer"].actions


def subject_of(code: str) -> str:
    return {PERSON: "-", IN_COMMUNITY: COMMUNITY}.get(PURPOSES[code].subject, "a" * 32)


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晨", id_number="11010119900307451X", birth_day="19900307")


def holds(who: Resident, purpose: str = "public_notice", subject: str = COMMUNITY) -> bool:
    end_reading()
    return has_consent(db.session, who.person_id, purpose, subject)


@pytest.mark.parametrize("purpose", PURPOSES.values(), ids=PURPOSES)
def test_a_text_speaks_both_languages_and_opens_nothing_basic(purpose: purposes.Purpose) -> None:
    assert len(purpose.zh) > 40
    assert len(purpose.en) > 80
    assert purpose.opens
    assert not set(purpose.opens) & ACTIONS.keys()
    assert set(purpose.fields) <= set(NAMES)
    assert purpose.version > 0


def test_a_guardian_gives_for_children_and_always_where_the_purpose_is_minors() -> None:
    assert guardian_gives(PURPOSES["minors"], 17)
    assert guardian_gives(PURPOSES["public_notice"], 13)
    assert not guardian_gives(PURPOSES["public_notice"], 14)
    assert not guardian_gives(PURPOSES["public_notice"], None)


def test_a_consent_holds_for_its_text_until_it_is_withdrawn() -> None:
    purpose = PURPOSES["location"]
    assert still_holds(purpose, purpose.version, None)
    assert not still_holds(purpose, purpose.version - 1, None)
    assert not still_holds(purpose, purpose.version, 5)


def test_given_withdrawn_and_given_again_within_one_second(chen: Resident) -> None:
    caller = chen.caller()
    assert not holds(chen)
    since_ms = give_consent(caller, NOTICE, "one")
    assert holds(chen)
    assert not holds(chen, subject="huancui-02")
    assert give_consent(caller, NOTICE, "one") == since_ms  # a retry
    assert give_consent(caller, NOTICE, "two") == since_ms  # it held already
    assert withdraw_consent(caller, NOTICE, "three") == 1
    assert not holds(chen)
    with pytest.raises(NoConsentError):
        withdraw_consent(caller, NOTICE, "four")
    assert give_consent(caller, NOTICE, "five") > since_ms
    assert holds(chen)
    assert [each.given_how for each in consents_of(db.session, chen.person_id)] == ["own", "own"]


@pytest.mark.engines("sqlite")
def test_an_older_text_is_refused_and_asked_again(
    chen: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = chen.caller()
    give_consent(caller, NOTICE, "one")
    newer = replace(PURPOSES["public_notice"], version=2)
    monkeypatch.setitem(purposes.PURPOSES, "public_notice", newer)
    end_reading()
    assert not holds(chen)
    assert asked_again(db.session, chen.person_id) == [("public_notice", COMMUNITY)]
    with pytest.raises(ConsentTextChangedError):
        give_consent(caller, NOTICE, "two")
    give_consent(caller, replace(NOTICE, text_version=2), "three")
    assert holds(chen)
    assert asked_again(db.session, chen.person_id) == []
    assert withdraw_consent(caller, NOTICE, "four") == 2  # both, so that no older one comes back


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        (ConsentAsked("horoscope", 1), NoSuchPurposeError),
        (ConsentAsked("location", 1, COMMUNITY), ConsentSubjectError),
        (ConsentAsked("public_notice", 1), ConsentSubjectError),
        (ConsentAsked("public_notice", 1, ""), ConsentSubjectError),
        (ConsentAsked("location", 0), ConsentTextChangedError),
    ],
)
def test_what_is_refused(chen: Resident, asked: ConsentAsked, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        give_consent(chen.caller(), asked, "one")


@pytest.mark.engines("sqlite")
def test_a_childs_consent_is_a_guardians(town: Town, chen: Resident) -> None:
    child = town.add("小雨", birth_day="20200101")
    young = town.add("小雪", birth_day="20100101")
    put_guardian(child, chen)
    for_child = replace(NOTICE, person_id=child.person_id)
    assert give_consent(chen.caller(), for_child, "one")
    assert holds(child)
    (given,) = consents_of(db.session, child.person_id)
    assert given.given_how == "guardian"
    with pytest.raises(NotAllowedError):
        give_consent(town.anna.caller(), for_child, "two")
    give_consent(young.caller(), NOTICE, "three")  # at 16 this is her own
    with pytest.raises(GuardianMustConsentError):
        give_consent(young.caller(), ConsentAsked("minors", 1), "four")


@pytest.mark.engines("sqlite")
def test_the_desk_writes_down_a_signed_paper(town: Town, chen: Resident) -> None:
    staff = town.anna.caller()
    paper = replace(NOTICE, person_id=chen.person_id, community_id=COMMUNITY)
    give_consent(staff, paper, "one")
    (given,) = consents_of(db.session, chen.person_id)
    assert given.given_how == "desk_paper"
    child = town.add("小雨", birth_day="20200101")
    theirs = replace(paper, purpose="minors", subject="-", person_id=child.person_id)
    with pytest.raises(GuardianMustConsentError):
        give_consent(staff, theirs, "two")
    put_guardian(child, chen)
    give_consent(staff, replace(theirs, guardian_id=chen.person_id), "three")
    assert holds(child, "minors", "-")
    assert withdraw_consent(staff, paper, "four") == 1
    with pytest.raises(NotAllowedError):
        give_consent(town.bo.caller(), paper, "five")


@pytest.mark.engines("sqlite")
def test_without_the_consent_the_id_number_goes_at_once(chen: Resident) -> None:
    asked = ConsentAsked("id_number", 1)
    give_consent(chen.caller(), asked, "one")
    withdraw_consent(chen.caller(), asked, "two")
    fields = read_person(db.session, chen.person_id).fields
    assert (fields.id_number, fields.birth_day) == ("", 19900307)
    give_consent(chen.caller(), asked, "three")
    withdraw_consent(chen.caller(), asked, "four")  # nothing left to drop


@pytest.mark.engines("sqlite")
def test_who_withdraws_everything_may_still_do_all_that_is_basic(
    chen: Resident, clock: FakeClock
) -> None:
    caller, now_ms = chen.caller(), clock.now_ms()
    for number, code in enumerate(each for each in PURPOSES if each != "minors"):
        asked = ConsentAsked(code, PURPOSES[code].version, subject_of(code))
        give_consent(caller, asked, f"give {number}")
        withdraw_consent(caller, asked, f"withdraw {number}")
    for action in BASIC:
        authorise(db.session, caller, action, at_ms=now_ms, day=day_of(now_ms))
