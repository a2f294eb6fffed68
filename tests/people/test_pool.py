"""The pool of second persons: whom it asks, for how long, and that it is never a dead end."""

from typing import Any

import pytest
from flask import Flask

from ledger.clock import ClockUnconfirmedError
from tests.ledger.make import family, plain
from tests.people.desks import OPERATOR, Desk, desk, household, put, sheet
from tests.people.make import COMMUNITY, Resident
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.clock_orders import confirm_clock
from volunteer_credit.journal.operations.perform import Operation, append
from volunteer_credit.journal.rules.requests import NewEntry, Request
from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.models.roles import ApprovalRow
from volunteer_credit.people.operations import pool as pool_operations
from volunteer_credit.people.operations.merges import approve_merge, propose_merge
from volunteer_credit.people.operations.pairs import approve, propose, withdraw
from volunteer_credit.people.operations.pool import ask_next
from volunteer_credit.people.queries import approvals
from volunteer_credit.people.queries.approvals import Approval
from volunteer_credit.people.rules.pair_errors import (
    ApprovalClosedError,
    ApprovalMissingError,
    NoSecondPersonError,
    SameHouseholdError,
)
from volunteer_credit.people.rules.pool import ASKED_MS, next_asked, remembered
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.errors import ServiceError


@pytest.fixture
def office(app: Flask) -> Desk:
    return desk()


def read(seq: int) -> Approval:
    end_reading()
    found = approvals.approval(db.session(), COMMUNITY, seq)
    assert found is not None
    return found


def asked(seq: int) -> str:
    return read(seq).asked or ""


# ---- the rules ----------------------------------------------------------------------------------


def test_who_has_least_to_do_is_asked_first_and_nobody_twice_before_the_others() -> None:
    assert next_asked({}, ()) is None
    assert next_asked({"b": 1, "c": 0, "a": 1}, ()) == "c"
    assert next_asked({"b": 1, "c": 0, "a": 1}, ("c",)) == "a"
    # All had it: round again, from whoever had it first.
    assert next_asked({"b": 0, "c": 0, "a": 9}, ("a", "c", "b")) == "a"
    assert next_asked({"b": 0}, ("gone", "b")) == "b"


def test_the_memory_of_who_was_asked_is_bounded() -> None:
    assert remembered("", None) == ""
    assert remembered("a b", "c") == "a b c"
    assert remembered("a b c", "a") == "b c a"
    many = " ".join(f"{n:032x}" for n in range(100))
    kept = remembered(many, "f" * 32)
    assert len(kept) <= 2000
    assert kept.split()[-2:] == [f"{99:032x}", "f" * 32]


def leave(each: Resident) -> None:
    row = {"community_id": COMMUNITY, "account": each.account, "joined_at_ms": 0}
    put(f"left {each.account}", MemberRow(**row, state="left"))


# ---- 72 hours -----------------------------------------------------------------------------------


def test_after_72_hours_the_next_one_is_asked_and_then_round_again(
    office: Desk, clock: FakeClock
) -> None:
    by, of = office.staff
    seq = sheet(by, of)
    pool = {each.account for each in office.supervisors}
    seen = [asked(seq)]
    clock.pass_ms(ASKED_MS - 1000)
    assert ask_next() == 0
    assert asked(seq) == seen[0]
    clock.pass_ms(1000)
    for _round in range(5):
        assert ask_next() == 1
        assert ask_next() == 0
        seen.append(asked(seq))
        clock.pass_ms(ASKED_MS)
    assert set(seen[:3]) == pool
    assert seen[3:] == seen[:3]
    # Whoever of the pool is there may approve, asked or not; then nobody is asked any more.
    # The book was silent for days: an entry waits for a confirmed clock, passing on did not.
    with pytest.raises(ClockUnconfirmedError):
        approve(office.supervisors[0].caller(), COMMUNITY, seq, "late")
    confirm_clock(COMMUNITY, clock.now_ms(), Request(OPERATOR, "clock", "clock"))
    approve(office.supervisors[0].caller(), COMMUNITY, seq, "late")
    assert (asked(seq), ask_next()) == ("", 0)


@pytest.mark.engines("sqlite")
def test_who_left_or_moved_in_is_passed_over(office: Desk, clock: FakeClock) -> None:
    by, of = office.staff
    seq = sheet(by, of)
    first, *others = sorted(office.supervisors, key=lambda each: each.account)
    assert asked(seq) == first.account
    leave(others[0])
    clock.pass_ms(ASKED_MS)
    ask_next()
    assert asked(seq) == others[1].account
    household("1", of, others[1])
    leave(first)
    clock.pass_ms(ASKED_MS)
    ask_next()
    assert (asked(seq), read(seq).state) == ("", "open")  # nobody is left, and nothing gives way
    household("1", of, others[1], until_ms=1)
    clock.pass_ms(ASKED_MS)
    ask_next()
    assert asked(seq) == others[1].account


@pytest.mark.engines("sqlite")
def test_the_lists_say_what_waits_for_whom(office: Desk, clock: FakeClock) -> None:
    by, of = office.staff
    seqs = [sheet(by, of, key=f"sheet {n}") for n in range(3)]
    end_reading()
    reader = db.session()
    waiting = [approvals.waiting_for(reader, COMMUNITY, s.account) for s in office.supervisors]
    assert sorted(each.seq for found in waiting for each in found) == seqs
    assert [len(found) for found in waiting] == [1, 1, 1]  # the work is shared
    assert [each.seq for each in approvals.proposed_by(reader, COMMUNITY, by.account)] == seqs
    assert approvals.proposed_by(reader, COMMUNITY, of.account) == []
    withdraw(by.caller(), COMMUNITY, seqs[0], "mistaken", "w")
    end_reading()
    assert [each.seq for each in approvals.open_in(db.session(), COMMUNITY)] == seqs[1:]
    assert approvals.approval(db.session(), COMMUNITY, 9999) is None
    # What stood in a book that has been followed by another is over.
    old = ApprovalRow(
        community_id=COMMUNITY,
        book=7,
        seq=1,
        name="role",
        subject="-",
        proposer=by.account,
        proposer_device="",
        proposed_at_ms=0,
        asked=of.account,
        due_at_ms=1,
        state="open",
    )
    put("old", old)
    with pytest.raises(ApprovalMissingError):
        approve(office.supervisors[0].caller(), COMMUNITY, 1, "old")
    assert ask_next() == 1
    assert (read(1).state, read(1).asked) == ("withdrawn", None)


@pytest.mark.engines("sqlite")
def test_a_row_that_says_open_does_not_open_what_the_book_has_closed(
    office: Desk, clock: FakeClock
) -> None:
    by, of = office.staff
    seq = sheet(by, of)
    withdraw(by.caller(), COMMUNITY, seq, "mistaken", "w")
    row = db.session.get(ApprovalRow, (COMMUNITY, 1, seq))
    assert row is not None
    db.session.expunge(row)
    row.state = "open"
    put("tampered", row)
    with pytest.raises(ApprovalClosedError):
        approve(office.supervisors[0].caller(), COMMUNITY, seq, "again")
    clock.pass_ms(ASKED_MS)
    assert ask_next() == 1
    assert read(seq).state == "withdrawn"


@pytest.mark.engines("sqlite")
def test_a_book_that_cannot_be_written_keeps_no_other_waiting(
    office: Desk, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, of = office.staff
    seqs = [sheet(by, of, key=f"sheet {n}") for n in range(2)]
    before = [asked(each) for each in seqs]
    clock.pass_ms(ASKED_MS)
    whole = pool_operations._pass_on

    def broken(operation: Operation, row: ApprovalRow) -> None:
        if row.seq == seqs[0]:
            raise ApprovalMissingError(seq=row.seq)
        whole(operation, row)

    with monkeypatch.context() as patched:
        patched.setattr(pool_operations, "_pass_on", broken)
        with pytest.raises(ApprovalMissingError):
            ask_next()
    assert [asked(each) == old for each, old in zip(seqs, before, strict=True)] == [True, False]
    assert ask_next() == 1
    assert asked(seqs[0]) != before[0]

    def wrong(_operation: Operation, _row: ApprovalRow) -> None:
        raise KeyError

    clock.pass_ms(ASKED_MS)
    monkeypatch.setattr(pool_operations, "_pass_on", wrong)
    with pytest.raises(KeyError):  # a fault of the program is not taken for a refusal
        ask_next()


# ---- a small community is never stuck -----------------------------------------------------------


def role_data(each: Resident) -> dict[str, Any]:
    return {
        "account": each.account,
        "beneficiaries": [each.account],
        "role": "inspector",
        "scope": "community",
        "until_day": 99991231,
    }


def flows(about: Resident) -> dict[str, dict[str, Any]]:
    """One of each kind that needs two, by name."""
    grant = [plain("sponsor:city", "fund:f1", 1000, code="granted")]
    return {
        "role": role_data(about),
        "convention": {
            "beneficiaries": [],
            "convention": "c" * 64,
            "effective_day": 20270101,
            "fen_per_point_max": {"f1": 100},
        },
        "agreement": {
            "beneficiaries": [],
            "fen_per_point": 90,
            "from": 20270101,
            "fund": "f1",
            "merchant": "m1",
            "to": 20271231,
        },
        "fund.granted": {"beneficiaries": [], "transfers": grant},
        "hours.example": {"beneficiaries": [about.account], "sheet": 1},
        "settlement.paid": {"beneficiaries": [], "transfers": []},
    }


def complete(office: Desk, name: str, data: dict[str, Any], *, by: Resident) -> Resident:
    """Propose, then try everybody in turn; whoever could approve it."""
    subject, key = data.get("account", "x"), f"{name} {data['beneficiaries']}"[:100]
    seq = propose(by.caller(), COMMUNITY, name, data, subject, key)
    assert asked(seq) in {each.account for each in office.everybody} - {by.account}
    for each in office.everybody:
        try:
            approve(each.caller(), COMMUNITY, seq, f"try {seq}")
        except ServiceError:
            continue
        return each
    pytest.fail(f"nobody can approve {name}")


@pytest.mark.engines("sqlite")
def test_two_staff_and_three_supervisors_complete_every_flow(office: Desk) -> None:
    accounts = [
        family("sponsor:city", "centipoints"),
        family("fund:f1", "centipoints", limited=True),
    ]
    request = Request(OPERATOR, "accounts", "test")
    append(COMMUNITY, request, [NewEntry("account.opened", {"accounts": accounts})])
    # The worst households: each member of staff lives with a supervisor.
    household("1", office.staff[0], office.supervisors[0])
    household("2", office.staff[1], office.supervisors[1])
    resident = office.town.add("陈")
    for number, (name, data) in enumerate(flows(resident).items()):
        by = office.everybody[number % len(office.everybody)]
        assert complete(office, name, data, by=by) != by
    for each in office.everybody:  # also what concerns one of the five
        data = {"beneficiaries": [each.account], "sheet": 2}
        others = [one for one in office.everybody if one != each]
        assert complete(office, "hours.example", data, by=others[-1]) not in (each, others[-1])
    assert replayed().parties.proposals == {}


@pytest.mark.engines("sqlite")
def test_a_merge_completes_too(office: Desk) -> None:
    one, other = office.town.add("王一"), office.town.add("王壹")
    made = propose_merge(
        office.staff[0].caller(), other.person_id, one.person_id, community_id=COMMUNITY, key="m"
    )
    assert asked(made.seq)
    approve_merge(office.supervisors[2].caller(), COMMUNITY, made.seq, "m")
    assert read(made.seq).state == "approved"


@pytest.mark.engines("sqlite")
def test_households_that_leave_nobody_are_said_at_once(office: Desk) -> None:
    household("1", *office.everybody)
    with pytest.raises(NoSecondPersonError):
        sheet(office.staff[0], office.staff[1])
    # The subdistrict sends somebody: with a role in this book they are of the pool.
    sent = office.town.add("街道")
    office.town.grant(sent, "supervisor")
    seq = sheet(office.staff[0], office.staff[1])
    assert asked(seq) == sent.account
    with pytest.raises(SameHouseholdError):
        approve(office.supervisors[0].caller(), COMMUNITY, seq, "no")
    approve(sent.caller(), COMMUNITY, seq, "yes")
