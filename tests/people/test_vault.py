"""Persons in the vault: sealed, found by what they are known by, changed, and told by nothing."""

from pathlib import Path

import pytest
from flask import Flask

from tests.people.identities import BORN, added, contacts, links, stored_bytes
from tests.people.make import COMMUNITY, OTHER, Resident, Town
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.models.vault import PersonRow
from volunteer_credit.people.operations.persons import add_person, change_person, find_persons
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.identity import parse_fields
from volunteer_credit.people.rules.identity_errors import BirthDayError, PhoneError
from volunteer_credit.people.rules.person_errors import (
    BirthDayFixedError,
    ContactKindError,
    NumberTakenError,
    PersonLockedError,
    PersonUnknownError,
    PhoneSharedError,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, end_reading, transaction

PHONE = "13912345678"
ID_NUMBER = "11010519491231002X"
RARE = "𠮷野·买买提"


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


def found(kind: str, text: str) -> list[str]:
    end_reading()
    return find_persons(db.session, kind, text)


def test_a_person_is_added_once_and_read_back_as_typed(town: Town) -> None:
    person_id = added(town, "a", name=RARE, phone=PHONE, skills=["理发"])
    assert added(town, "a", name=RARE, phone=PHONE, skills=["理发"]) == person_id
    vault = read_person(db.session, person_id)
    assert (vault.fields.name, vault.fields.skills) == (RARE, ("理发",))
    assert [community for community, _ in vault.links] == [CITY]
    assert links(person_id) == {(CITY, vault.account(CITY)): 1}
    assert found("phone", "+86 139 1234 5678") == [person_id]
    assert found("phone", "13912345679") == []
    with pytest.raises(IdempotencyKeyUsedError):
        added(town, "a", name="another", phone=PHONE)


@pytest.mark.engines("sqlite")
def test_only_who_may_adds_persons_and_a_refusal_leaves_nothing(town: Town) -> None:
    stranger = town.add("路人")
    with pytest.raises(NotAllowedError):
        add_person(
            stranger.caller(),
            parse_fields({"name": "x", "phone": PHONE}),
            community_id=COMMUNITY,
            key="k",
        )
    with pytest.raises(BirthDayError):
        added(town, "tomorrow", birth_day="20300101", phone=PHONE)
    assert found("phone", PHONE) == []


def test_five_people_share_a_phone_and_a_sixth_does_not(town: Town) -> None:
    family = [added(town, f"family {number}", phone=PHONE) for number in range(5)]
    assert found("phone", PHONE) == sorted(family)
    with pytest.raises(PhoneSharedError):
        added(town, "sixth", phone=PHONE)
    other = added(town, "other", phone="13912345679")
    with pytest.raises(PhoneSharedError):
        change_person(other_caller(other), other, {"phone": PHONE}, key="six")
    change_person(other_caller(family[0]), family[0], {"area": "same phone"}, key="own")


def other_caller(person_id: str) -> Caller:
    each = Resident(person_id, "", person_id, {})
    return each.caller(method="code")


@pytest.mark.engines("sqlite")
def test_an_id_number_is_one_persons(town: Town) -> None:
    first = added(town, "first", id_number=ID_NUMBER)
    assert found("id_number", ID_NUMBER.lower()) == [first]
    with pytest.raises(NumberTakenError):
        added(town, "second", id_number=ID_NUMBER)
    added(town, "third", volunteer_number="371002123456")
    with pytest.raises(NumberTakenError):
        added(town, "fourth", volunteer_number="3710 0212 3456")
    with pytest.raises(ContactKindError):
        found("name", "first")
    with pytest.raises(PhoneError):
        found("phone", "1")


def test_a_change_is_found_by_the_new_and_no_longer_by_the_old(town: Town) -> None:
    person_id = added(town, "a", phone=PHONE, birth_day=BORN["minor"], id_number="")
    change_person(other_caller(person_id), person_id, {"phone": "13912345679"}, key="c")
    assert (found("phone", PHONE), found("phone", "13912345679")) == ([], [person_id])
    change_person(other_caller(person_id), person_id, {"phone": "", "reach": "邻居"}, key="d")
    assert contacts(person_id) == set()
    with pytest.raises(BirthDayFixedError):
        change_person(other_caller(person_id), person_id, {"birth_day": BORN["adult"]}, key="e")
    with pytest.raises(PersonUnknownError):
        read_person(db.session, "0" * 32)


@pytest.mark.engines("sqlite")
def test_staff_change_their_own_communitys_members_and_no_others(town: Town) -> None:
    mine, theirs = town.add("甲"), town.add("乙", communities=[OTHER])
    caller = town.anna.caller()
    change_person(
        caller, mine.person_id, {"birth_day": "19500101"}, key="a", community_id=COMMUNITY
    )
    assert read_person(db.session, mine.person_id).fields.birth_day == 19500101
    with pytest.raises(NotAllowedError):
        change_person(caller, theirs.person_id, {"area": "x"}, key="b", community_id=COMMUNITY)
    with pytest.raises(NotAllowedError):
        change_person(caller, mine.person_id, {"area": "x"}, key="c")


@pytest.mark.engines("sqlite")
def test_who_has_left_is_kept_as_they_were(town: Town) -> None:
    gone = town.add("丙")
    with transaction() as session:
        session.get_one(PersonRow, gone.person_id).state = "locked"
    with pytest.raises(PersonLockedError):
        change_person(
            town.anna.caller(), gone.person_id, {"area": "x"}, key="a", community_id=COMMUNITY
        )


def test_nothing_of_the_vault_can_be_read_anywhere(app: Flask, tmp_path: Path, town: Town) -> None:
    names = {"name": "卡纳里", "reach": "CANARY-REACH", "area": "CANARY-AREA"}
    person_id = added(town, "a", **{**names, "phone": PHONE, "id_number": ID_NUMBER})
    change_person(other_caller(person_id), person_id, {"sex": "female"}, key="b")
    seal(CITY)
    looked = 0
    canaries = [each.encode() for each in (*names.values(), PHONE, ID_NUMBER)]
    canaries.append("卡纳里".encode("unicode_escape"))
    for where, raw in stored_bytes(app, tmp_path):
        looked += 1
        assert not any(canary in raw for canary in canaries), where
        assert where != "journal_operations" or b"female" not in raw
    assert looked > 100
    assert read_person(db.session, person_id).fields.sex == "female"


@pytest.mark.engines("sqlite")
def test_an_admin_of_the_city_adds_persons_who_belong_nowhere_yet(town: Town) -> None:
    admin = town.city[0].caller(community=CITY)
    fields = parse_fields({"name": "新", "phone": PHONE})
    person_id = add_person(admin, fields, community_id="", key="a")
    assert [community for community, _ in read_person(db.session, person_id).links] == [CITY]
