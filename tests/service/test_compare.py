"""Comparing rows with a replay finds every row that is not what the entries say."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.ledger.make import CHEN, pending
from tests.service.books import (
    COMMUNITY,
    STAFF,
    SUPERVISOR,
    award,
    funded,
    member,
    notes,
    request,
)
from volunteer_credit.journal.operations.compare import Compared, What, compare_rows
from volunteer_credit.journal.operations.fence import fence_down, fence_up
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.rules.errors import KeyMissingError
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.shared.db import WRITE, NoBookError, db

WALLET = f"wallet:{member(0)}:f1:202712"


def write(statement: str, **values: Any) -> None:
    with db.engines[WRITE].begin() as connection:
        connection.execute(text(statement), values)


def read(statement: str, **values: Any) -> Any:
    with db.engines[WRITE].connect() as connection:
        return connection.execute(text(statement), values).mappings().one()


def busy_book() -> None:
    """A book with rows of every kind: balances, holds that are open and ended, proposals."""
    funded()
    append(COMMUNITY, request("a"), [award(0, 300), award(1, 200)])
    holds = [
        NewEntry("hold.example", {}, transfers=[pending("fund:f1", WALLET, 70, 180)])
        for _ in range(3)
    ]
    first, second, _ = append(COMMUNITY, request("hold"), holds)
    ends: list[dict[str, Any]] = [
        {"amount": 50, "code": "ok", "post": [first.seq, 0]},
        {"code": "off", "void": [second.seq, 0]},
    ]
    append(COMMUNITY, request("e"), [NewEntry("end.example", {}, transfers=[e]) for e in ends])
    role: dict[str, Any] = {
        "account": CHEN,
        "beneficiaries": [CHEN],
        "role": "cashier",
        "scope": "community",
        "until_day": 99991231,
    }
    for name in ("p", "q"):
        (last,) = append(COMMUNITY, request(name, STAFF), [NewEntry("role.proposed", role)])
    append(COMMUNITY, request("y", SUPERVISOR), [NewEntry("role.approved", role, refs=[last.seq])])
    closed = NewEntry("account.closed", {"accounts": [f"wallet:{member(2)}"], "reason": "left"})
    append(COMMUNITY, request("closed"), [closed])


def found(compared: Compared) -> list[tuple[str, str, str]]:
    return [(each.table, each.row, each.what) for each in compared.differences]


def test_a_book_of_ours_has_no_difference(app: Flask) -> None:
    busy_book()
    compared = compare_rows(COMMUNITY)
    assert compared.differences == []
    assert compared.entries == len(notes())
    assert compared.rows == sum(
        read(f"SELECT count(*) AS c FROM journal_{name}")["c"]  # noqa: S608 - our names
        for name in ("accounts", "families", "pendings", "proposals")
    )


def test_there_is_no_book_of_a_stranger(app: Flask) -> None:
    with pytest.raises(NoBookError):
        compare_rows("nowhere")


ROWS = {
    "accounts": f"name = '{WALLET}'",
    "families": f"name = 'wallet:{member(1)}'",
    "pendings": "state = 'posted'",
    "proposals": "state = 'open'",
}


@pytest.mark.parametrize("table", ROWS)
def test_a_missing_row_is_found(app: Flask, table: str) -> None:
    busy_book()
    write(f"DELETE FROM journal_{table} WHERE {ROWS[table]}")  # noqa: S608 - our names
    ((where, _, what),) = found(compare_rows(COMMUNITY))
    assert (where, what) == (table, What.MISSING)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("accounts", "credits_posted = credits_posted + 1"),
        ("accounts", "family = 'fund:f1'"),
        ("accounts", "mac = :zero"),
        ("families", "closed = 1 - closed"),
        ("pendings", "state = 'open'"),
        ("proposals", "state = 'ended'"),
    ],
)
def test_a_changed_row_is_found(app: Flask, table: str, change: str) -> None:
    busy_book()
    values = {"zero": bytes(16)} if ":zero" in change else {}
    statement = f"UPDATE journal_{table} SET {change} WHERE {ROWS[table]}"  # noqa: S608 - our names
    write(statement, **values)
    ((where, _, what),) = found(compare_rows(COMMUNITY))
    assert (where, what) == (table, What.CHANGED)


def test_an_added_row_is_found(app: Flask) -> None:
    busy_book()
    write(
        "INSERT INTO journal_accounts SELECT community_id, book, name || '9', family,"
        " debits_pending, debits_posted, credits_pending, credits_posted, mac"
        " FROM journal_accounts WHERE name = :n",
        n=WALLET,
    )
    assert found(compare_rows(COMMUNITY)) == [("accounts", WALLET + "9", What.ADDED)]


def test_an_old_row_with_a_good_code_is_found(app: Flask) -> None:
    busy_book()
    row = dict(read("SELECT * FROM journal_accounts WHERE name = :n", n=WALLET))
    append(COMMUNITY, request("more"), [award(0, 5)])
    write(
        "UPDATE journal_accounts SET credits_posted = :credits_posted, mac = :mac"
        " WHERE name = :name",
        **{name: row[name] for name in ("credits_posted", "mac", "name")},
    )
    assert found(compare_rows(COMMUNITY)) == [("accounts", WALLET, What.OLD)]


def test_an_old_or_changed_head_is_found(app: Flask) -> None:
    busy_book()
    row = dict(read("SELECT * FROM journal_heads"))
    append(COMMUNITY, request("more"), [award(0, 5)])
    sets = ", ".join(f"{name} = :{name}" for name in row)
    write(f"UPDATE journal_heads SET {sets}", **row)  # noqa: S608 - our names
    (difference,) = compare_rows(COMMUNITY).differences
    assert (difference.table, difference.what) == ("heads", What.OLD)
    assert difference.reason == "size, edge, operations_count"
    write("UPDATE journal_heads SET size = size + 1")
    (difference,) = compare_rows(COMMUNITY).differences
    assert (difference.table, difference.what) == ("heads", What.CHANGED)


def test_a_gap_among_the_operations_is_found(app: Flask) -> None:
    busy_book()
    write("DELETE FROM journal_operations WHERE position = 2")
    (difference,) = compare_rows(COMMUNITY).differences
    assert (difference.table, difference.reason) == ("heads", "operations_count")


def fenced(statement: str) -> None:
    with db.engines[WRITE].begin() as connection:
        fence_down(connection)
        connection.execute(text(statement))
        fence_up(connection)


def test_an_entry_that_was_hidden_from_the_index_is_found(app: Flask) -> None:
    busy_book()
    fenced("UPDATE journal_entries SET kind = 'x' WHERE seq = 1")
    fenced("UPDATE journal_entries SET fact = 1 - fact WHERE seq IN (0, 2)")
    compared = compare_rows(COMMUNITY)
    assert {each.what for each in compared.differences} == {What.CHANGED}
    reasons = [(each.row, each.reason) for each in compared.differences]
    assert reasons == [("1", "seq, id, kind"), ("0", "fact"), ("2", "fact")]


def test_without_the_books_row_key_nothing_is_said(app: Flask) -> None:
    funded()
    write("DELETE FROM journal_keys WHERE role = 'rows'")
    with pytest.raises(KeyMissingError):
        compare_rows(COMMUNITY)


def test_a_missing_entry_ends_the_replay(app: Flask) -> None:
    busy_book()
    fenced("DELETE FROM journal_entries WHERE seq = 2")
    (difference,) = compare_rows(COMMUNITY).differences
    assert (difference.table, difference.row, difference.what) == ("entries", "3", What.REFUSED)
    assert difference.reason
