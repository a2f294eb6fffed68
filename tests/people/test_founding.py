"""Founding a community: a book that names its first two, who are different and have enrolled."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.people.desks import put
from tests.people.make import COMMUNITY, OTHER, Resident, Town, number
from tests.people.visitor import Guest, forms_of
from tests.service.books import notes, replayed
from volunteer_credit.journal.operations.examine import entry_of
from volunteer_credit.journal.rules.errors import CommunityCodeError, IdempotencyKeyUsedError
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.models.credentials import DeviceRow, PasskeyRow, TotpRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.operations import accepting, declining, erasing, founding
from volunteer_credit.people.operations.accepting import accept_founding, founding_notices
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.communities import change_community
from volunteer_credit.people.operations.declining import decline_founding
from volunteer_credit.people.operations.erasing import ask_erasure, run_erasures
from volunteer_credit.people.operations.founding import found_community
from volunteer_credit.people.operations.inviting import invite
from volunteer_credit.people.operations.own_export import own_export
from volunteer_credit.people.queries.communities import Community, communities, community
from volunteer_credit.people.queries.grants import account_here
from volunteer_credit.people.rules.authority_errors import (
    NotAllowedError,
    StepUpNeededError,
    StrongSignInNeededError,
)
from volunteer_credit.people.rules.founding import (
    CommunityExistsError,
    CommunityNameError,
    FoundersDeviceError,
    FoundersError,
    FoundersLetInError,
    FoundingMissingError,
    parse_line,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.db import NoBookError, db, end_reading, transaction
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


def two(town: Town) -> list[Resident]:
    return [passkey(town.add(name, communities=[])) for name in ("新甲", "新乙")]


def pair(town: Town) -> tuple[str, str]:
    one, other = two(town)
    return one.person_id, other.person_id


def accept(who: Resident, key: str = "accept", **how: Any) -> str:
    """One of the two accepts; the state of the community."""
    state = accept_founding(who.caller(**how), NEW, key)
    end_reading()
    return state


def state_now() -> str:
    end_reading()
    found = community(db.session(), NEW)
    assert found is not None
    return found.state


def may(caller_of: Resident, action: str) -> str:
    end_reading()
    at_ms = current().clock.now_ms()
    target = Target(NEW)
    found = authorise(db.session(), caller_of.caller(), action, target, at_ms=at_ms, day=20261122)
    return found.role


def test_a_community_is_founded_once_with_a_book_that_names_its_two(town: Town) -> None:
    people, admin = two(town), town.city[0].caller()
    founders = (people[0].person_id, people[1].person_id)
    made = found_community(admin, NEW, " 新 社区 ", founders, "k")
    assert found_community(admin, NEW, " 新 社区 ", founders, "k") == made
    end_reading()
    assert community(db.session(), NEW) == Community(NEW, "新 社区", "", "", "founding")
    one, other = people
    with pytest.raises(NotAllowedError):
        may(one, "person.add")
    assert (accept(one), accept(one), accept(one, "again")) == ("founding",) * 3
    with pytest.raises(NotAllowedError):
        may(one, "person.add")
    assert [each.link for each in founding_notices(other.caller())] == [f"/me/founding/{NEW}"]
    assert (accept(other), accept(other), accept(one, "late")) == ("open",) * 3
    assert founding_notices(other.caller()) == []
    assert community(db.session(), NEW) == Community(NEW, "新 社区", "", "", "open")
    written = [entry_of(note) for note in notes(NEW)]
    assert [each.kind for each in written] == ["book.opened", *["account.opened"] * 2]
    actors = [(each.value["actor"]["account"], each.value["actor"]["role"]) for each in written[1:]]
    assert actors == [(made["staff"], "staff"), (made["supervisor"], "supervisor")]
    assert [each.community_id for each in communities(db.session())] == [COMMUNITY, NEW]
    grants = replayed(NEW).parties.grants
    assert set(grants) == {
        (made["staff"], "staff", "community"),
        (made["supervisor"], "supervisor", "community"),
    }
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
def test_a_founding_that_was_cut_off_is_finished_by_the_retry(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_given: object) -> None:
        raise FoundersError

    people = two(town)
    founders = (people[0].person_id, people[1].person_id)
    with monkeypatch.context() as patched:
        patched.setattr(founding, "found_book", cut)
        with pytest.raises(FoundersError):
            found_community(None, NEW, "新", founders, "k")
    assert state_now() == "founding"
    made = found_community(None, NEW, "新", founders, "k")
    accept(people[0])
    with monkeypatch.context() as patched:
        patched.setattr(accepting, "open_community", cut)
        with pytest.raises(FoundersError):
            accept(people[1])
    assert state_now() == "founding"
    assert accept(people[1]) == "open"
    assert [each.state for each in communities(db.session())] == ["open", "open"]
    assert replayed(NEW).parties.grants[made["staff"], "staff", "community"]


@pytest.mark.engines("sqlite")
def test_a_founder_accepts_strongly_on_a_device_of_their_own(town: Town) -> None:
    one, other = two(town)
    found_community(None, NEW, "新", (one.person_id, other.person_id), "k")
    end_reading()
    for stranger, where in ((town.anna, NEW), (one, "nowhere")):
        with pytest.raises(FoundingMissingError):
            accept_founding(stranger.caller(), where, "no")
    with pytest.raises(StrongSignInNeededError):
        accept(one, method="slip")
    stale = one.caller(method="totp")
    with transaction() as session:
        session.get_one(SessionRow, stale.session_id).stepped_up_until_ms = 0
    with pytest.raises(StepUpNeededError):
        accept_founding(stale, NEW, "stale")
    accept(one)
    caller, device_id = other.caller(), one.caller().device_id
    with transaction() as session:
        session.get_one(SessionRow, caller.session_id).device_id = device_id
    with pytest.raises(FoundersDeviceError):
        accept_founding(replace(caller, device_id=device_id), NEW, "device")
    assert state_now() == "founding"


@pytest.mark.engines("sqlite")
def test_a_founder_who_was_erased_since_is_no_second_one(town: Town) -> None:
    one, other = two(town)
    found_community(None, NEW, "新", (one.person_id, other.person_id), "k")
    accept(one)
    assert erasing._begin(ask_erasure(one.caller(), "erase"), one.person_id)
    with pytest.raises(FoundersError):  # on the way out already
        accept(other)
    assert run_erasures().done == 1
    with pytest.raises(FoundersError):
        accept(other)
    assert state_now() == "founding"
    assert own_export(other.caller())["memberships"] == []
    ask_erasure(other.caller(), "erase")
    assert run_erasures().done == 1


def test_a_founder_may_say_no(town: Town) -> None:
    one, other = two(town)
    found_community(None, NEW, "新", (one.person_id, other.person_id), "k")
    end_reading()
    with pytest.raises(FoundingMissingError):
        decline_founding(town.anna.caller(), NEW, "stranger")
    accept(one)
    for _ in range(2):
        decline_founding(one.caller(), NEW, "no")
        end_reading()
    assert state_now() == "declined"
    assert founding_notices(other.caller()) == []
    with pytest.raises(FoundingMissingError):
        accept(other)
    with pytest.raises(CommunityExistsError):
        found_community(None, NEW, "新", (one.person_id, other.person_id), "again")


@pytest.mark.engines("sqlite")
def test_a_no_counts_before_the_city_knows_of_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two(town)
    found_community(None, NEW, "新", (one.person_id, other.person_id), "k")
    end_reading()
    with monkeypatch.context() as cut:
        cut.setattr(declining, "_end", crash)
        with pytest.raises(RuntimeError):
            decline_founding(other.caller(), NEW, "no")
    end_reading()
    for each in (one, other):
        with pytest.raises(FoundersError):
            accept(each)
    assert state_now() == "founding"
    decline_founding(other.caller(), NEW, "no")
    assert state_now() == "declined"


@pytest.mark.engines("sqlite")
def test_what_both_accepted_is_not_declined(town: Town) -> None:
    one, other = two(town)
    found_community(None, NEW, "新", (one.person_id, other.person_id), "k")
    accept(one)
    accept(other)
    with pytest.raises(FoundingMissingError):
        decline_founding(one.caller(), NEW, "late")
    assert state_now() == "open"


def crash(*_: object) -> None:
    raise RuntimeError


def home_fields(guest: Guest) -> dict[str, str]:
    return forms_of(guest.get("/"))[0].fields


@pytest.mark.engines("sqlite")
def test_the_page_takes_the_same_request_once_more(town: Town, app: Flask) -> None:
    people, path = two(town), f"/me/founding/{NEW}"
    found_community(None, NEW, "新", (people[0].person_id, people[1].person_id), "k")
    for who, said in zip(people, ("founding_accepted", "founding_open"), strict=True):
        guest = Guest(app)
        guest.be(who)
        (form,) = [each for each in forms_of(guest.get(path)) if each.action == path]
        for _ in range(2):
            end_reading()
            answer = guest.post(path, data=form.fields)
            assert (answer.status_code, answer.headers["Location"]) == (303, f"/?done={said}")
    anna = Guest(app)
    anna.be(town.anna)
    end_reading()
    for each in (path, f"{path}/decline"):
        assert anna.post(each, data={**form.fields, **home_fields(anna)}).status_code == 404
    assert anna.get(path).status_code == 404


@pytest.mark.engines("sqlite")
def test_no_one_person_lets_both_founders_in(town: Town) -> None:
    """A platform admin invents two people, and lends each a device: nothing comes of it."""
    one, other = two(town)
    admin = town.city[0].person_id

    def let_in(who: Resident, by: str) -> None:
        row = DeviceRow(
            device_id=number("device", who.name, by),
            person_id=who.person_id,
            secret_digest=number("secret", who.name, by) * 2,
            pin_hash=b"",
            enrolled_at_ms=0,
            enrolled_by=by,
        )
        put(f"device {row.device_id}", row, community=CITY)

    founders = (one.person_id, other.person_id)
    let_in(one, admin)
    let_in(other, "")  # the operator, who is nobody's colleague
    found_community(town.city[0].caller(), NEW, "新", founders, "k")
    accept(one)
    let_in(other, admin)  # afterwards
    with pytest.raises(FoundersLetInError):
        accept(other)
    assert state_now() == "founding"
    with pytest.raises(FoundersLetInError):
        found_community(town.city[0].caller(), "huancui-10", "新", founders, "l")
    third = passkey(town.add("新丙", communities=[]))
    let_in(third, one.person_id)
    with pytest.raises(FoundersLetInError):
        found_community(None, "huancui-10", "新", (one.person_id, third.person_id), "m")


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
