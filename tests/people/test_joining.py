"""Whose account was it? After an erasure nobody can say, with every key of every archive."""

import pytest
from flask import Flask

from tests.people.identities import BORN, added, joined
from tests.people.joining import Asked, clues
from tests.people.make import COMMUNITY, Resident, Town
from tests.people.test_founding import NEW, pair
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.operations.cards import issue_card
from volunteer_credit.people.operations.consents import ConsentAsked, give_consent
from volunteer_credit.people.operations.erasing import ask_erasure, run_erasures
from volunteer_credit.people.operations.founding import found_community
from volunteer_credit.people.operations.guardians import confirm_guardian
from volunteer_credit.people.operations.households import declare_household
from volunteer_credit.people.operations.inviting import invite
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.operations.look_up import Why, look_up
from volunteer_credit.people.operations.merges import (
    approve_merge,
    propose_merge,
    withdraw_merge,
)
from volunteer_credit.people.operations.persons import change_person
from volunteer_credit.people.operations.search import Terms, search
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
DESK = Why("desk_service", "NOTE")
PHONE = "13912345678"


def resident(town: Town, key: str, **fields: str) -> Resident:
    person_id = added(town, key, **fields)
    accounts = {COMMUNITY: joined(town, person_id)}
    end_reading()
    accounts[CITY] = account_of(db.session, person_id, CITY) or ""
    return Resident(key, "", person_id, accounts)


def walk(town: Town) -> list[Resident]:
    """A day at the desk: everything that touches the city and a community."""
    staff = town.anna.caller()
    one, other, old, new, ward = (
        resident(town, name, birth_day=BORN["adult"]) for name in ("one", "two", "old", "new", "p")
    )
    change_person(one.caller(), one.person_id, {"phone": PHONE}, key="phone")
    search(staff, COMMUNITY, Terms(PHONE), DESK, "by phone")
    child = added(town, "child", birth_day=BORN["child"])
    confirm_guardian(staff, child, ward.person_id, community_id=COMMUNITY, key="guardian")
    young = Resident("child", "", child, {COMMUNITY: joined(town, child)})
    issue_card(staff, one.person_id, COMMUNITY, "card")
    declare_household(one.caller(), COMMUNITY, [other.account], "household")
    give_consent(one.caller(), ConsentAsked("public_notice", 1, COMMUNITY), "consent")
    look_up(staff, COMMUNITY, one.person_id, DESK, "look")
    search(staff, COMMUNITY, Terms("one"), DESK, "search")
    leave(one.caller(), COMMUNITY, "leave")
    joined(town, one.person_id, "again")
    for source, into in ((old, new), (other, one)):
        merge = propose_merge(
            staff, source.person_id, into.person_id, community_id=COMMUNITY, key=source.name
        )
        if into is one:
            withdraw_merge(staff, merge.merge_id, community_id=COMMUNITY, key="withdraw")
        else:
            approve_merge(town.bo.caller(), COMMUNITY, merge.seq, "approve")
    made = invite({"name": "invited", "reach": "desk"}, COMMUNITY, "invitation", "invite")
    invited = Resident("invited", "", made.person_id, {COMMUNITY: made.account})
    return [one, other, old, new, ward, young, invited]


def test_no_key_number_or_answer_stands_in_two_books(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, asked = Town(), Asked(monkeypatch)
    persons = walk(town)
    founders = pair(town)
    by_role = found_community(town.city[0].caller(), NEW, "新", founders, "found new")
    erased = persons[0]
    ask_erasure(None, "erase", erased.person_id)
    assert run_erasures().done == 1
    books = {code: clues(code) for code in (CITY, COMMUNITY, NEW)}
    assert erased.person_id in books[CITY]  # the archive never forgets a number,
    assert erased.account in books[COMMUNITY]  # nor what it did there
    for one, other in ((CITY, COMMUNITY), (CITY, NEW), (COMMUNITY, NEW)):
        assert books[one] & books[other] == set()
    people = {each.person_id for each in persons} | set(founders)
    accounts = {each.account for each in persons} | set(by_role.values())
    assert list(asked.joining(people, accounts)) == []
    # What is short enough to be tried out stands in no request, hashed or not.
    assert any("public_notice" in each for each in asked.bodies)
    guessed = [
        each for each in asked.bodies if PHONE in each or "NOTE" in each or "invited" in each
    ]
    assert guessed == []
