"""Cards and passes: printed once, found by id, number or pass, dead at once when they are lost."""

import pytest
from flask import Flask
from sqlalchemy import text

from tests.people.make import COMMUNITY, OTHER, Town
from tests.service.make import FakeClock
from volunteer_credit.people.operations.cards import (
    card_of,
    end_card,
    issue_card,
    own_pass,
    pass_shown,
)
from volunteer_credit.people.queries.cards import cards_of
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.card_errors import CardCodeError, CardUnknownError
from volunteer_credit.people.rules.card_numbers import STEP_MS
from volunteer_credit.shared.db import db


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


def test_a_card_is_found_by_its_id_and_its_number_until_it_is_replaced(town: Town) -> None:
    chen = town.add("陈")
    staff = town.anna.caller()
    first = issue_card(staff, chen.person_id, COMMUNITY, "k1")
    assert issue_card(staff, chen.person_id, COMMUNITY, "k1") == first, "a retry prints it again"
    address = f"HTTPS://VC.EXAMPLE/C/{first.card_id}"
    assert card_of(db.session, address).person_id == chen.person_id
    assert card_of(db.session, f"{first.number[:4]} {first.number[4:]}").number == first.number
    stored = db.session.execute(text("SELECT card_digest FROM people_cards")).scalar_one()
    assert first.card_id not in stored
    second = issue_card(staff, chen.person_id, COMMUNITY, "k2")
    assert second.card_id != first.card_id
    for dead in (first.card_id, first.number):
        with pytest.raises(CardUnknownError):
            card_of(db.session, dead)
    with pytest.raises(CardUnknownError):  # nothing is printed that would not work
        issue_card(staff, chen.person_id, COMMUNITY, "k1")
    states = {state for _, _, state, _ in cards_of(db.session, chen.person_id)}
    assert states == {"active", "replaced"}


def test_a_lost_card_dies_at_once_by_its_owner_or_the_desk(town: Town) -> None:
    chen, ding = town.add("陈"), town.add("丁")
    staff = town.anna.caller()
    card = issue_card(staff, chen.person_id, COMMUNITY, "k1")
    with pytest.raises(NotAllowedError):
        end_card(ding.caller(), card.number, COMMUNITY, "k2")
    end_card(chen.caller(method="code"), card.number, COMMUNITY, "k3")
    with pytest.raises(CardUnknownError):
        card_of(db.session, card.number)
    again = issue_card(staff, chen.person_id, COMMUNITY, "k4")
    end_card(staff, again.number, COMMUNITY, "k5")
    with pytest.raises(CardUnknownError):
        card_of(db.session, again.card_id)


def test_who_is_not_staff_of_the_community_prints_no_cards(town: Town) -> None:
    chen = town.add("陈")
    stranger = town.add("吴", communities=[OTHER])
    for caller, person, community in (
        (chen.caller(), chen, COMMUNITY),
        (town.anna.caller(), stranger, COMMUNITY),
        (town.bo.caller(), chen, COMMUNITY),
    ):
        with pytest.raises(NotAllowedError):
            issue_card(caller, person.person_id, community, "k1")
    assert not cards_of(db.session, chen.person_id)


def test_a_pass_changes_each_step_and_needs_no_table_of_codes(town: Town, clock: FakeClock) -> None:
    chen = town.add("陈")
    caller = chen.caller(method="code")
    assert pass_shown(caller) is None
    number = own_pass(caller, "k1")
    assert own_pass(caller, "k2") == number, "there is one"
    shown = pass_shown(caller)
    assert shown is not None
    assert card_of(db.session, f"HTTPS://VC.EXAMPLE/P/{shown}").person_id == chen.person_id
    clock.pass_ms(STEP_MS)
    assert pass_shown(caller) != shown
    card_of(db.session, f"/P/{shown}")
    clock.pass_ms(STEP_MS)
    with pytest.raises(CardCodeError):
        card_of(db.session, f"/P/{shown}")
