"""Appending: what the database holds is what a verifier finds in the entries."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger.account_errors import ExceedsCreditsError, PendingTransferAlreadyPostedError
from ledger.errors import LedgerError
from ledger.party_errors import ProposalNotOpenError, RoleNotHeldError
from tests.ledger.make import CHEN, pending
from tests.service.books import (
    COMMUNITY,
    FOUNDERS,
    OPERATOR,
    STAFF,
    SUPERVISOR,
    award,
    balances,
    book_balances,
    found,
    funded,
    member,
    notes,
    replayed,
    request,
)
from volunteer_credit.journal.operations.books import found_book
from volunteer_credit.journal.operations.perform import append, perform
from volunteer_credit.journal.rules.errors import (
    BookExistsError,
    CommunityCodeError,
    IdempotencyKeyFormError,
    IdempotencyKeyUsedError,
)
from volunteer_credit.journal.rules.requests import Actor, NewEntry, Request
from volunteer_credit.shared.db import WRITE, NoBookError, db


def test_a_founded_book_verifies(app: Flask) -> None:
    found()
    book = replayed()
    assert book.origin == "weihai.example/huancui-01/1"
    assert (book.type, book.size) == ("community", 1)


def test_founding_again_under_the_same_key_answers_the_same(app: Flask) -> None:
    assert found() == found()
    with pytest.raises(BookExistsError):
        found_book(COMMUNITY, request("other", OPERATOR, "found"), FOUNDERS)
    with pytest.raises(IdempotencyKeyUsedError):
        found_book(COMMUNITY, request("found", OPERATOR, "another"), FOUNDERS)


@pytest.mark.parametrize("code", ["", "Huancui", "a b", "../x", "x" * 41, "环翠"])
def test_a_code_that_cannot_stand_in_an_origin_is_refused(app: Flask, code: str) -> None:
    with pytest.raises(CommunityCodeError):
        found_book(code, request("found", OPERATOR), FOUNDERS)


def test_balances_are_those_of_a_replay(app: Flask) -> None:
    funded()
    append(COMMUNITY, request("a"), [award(0, 300), award(1, 200), award(0, 50)])
    append(COMMUNITY, request("b"), [award(0, 1)])
    book = replayed()
    assert balances() == book_balances(book)
    assert book.accounts.accounts[f"wallet:{member(0)}:f1:202712"].posted == 351


def test_a_refused_entry_leaves_nothing(app: Flask) -> None:
    funded(amount=100)
    before = notes(), balances()
    with pytest.raises(ExceedsCreditsError):
        append(COMMUNITY, request("a"), [award(0, 60), award(1, 60)])
    assert (notes(), balances()) == before
    append(COMMUNITY, request("a"), [award(0, 60)])
    assert balances() == book_balances(replayed())


def test_a_retry_answers_the_same_and_writes_nothing(app: Flask) -> None:
    funded()
    first = append(COMMUNITY, request("a", n=1), [award()])
    size = len(notes())
    assert append(COMMUNITY, request("a", n=1), [award()]) == first
    assert len(notes()) == size
    with pytest.raises(IdempotencyKeyUsedError):
        append(COMMUNITY, request("a", n=2), [award()])
    with pytest.raises(IdempotencyKeyUsedError):
        append(COMMUNITY, request("a", name="other", n=1), [award()])
    assert len(append(COMMUNITY, request("a", STAFF, n=2), [award()])) == 1


@pytest.mark.parametrize("key", ["", "x" * 129, "钥匙", "a\n"])
def test_a_key_that_no_id_can_be_made_of_is_refused(key: str) -> None:
    with pytest.raises(IdempotencyKeyFormError):
        request(key)


def test_pending_transfers_end_once_across_transactions(app: Flask) -> None:
    funded()
    append(COMMUNITY, request("a"), [award(0, 300)])
    wallet = f"wallet:{member(0)}:f1:202712"
    append(
        COMMUNITY,
        request("open"),
        [
            NewEntry(
                "account.opened",
                {
                    "accounts": [
                        {
                            "account": "receivable:m1",
                            "flags": ["debits_must_not_exceed_credits"],
                            "unit": "centipoints",
                        }
                    ]
                },
            )
        ],
    )
    (held,) = append(
        COMMUNITY,
        request("hold"),
        [NewEntry("hold.example", {}, transfers=[pending(wallet, "receivable:m1:f1", 200, 180)])],
    )
    post = NewEntry(
        "confirm.example", {}, transfers=[{"amount": 150, "code": "ok", "post": [held.seq, 0]}]
    )
    append(COMMUNITY, request("post"), [post])
    with pytest.raises(PendingTransferAlreadyPostedError):
        append(COMMUNITY, request("again"), [post])
    assert balances() == book_balances(replayed())


def test_a_hold_opened_and_voided_in_one_operation(app: Flask) -> None:
    funded()
    with perform(COMMUNITY, request("both")) as operation:
        wallet = f"wallet:{member(0)}:f1:202712"
        held = operation.append(
            NewEntry("hold.example", {}, transfers=[pending("fund:f1", wallet, 70)])
        )
        void = {"code": "off", "void": [held.seq, 0]}
        operation.append(NewEntry("void.example", {}, transfers=[void]))
        operation.answer(held.seq)
    assert balances() == book_balances(replayed())


def test_a_proposal_ends_once(app: Flask) -> None:
    found()
    data = {
        "account": CHEN,
        "beneficiaries": [CHEN],
        "role": "cashier",
        "scope": "community",
        "until_day": 99991231,
    }
    (proposed,) = append(COMMUNITY, request("p", STAFF), [NewEntry("role.proposed", data)])
    approved = NewEntry("role.approved", data, refs=[proposed.seq])
    append(COMMUNITY, request("a", SUPERVISOR), [approved])
    with pytest.raises(ProposalNotOpenError):
        append(COMMUNITY, request("b", SUPERVISOR), [approved])
    assert replayed().parties.holds(CHEN, "cashier", "community", 20261122)


def test_a_role_that_was_rolled_back_is_not_held(app: Flask) -> None:
    found()
    data = {
        "account": CHEN,
        "beneficiaries": [CHEN],
        "role": "staff",
        "scope": "community",
        "until_day": 99991231,
    }

    def grant_and_fail() -> None:
        with perform(COMMUNITY, request("p", STAFF)) as operation:
            proposed = operation.append(NewEntry("role.proposed", data))
            approved = NewEntry("role.approved", data, actor=SUPERVISOR, refs=[proposed.seq])
            operation.append(approved)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        grant_and_fail()
    other = {**data, "account": member(0), "beneficiaries": [member(0)]}
    with pytest.raises(RoleNotHeldError):
        append(COMMUNITY, request("q", Actor(CHEN, "staff")), [NewEntry("role.proposed", other)])


def test_what_the_book_refuses_is_refused(app: Flask) -> None:
    found()
    for entry in (
        NewEntry("points.example", {"a": 1.5}),
        NewEntry("key.added", {"key": "x", "reason": "planned", "role": "log"}),
        NewEntry("fund.example.proposed", {}),
        NewEntry(
            "account.opened", {"accounts": [{"account": "fund:f1", "flags": [], "unit": "fen"}]}
        ),
    ):
        with pytest.raises(LedgerError):
            append(COMMUNITY, request("a"), [entry])
    assert len(notes()) == 1


def test_there_is_no_book_of_a_stranger(app: Flask) -> None:
    with pytest.raises(NoBookError):
        append("nowhere", request("a"), [award()])


@pytest.mark.parametrize(
    "change", ["UPDATE journal_entries SET kind = 'x'", "DELETE FROM journal_entries"]
)
def test_entries_are_never_changed(app: Flask, change: str) -> None:
    found()
    with pytest.raises(DBAPIError), db.engines[WRITE].begin() as connection:
        connection.execute(text(change))


def test_the_request_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Request(OPERATOR, "k", "n").key = "other"  # type: ignore[misc] # that is the claim
