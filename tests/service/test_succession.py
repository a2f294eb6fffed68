"""The book that follows: nothing is lost, and a stranger can check it."""

import threading
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from ledger import state
from ledger.checkpoint import read_checkpoint
from ledger.errors import LedgerError
from ledger.opening_errors import OpeningStateError
from ledger.store import Published
from tests.ledger.make import plain
from tests.service.books import OPERATOR, balances, book_balances, notes, request
from tests.service.make import FakeClock
from tests.service.succeeding import (
    EAST,
    UNITED,
    WEST,
    as_new_process,
    change,
    close,
    follow,
    follow_sealed,
    opening,
    origin,
    report,
    rows_of,
    whole,
)
from tests.service.villages import Village, documents
from tests.service.workers import persistent
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.operations.rotation import rotate_key
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.operations.succession import (
    Opened,
    Succession,
    open_successor,
)
from volunteer_credit.journal.rules.errors import (
    BehindPublicationError,
    HeadChangedError,
    IdempotencyKeyUsedError,
    KeyMissingError,
)
from volunteer_credit.journal.rules.pieces import BYTES_MAX, pieces
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.journal.rules.rotation_errors import (
    BookNotClosedError,
    BookNotSealedError,
    PredecessorDiffersError,
    PredecessorMissingError,
)
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.runtime import current


@pytest.fixture
def village(app: Flask) -> Village:
    """A community with something of everything, whose documents can be published."""
    built = Village(EAST)
    built.build()
    sealing().named_file = lambda _session, _name, path: documents(EAST, WEST).get(path)
    return built


def test_two_who_open_the_successor_open_one(app: Flask, village: Village) -> None:
    made = close(EAST, origin(UNITED))
    seal(EAST)
    answers: list[object] = []

    def open_it(key: str) -> None:
        with app.app_context():
            said, asked = opening(village, made), request(key, OPERATOR)
            try:
                answers.append(persistent(lambda: open_successor(UNITED, said, asked)))
            except ServiceError as problem:
                answers.append(problem.code)

    threads = [threading.Thread(target=open_it, args=(key,)) for key in ("a", "a", "a", "b")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(answers) == 4
    opened = [each for each in answers if isinstance(each, Opened)]
    assert len(set(opened)) == 1
    assert set(answers) - set(opened) <= {"predecessor_missing"}
    assert rows_of(UNITED, 1) == book_balances(whole(UNITED))


def test_the_successor_goes_on_where_the_old_book_ended(village: Village, clock: FakeClock) -> None:
    clock.pass_ms(2000)
    seal(EAST)
    made = close()
    seal(EAST)
    clock.pass_ms(60_000)
    opened = follow(village, made)
    assert (opened.origin, opened.book) == (origin(EAST, 2), 2)
    book = whole(book=2)
    assert (book.size, book.opening) == (opened.size, None)
    assert rows_of(EAST, 2) == book_balances(book)
    lines = state.encode(book.closing_lines())
    founded = [line for line in lines.splitlines() if line not in made.state.splitlines()]
    assert [line for line in founded if b'"pending"' not in line] == []
    assert {n: s for n, s in rows_of(EAST, 1).items() if s[1] - s[3]}.keys() == {
        n for n, s in rows_of(EAST, 2).items() if s[1] - s[3] and not n.startswith("opening:")
    }
    # The hold ends as it would have, a minute of it gone; the notice is recorded.
    (hold,) = [pair for pair, each in book.accounts.pendings.items() if each.code == "hold"]
    post = {"amount": 40, "code": "redeem", "post": list(hold)}
    (notice,) = [pair for pair, each in book.accounts.pendings.items() if each.code == "notice"]
    recorded = {"amount": 75, "code": "recorded", "post": list(notice)}
    as_new_process()
    village.add(
        "on",
        NewEntry("redemption.example_posted", {}, transfers=[post]),
        NewEntry("hours.example_recorded", {}, transfers=[recorded], refs=[[0, 3]], day=20261122),
    )
    assert rows_of(EAST, 2) == book_balances(whole(book=2))
    assert balances(EAST).keys() >= rows_of(EAST, 2).keys()
    seal(EAST)
    found = report(origin(EAST, 2), origin(EAST))
    assert found.failure is None, found.failure
    assert not found.incomplete
    assert [each.failure for each in found.predecessors] == [None]
    assert not any("predecessor" in each.text for each in found.findings)


def test_a_fresh_process_knows_what_was_inherited(village: Village, clock: FakeClock) -> None:
    follow_sealed(village, close())
    as_new_process()
    with perform(EAST, request("look")) as operation:
        book = operation.writing.log.book
        assert book.parties.root(village.twin) == village.elder
        assert book.parties.holds(village.elder, "coordinator", "organisation:choir", 20261122)
        assert not book.parties.holds(village.elder, "staff", "community", 20261122)
        assert book.prices.maximum(EAST, 20261123) == 10
        assert book.prices.price("baker", EAST, 20261123) == 7
        assert [each.origin for each in book.predecessors] == [origin(EAST)]
    clock.pass_ms(86_400_000)
    rule = {"clause": "3", "convention": next(iter(documents(EAST))).partition("/")[2]}
    move = [plain(f"fund:{EAST}", village.wallet, 10, code="award")]
    ruled = NewEntry("points.example", {}, rule=rule, day=20261123, transfers=move)
    village.add("ruled", ruled)
    other = {**rule, "convention": "0" * 64}
    with pytest.raises(LedgerError):
        village.add("not ruled", NewEntry("points.example", {}, rule=other, day=20261123))
    # The same without what another process would have to read.
    village.add("still remembered", ruled)
    rotate_key(EAST, "entry", "planned", request("rotate", OPERATOR))
    assert rows_of(EAST, 2) == book_balances(whole(book=2))


def test_retries_replay_across_books(village: Village) -> None:
    (first,) = village.add("before", NewEntry("points.example", {}))
    made = close()
    opened = follow_sealed(village, made)
    size = len(notes(EAST, 2))
    assert village.add("before", NewEntry("points.example", {})) == [first]
    assert follow(village, made) == opened
    assert len(notes(EAST, 2)) == size
    with pytest.raises(IdempotencyKeyUsedError):
        follow(village, made, lost=True)
    with pytest.raises(PredecessorMissingError):
        follow(village, made, key="once more")


def test_the_old_keys_are_gone(village: Village) -> None:
    follow_sealed(village, close())
    rows = db.session.execute(
        text("SELECT role FROM journal_keys WHERE origin = :o"), {"o": origin(EAST)}
    )
    assert set(rows.scalars()) == {"rows"}
    rows = db.session.execute(
        text("SELECT role FROM journal_keys WHERE origin = :o"), {"o": origin(EAST, 2)}
    )
    assert set(rows.scalars()) == {"entry", "log", "cosign", "recovery", "rows"}


def test_many_lines_make_several_entries(app: Flask) -> None:
    village = Village(EAST)
    village.build(members=150)
    follow_sealed(village, close())
    book = whole(book=2)
    assert book.size > 2 + 300 // 64
    assert max(map(len, notes(EAST, 2))) <= 32_768
    assert rows_of(EAST, 2) == book_balances(book)
    village.add("on", NewEntry("points.example", {}))


def test_long_lines_make_shorter_pieces() -> None:
    short: list[Any] = [{"type": "a", "x": number} for number in range(130)]
    assert [len(each) for each in pieces(short)] == [64, 64, 2]
    long = [{"type": "a", "x": f"{number}" * 4000} for number in range(8)]
    found = list(pieces(long))
    assert [line for each in found for line in each] == long
    assert all(2 * len(state.encode(each)) <= BYTES_MAX for each in found)
    assert list(pieces([])) == []


def test_two_communities_become_one(village: Village) -> None:
    west = Village(WEST)
    west.build()
    made = [close(name, origin(UNITED)) for name in (EAST, WEST)]
    for name in (EAST, WEST):
        seal(name)
    asked = request("open", OPERATOR)
    opened = open_successor(UNITED, opening(village, *made), asked)
    assert open_successor(UNITED, opening(village, *made), asked) == opened
    assert (opened.origin, opened.book) == (origin(UNITED), 1)
    book = whole(UNITED)
    assert rows_of(UNITED, 1) == book_balances(book)
    for each in (village, west):
        assert book.accounts.accounts[each.wallet].posted == 700
        assert book.parties.root(each.twin) == each.elder
        assert book.prices.maximum(each.name, 20261123) == 10
    assert book.accounts.accounts["sponsor:city"].posted == -2_000_000
    village.name = UNITED
    as_new_process()
    village.add("on", NewEntry("points.example", {}))
    seal(UNITED)
    found = report(origin(UNITED), origin(EAST), origin(WEST))
    assert found.failure is None, found.failure
    assert [each.failure for each in found.predecessors] == [None, None]
    for name in (EAST, WEST):  # whoever looks after closed books still can
        seal(name)


def test_one_community_takes_in_another(village: Village) -> None:
    west = Village(WEST)
    west.build()
    made = [close(name, origin(EAST, 2)) for name in (EAST, WEST)]
    with pytest.raises(PredecessorMissingError):
        follow(village, made[1])
    for name in (EAST, WEST):
        seal(name)
    follow(village, *made)
    assert rows_of(EAST, 2) == book_balances(whole(book=2))


def test_what_a_verifier_would_refuse_is_refused_first(village: Village) -> None:
    last = {"origin": origin(EAST), "root": "0" * 64, "size": 1, "state": "0" * 64}
    said = Succession([last], [b""], village.founders)
    with pytest.raises(BookNotClosedError):
        open_successor(EAST, said, request("early", OPERATOR))
    seal(EAST)
    made = close()
    with pytest.raises(BookNotSealedError):
        follow(village, made)
    seal(EAST)
    good = made.previous()
    for wrong, refusal in (
        ({"size": made.size - 1}, PredecessorDiffersError),
        ({"root": "0" * 64}, PredecessorDiffersError),
        ({"state": "0" * 64}, BookNotClosedError),
        ({"origin": origin(WEST)}, PredecessorMissingError),
    ):
        said = Succession([{**good, **wrong}], [made.state], village.founders)
        with pytest.raises(refusal):
            open_successor(EAST, said, request("open", OPERATOR))
    for states in ([], [made.state, made.state]):
        with pytest.raises(PredecessorMissingError):
            open_successor(
                EAST, Succession([good], states, village.founders), request("open", OPERATOR)
            )
    shorter = made.state[: made.state.rindex(b"\n", 0, -1) + 1]
    with pytest.raises(OpeningStateError):
        open_successor(
            EAST, Succession([good], [shorter], village.founders), request("open", OPERATOR)
        )
    with pytest.raises(LedgerError):
        open_successor(EAST, opening(village, made), request("open", village.staff))
    assert notes(EAST, 2) == []
    follow(village, made)


def test_a_compromised_key_ends_the_book(village: Village) -> None:
    """The planned way out: take the key out, close, seal, open the next book with new keys."""
    rotate_key(EAST, "entry", "compromised", request("r", OPERATOR), suspect_from=5)
    rotate_key(EAST, "log", "compromised", request("l", OPERATOR))
    follow_sealed(village, close())
    village.add("on", NewEntry("points.example", {}))
    seal(EAST)
    assert report(origin(EAST, 2), origin(EAST)).failure is None


def lost_book(village: Village) -> Succession:
    """A published book whose last entries are gone: what was published is all there is."""
    seal(EAST)
    book = whole()
    lines = state.encode(book.closing_lines())
    head = db.session.execute(text("SELECT size, edge FROM journal_heads")).one()
    folder = Published(current().settings.export_dir / origin(EAST))
    published, _ = read_checkpoint(folder.read("checkpoint"))
    assert published.size == head.size
    last = {
        "origin": origin(EAST),
        "root": published.root.hex(),
        "size": published.size,
        "state": sha256(lines).hexdigest(),
    }
    return Succession([last], [lines], village.founders, lost=True)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE journal_heads SET size = size - 1, last_at_ms = 0, operations_count = 1",
        "DELETE FROM journal_keys WHERE role <> 'archive'",
    ],
)
def test_a_lost_book_is_followed_from_its_last_checkpoint(village: Village, damage: str) -> None:
    succession = lost_book(village)
    change(damage)
    as_new_process()
    with pytest.raises((KeyMissingError, HeadChangedError)):
        village.add("on", NewEntry("points.example", {}))
    asked = request("open", OPERATOR)
    opened = open_successor(EAST, succession, asked)
    assert open_successor(EAST, succession, asked) == opened
    village.add("on", NewEntry("points.example", {}))
    assert rows_of(EAST, 2) == book_balances(whole(book=2))
    seal(EAST)
    found = report(origin(EAST, 2), origin(EAST))
    assert found.failure is None
    assert any("was not closed" in each.text for each in found.findings)


def test_a_successor_that_was_published_is_not_opened_twice(village: Village) -> None:
    """As after a restore from before the succession."""
    made = close()
    follow_sealed(village, made)
    seal(EAST)
    change("UPDATE journal_heads SET book = 1, origin = :o", o=origin(EAST))
    change("DELETE FROM journal_operations WHERE key = 'open'")
    guard().again(origin(EAST, 2))
    with pytest.raises(BehindPublicationError):
        follow(village, made, lost=True)
