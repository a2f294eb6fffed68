"""An erasure, and somebody who does something else to the same person at each of its steps."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.people.make import COMMUNITY, OTHER, Resident, Town
from tests.people.sign_in_make import browser
from tests.people.test_erasing import check_gone, furnished, rows_about
from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.models.vault import LinkRow
from volunteer_credit.people.operations import erasing, memberships
from volunteer_credit.people.operations.cards import issue_card
from volunteer_credit.people.operations.erasing import Ran, ask_erasure, run_erasures
from volunteer_credit.people.operations.look_up import Why, look_up
from volunteer_credit.people.operations.memberships import join_community
from volunteer_credit.people.operations.merges import approve_merge, propose_merge
from volunteer_credit.people.operations.persons import change_person
from volunteer_credit.people.operations.sessions import begin_session
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.rules.erasing import NoSuchMemberError
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.shared.db import db, end_reading, transaction
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.runtime import current

STEPS = ("_each", "_no_way_back", "_finish")


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


@pytest.fixture
def chen(town: Town) -> Resident:
    return furnished(town, town.add("陈晨", birth_day="19900307"))


Act = Callable[[Town, Resident, str], object]


def change(town: Town, who: Resident, key: str) -> None:
    change_person(town.anna.caller(), who.person_id, {"area": key}, key=key, community_id=COMMUNITY)


def sign_in(_town: Town, who: Resident, _key: str) -> None:
    with transaction() as session:
        begin_session(session, who.person_id, "code", browser(), current().clock.now_ms())


def merge(town: Town, who: Resident, key: str) -> None:
    staff, other = town.anna.caller(), town.bo.person_id
    propose_merge(staff, who.person_id, other, community_id=COMMUNITY, key=key)


def join(town: Town, who: Resident, key: str) -> None:
    caller = town.anna.caller(community=OTHER)
    join_community(caller, who.person_id, community_id=OTHER, key=key)


def rejoin(town: Town, who: Resident, key: str) -> None:
    join_community(town.anna.caller(), who.person_id, community_id=COMMUNITY, key=key)


def card(town: Town, who: Resident, key: str) -> None:
    issue_card(None, who.person_id, COMMUNITY, key)


def slip(town: Town, who: Resident, key: str) -> None:
    issue_slip(None, "invitation", who.person_id, COMMUNITY, key)


def look(town: Town, who: Resident, key: str) -> None:
    look_up(town.anna.caller(), COMMUNITY, who.person_id, Why("desk_service"), key)


ACTS: tuple[Act, ...] = (change, sign_in, merge, join, rejoin, card, slip, look)


def at_each_step(monkeypatch: pytest.MonkeyPatch, work: Callable[[str], None]) -> None:
    """Do something before each step of an erasure, and after its last."""
    for name in STEPS:
        step = getattr(erasing, name)

        def stepping(*args: Any, _name: str = name, _step: Any = step) -> Any:
            work(f"{_name} {args[0]}")
            return _step(*args)

        monkeypatch.setattr(erasing, name, stepping)


@pytest.mark.engines("sqlite")
def test_nothing_is_left_whatever_happens_meanwhile(
    town: Town, chen: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = count_members()
    refusals: list[ServiceError] = []

    def work(key: str) -> None:
        for act in ACTS:
            end_reading()
            try:
                act(town, chen, f"{key} {len(refusals)}")
            except ServiceError as refusal:
                refusals.append(refusal)

    ask_erasure(chen.caller(), "one")
    at_each_step(monkeypatch, work)
    assert run_erasures() == Ran(done=1)
    work("afterwards")
    assert len(refusals) == 5 * len(ACTS)
    check_gone(chen)
    assert count_members() == members - 1


def test_two_at_once_leave_nothing(app: Flask, town: Town, chen: Resident) -> None:
    """Each of them in a thread of its own, begun before the erasure, without any order."""
    members = count_members()
    ask_erasure(chen.caller(), "one")
    callers = town.anna.caller(), town.anna.caller(community=OTHER), chen.caller()
    assert all(callers)  # their sessions are there before the threads

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            try:
                work()
            except ServiceError:
                pass
            finally:
                db.session.remove()

    works: list[Callable[[], object]] = [
        lambda each=each: each(town, chen, each.__name__)  # type: ignore[misc] # its own each
        for each in (change, sign_in, join, card, look)
    ]
    threads = [threading.Thread(target=run, args=(each,)) for each in (*works, run_erasures)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    run_erasures()
    check_gone(chen)
    assert count_members() == members - 1


@pytest.mark.engines("sqlite")
def test_a_member_who_was_half_joined_when_erased_is_none_afterwards(
    town: Town, chen: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The city's half was done; the erasure came; then the community's half."""
    members, enter = count_members(), memberships.enter

    def erased_first(*_given: Any) -> None:
        raise PersonUnknownError

    with monkeypatch.context() as patched:
        patched.setattr(memberships, "enter", erased_first)
        with pytest.raises(PersonUnknownError):
            join(town, chen, "join")
    assert db.session.execute(select(LinkRow.account).where(LinkRow.community_id == OTHER)).first()
    ask_erasure(None, "one", chen.person_id)
    assert run_erasures() == Ran(done=1)
    assert memberships.enter is enter
    with pytest.raises(ServiceError):
        join(town, chen, "join")
    check_gone(chen)
    assert count_members() == members - 1


def count_members() -> int:
    end_reading()
    found = db.session.query(MemberRow).count()
    end_reading()
    return found


@pytest.mark.engines("sqlite")
def test_a_merged_file_is_erased_with_its_person_and_not_alone(town: Town, chen: Resident) -> None:
    old = town.add("陈辰")
    made = propose_merge(
        town.anna.caller(), old.person_id, chen.person_id, community_id=COMMUNITY, key="m"
    )
    approve_merge(town.bo.caller(), COMMUNITY, made.seq, "a")
    with pytest.raises(NoSuchMemberError):
        ask_erasure(None, "old", old.person_id)
    for act in (change, card, slip, look, join, sign_in):
        with pytest.raises(ServiceError):
            act(town, old, f"merged {act.__name__}")
    ask_erasure(None, "new", chen.person_id)
    assert run_erasures() == Ran(done=1)
    check_gone(chen)
    assert rows_about(old.person_id) == []
