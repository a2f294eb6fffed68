"""Two persons: what the book gets, who is no second person, and that nobody gets round it."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from ledger.errors import LedgerError
from tests.people.desks import Desk, desk, household, on_device_of, put, sheet
from tests.people.make import COMMUNITY, DAY_MS, OTHER, Resident
from tests.service.books import notes, replayed
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.city import city_operators
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.requests import CITY, Appended
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.models.vault import GuardianRow
from volunteer_credit.people.operations import pairs
from volunteer_credit.people.operations.pairs import Form, approve, propose, withdraw
from volunteer_credit.people.queries import approvals
from volunteer_credit.people.rules.authority_errors import NotAllowedError, StepUpNeededError
from volunteer_credit.people.rules.pair_errors import (
    ApprovalClosedError,
    ApprovalMissingError,
    NoSecondPersonError,
    OwnBenefitError,
    OwnProposalError,
    PairUnknownError,
    SameDeviceError,
    SameHouseholdError,
    SharedPhoneError,
    WithdrawalReasonError,
)
from volunteer_credit.people.rules.pairs import Sides, check_second, pair_action, pair_target
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, end_reading, transaction
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.runtime import current


@pytest.fixture
def office(app: Flask) -> Desk:
    return desk()


def state(seq: int) -> str:
    end_reading()
    found = approvals.approval(db.session(), COMMUNITY, seq)
    assert found is not None
    return found.state


def refused(problem: type[Exception], by: Resident, seq: int) -> None:
    with pytest.raises(problem):
        approve(by.caller(), COMMUNITY, seq, f"no {by.account} {problem.__name__}")
    assert state(seq) == "open"


# ---- the rules ----------------------------------------------------------------------------------


def test_a_pair_belongs_to_a_group_of_actions() -> None:
    assert pair_action("role", "approve") == "role.approve"
    assert pair_action("account.merge", "propose") == "person.merge"
    assert pair_action("fund.grant", "propose") == "fund.propose"
    assert pair_target("c", "organisation:7") == Target("c", organisation_id="7")
    assert pair_target("c", "fund:f1") == Target("c")
    for name in ("", "account", "person.read", "self", "key", "fund" + ".x" * 40):
        with pytest.raises(PairUnknownError):
            pair_action(name, "approve")


@pytest.mark.parametrize(
    ("problem", "person", "device", "shared"),
    [
        (None, "x", "d2", False),
        (OwnProposalError, "p", "d2", False),
        (OwnBenefitError, "b", "d2", False),
        (SameHouseholdError, "k", "d2", False),
        (SameDeviceError, "x", "d1", False),
        (SharedPhoneError, "x", "d2", True),
    ],
)
def test_a_second_person_has_no_part_in_it_and_a_phone_of_their_own(
    problem: type[ServiceError] | None, person: str, device: str, shared: bool
) -> None:
    sides = Sides("p", frozenset({"b"}), frozenset({"k"}))

    def check() -> None:
        check_second(sides, person, device=device, proposer_device="d1", is_shared_phone=shared)

    if problem is None:
        check()
        return
    with pytest.raises(problem):
        check()


# ---- both entries, and what follows -------------------------------------------------------------


def test_an_approval_repeats_the_proposal_and_both_may_be_retried(office: Desk) -> None:
    anna, bo = office.staff[0], office.supervisors[0]
    data = {"beneficiaries": [], "transfers": [], "sheet": 7}
    form = Form(day=20261101, tier=4, document="a" * 64)
    asked = (anna.caller(), COMMUNITY, "fund.in", data, "fund:f1", "key", form)
    seq = propose(*asked)
    assert propose(*asked) == seq
    made = approve(bo.caller(), COMMUNITY, seq, "key")
    assert approve(bo.caller(), COMMUNITY, seq, "key") == made
    first, second = notes()[seq], notes()[made]
    for part in (
        b'"day":20261101',
        b'"tier":4',
        b'"document":"aaaa',
        b'"sheet":7',
    ):
        assert part in first
        assert part in second
    assert (state(seq), replayed().parties.proposals) == ("approved", {})
    with pytest.raises(ApprovalClosedError):
        approve(office.supervisors[1].caller(), COMMUNITY, seq, "late")
    with pytest.raises(ApprovalClosedError):
        withdraw(anna.caller(), COMMUNITY, seq, "mistaken", "late")


@pytest.mark.engines("sqlite")
def test_a_withdrawn_proposal_is_over(office: Desk) -> None:
    anna, bo = office.staff[0], office.supervisors[0]
    seq = sheet(anna, office.staff[1])
    with pytest.raises(WithdrawalReasonError):
        withdraw(anna.caller(), COMMUNITY, seq, "because", "w")
    with pytest.raises(NotAllowedError):
        withdraw(office.town.add("陈").caller(), COMMUNITY, seq, "refused", "w")
    made = withdraw(bo.caller(), COMMUNITY, seq, "refused", "w")
    assert withdraw(bo.caller(), COMMUNITY, seq, "refused", "w") == made
    with pytest.raises(ApprovalClosedError):
        approve(bo.caller(), COMMUNITY, seq, "a")
    with pytest.raises(ApprovalMissingError):
        approve(bo.caller(), COMMUNITY, seq + 100, "a")
    with pytest.raises(ApprovalMissingError):
        withdraw(bo.caller(), OTHER, seq, "refused", "w")
    assert (state(seq), replayed().parties.proposals) == ("withdrawn", {})


# ---- who is no second person --------------------------------------------------------------------


def test_nobody_credits_alone(office: Desk) -> None:
    anna, stone = office.staff
    bo, two, three = office.supervisors
    household("1", three, stone)
    seq = sheet(anna, stone)
    refused(OwnProposalError, anna, seq)
    refused(OwnBenefitError, stone, seq)
    refused(SameHouseholdError, three, seq)
    refused(NotAllowedError, office.town.add("陈"), seq)
    with pytest.raises(SameDeviceError):
        approve(on_device_of(two, anna), COMMUNITY, seq, "device")
    with pytest.raises(SharedPhoneError):
        approve(two.caller(method="device", shared=True), COMMUNITY, seq, "shared")
    assert state(seq) == "open"
    approve(bo.caller(), COMMUNITY, seq, "yes")
    assert state(seq) == "approved"


@pytest.mark.engines("sqlite")
def test_a_household_counts_from_its_declaration_to_the_proposal(office: Desk) -> None:
    anna, stone = office.staff
    _bo, two, three = office.supervisors
    household("1", anna, two, state="declared")  # the proposer's counts too
    household("2", stone, three, state="asked")  # who was only named by others does not
    refused(SameHouseholdError, two, first := sheet(anna, stone))
    approve(three.caller(), COMMUNITY, first, "three")
    # Who moves out after the proposal was made is still no second person for it.
    second = sheet(anna, stone, key="second")
    household("1", anna, two, state="declared", until_ms=current().clock.now_ms() + 1)
    refused(SameHouseholdError, two, second)
    household("1", anna, two, state="declared", until_ms=1)
    approve(two.caller(), COMMUNITY, second, "two")


@pytest.mark.engines("sqlite")
def test_who_stands_for_one_of_them_is_no_second_person(office: Desk) -> None:
    _anna, stone = office.staff
    bo, two, three = office.supervisors
    child = office.town.add("子", birth_day="20160101")
    row = GuardianRow(
        minor_id=child.person_id,
        guardian_id=two.person_id,
        since_ms=0,
        confirmed_by=stone.person_id,
    )
    put("guardian", row, community=CITY)
    seq = sheet(bo, child)
    refused(SameHouseholdError, two, seq)
    approve(three.caller(), COMMUNITY, seq, "three")


@pytest.mark.engines("sqlite")
def test_a_person_who_is_everything_at_once_still_needs_another(office: Desk) -> None:
    town, all_at_once = office.town, office.town.add("万")
    for role in ("staff", "supervisor", "fund_manager"):
        town.grant(all_at_once, role)
    data: dict[str, Any] = {"beneficiaries": [], "transfers": []}
    seq = propose(all_at_once.caller(), COMMUNITY, "fund.in", data, "f1", "k")
    for method in ("passkey", "totp"):
        for face in ("staff", "supervisor", "fund_manager"):
            caller = replace(all_at_once.caller(method=method), face=face)
            with pytest.raises(OwnProposalError):
                approve(caller, COMMUNITY, seq, f"{method} {face}")
    with pytest.raises(OwnBenefitError):
        sheet(all_at_once, all_at_once, office.staff[1], key="own")
    assert state(seq) == "open"


@pytest.mark.engines("sqlite")
def test_where_nobody_is_left_the_proposal_is_refused_at_once(office: Desk) -> None:
    town = office.town
    admins = sorted(each.accounts[CITY] for each in town.city)
    assert sorted(city_operators()) == admins
    data = {"beneficiaries": admins[:1], "account": admins[0], "role": "platform_admin"}
    grant = {**data, "scope": "community", "until_day": 20200101}
    other = town.city[0] if town.city[0].accounts[CITY] == admins[1] else town.city[1]
    with pytest.raises(NoSecondPersonError):
        propose(other.caller(community=CITY), CITY, "role", grant, admins[0], "k")


@pytest.mark.engines("sqlite")
def test_without_a_role_or_a_fresh_proof_there_is_no_pair(office: Desk, clock: FakeClock) -> None:
    chen = office.town.add("陈")
    with pytest.raises(NotAllowedError):
        sheet(chen, office.staff[0])
    with pytest.raises(PairUnknownError):
        sheet(office.staff[0], chen, name="mayor.elected")
    with pytest.raises(LedgerError):  # the book itself looks at what is proposed
        sheet(office.staff[0], chen, name="convention")
    seq = sheet(office.staff[0], chen)
    caller = office.supervisors[0].caller()
    clock.pass_ms(DAY_MS - 1000)
    session_until(caller, clock.now_ms())
    with pytest.raises(StepUpNeededError):
        approve(caller, COMMUNITY, seq, "stale")
    session_until(caller, clock.now_ms() + 60_000)
    assert approve(caller, COMMUNITY, seq, "stale") > seq


def session_until(caller: Caller, stepped_up_until_ms: int) -> None:
    with transaction() as session:
        row = session.get(SessionRow, caller.session_id)
        assert row is not None
        row.stepped_up_until_ms = stepped_up_until_ms
        row.ends_at_ms = row.seen_at_ms = current().clock.now_ms() + DAY_MS


# ---- at the same time ---------------------------------------------------------------------------


def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(
    office: Desk, app: Flask
) -> None:
    seq = sheet(office.staff[0], office.staff[1])
    callers = [each.caller() for each in office.supervisors[:2]]
    end_reading()
    said: list[object] = []
    gate = threading.Barrier(2)

    def run(caller: Caller) -> None:
        with app.app_context():
            try:
                gate.wait()
                said.append(approve(caller, COMMUNITY, seq, "both"))
            except ServiceError as problem:
                said.append(problem.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(caller,)) for caller in callers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(map(type, said), key=str) == [int, str]
    assert "approval_closed" in said
    assert [b".approved" in note for note in notes()[seq + 1 :]] == [True]


# ---- effects ------------------------------------------------------------------------------------


@pytest.mark.engines("sqlite")
def test_what_an_effect_cannot_do_is_not_approved(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seq = sheet(office.staff[0], office.staff[1])
    done: list[int] = []

    def effect(operation: Operation, data: Mapping[str, Any], appended: Appended) -> None:
        done.append(appended.seq)
        if len(done) == 1:
            raise OwnBenefitError
        assert data["sheet"] == 1
        assert operation.at_ms == appended.at_ms

    monkeypatch.setattr(pairs, "_effects", dict(pairs._effects))
    pairs.register_effect("hours.example", effect)
    with pytest.raises(AssertionError, match="two effects"):
        pairs.register_effect("hours.example", lambda *_: None)
    refused(OwnBenefitError, office.supervisors[0], seq)
    assert approve(office.supervisors[0].caller(), COMMUNITY, seq, "k") == done[1]
    # What has rows of its own is not approved where nobody writes them.
    monkeypatch.setattr(pairs, "_effects", {})
    account = office.town.add("陈").account
    data = {"account": account, "beneficiaries": [account], "role": "inspector"}
    grant = {**data, "scope": "community", "until_day": 99991231}
    seq = propose(office.staff[0].caller(), COMMUNITY, "role", grant, account, "role")
    refused(AssertionError, office.supervisors[0], seq)
