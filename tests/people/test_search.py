"""Search: one's own community, a whole number or a part of the name, every hit a look."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, OTHER, Resident, Town, number
from tests.people.wards import put_city
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.models.membership import MemberRow, PlaceRow
from volunteer_credit.people.models.vault import ContactRow
from volunteer_credit.people.operations import search as searching
from volunteer_credit.people.operations.accesses import who_looked
from volunteer_credit.people.operations.digests import digest
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.operations.look_up import Why
from volunteer_credit.people.operations.search import Hit, Terms, search
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.reasons import ReasonMissingError, SearchTermsError
from volunteer_credit.shared.db import db, end_reading

DESK = Why("desk_service")
GRID = number("grid")


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晨", phone="13912345678")


def found(town: Town, text: str, key: str = "") -> list[str]:
    hits = search(town.anna.caller(), COMMUNITY, Terms(text), DESK, key or f"search {number(text)}")
    return [each.person_id for each in hits]


def test_by_phone_by_number_and_by_a_part_of_the_name(town: Town, chen: Resident) -> None:
    town.add("陈旧", communities=[OTHER])
    end_reading()
    row = ContactRow(
        kind="volunteer_number",
        digest=digest(db.session, "volunteer_number", "WH00012345"),
        person_id=chen.person_id,
    )
    put_city(row, key="number")
    staff = town.anna.caller()
    hits = search(staff, COMMUNITY, Terms("139 1234 5678"), DESK, "one")
    assert hits == [Hit(chen.person_id, "陈○", "…5678")]
    assert search(staff, COMMUNITY, Terms("139 1234 5678"), DESK, "one") == hits  # a retry
    assert len(who_looked(chen.caller())) == 1
    for text in ("陈", "陈晨", "wh00012345"):
        assert found(town, text) == [chen.person_id]
    assert found(town, "13900000000") == []
    assert found(town, "晨陈") == []
    assert {each.action for each in who_looked(chen.caller())} == {"person.search"}
    assert leave(None, COMMUNITY, "leave", chen.person_id)
    assert found(town, "陈", "once more") == []


@pytest.mark.engines("sqlite")
def test_what_is_refused(town: Town, chen: Resident) -> None:
    staff = town.anna.caller()
    for text in ("", "  ", "陈" * 61):
        with pytest.raises(SearchTermsError):
            search(staff, COMMUNITY, Terms(text), DESK, "one")
    with pytest.raises(ReasonMissingError):
        search(staff, COMMUNITY, Terms("陈"), Why(""), "one")
    for caller in (chen.caller(), town.bo.caller()):
        with pytest.raises(NotAllowedError):
            search(caller, COMMUNITY, Terms("陈"), DESK, "one")


@pytest.mark.engines("sqlite")
def test_hits_have_an_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "HITS_MAX", 2)
    for name in ("王一", "王二", "王三"):
        town.add(name)
    assert len(found(town, "王")) == 2


@pytest.mark.engines("sqlite")
def test_a_grid_worker_searches_the_own_grid_and_finds_no_minors(
    town: Town, chen: Resident
) -> None:
    child = town.add("陈小", birth_day="20150101")
    town.add("陈远")
    worker = town.add("网格员")
    town.grant(worker, "grid_worker", scope=f"grid:{GRID}")
    place = number("building")
    with perform(COMMUNITY, Request(town.anna.actor("staff"), "places", "test")) as operation:
        session = operation.session
        common = {"community_id": COMMUNITY, "name": "1"}
        session.add(PlaceRow(**common, place_id=GRID, kind="grid"))
        session.add(PlaceRow(**common, place_id=place, kind="building", grid_id=GRID))
        for who in (chen, child):
            row = session.get(MemberRow, (COMMUNITY, who.account))
            assert row is not None
            row.place_id = place
        operation.answer({})
    caller = worker.caller()
    hits = search(caller, COMMUNITY, Terms("陈", GRID), DESK, "one")
    assert [each.person_id for each in hits] == [chen.person_id]
    with pytest.raises(NotAllowedError):
        search(caller, COMMUNITY, Terms("陈"), DESK, "two")
