"""Joining a community: one random number for each person and book, whatever dies in between."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Table

from tests.people.identities import BORN, added, joined, links
from tests.people.make import COMMUNITY, OTHER, Town
from volunteer_credit.journal.operations import perform as performing
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.models.vault import PersonRow
from volunteer_credit.people.operations import memberships
from volunteer_credit.people.operations.memberships import join_community
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.person_errors import GuardianNeededError, PersonUnknownError
from volunteer_credit.shared.db import Model, db, end_reading, transaction


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


def row(account: str, community: str = COMMUNITY) -> MemberRow | None:
    end_reading()
    return db.session.get(MemberRow, (community, account))


def state(account: str, community: str = COMMUNITY) -> str:
    found = row(account, community)
    return "" if found is None else found.state


class KilledError(Exception):
    """The process died here."""


@contextmanager
def killed_before(community: str) -> Iterator[None]:
    """Die when an operation on this community begins."""

    def dies(code: str, request: Request) -> object:
        if code == community:
            raise KilledError
        return performing.perform(code, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memberships, "perform", dies)
        yield


def test_a_person_has_one_number_in_each_book_and_no_two_alike(town: Town) -> None:
    person_id = added(town, "a")
    here, there = joined(town, person_id), joined(town, person_id, community_id=OTHER)
    assert joined(town, person_id, "again") == here
    city = account_of(db.session, person_id, CITY)
    assert len({here, there, city, person_id}) == 4
    assert links(person_id) == {(CITY, city): 1, (COMMUNITY, here): 1, (OTHER, there): 1}
    assert (state(here), state(there, OTHER), state(here, OTHER)) == ("active", "active", "")
    assert dict(read_person(db.session, person_id).links)[COMMUNITY] == here


def test_what_a_crash_left_between_the_books_is_finished_by_the_retry(town: Town) -> None:
    person_id = added(town, "a")
    with killed_before(COMMUNITY), pytest.raises(KilledError):
        joined(town, person_id)
    account = account_of(db.session, person_id, COMMUNITY)
    assert account is not None
    assert state(account) == ""
    assert joined(town, person_id) == account
    assert state(account) == "active"


@pytest.mark.engines("sqlite")
def test_what_a_crash_left_is_also_finished_by_another_try(town: Town) -> None:
    person_id = added(town, "a")
    with killed_before(COMMUNITY), pytest.raises(KilledError):
        joined(town, person_id)
    account = joined(town, person_id, "another key")
    assert state(account) == "active"
    assert joined(town, person_id) == account


def test_many_who_join_one_person_at_once_give_one_number(app: Flask, town: Town) -> None:
    person_id, caller = added(town, "a"), town.anna.caller()
    found: list[str] = []

    def join(number: int) -> None:
        with app.app_context():
            found.append(
                join_community(caller, person_id, community_id=COMMUNITY, key=f"join {number}")
            )
            db.session.remove()

    threads = [threading.Thread(target=join, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert state(found[0]) == "active"
    assert len(links(person_id)) == 2


@pytest.mark.engines("sqlite")
def test_only_the_desk_makes_members_and_only_of_persons_who_are_there(town: Town) -> None:
    person_id, stranger = added(town, "a"), town.add("路人")
    with pytest.raises(NotAllowedError):
        join_community(stranger.caller(), person_id, community_id=COMMUNITY, key="k")
    with pytest.raises(PersonUnknownError):
        joined(town, "0" * 32)


@pytest.mark.engines("sqlite")
def test_a_minor_joins_when_a_guardian_is_confirmed(town: Town) -> None:
    person_id = added(town, "a", birth_day=BORN["minor"])
    with pytest.raises(GuardianNeededError):
        joined(town, person_id)
    assert account_of(db.session, person_id, COMMUNITY) is None


def test_who_left_comes_back_under_the_old_number(town: Town) -> None:
    back = town.add("归")
    with transaction() as session:
        session.get_one(MemberRow, (COMMUNITY, back.account)).state = "left"
        session.get_one(PersonRow, back.person_id).state = "locked"
    assert joined(town, back.person_id) == back.account
    end_reading()
    assert state(back.account) == "active"
    assert db.session.get_one(PersonRow, back.person_id).state == "active"


def columns_of(table: Table) -> set[str]:
    return {column.name for column in table.columns}


PERSON_COLUMNS = {"person_id", "minor_id", "guardian_id", "principal_id", "proxy_id", "from_id"}
PERSON_COLUMNS |= {"into_id", "by_person", "given_by", "issued_by", "enrolled_by"}
ACCOUNT_COLUMNS = {"account", "proposer", "asked", "declared_by"}


def test_no_row_but_a_link_joins_a_person_and_an_account() -> None:
    tables = [each for each in Model.metadata.sorted_tables if each.name.startswith("people_")]
    both = {
        each.name
        for each in tables
        if columns_of(each) & PERSON_COLUMNS and columns_of(each) & ACCOUNT_COLUMNS
    }
    assert both == {"people_links"}
    assert Model.metadata.tables["people_links"].info == {"sidecar": False}
    known = {each.name for each in tables if columns_of(each) & (PERSON_COLUMNS | ACCOUNT_COLUMNS)}
    assert len(known) > 12  # the lists above still name what the tables do
