"""Links and contacts made again from the vault; keys that reach their second store in time."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from tests.people.identities import added, joined, links
from tests.people.make import COMMUNITY, OTHER, Town, number
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.rules.requests import CITY, Actor, NewEntry, Request
from volunteer_credit.journal.rules.seal_errors import PersonKeysWaitingError
from volunteer_credit.people.models.vault import ContactRow, LinkRow, PersonRow
from volunteer_credit.people.operations.key_backup import persons_backed_up
from volunteer_credit.people.operations.persons import find_persons
from volunteer_credit.people.operations.rebuild import people_checks, rebuild_indexes
from volunteer_credit.people.operations.sealed import put, read_person
from volunteer_credit.shared.checks import State
from volunteer_credit.shared.db import db, end_reading, transaction
from volunteer_credit.shared.person_keys import PersonKeys, person_keys
from volunteer_credit.shared.person_keys_errors import SealedDataError
from volunteer_credit.shared.runtime import current

PHONE = "13912345678"


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


def states() -> list[State]:
    return [each.state for each in people_checks()]


def index() -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    end_reading()
    one = select(LinkRow.community_id, LinkRow.account, LinkRow.person_id, LinkRow.is_current)
    two = select(ContactRow.kind, ContactRow.digest, ContactRow.person_id)
    found = ({tuple(map(str, row)) for row in db.session.execute(each)} for each in (one, two))
    return next(found), next(found)


def test_what_a_recovery_leaves_out_is_made_again(town: Town) -> None:
    person_id = added(town, "a", phone=PHONE, volunteer_number="371002123456")
    joined(town, person_id)
    before = index()
    assert states() == [State.OK]
    with transaction() as session:
        session.execute(delete(LinkRow))
        session.execute(delete(ContactRow))
    assert states() == [State.FAILED]
    found = rebuild_indexes()
    assert index() == before
    assert (found.rows, found.unreadable) == (sum(map(len, before)), 0)
    assert rebuild_indexes().rows == 0
    assert states() == [State.OK]
    assert find_persons(db.session, "phone", PHONE) == [person_id]


def test_rows_that_the_vault_does_not_know_go(town: Town) -> None:
    person_id = added(town, "a", phone=PHONE)
    before = index()
    with transaction() as session:
        session.add(LinkRow(community_id=OTHER, account=number("x"), person_id=person_id))
        session.add(ContactRow(kind="phone", digest="0" * 64, person_id=town.anna.person_id))
        session.execute(
            update(LinkRow).where(LinkRow.person_id == town.bo.person_id).values(is_current=0)
        )
    assert rebuild_indexes().rows == 2 + 2 * 3  # two rows too many, and Bo's three numbers
    assert index() == before


@pytest.mark.engines("sqlite")
def test_the_erased_are_not_found_again_and_a_lost_key_is_told(town: Town) -> None:
    gone, lost = town.add("去"), town.add("失")
    person_keys(current()).destroy(gone.person_id, current().clock.now_ms())
    found = rebuild_indexes()
    assert (found.erased, found.unreadable) == (1, 0)
    assert links(gone.person_id) == {}
    row = PersonRow(
        person_id=number("nobody"), state="active", sealed=b"x", created_at_ms=0, changed_at_ms=0
    )
    with transaction() as session:
        session.add(row)
    assert rebuild_indexes().unreadable == 1
    assert len(links(lost.person_id)) == 2
    assert states() == [State.FAILED]


@pytest.mark.engines("sqlite")
def test_a_damaged_vault_row_stops_it_and_changes_nothing(town: Town) -> None:
    before = index()
    with transaction() as session:
        session.get_one(PersonRow, town.anna.person_id).sealed = b"\x01" + bytes(40)
        session.execute(delete(ContactRow))
    with pytest.raises(SealedDataError):
        rebuild_indexes()
    assert index() == (before[0], set())
    assert states() == [State.FAILED]


@pytest.mark.engines("sqlite")
def test_who_is_kept_only_is_found_by_nothing(town: Town) -> None:
    person_id = added(town, "a", phone=PHONE)
    with transaction() as session:
        row = session.get_one(PersonRow, person_id)
        row.state = "locked"
        put(session, row, read_person(session, person_id), 1)
    assert find_persons(db.session, "phone", PHONE) == []
    assert len(links(person_id)) == 1
    assert rebuild_indexes().rows == 0


def names(town: Town, *accounts: str) -> None:
    """An entry that names some accounts."""
    entry = NewEntry("test.named", {"who": list(accounts)})
    append(COMMUNITY, Request(Actor("system:test", "system"), number(*accounts), "test"), [entry])


def test_nothing_is_sealed_before_its_persons_keys_are_in_two_places(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sealing().persons_backed_up is persons_backed_up
    seal(COMMUNITY)
    chen = town.add("陈")
    names(town, chen.account, number("nobody's account"))
    keys = person_keys(current())
    assert not keys.is_backed_up(chen.person_id)
    monkeypatch.setattr(PersonKeys, "back_up", lambda _self, _at_ms: 0)  # its disk is away
    with pytest.raises(PersonKeysWaitingError):
        seal(COMMUNITY)
    monkeypatch.undo()
    seal(COMMUNITY)
    assert keys.is_backed_up(chen.person_id)


@pytest.mark.engines("sqlite")
def test_only_persons_in_the_entries_are_asked_about(town: Town) -> None:
    keys = person_keys(current())
    keys.back_up(current().clock.now_ms())
    later = town.add("后来")
    end_reading()
    assert persons_backed_up(db.session, COMMUNITY, range(1))
    assert persons_backed_up(db.session, "no-such-book", range(1))
    assert not keys.is_backed_up(later.person_id)
    keys.destroy(town.anna.person_id, current().clock.now_ms())
    assert persons_backed_up(db.session, COMMUNITY, range(1))  # the erased have no key to lose


@pytest.mark.engines("sqlite")
def test_a_city_book_is_asked_about_its_admins(town: Town) -> None:
    seal(CITY)
    assert all(person_keys(current()).is_backed_up(each.person_id) for each in town.city)
