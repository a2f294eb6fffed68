"""Adding at the desk: a minor with a guardian's card or not at all, and what a crash leaves."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.people.identities import BORN
from tests.people.make import COMMUNITY, OTHER, Resident, Town
from tests.people.sign_in_make import give_card
from tests.people.test_memberships import KilledError, killed_before, state
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.models.vault import PersonRow
from volunteer_credit.people.operations import arrivals, cards
from volunteer_credit.people.operations.arrivals import Added, add_member
from volunteer_credit.people.queries.persons import guardians_of
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.card_errors import CardNumberError
from volunteer_credit.people.rules.card_numbers import card_number
from volunteer_credit.people.rules.identity import parse_fields
from volunteer_credit.people.rules.identity_errors import BirthDayError
from volunteer_credit.people.rules.person_errors import (
    ConfirmerInvolvedError,
    GuardianAdultError,
    GuardianCardError,
    GuardianNeededError,
    WardAgeError,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.errors import ServiceError


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


@pytest.fixture
def parent(town: Town) -> Resident:
    return town.add("母", birth_day=BORN["adult"])


def arrive(caller: Caller, card: str, born: str = BORN["child"], key: str = "add") -> Added:
    given = parse_fields({"name": "小明", "reach": "母亲", "birth_day": born})
    return add_member(caller, given, community_id=COMMUNITY, key=key, guardian_card=card)


def persons() -> int:
    end_reading()
    return int(db.session.execute(select(func.count()).select_from(PersonRow)).scalar_one())


def test_a_minor_is_added_with_a_guardian_in_one_go(town: Town, parent: Resident) -> None:
    card, caller = give_card(parent), town.anna.caller()
    made = arrive(caller, f"{card[:4]} {card[4:]}")
    assert arrive(caller, f"{card[:4]} {card[4:]}") == made
    assert state(made.account) == "active"
    assert guardians_of(db.session, made.person_id) == [parent.person_id]
    with pytest.raises(IdempotencyKeyUsedError):
        arrive(caller, card_number(2))
    young = arrive(caller, card, BORN["minor"], "young")
    assert guardians_of(db.session, young.person_id) == [parent.person_id]
    grown = arrive(caller, "", BORN["adult"], "grown")
    assert guardians_of(db.session, grown.person_id) == []


@pytest.mark.engines("sqlite")
def test_a_guardians_card_may_be_scanned(town: Town, parent: Resident) -> None:
    made = cards.issue_card(town.anna.caller(), parent.person_id, COMMUNITY, "card")
    added = arrive(town.anna.caller(), f"https://points.example/C/{made.card_id}")
    assert guardians_of(db.session, added.person_id) == [parent.person_id]


@pytest.mark.engines("sqlite")
def test_what_is_refused_is_refused_before_anybody_is_added(town: Town, parent: Resident) -> None:
    card, caller = give_card(parent), town.anna.caller()
    other = town.add("友", communities=[OTHER], birth_day=BORN["adult"])
    young, unknown = town.add("少", birth_day=BORN["minor"]), town.add("未")
    elsewhere, of_young, of_unknown, of_staff = (
        give_card(each, value=1000 + place)
        for place, each in enumerate((other, young, unknown, town.anna))
    )
    before = persons()
    refusals: list[tuple[type[ServiceError], str, str]] = [
        (GuardianNeededError, "", BORN["child"]),
        (GuardianNeededError, "  ", BORN["minor"]),
        (BirthDayError, "", "20991231"),
        (CardNumberError, "12345678", BORN["child"]),
        (GuardianCardError, card_number(77), BORN["child"]),
        (GuardianCardError, elsewhere, BORN["child"]),
        (GuardianAdultError, of_young, BORN["child"]),
        (GuardianAdultError, of_unknown, BORN["child"]),
        (ConfirmerInvolvedError, of_staff, BORN["child"]),
        (WardAgeError, card, BORN["adult"]),
        (WardAgeError, card, ""),
    ]
    for place, (refusal, given, born) in enumerate(refusals):
        with pytest.raises(refusal):
            arrive(caller, given, born, f"add {place}")
    worker = town.add("网格员")
    town.grant(worker, "grid_worker", scope="grid:1")
    with pytest.raises(NotAllowedError):
        arrive(worker.caller(), card)
    assert persons() == before + 1


@pytest.mark.parametrize("where", [CITY, COMMUNITY, "join"])
@pytest.mark.engines("sqlite")
def test_a_crash_at_any_step_is_finished_by_the_retry(
    town: Town, parent: Resident, where: str
) -> None:
    card, caller = give_card(parent), town.anna.caller()
    before = persons()
    if where == "join":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(arrivals, "join_community", _dies)
            with pytest.raises(KilledError):
                arrive(caller, card)
    else:
        with killed_before(where), pytest.raises(KilledError):
            arrive(caller, card)
    # The card was lost meanwhile: what was written under it stands.
    cards.end_card(caller, card, COMMUNITY, "lost")
    made = arrive(caller, card)
    assert (persons(), state(made.account)) == (before + 1, "active")
    assert guardians_of(db.session, made.person_id) == [parent.person_id]


def _dies(*_: object, **__: object) -> str:
    raise KilledError
