"""Two workers that remember different things of one book: the head says what there is to know."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from ledger.account_errors import ExceedsCreditsError
from ledger.errors import LedgerError
from ledger.keys import ENTRY, RECOVERY
from ledger.note import Ed25519Signer
from ledger.party_errors import RoleNotHeldError, SamePersonError
from ledger.price_errors import ConventionNotInForceError
from tests.ledger.make import CHEN, DING, digest
from tests.service import workers
from tests.service.books import (
    COMMUNITY,
    OPERATOR,
    STAFF,
    SUPERVISOR,
    award,
    balances,
    book_balances,
    funded,
    replayed,
    request,
)
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.facts import remembered
from volunteer_credit.journal.operations.keys import signers, store_key
from volunteer_credit.journal.operations.perform import append, perform
from volunteer_credit.journal.rules.requests import Actor, Appended, NewEntry
from volunteer_credit.shared.db import db

DAY_MS = 86_400_000
DAY = 20261122


class Worker:
    """One of two processes, as far as memory, connections and locks go."""

    def __init__(self, app: Flask, name: str) -> None:
        self.app, self.name, self.count = app, name, 0

    def append(self, entry: NewEntry, actor: Actor = STAFF) -> Appended:
        """Append one entry; what this worker remembers is what it learnt before."""
        self.count += 1
        with self.app.app_context():
            try:
                return append(COMMUNITY, request(f"{self.name} {self.count}", actor), [entry])[0]
            finally:
                db.session.remove()

    def pair(self, name: str, data: dict[str, Any]) -> None:
        """Propose and approve."""
        proposed = self.append(NewEntry(f"{name}.proposed", data))
        self.append(NewEntry(f"{name}.approved", data, refs=[proposed.seq]), SUPERVISOR)


@pytest.fixture
def two(
    app: Flask, database_url: str, tmp_path: Path, clock: FakeClock
) -> Iterator[tuple[Worker, Worker]]:
    """Two workers that both know the book as it is now."""
    funded()
    one, other = Worker(app, "one"), Worker(workers.made(database_url, str(tmp_path), clock), "two")
    for each in (one, other):
        each.append(award(amount=1))
    yield one, other
    db.session.rollback()
    assert balances() == book_balances(replayed())
    with workers.in_context(other.app):
        pass  # which closes what it has opened


def role(account: str, until_day: int = 99991231) -> dict[str, Any]:
    return {
        "account": account,
        "beneficiaries": [account],
        "role": "staff",
        "scope": "community",
        "until_day": until_day,
    }


def test_a_role_that_one_grants_and_revokes_is_known_to_the_other(
    two: tuple[Worker, Worker],
) -> None:
    one, other = two
    chen, asked = Actor(CHEN, "staff"), NewEntry("role.proposed", role(DING))
    with pytest.raises(RoleNotHeldError):
        other.append(asked, chen)
    one.pair("role", role(CHEN))
    other.append(asked, chen)
    other.pair("role", role(CHEN, until_day=DAY - 1))
    with pytest.raises(RoleNotHeldError):
        one.append(asked, chen)
    with pytest.raises(RoleNotHeldError):
        other.append(asked, chen)


def test_persons_that_one_merges_are_one_for_the_other(two: tuple[Worker, Worker]) -> None:
    one, other = two
    one.pair("role", role(CHEN))
    pair = sorted([CHEN, DING])
    proposed = other.append(NewEntry("role.proposed", role(DING)))
    merge = {"beneficiaries": pair, "from": DING, "into": CHEN, "transfers": []}
    one.pair("account.merge", merge)
    approved = NewEntry("role.approved", role(DING), refs=[proposed.seq])
    with pytest.raises(SamePersonError):  # DING is CHEN by now, who may not approve for itself
        other.append(approved, Actor(CHEN, "staff"))


def test_a_convention_that_one_adopts_is_in_force_for_the_other(
    two: tuple[Worker, Worker], clock: FakeClock
) -> None:
    one, other = two
    rule = {"clause": "c1", "convention": digest("convention 1")}
    ruled = NewEntry("hours.example", {}, day=DAY + 1, rule=rule)
    data = {
        "beneficiaries": [],
        "convention": rule["convention"],
        "effective_day": DAY + 1,
        "fen_per_point_max": {"f1": 5},
    }
    clock.pass_ms(DAY_MS)
    with pytest.raises(ConventionNotInForceError):
        other.append(ruled)
    one.pair("convention", {**data, "effective_day": DAY + 2})
    other.append(award(amount=1))
    with pytest.raises(ConventionNotInForceError):
        other.append(NewEntry("hours.example", {}, day=DAY + 1, rule=rule))
    clock.pass_ms(DAY_MS)
    other.append(NewEntry("hours.example", {}, day=DAY + 2, rule=rule))


def test_a_key_that_one_adds_is_known_to_the_other(two: tuple[Worker, Worker]) -> None:
    one, other = two
    with one.app.app_context(), perform(COMMUNITY, request("key", OPERATOR)) as operation:
        keys = operation.writing.facts.book.keys
        origin = operation.writing.head.origin
        new = Ed25519Signer(f"{origin}/entry", bytes(range(32)))
        store_key(operation.session, origin, ENTRY, new.verifier_key, bytes(range(32)))
        (old,) = signers(operation.session, origin, keys.in_force(ENTRY))
        (recovery,) = signers(operation.session, origin, keys.in_force(RECOVERY))
        data = {"key": new.verifier_key.encode(), "reason": "planned", "role": "entry"}
        operation.append(NewEntry("key.added", data), signers=[old, new, recovery])
        operation.answer(0)
    other.append(award(amount=1))
    one.append(award(amount=1))


def test_what_was_rolled_back_is_nobodys_knowledge(two: tuple[Worker, Worker]) -> None:
    one, other = two

    def grant_and_fail() -> None:
        with one.app.app_context(), perform(COMMUNITY, request("x", STAFF)) as operation:
            proposed = operation.append(NewEntry("role.proposed", role(CHEN)))
            approved = NewEntry("role.approved", role(CHEN), actor=SUPERVISOR, refs=[proposed.seq])
            operation.append(approved)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        grant_and_fail()
    for each in two:
        with pytest.raises(RoleNotHeldError):
            each.append(NewEntry("role.proposed", role(DING)), Actor(CHEN, "staff"))
    assert other.append(award(amount=1))


def test_a_refusal_forgets_nothing_and_a_fact_that_failed_is_forgotten(app: Flask) -> None:
    """Else everybody who asks for too much would make the next one read all facts again."""
    funded()
    append(COMMUNITY, request("a"), [award(amount=1)])
    (before,) = remembered().facts.values()
    with pytest.raises(ExceedsCreditsError):
        append(COMMUNITY, request("b"), [award(amount=10**9)])
    assert list(remembered().facts.values()) == [before]
    (proposed,) = append(COMMUNITY, request("p", STAFF), [NewEntry("role.proposed", role(CHEN))])
    approved = NewEntry("role.approved", role(CHEN), refs=[proposed.seq], actor=SUPERVISOR)
    with pytest.raises(ExceedsCreditsError):
        append(COMMUNITY, request("c"), [approved, award(amount=10**9)])
    assert not remembered().facts


@pytest.mark.parametrize(
    "entry",
    [
        NewEntry("x.example", {}, transfers=[{"code": "off", "void": ["x", 0]}]),
        NewEntry("x.example", {}, transfers=[{"code": "off", "void": [2**70, 0]}]),
        NewEntry("x.example", {}, transfers=[{"code": "off", "void": [-1, 0]}]),
        NewEntry("x.example", {}, transfers=[{"code": "off", "void": [None, 0]}]),
        NewEntry("x.example", {}, transfers=[{"code": "off", "void": 5}]),
        NewEntry("x.example", {}, transfers=[{"amount": 1, "debit": "a\0b", "credit": "环翠"}]),
        NewEntry("x.example", {}, transfers=[{"amount": 1, "debit": "\ud800", "credit": "a:b"}]),
        NewEntry("x.approved", {}, refs=["x"]),
        NewEntry("x.approved", {}, refs=[-1]),
        NewEntry("x.approved", {}, refs=[2**70]),
        NewEntry("account.opened", {"accounts": 5}),
        NewEntry("account.opened", {"accounts": [5]}),
        NewEntry("account.opened", {"accounts": [{"name": "x"}]}),
        NewEntry("account.opened", {"accounts": [{"account": "a\0b", "flags": [], "unit": "fen"}]}),
        NewEntry("account.closed", {"accounts": ["环翠:x"], "reason": "left"}),
        NewEntry("account.closed", {}),
    ],
    ids=str,
)
def test_what_does_not_read_is_refused_by_the_book(app: Flask, entry: NewEntry) -> None:
    """Not by the engine, which would know neither a code nor a sentence for it."""
    funded()
    with pytest.raises(LedgerError):
        append(COMMUNITY, request("a"), [entry])
    assert append(COMMUNITY, request("a"), [award(amount=1)])
