"""ID and volunteer numbers: kept only with a consent of their own, from the first moment on."""

import pytest
from flask import Flask

from tests.people.identities import BORN, SIGNED, added, contacts, member
from tests.people.make import COMMUNITY, Resident, Town
from tests.people.wards import put_guardian
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.people.operations.agreed import Agreed
from volunteer_credit.people.operations.bootstrap import enrol_admin
from volunteer_credit.people.operations.consents import (
    ConsentAsked,
    give_consent,
    withdraw_consent,
)
from volunteer_credit.people.operations.inviting import invite
from volunteer_credit.people.operations.merges import approve_merge, propose_merge
from volunteer_credit.people.operations.persons import add_person, change_person
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.queries.consents import consents_of
from volunteer_credit.people.rules.consent_errors import (
    ConsentNeededError,
    ConsentTextChangedError,
    GuardianMustConsentError,
)
from volunteer_credit.people.rules.identity import PersonFields, parse_fields
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.errors import ServiceError

pytestmark = pytest.mark.engines("sqlite")
NUMBER, OTHER_NUMBER = "371002123456", "371002654321"
GIVEN = {"volunteer_number": NUMBER}
AGREED = Agreed({"volunteer_number": 1})


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


def kept(person_id: str) -> PersonFields:
    end_reading()
    return read_person(db.session, person_id).fields


def said(person_id: str) -> list[tuple[str, str]]:
    end_reading()
    return [(each.purpose, each.given_how) for each in consents_of(db.session, person_id)]


def add(town: Town, agreed: Agreed, key: str, **fields: str) -> str:
    given = parse_fields({"name": key, "reach": "desk", **fields})
    caller = town.anna.caller()
    return add_person(caller, given, community_id=COMMUNITY, key=key, agreed=agreed)


@pytest.mark.parametrize(
    ("agreed", "refusal"),
    [
        (Agreed(), ConsentNeededError),
        (Agreed({"id_number": 1}), ConsentNeededError),
        (Agreed({"volunteer_number": 2}), ConsentTextChangedError),
    ],
)
def test_nobody_is_added_with_a_number_and_without_its_consent(
    town: Town, agreed: Agreed, refusal: type[ServiceError]
) -> None:
    with pytest.raises(refusal):
        add(town, agreed, "a", **GIVEN)
    person_id = add(town, AGREED, "a", **GIVEN)
    assert said(person_id) == [("volunteer_number", "desk_paper")]
    assert add(town, AGREED, "a", **GIVEN) == person_id
    with pytest.raises(IdempotencyKeyUsedError):
        add(town, Agreed({"volunteer_number": 1}, "somebody"), "a", **GIVEN)


def test_a_change_needs_it_once_and_a_withdrawal_takes_the_number_away(town: Town) -> None:
    chen = town.add("陈晨")
    caller = chen.caller(method="code")
    with pytest.raises(ConsentNeededError):
        change_person(caller, chen.person_id, GIVEN, key="a")
    change_person(caller, chen.person_id, GIVEN, key="b", agreed=AGREED)
    assert said(chen.person_id) == [("volunteer_number", "own")]
    change_person(caller, chen.person_id, {"volunteer_number": OTHER_NUMBER}, key="c")
    change_person(caller, chen.person_id, {"area": "海滨路"}, key="d")
    assert contacts(chen.person_id) == {"phone", "volunteer_number"}
    withdraw_consent(caller, ConsentAsked("volunteer_number"), "e")
    assert kept(chen.person_id).volunteer_number == ""
    assert contacts(chen.person_id) == {"phone"}
    with pytest.raises(ConsentNeededError):
        change_person(caller, chen.person_id, GIVEN, key="f")
    give_consent(caller, ConsentAsked("volunteer_number", 1), "g")
    change_person(caller, chen.person_id, GIVEN, key="h")
    assert kept(chen.person_id).volunteer_number == NUMBER


def test_under_14_a_guardian_agrees_and_from_14_the_young_themselves(town: Town) -> None:
    child, young = (town.add(name, birth_day=BORN[name]) for name in ("child", "minor"))
    parent, desk = town.add("家长", birth_day=BORN["adult"]), town.anna.caller()
    with pytest.raises(GuardianMustConsentError):
        add(town, AGREED, "new child", birth_day=BORN["child"], **GIVEN)
    put_guardian(child, parent)
    for agreed in (AGREED, Agreed(AGREED.versions, young.person_id)):
        with pytest.raises(GuardianMustConsentError):
            change_person(
                desk, child.person_id, GIVEN, key="a", community_id=COMMUNITY, agreed=agreed
            )
    signed = Agreed(AGREED.versions, parent.person_id)
    change_person(desk, child.person_id, GIVEN, key="b", community_id=COMMUNITY, agreed=signed)
    other = {"volunteer_number": OTHER_NUMBER}
    change_person(young.caller(method="code"), young.person_id, other, key="c", agreed=AGREED)
    assert (said(child.person_id), said(young.person_id)) == (
        [("volunteer_number", "desk_paper")],
        [("volunteer_number", "own")],
    )


def test_a_guardian_signs_in_and_agrees_for_the_child(town: Town) -> None:
    child, parent = town.add("child", birth_day=BORN["child"]), town.add("家长")
    put_guardian(child, parent)
    change_person(parent.caller(), child.person_id, GIVEN, key="a", agreed=AGREED)
    assert said(child.person_id) == [("volunteer_number", "guardian")]


def test_the_shell_and_the_first_two_keep_no_number(town: Town) -> None:
    given = {"name": "戊", "phone": "13800000031", **GIVEN}
    with pytest.raises(ConsentNeededError):
        invite(given, COMMUNITY, "invitation", "k")
    with pytest.raises(ConsentNeededError):
        enrol_admin("code", given, "192.0.2.1", "k")


def test_a_merge_keeps_no_number_that_was_refused(town: Town) -> None:
    old = member(town, "one", birth_day=BORN["adult"], **GIVEN)
    into = member(town, "other", birth_day=BORN["adult"], volunteer_number=OTHER_NUMBER)
    withdraw_consent(into.caller(method="code"), ConsentAsked("volunteer_number"), "take it away")
    merge = propose_merge(
        town.anna.caller(), old.person_id, into.person_id, community_id=COMMUNITY, key="m"
    )
    approve_merge(town.bo.caller(), COMMUNITY, merge.seq, "approve")
    assert kept(into.person_id).volunteer_number == ""
    assert contacts(into.person_id) == set()


def test_a_merge_keeps_a_number_with_its_consent(town: Town) -> None:
    old = member(town, "one", birth_day=BORN["adult"], **GIVEN)
    into = Resident("other", "", added(town, "other", birth_day=BORN["adult"]), {})
    assert SIGNED.versions["volunteer_number"] == 1
    merged = member(town, "third", birth_day=BORN["adult"])
    merge = propose_merge(
        town.anna.caller(), old.person_id, merged.person_id, community_id=COMMUNITY, key="m"
    )
    approve_merge(town.bo.caller(), COMMUNITY, merge.seq, "approve")
    assert kept(merged.person_id).volunteer_number == NUMBER
    assert said(merged.person_id) == [("volunteer_number", "desk_paper")]
    assert kept(into.person_id).volunteer_number == ""
