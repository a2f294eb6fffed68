"""A child under 14 is told at the door who acts for them, whatever the way in."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.people.identities import BORN
from tests.people.make import COMMUNITY, Resident, Town
from tests.people.sign_in_make import PIN, browser, give_card, with_cheap_pins
from tests.people.visitor import Guest, text_of
from tests.people.wards import put_guardian
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.operations.sessions import begin_session
from volunteer_credit.people.operations.sign_in import sign_in_by_card, sign_in_by_slip
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.rules.authority_errors import ChildError
from volunteer_credit.people.rules.sign_in_errors import SlipUsedError
from volunteer_credit.shared.db import db, end_reading, transaction
from volunteer_credit.shared.runtime import current

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def town(app: Flask) -> Town:
    with_cheap_pins()
    return Town()


def ward(town: Town, name: str, born: str) -> Resident:
    made = town.add(name, birth_day=born)
    put_guardian(made, town.anna)
    return made


def sessions() -> int:
    end_reading()
    return int(db.session.execute(select(func.count()).select_from(SessionRow)).scalar_one())


def enter(who: Resident) -> None:
    with transaction() as session:
        begin_session(session, who.person_id, "totp", browser(), current().clock.now_ms())


def test_no_session_begins_for_a_child_and_one_does_for_a_minor(town: Town) -> None:
    child, minor = ward(town, "童", BORN["child"]), ward(town, "少", BORN["minor"])
    with pytest.raises(ChildError):
        enter(child)
    assert sessions() == 0
    enter(minor)
    assert sessions() == 1


def test_a_childs_card_and_slip_say_so_and_stay(app: Flask, town: Town) -> None:
    child = ward(town, "童", BORN["child"])
    card = give_card(child)
    for _ in range(2):
        with pytest.raises(ChildError):
            sign_in_by_card(card, PIN, browser())
    slip = issue_slip(None, "invitation", child.person_id, COMMUNITY, "slip").code
    for key in ("one", "two"):  # not used up: the next refusal is the same
        with pytest.raises(ChildError):
            sign_in_by_slip(slip, browser(), key)
    end_reading()
    guest = Guest(app)
    told = guest.send("/sign-in/card", card=card, pin=PIN)
    assert told.status_code == 403
    assert "Under 14 years only a guardian may do this" in text_of(told)
    assert sessions() == 0
    adult = issue_slip(None, "invitation", town.bo.person_id, COMMUNITY, "adult").code
    sign_in_by_slip(adult, browser(), "three")
    with pytest.raises(SlipUsedError):
        sign_in_by_slip(adult, browser(), "four")
