"""Leaving: at once, twice, halfway; what goes, what is locked, and what comes back."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, FAR_DAY, OTHER, Resident, Town, number
from tests.service.books import replayed
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.models.membership import HouseholdMemberRow, MemberRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.models.vault import ContactRow, PersonRow
from volunteer_credit.people.operations import leaving
from volunteer_credit.people.operations.erasing import ask_erasure
from volunteer_credit.people.operations.grants import approve_role, propose_role
from volunteer_credit.people.operations.households import declare_household
from volunteer_credit.people.operations.leaving import leave, lock_left
from volunteer_credit.people.operations.memberships import join_community
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.queries.approvals import pool_of, sides_of
from volunteer_credit.people.queries.grants import grants_of
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.rules.authority_errors import NotAllowedError, NotSignedInError
from volunteer_credit.people.rules.erasing import NoSuchMemberError
from volunteer_credit.people.rules.grants import GranteeUnknownError, RoleGrant
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.db import db, end_reading


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晨", area="海滨路", birth_day="19900307", communities=[COMMUNITY, OTHER])


def state_of(who: Resident, community: str = COMMUNITY) -> str | None:
    end_reading()
    row = db.session.get(MemberRow, (community, who.accounts[community]))
    return None if row is None else row.state


def vault_state(who: Resident) -> str:
    end_reading()
    row = db.session.get(PersonRow, who.person_id)
    assert row is not None
    return row.state


def test_leaving_ends_household_and_face_and_the_last_one_locks(town: Town, chen: Resident) -> None:
    caller = chen.caller()
    di = town.add("狄安")
    declare_household(caller, COMMUNITY, [di.account], "declare")
    closed: list[tuple[str, str]] = []

    def close(operation: Operation, account: str) -> None:
        closed.append((operation.community_id, account))

    hooks().leaving["points"] = close
    assert leave(caller, COMMUNITY, "one") is False
    assert closed == [(COMMUNITY, chen.account)]
    assert (state_of(chen), state_of(chen, OTHER)) == ("left", "active")
    session = db.session.get(SessionRow, caller.session_id)
    assert session is not None
    assert session.community_id == ""
    rows = db.session.query(HouseholdMemberRow).filter_by(account=chen.account).all()
    assert [each.until_ms is None for each in rows] == [False]
    assert leave(caller, COMMUNITY, "one") is False  # a retry
    assert leave(caller, COMMUNITY, "two") is False  # once more
    assert len(closed) == 1
    assert read_person(db.session, chen.person_id).fields.area == "海滨路"

    assert leave(caller, OTHER, "three") is True
    assert vault_state(chen) == "locked"
    fields = read_person(db.session, chen.person_id).fields
    assert fields.stored() == {"name": "陈晨", "phone": chen.phone, "birth_day": 19900307}
    assert not db.session.query(ContactRow).filter_by(person_id=chen.person_id).count()
    with pytest.raises(NotSignedInError):
        leave(caller, OTHER, "four")
    assert ask_erasure(town.anna.caller(), "ask", chen.person_id, community_id=OTHER)
    assert replayed(COMMUNITY).size == replayed(OTHER).size  # the book says nothing of it


def test_whoever_comes_back_has_the_same_number(town: Town) -> None:
    eva = town.add("伊娃")
    assert leave(eva.caller(), COMMUNITY, "one") is True
    again = join_community(town.anna.caller(), eva.person_id, community_id=COMMUNITY, key="back")
    assert again == eva.account == account_of(db.session, eva.person_id, COMMUNITY)
    assert (state_of(eva), vault_state(eva)) == ("active", "active")


@pytest.mark.engines("sqlite")
def test_a_crash_between_the_two_steps_is_finished(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    eva = town.add("伊娃")

    def die(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(leaving, "settle_left", die)
        with pytest.raises(KeyboardInterrupt):
            leave(eva.caller(), COMMUNITY, "one")
    assert (state_of(eva), vault_state(eva)) == ("left", "active")
    assert lock_left() == 1
    assert vault_state(eva) == "locked"
    assert lock_left() == 0


@pytest.mark.engines("sqlite")
def test_who_may_let_somebody_go(town: Town, chen: Resident) -> None:
    with pytest.raises(NotAllowedError):
        leave(town.bo.caller(), COMMUNITY, "one", chen.person_id, at_desk=True)
    with pytest.raises(NotAllowedError):
        leave(town.anna.caller(), COMMUNITY, "one", chen.person_id)
    with pytest.raises(NoSuchMemberError):
        leave(town.anna.caller(), COMMUNITY, "one", number("nobody"), at_desk=True)
    with pytest.raises(NoSuchMemberError):
        leave(None, "city-hall", "one", chen.person_id)
    leave(town.anna.caller(), COMMUNITY, "one", chen.person_id, at_desk=True)
    assert leave(None, OTHER, "two", chen.person_id) is True


@pytest.mark.engines("sqlite")
def test_who_holds_a_role_of_the_city_is_not_locked(town: Town) -> None:
    admin = town.city[0]
    town.grant(town.add("旁人"), "staff")
    join_community(town.anna.caller(), admin.person_id, community_id=COMMUNITY, key="join")
    assert leave(None, COMMUNITY, "one", admin.person_id) is False
    assert vault_state(admin) == "active"


@pytest.mark.engines("sqlite")
def test_roles_end_with_the_membership(town: Town) -> None:
    fay = town.add("费伊", communities=[COMMUNITY, OTHER])
    town.grant(fay, "staff")
    caller = fay.caller()
    assert leave(caller, COMMUNITY, "one") is False
    with pytest.raises(NotAllowedError):
        leave(caller, COMMUNITY, "two", town.bo.person_id, at_desk=True)


def test_who_is_joined_again_has_no_old_role(town: Town) -> None:
    fay, gus = (town.add(name, communities=[COMMUNITY, OTHER]) for name in ("费伊", "古斯"))
    town.grant(fay, "staff")
    grant = RoleGrant(fay.account, "inspector", "community", FAR_DAY)
    seq = propose_role(town.anna.caller(), COMMUNITY, grant, "inspector")
    assert leave(fay.caller(), COMMUNITY, "one") is False
    with pytest.raises(GranteeUnknownError):  # what waited for a member is no way round it
        approve_role(town.bo.caller(), COMMUNITY, seq, "too late")
    join_community(town.anna.caller(), fay.person_id, community_id=COMMUNITY, key="back")
    end_reading()
    assert grants_of(db.session, COMMUNITY, [fay.account], 0) == []
    with pytest.raises(NotAllowedError):
        leave(fay.caller(), COMMUNITY, "two", gus.person_id, at_desk=True)
    # Who left and came back is no second person either, until two persons say so anew.
    target, day = Target(COMMUNITY), 20261122
    sides = sides_of(db.session, COMMUNITY, town.anna.account, [], 0)
    assert list(pool_of(db.session, "role.approve", target, sides, day)) == [town.bo.account]
    again = RoleGrant(fay.account, "staff", "community", FAR_DAY)
    seq = propose_role(town.anna.caller(), COMMUNITY, again, "again")
    approve_role(town.bo.caller(), COMMUNITY, seq, "again")
    end_reading()
    held = grants_of(db.session, COMMUNITY, [fay.account], 0)
    assert [(each.role, each.scope) for each in held] == [("staff", "community")]
    assert leave(fay.caller(), COMMUNITY, "three", gus.person_id, at_desk=True) is False
