"""The desk: card, phone and PIN in one visit; the old ones die at once."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Town
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.cards import card_of, issue_card, own_pass
from volunteer_credit.people.operations.desk import Visit, desk_visit
from volunteer_credit.people.operations.pins import pin_matches
from volunteer_credit.people.queries.cards import cards_of
from volunteer_credit.people.rules.authority_errors import NotAllowedError, NotSignedInError
from volunteer_credit.people.rules.card_errors import CardUnknownError, NothingLostError
from volunteer_credit.people.rules.sign_in_errors import WeakPinError
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current

PIN = "826374"


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


def test_one_visit_ends_what_was_lost_and_gives_a_new_card_with_a_pin(town: Town) -> None:
    elder, staff = town.add("老人"), town.anna.caller()
    old = issue_card(staff, elder.person_id, COMMUNITY, "k1")
    own = elder.caller(method="code")
    own_pass(own, "k2")
    visit = Visit(card=True, phone=True, pin=PIN)
    card = desk_visit(staff, elder.person_id, COMMUNITY, visit, "k3")
    assert card is not None
    assert desk_visit(staff, elder.person_id, COMMUNITY, visit, "k3") == card
    seen = card_of(db.session, card.card_id)
    assert seen.person_id == elder.person_id
    assert pin_matches(db.session, PIN, seen.pin_hash)
    assert not pin_matches(db.session, "826375", seen.pin_hash)
    with pytest.raises(CardUnknownError):
        card_of(db.session, old.card_id)
    states = [(kind, state) for _, kind, state, _ in cards_of(db.session, elder.person_id)]
    assert sorted(states) == [("paper", "active"), ("paper", "lost"), ("pass", "lost")]
    now_ms = current().clock.now_ms()
    with pytest.raises(NotSignedInError):
        authorise(db.session, own, "self.read", at_ms=now_ms, day=20261122)


def test_a_new_pin_needs_a_card_and_staff(town: Town) -> None:
    elder, staff = town.add("老人"), town.anna.caller()
    for visit, problem in (
        (Visit(), NothingLostError),
        (Visit(pin="123456"), WeakPinError),
        (Visit(pin=PIN), CardUnknownError),
    ):
        with pytest.raises(problem):
            desk_visit(staff, elder.person_id, COMMUNITY, visit, "k1")
    card = issue_card(staff, elder.person_id, COMMUNITY, "k2")
    with pytest.raises(NotAllowedError):
        desk_visit(elder.caller(), elder.person_id, COMMUNITY, Visit(pin=PIN), "k3")
    assert desk_visit(staff, elder.person_id, COMMUNITY, Visit(pin=PIN), "k4") is None
    assert pin_matches(db.session, PIN, card_of(db.session, card.number).pin_hash)
