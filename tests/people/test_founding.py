"""Founding a community: a book that names its first two, who are different and have enrolled."""

import pytest
from flask import Flask

from tests.people.desks import put
from tests.people.make import COMMUNITY, OTHER, Resident, Town, number
from tests.service.books import replayed
from volunteer_credit.journal.rules.errors import CommunityCodeError, IdempotencyKeyUsedError
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.models.credentials import PasskeyRow, TotpRow
from volunteer_credit.people.operations import founding
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.communities import change_community
from volunteer_credit.people.operations.founding import found_community
from volunteer_credit.people.operations.inviting import invite
from volunteer_credit.people.queries.communities import Community, communities, community
from volunteer_credit.people.queries.grants import account_here
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.founding import (
    CommunityExistsError,
    CommunityNameError,
    FoundersError,
    parse_line,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.db import NoBookError, db, end_reading
from volunteer_credit.shared.runtime import current

NEW = "huancui-09"


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


def passkey(each: Resident) -> Resident:
    row = PasskeyRow(
        passkey_id=number("passkey", each.name),
        person_id=each.person_id,
        credential_digest=number("credential", each.name) * 2,
        credential=b"1",
        public_key=b"2",
        added_at_ms=0,
    )
    put(f"passkey {each.person_id}", row, community=CITY)
    return each


def pair(town: Town) -> tuple[str, str]:
    two = [passkey(town.add(name, communities=[])) for name in ("新甲", "新乙")]
    return two[0].person_id, two[1].person_id


def may(caller_of: Resident, action: str) -> str:
    end_reading()
    at_ms = current().clock.now_ms()
    target = Target(NEW)
    found = authorise(db.session(), caller_of.caller(), action, target, at_ms=at_ms, day=20261122)
    return found.role


def test_a_community_is_founded_once_with_a_book_that_names_its_two(town: Town) -> None:
    founders, admin = pair(town), town.city[0].caller()
    made = found_community(admin, NEW, " 新 社区 ", founders, "k")
    assert found_community(admin, NEW, " 新 社区 ", founders, "k") == made
    end_reading()
    assert community(db.session(), NEW) == Community(NEW, "新 社区", "", "", "open")
    assert [each.community_id for each in communities(db.session())] == [COMMUNITY, NEW]
    grants = replayed(NEW).parties.grants
    assert set(grants) == {
        (made["staff"], "staff", "community"),
        (made["supervisor"], "supervisor", "community"),
    }
    one = Resident("新甲", "", founders[0])
    assert may(one, "person.add") == "staff"
    with pytest.raises(CommunityExistsError):
        found_community(admin, NEW, "新社区", founders, "other key")
    with pytest.raises(IdempotencyKeyUsedError):
        found_community(admin, NEW, "新社区", founders[::-1], "k")
    with pytest.raises(NotAllowedError):
        found_community(town.anna.caller(), "huancui-10", "新", founders, "k")


@pytest.mark.engines("sqlite")
def test_the_two_are_different_grown_and_enrolled(town: Town) -> None:
    one, two = pair(town)
    weak = town.add("无", communities=[])
    child = passkey(town.add("少", communities=[], birth_day="20120101"))
    row = TotpRow(person_id=weak.person_id, sealed=b"", added_at_ms=0)
    put("totp", row, community=CITY)  # begun, and not confirmed
    for founders in ((one, one), (one, weak.person_id), (child.person_id, two), (one, "0" * 32)):
        with pytest.raises(FoundersError):
            found_community(None, NEW, "新", founders, f"k {founders[0]} {founders[1]}")
    for name in ("", " ", "新\n社区", "新" * 81):
        with pytest.raises(CommunityNameError):
            found_community(None, NEW, name, (one, two), "k")
    with pytest.raises(CommunityCodeError):
        found_community(None, "新", "新", (one, two), "k")
    for taken in (CITY, COMMUNITY):
        with pytest.raises(CommunityExistsError):
            found_community(None, taken, "新", (one, two), f"k {taken}")
    end_reading()
    assert community(db.session(), NEW) is None
    assert set(found_community(None, NEW, "新", (one, two), "k")) == {"staff", "supervisor"}


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("step", ["found_book", "_enter", "_open"])
def test_a_founding_that_was_cut_off_is_finished_by_the_retry(
    town: Town, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def cut(*_given: object) -> None:
        raise FoundersError

    founders = pair(town)
    with monkeypatch.context() as patched:
        patched.setattr(founding, step, cut)
        with pytest.raises(FoundersError):
            found_community(None, NEW, "新", founders, "k")
    end_reading()
    found = community(db.session(), NEW)
    assert found is not None
    assert found.state == "founding"
    made = found_community(None, NEW, "新", founders, "k")
    end_reading()
    assert [each.state for each in communities(db.session())] == ["open", "open"]
    assert replayed(NEW).parties.grants[made["staff"], "staff", "community"]


@pytest.mark.engines("sqlite")
def test_staff_say_what_their_community_is_called(town: Town) -> None:
    change_community(town.anna.caller(), COMMUNITY, "环翠", "某街道", "0631-5200000", "k")
    change_community(town.anna.caller(), COMMUNITY, "环翠", "某街道", "0631-5200000", "k")
    end_reading()
    expected = Community(COMMUNITY, "环翠", "某街道", "0631-5200000", "open")
    assert community(db.session(), COMMUNITY) == expected
    with pytest.raises(CommunityNameError):
        change_community(town.anna.caller(), COMMUNITY, "环翠", "", "1" * 41, "l")
    for caller, where in ((town.bo.caller(), COMMUNITY), (town.anna.caller(), OTHER)):
        with pytest.raises(NotAllowedError):
            change_community(caller, where, "环翠", "", "", "m")
    assert parse_line("", is_needed=False) == ""


@pytest.mark.engines("sqlite")
def test_an_invitation_is_made_once_whatever_is_retried(town: Town) -> None:
    given = {"name": "戊", "phone": "13800000031"}
    made = invite(given, COMMUNITY, "invitation", "k")
    assert invite(given, COMMUNITY, "invitation", "k") == made
    assert made.account == account_here(db.session(), COMMUNITY, made.person_id)
    alone = invite({**given, "name": "己"}, "", "device", "l")
    assert (alone.account, alone.slip == made.slip) == ("", False)
    with pytest.raises(IdempotencyKeyUsedError):
        invite({**given, "name": "庚"}, COMMUNITY, "invitation", "k")
    with pytest.raises(NoBookError):
        invite(given, OTHER, "invitation", "m")
