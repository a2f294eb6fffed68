"""Erasure: every step may be the last before a crash; afterwards nothing is left to be read."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.people.make import COMMUNITY, OPERATOR, Resident, Town, number
from tests.people.wards import put_city, put_guardian
from tests.service.books import replayed
from tests.service.make import AT_MS
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.membership import HouseholdRow, MemberRow
from volunteer_credit.people.models.privacy import AccessRow, ConsentRow, ErasureRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.models.vault import LinkRow, MergeRow, PersonRow
from volunteer_credit.people.operations import erasing
from volunteer_credit.people.operations.after_recovery import settle_people
from volunteer_credit.people.operations.cards import issue_card
from volunteer_credit.people.operations.erasing import (
    Ran,
    ask_erasure,
    erase_restored,
    may_erase,
    run_erasures,
    was_erased,
)
from volunteer_credit.people.operations.forgetting import ABOUT
from volunteer_credit.people.operations.households import declare_household
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.people.rules.authority_errors import (
    NotAllowedError,
    NotSignedInError,
    StepUpNeededError,
)
from volunteer_credit.people.rules.erasing import Duty, ErasureRefusedError, NoSuchMemberError
from volunteer_credit.shared.db import Model, db, end_reading, transaction
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

OBJECTION = Duty("objection", "异议尚未处理", "an objection is open")


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


@pytest.fixture
def chen(town: Town) -> Resident:
    return furnished(town, town.add("陈晨"))


def furnished(town: Town, who: Resident) -> Resident:
    """A person with a household, a card, a consent and a look."""
    declare_household(who.caller(), COMMUNITY, [town.add("邻居").account], "declare")
    issue_card(None, who.person_id, COMMUNITY, f"card {who.person_id}")
    common = {"person_id": who.person_id}
    put_city(
        ConsentRow(
            **common,
            purpose="location",
            subject="-",
            given_at_ms=AT_MS,
            text_version=1,
            given_by=who.person_id,
            given_how="own",
        ),
        AccessRow(
            **common,
            access_id=number("access", who.name),
            by_person=town.anna.person_id,
            by_role="staff",
            community_id=COMMUNITY,
            action="person.read",
            reason="desk_service",
            at_ms=AT_MS,
        ),
        key=f"furnish {who.person_id}",
    )
    return who


def rows_about(person_id: str) -> list[str]:
    """The city tables that still hold a row about a person."""
    end_reading()
    return [
        table.__tablename__
        for table, name in ABOUT
        if db.session.execute(select(table).where(getattr(table, name) == person_id)).first()
    ]


def count(table: type[Model], **where: Any) -> int:
    end_reading()
    return db.session.query(table).filter_by(**where).count()


def check_gone(who: Resident) -> None:
    assert rows_about(who.person_id) == []
    assert was_erased(who.person_id)
    assert count(MemberRow, account=who.account) == 0
    for row in db.session.query(ErasureRow).filter_by(state="done"):
        assert row.person_id is None
        assert row.done_at_ms is not None
    assert count(ErasureRow, state="done") > 0
    replayed()


def test_erased_once_is_erased(town: Town, chen: Resident) -> None:
    assert len(rows_about(chen.person_id)) >= 6
    first = ask_erasure(chen.caller(), "one")
    assert ask_erasure(chen.caller(), "one") == first  # a retry
    assert ask_erasure(chen.caller(), "two") == first  # once more
    assert run_erasures() == Ran(done=1)
    check_gone(chen)
    assert count(HouseholdRow) == 1  # the neighbour's
    ask_erasure(None, "neighbour", number("person", "邻居"))
    assert run_erasures() == Ran(done=1)
    assert count(HouseholdRow) == 0
    assert ask_erasure(None, "three", chen.person_id) == ""  # erase after erase
    assert run_erasures() == Ran()
    with pytest.raises(NoSuchMemberError):
        ask_erasure(None, "four", number("nobody"))


STEPS = ("begin", "leave", "no way back", "destroy", "forget", "finish")


def cut(monkeypatch: pytest.MonkeyPatch, step: str, *, after: bool) -> None:
    """Die before or after a step of the erasure."""

    def dying(work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            if after:
                work(*args, **named)
            raise KeyboardInterrupt

        return run

    if step == "destroy":
        keys = person_keys(current())
        monkeypatch.setattr(keys, "destroy", dying(keys.destroy))
    elif step in ("leave", "forget"):
        name = "leave_member" if step == "leave" else "forget_member"
        monkeypatch.setattr(erasing, name, dying(getattr(erasing, name)))
    else:
        name = f"_{step.replace(' ', '_')}"
        monkeypatch.setattr(erasing, name, dying(getattr(erasing, name)))


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_crash_anywhere_is_taken_up_again(
    chen: Resident, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    ask_erasure(chen.caller(), "one")
    with monkeypatch.context() as patched:
        cut(patched, step, after=after)
        with pytest.raises(KeyboardInterrupt):
            run_erasures()
    # Either all can be read and resumed, or nothing can.
    rows = rows_about(chen.person_id)
    assert was_erased(chen.person_id) or len(rows) >= 6
    run_erasures()
    check_gone(chen)


@pytest.mark.engines("sqlite")
def test_from_the_first_step_on_nobody_is_signed_in(
    chen: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = chen.caller()
    ask_erasure(caller, "one")
    with monkeypatch.context() as patched:
        cut(patched, "begin", after=True)
        with pytest.raises(KeyboardInterrupt):
            run_erasures()
    with pytest.raises(NotSignedInError):
        ask_erasure(caller, "two")


@pytest.mark.engines("sqlite")
def test_a_duty_refuses_when_asked_and_also_when_it_comes_later(chen: Resident) -> None:
    duties = [OBJECTION]
    hooks().duties["hours"] = lambda _reader, _person, _links, _at_ms: list(duties)
    with pytest.raises(ErasureRefusedError) as caught:
        ask_erasure(chen.caller(), "one")
    assert "异议尚未处理" in caught.value.sentence("zh")
    assert "an objection is open" in caught.value.sentence("en")
    duties.clear()
    ask_erasure(chen.caller(), "two")
    duties.append(OBJECTION)
    assert run_erasures() == Ran(refused=1)
    assert not was_erased(chen.person_id)
    duties.clear()
    ask_erasure(chen.caller(), "three")  # the person may still sign in and ask again
    assert run_erasures() == Ran(done=1)
    check_gone(chen)


@pytest.mark.engines("sqlite")
def test_the_house_has_duties_of_its_own(town: Town, chen: Resident) -> None:
    def codes(who: Resident) -> list[str]:
        end_reading()
        return [each.code for each in may_erase(db.session, who.person_id, AT_MS)]

    assert codes(chen) == []
    assert codes(town.city[0]) == ["city_role"]
    child = town.add("小雨", birth_day="20200101")
    put_guardian(child, chen)
    assert codes(chen) == ["guards_minor"]
    put_guardian(child, town.anna)
    assert codes(chen) == []
    merge = MergeRow(
        merge_id=number("merge"),
        from_id=child.person_id,
        into_id=chen.person_id,
        state="proposed",
        proposed_by=town.anna.person_id,
        proposed_at_ms=AT_MS,
    )
    put_city(merge, key="merge")
    assert codes(chen) == ["merge_open"]


@pytest.mark.engines("sqlite")
def test_merged_files_go_with_the_person(town: Town, chen: Resident) -> None:
    old = town.add("陈晨旧", phone="13911112222", communities=[])
    merged = db.session.get(PersonRow, old.person_id)
    assert merged is not None
    values = {each.name: getattr(merged, each.name) for each in PersonRow.__table__.columns}
    end_reading()
    with perform(CITY, Request(OPERATOR, "merged", "test")) as operation:
        operation.session.merge(
            PersonRow(**{**values, "state": "merged", "merged_into": chen.person_id})
        )
        operation.answer({})
    ask_erasure(None, "one", chen.person_id)
    assert run_erasures() == Ran(done=1)
    assert was_erased(old.person_id)
    assert rows_about(old.person_id) == []


@pytest.mark.engines("sqlite")
def test_who_may_ask(town: Town, chen: Resident) -> None:
    desk = town.anna.caller()
    with pytest.raises(NotAllowedError):
        ask_erasure(desk, "one", chen.person_id)
    with pytest.raises(NotAllowedError):
        ask_erasure(town.bo.caller(), "one", chen.person_id, community_id=COMMUNITY)
    chen_own = chen.caller()
    with transaction() as session:
        row = session.get(SessionRow, chen_own.session_id)
        assert row is not None
        row.stepped_up_until_ms = 0
    with pytest.raises(StepUpNeededError):
        ask_erasure(chen_own, "one")
    assert ask_erasure(desk, "one", chen.person_id, community_id=COMMUNITY)


@pytest.mark.engines("sqlite")
def test_a_room_of_higher_steps_forgets_too_and_a_fault_waits(
    chen: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[str] = []
    hooks().forgetting["hours"] = lambda _operation, account: forgotten.append(account)
    hooks().forgetting_person["desk"] = lambda _session, person_id: forgotten.append(person_id)

    def refuse(*_: object) -> None:
        raise ErasureRefusedError(duties="points")

    hooks().leaving["points"] = refuse
    ask_erasure(chen.caller(), "one")
    assert run_erasures() == Ran(waiting=1)
    assert not was_erased(chen.person_id)
    hooks().leaving.clear()
    assert run_erasures() == Ran(done=1)
    assert forgotten == [chen.account, chen.person_id]


def test_whoever_is_back_without_a_key_is_erased_again(town: Town, chen: Resident) -> None:
    """As after the restore of an old copy: the rows are there, the key is not."""
    person_keys(current()).destroy(chen.person_id, AT_MS)
    ask_erasure(None, "other", town.add("旁人").person_id)  # readable still: the job's work
    assert erase_restored() == Ran(done=1)
    check_gone(chen)
    assert erase_restored() == Ran()
    assert count(LinkRow, person_id=chen.person_id) == 0


@pytest.mark.engines("sqlite")
def test_an_erasure_asked_before_the_backup_goes_on_although_a_duty_came(chen: Resident) -> None:
    ask_erasure(chen.caller(), "one")
    person_keys(current()).destroy(chen.person_id, AT_MS)
    hooks().duties["hours"] = lambda _reader, _person, _links, _at_ms: [OBJECTION]
    assert erase_restored() == Ran(done=1)  # there is nothing left to keep
    check_gone(chen)


@pytest.mark.engines("sqlite")
def test_without_a_city_there_is_nobody_to_settle(app: Flask) -> None:
    assert settle_people() == Ran()
