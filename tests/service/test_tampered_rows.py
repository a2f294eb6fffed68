"""Rows changed by somebody else: whoever touches them is refused, everybody else goes on.

The cases come from the tables themselves, so a new column is covered on the day it is made. What a
code in each row cannot show is a row put back as it stood before, with the code it had then: the
next append believes it, and the replay of the entries, which recover and verify do, finds it.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Table, delete, insert, select, text, update

from ledger.errors import LedgerError
from tests.ledger.make import CHEN, family, pending, person, plain
from tests.service.books import (
    COMMUNITY,
    STAFF,
    SUPERVISOR,
    award,
    balances,
    book_balances,
    funded,
    member,
    notes,
    replayed,
    request,
)
from volunteer_credit.journal.models import (
    AccountRow,
    EntryRow,
    FamilyRow,
    HeadRow,
    PendingRow,
    ProposalRow,
)
from volunteer_credit.journal.operations.facts import remembered
from volunteer_credit.journal.operations.fence import fence_down, fence_up
from volunteer_credit.journal.operations.keys import keeper
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.rules.errors import (
    EntryLostError,
    FactsChangedError,
    HeadChangedError,
    KeyMissingError,
    RowChangedError,
)
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.shared.db import WRITE, Model, NoBookError, db

pytestmark = pytest.mark.untraced

OTHER = "other-01"
WALLET = f"wallet:{member(0)}:f1:202712"
ROLE = {
    "account": CHEN,
    "beneficiaries": [CHEN],
    "role": "cashier",
    "scope": "community",
    "until_day": 99991231,
}


def table_of(model: type[Model]) -> Table:
    found = model.__table__
    assert isinstance(found, Table)
    return found


ACCOUNTS, FAMILIES, PENDINGS, PROPOSALS, HEADS, ENTRIES = map(
    table_of, (AccountRow, FamilyRow, PendingRow, ProposalRow, HeadRow, EntryRow)
)
ROWS = (ACCOUNTS, FAMILIES, PENDINGS, PROPOSALS)
COLUMNS = [(table, column.name) for table in ROWS for column in table.c]


class Town:
    """A community with a row of each kind, and what touches each."""

    def __init__(self) -> None:
        funded()
        append(COMMUNITY, request("awards"), [award(0, 300), award(1, 300)])
        shop = family("receivable:m1", "centipoints", limited=True)
        append(COMMUNITY, request("shop"), [NewEntry("account.opened", {"accounts": [shop]})])
        self.held, self.other_held = (
            append(COMMUNITY, request(f"hold {n}"), [self.hold(n)])[0].seq for n in (0, 2)
        )
        self.proposed, self.other_proposed = (
            append(COMMUNITY, request(key, STAFF), [NewEntry("role.proposed", ROLE)])[0].seq
            for key in ("p", "q")
        )

    def hold(self, number: int) -> NewEntry:
        """A reservation: of a member's points, or of the fund's."""
        debit, credit = (
            (WALLET, "receivable:m1:f1")
            if number == 0
            else (
                "fund:f1",
                f"wallet:{member(2)}:f1:202712",
            )
        )
        return NewEntry("hold.example", {}, transfers=[pending(debit, credit, 50)])

    def where(self, table: Table) -> dict[str, Any]:
        """The row that is changed."""
        names: dict[str, dict[str, Any]] = {
            "journal_accounts": {"name": WALLET},
            "journal_families": {"name": f"wallet:{member(0)}"},
            "journal_pendings": {"seq": self.held, "position": 0},
            "journal_proposals": {"seq": self.proposed},
            "journal_heads": {},
        }
        book = {} if table is HEADS else {"book": 1}
        return {"community_id": COMMUNITY, **book, **names[table.name]}

    def touch(self, table: Table) -> NewEntry:
        """What the row decides about."""
        if table is PENDINGS:
            void = {"code": "off", "void": [self.held, 0]}
            return NewEntry("void.example", {}, transfers=[void])
        if table is PROPOSALS:
            return NewEntry("role.approved", ROLE, actor=SUPERVISOR, refs=[self.proposed])
        return award(0, 1)

    def go_on(self) -> None:
        """What the changed row has nothing to do with."""
        void = {"code": "off", "void": [self.other_held, 0]}
        append(COMMUNITY, request("other member"), [award(1, 1)])
        append(COMMUNITY, request("other hold"), [NewEntry("void.example", {}, transfers=[void])])
        approved = NewEntry("role.approved", ROLE, refs=[self.other_proposed])
        append(COMMUNITY, request("other proposal", SUPERVISOR), [approved])


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


@pytest.fixture
def hand(app: Flask) -> Iterator[Connection]:
    """A connection of somebody who may write to every table."""
    with db.engines[WRITE].begin() as connection:
        yield connection


def by_hand(act: Callable[[Connection], Any]) -> Any:
    """Do it in a transaction of its own."""
    with db.engines[WRITE].begin() as connection:
        return act(connection)


def chosen(table: Table, where: dict[str, Any]) -> list[Any]:
    return [table.c[name] == value for name, value in where.items()]


def change(table: Table, where: dict[str, Any], **values: Any) -> None:
    count = by_hand(
        lambda c: c.execute(update(table).where(*chosen(table, where)).values(values)).rowcount
    )
    assert count == 1


def row_of(table: Table, where: dict[str, Any]) -> dict[str, Any]:
    row = by_hand(lambda c: c.execute(select(table).where(*chosen(table, where))).mappings().one())
    return dict(row)


def other_value(table: Table, column: str, before: Any) -> Any:
    """Something else of the same kind, as a hand that knows the table would put it."""
    if isinstance(before, int):
        return before + 1_000  # where no other row stands
    if isinstance(before, str):
        words = {"state": "voided" if table is PENDINGS else "ended", "unit": "fen"}
        return words.get(column, f"{before[:-1]}z")
    return bytes([before[0] ^ 1]) + bytes(before[1:])


def refused(entry: NewEntry, *errors: type[Exception]) -> None:
    """The entry is refused, and nothing was written."""
    db.session.rollback()  # so that what a hand changed is seen here
    before = notes(), balances()
    with pytest.raises(errors):
        append(COMMUNITY, request("touch", SUPERVISOR), [entry])
    assert (notes(), balances()) == before


@pytest.mark.parametrize(
    ("table", "column"), COLUMNS, ids=[f"{table.name}.{column}" for table, column in COLUMNS]
)
def test_a_changed_column_is_refused(town: Town, table: Table, column: str) -> None:
    where = town.where(table)
    before = row_of(table, where)[column]
    change(table, where, **{column: other_value(table, column, before)})
    refused(town.touch(table), RowChangedError)
    town.go_on()


@pytest.mark.parametrize("table", ROWS, ids=lambda table: table.name)
def test_an_untouched_row_is_accepted(town: Town, table: Table) -> None:
    append(COMMUNITY, request("touch", SUPERVISOR), [town.touch(table)])
    town.go_on()
    assert balances() == book_balances(replayed())


@pytest.mark.parametrize("table", ROWS, ids=lambda table: table.name)
def test_a_deleted_row_is_refused(town: Town, table: Table) -> None:
    by_hand(lambda c: c.execute(delete(table).where(*chosen(table, town.where(table)))))
    refused(town.touch(table), RowChangedError)
    town.go_on()


@pytest.mark.parametrize("table", ROWS, ids=lambda table: table.name)
def test_a_row_of_another_copied_over_it_is_refused(town: Town, table: Table) -> None:
    others: dict[str, dict[str, Any]] = {
        "journal_accounts": {"name": f"wallet:{member(1)}:f1:202712"},
        "journal_families": {"name": f"wallet:{member(1)}"},
        "journal_pendings": {"seq": town.other_held},
        "journal_proposals": {"seq": town.other_proposed},
    }
    where = town.where(table)
    copied = row_of(table, {**where, **others[table.name]})
    mine = {name: value for name, value in copied.items() if name not in where}
    change(table, where, **mine)
    refused(town.touch(table), RowChangedError)
    town.go_on()


@pytest.mark.parametrize("table", ROWS, ids=lambda table: table.name)
def test_a_row_of_another_book_is_refused(town: Town, table: Table) -> None:
    funded(OTHER)
    append(OTHER, request("a"), [award(0, 900)])
    where = town.where(table)
    theirs = {**row_of(table, where), "mac": b"0" * 16}
    if table is ACCOUNTS:
        theirs = {**row_of(table, {**where, "community_id": OTHER}), "community_id": COMMUNITY}
    change(table, where, **theirs)
    refused(town.touch(table), RowChangedError)
    append(OTHER, request("b"), [award(0, 1)])


def test_accounts_whose_families_were_swapped_are_refused(town: Town) -> None:
    mine, theirs = (f"wallet:{member(number)}" for number in (0, 1))
    where = town.where(ACCOUNTS)
    change(ACCOUNTS, where, family=theirs)
    change(ACCOUNTS, {**where, "name": f"{theirs}:f1:202712"}, family=mine)
    refused(award(0, 1), RowChangedError)
    append(COMMUNITY, request("go on"), [award(2, 1)])


def test_a_family_that_was_removed_cannot_be_opened_again(town: Town) -> None:
    by_hand(lambda c: c.execute(delete(FAMILIES).where(FAMILIES.c.name == "receivable:m1")))
    shop = family("receivable:m1", "centipoints", limited=True)
    refused(NewEntry("account.opened", {"accounts": [shop]}), RowChangedError)
    refused(
        NewEntry("account.closed", {"accounts": ["receivable:m1"], "reason": "left"}),
        RowChangedError,
    )


def test_an_account_without_its_row_is_not_empty(town: Town) -> None:
    """Else whoever owes could drop the row and begin anew."""
    by_hand(lambda c: c.execute(delete(ACCOUNTS).where(ACCOUNTS.c.name == WALLET)))
    spend = NewEntry("spend.example", {}, transfers=[plain(WALLET, "receivable:m1:f1", 1)])
    refused(spend, RowChangedError)


def test_an_added_account_is_refused(town: Town) -> None:
    """Both when it is asked for, and when its family gets another one."""
    name = f"wallet:{member(2)}:f1:202801"
    row = row_of(ACCOUNTS, town.where(ACCOUNTS))
    added = {**row, "name": name, "family": f"wallet:{member(2)}", "credits_posted": 10**6}
    by_hand(lambda c: c.execute(insert(ACCOUNTS).values(added)))
    for each in (name, f"wallet:{member(2)}:f1:202806"):
        moves = [plain("fund:f1", each, 1, code="award")]
        refused(NewEntry("points.example", {}, transfers=moves), RowChangedError)


def test_an_added_pending_or_proposal_is_refused(town: Town) -> None:
    void = {"code": "off", "void": [1, 0]}
    for table, key, entry in (
        (PENDINGS, {"seq": 1, "position": 0}, NewEntry("void.example", {}, transfers=[void])),
        (PROPOSALS, {"seq": 1}, NewEntry("role.approved", ROLE, refs=[1])),
    ):
        added = insert(table).values({**row_of(table, town.where(table)), **key})
        by_hand(partial(Connection.execute, statement=added))
        refused(entry, RowChangedError)
    town.go_on()


def test_an_added_family_is_refused(town: Town) -> None:
    row = row_of(FAMILIES, town.where(FAMILIES))
    new = f"wallet:{person('nobody')}"
    by_hand(lambda c: c.execute(insert(FAMILIES).values({**row, "name": new})))
    refused(
        NewEntry("points.example", {}, transfers=[plain("fund:f1", f"{new}:f1:202712", 1)]),
        RowChangedError,
    )
    town.go_on()


def test_what_was_never_there_is_refused_as_the_book_refuses_it(town: Town) -> None:
    """The other half of the tests above: a refusal without a change is not called one."""
    for entry in (
        NewEntry("void.example", {}, transfers=[{"code": "off", "void": [1, 0]}]),
        NewEntry("void.example", {}, transfers=[{"code": "off", "void": [10**9, 0]}]),
        NewEntry("role.approved", ROLE, refs=[1]),
        NewEntry("role.approved", ROLE, refs=[10**9]),
        NewEntry("x.example", {}, transfers=[plain("fund:f9", "fund:f8", 1)]),
    ):
        refused(entry, LedgerError)


HEAD_COLUMNS = [column.name for column in HEADS.c]
NOT_THIS_HEAD = {
    "community_id": NoBookError,
    "origin": KeyMissingError,
    "entry_key_id": KeyMissingError,
}


@pytest.mark.parametrize("column", HEAD_COLUMNS)
def test_a_changed_head_is_refused(town: Town, column: str) -> None:
    """By a process that knows the book, and by one that begins."""
    funded(OTHER)
    where = town.where(HEADS)
    change(HEADS, where, **{column: other_value(HEADS, column, row_of(HEADS, where)[column])})
    for _ in ("warm", "cold"):
        refused(award(0, 1), NOT_THIS_HEAD.get(column, HeadChangedError))
        remembered().facts.clear()
        keeper().forget()
    append(OTHER, request("go on"), [award(0, 1)])


def test_a_removed_head_is_no_book(town: Town) -> None:
    by_hand(lambda c: c.execute(delete(HEADS)))
    refused(award(0, 1), NoBookError)


@pytest.mark.parametrize("cold", [False, True], ids=["warm", "cold"])
def test_the_head_of_another_book_stops_only_this_one(town: Town, cold: bool) -> None:
    """Its origin is another's, which must not be stopped for it."""
    funded(OTHER)
    theirs = row_of(HEADS, {"community_id": OTHER})
    by_hand(lambda c: c.execute(delete(HEADS).where(HEADS.c.community_id == OTHER)))
    mine = row_of(HEADS, town.where(HEADS))
    change(HEADS, town.where(HEADS), **{**theirs, "community_id": COMMUNITY})
    if cold:
        remembered().facts.clear()
        keeper().forget()
    refused(award(0, 1), HeadChangedError)
    change(HEADS, town.where(HEADS), **mine)
    by_hand(lambda c: c.execute(insert(HEADS).values(theirs)))
    append(OTHER, request("go on"), [award(0, 1)])
    append(COMMUNITY, request("go on"), [award(0, 1)])


def test_an_older_head_takes_no_place_twice(town: Town) -> None:
    """Its code is right, and the entries after it are there."""
    older = row_of(HEADS, town.where(HEADS))
    append(COMMUNITY, request("after"), [award(0, 1)])
    change(HEADS, town.where(HEADS), **older)
    refused(award(1, 1), EntryLostError)


def test_a_row_as_it_was_before_is_found_by_the_replay(town: Town) -> None:
    """What the code of one row cannot show; see the head of this file."""
    older = row_of(ACCOUNTS, town.where(ACCOUNTS))
    append(COMMUNITY, request("spend"), [award(0, 7)])
    change(ACCOUNTS, town.where(ACCOUNTS), **older)
    append(COMMUNITY, request("again"), [award(0, 1)])
    assert balances() != book_balances(replayed())


FACT = "kind = 'fund.example.approved'"


def entry_row(where: str) -> dict[str, Any]:
    """One of the entries."""
    chosen_rows = select(ENTRIES).where(ENTRIES.c.community_id == COMMUNITY, text(where))
    return dict(by_hand(lambda c: c.execute(chosen_rows).mappings().first()))


def among_entries(*statements: Any) -> None:
    """Change what the fence keeps from being changed."""

    def act(connection: Connection) -> None:
        fence_down(connection)
        for statement in statements:
            connection.execute(statement)
        fence_up(connection)

    by_hand(act)


def facts_refused() -> None:
    """A process that remembers nothing refuses; one that remembers is told by the head."""
    append(COMMUNITY, request("warm"), [award(1, 1)])
    remembered().facts.clear()
    refused(award(0, 1), FactsChangedError)


@pytest.fixture
def with_role(town: Town) -> Town:
    """A town in which an entry of a fact kind stands in the middle."""
    approved = NewEntry("role.approved", ROLE, refs=[town.proposed])
    append(COMMUNITY, request("role", SUPERVISOR), [approved])
    append(COMMUNITY, request("after the role"), [award(1, 1)])
    return town


@pytest.mark.parametrize("kind", ["role.approved", "book.opened"])
def test_a_removed_fact_is_refused(with_role: Town, kind: str) -> None:
    among_entries(delete(ENTRIES).where(ENTRIES.c.kind == kind))
    facts_refused()


@pytest.mark.parametrize("kind", ["role.approved", "book.opened"])
@pytest.mark.parametrize("column", ["note", "fact", "seq", "book", "community_id"])
def test_a_changed_fact_is_refused(with_role: Town, kind: str, column: str) -> None:
    row = entry_row(f"kind = '{kind}'")
    values: dict[str, Any] = {
        "note": bytes(row["note"]).replace(b"role", b"rule", 1),
        "fact": 0,
        "seq": 10_000,
        "book": 2,
        "community_id": "elsewhere",
    }
    among_entries(update(ENTRIES).where(ENTRIES.c.kind == kind).values({column: values[column]}))
    facts_refused()


@pytest.mark.parametrize("note", [b"", b"{}\n\n", bytes(200), b"\xff" * 99, b"a" * 50_000])
def test_a_fact_that_does_not_read_is_refused(with_role: Town, note: bytes) -> None:
    among_entries(update(ENTRIES).where(ENTRIES.c.kind == "role.approved").values(note=note))
    facts_refused()


def test_an_added_fact_is_refused(with_role: Town) -> None:
    """There is no free place below the size, so another entry has to become one."""
    row = entry_row("kind = 'role.approved'")
    victim = entry_row("kind = 'points.example'")
    values = {"kind": "role.approved", "fact": 1, "note": row["note"]}
    among_entries(update(ENTRIES).where(ENTRIES.c.seq == victim["seq"]).values(values))
    facts_refused()


def test_a_row_beyond_the_head_is_no_fact_and_stops_the_next_entry(with_role: Town) -> None:
    row = entry_row("kind = 'role.approved'")
    size = len(notes())
    by_hand(lambda c: c.execute(insert(ENTRIES).values({**row, "seq": size, "id": "0" * 32})))
    remembered().facts.clear()
    refused(award(0, 1), EntryLostError)


def test_facts_in_another_order_are_refused(with_role: Town) -> None:
    approved = NewEntry("role.approved", ROLE, refs=[with_role.other_proposed])
    append(COMMUNITY, request("role 2", SUPERVISOR), [approved])
    one, two = (
        entry_row(f"kind = 'role.approved' AND seq {how} {with_role.other_proposed + 2}")
        for how in ("<", ">")
    )
    among_entries(
        *(
            update(ENTRIES).where(ENTRIES.c.seq == old["seq"]).values(note=new["note"])
            for old, new in ((one, two), (two, one))
        )
    )
    facts_refused()


def test_a_changed_proposal_entry_is_refused(town: Town) -> None:
    row = entry_row(f"seq = {town.proposed}")
    changed = bytes(row["note"]).replace(b"cashier", b"cashies")
    among_entries(update(ENTRIES).where(ENTRIES.c.seq == town.proposed).values(note=changed))
    refused(town.touch(PROPOSALS), RowChangedError)


def test_a_removed_proposal_entry_is_refused(town: Town) -> None:
    among_entries(delete(ENTRIES).where(ENTRIES.c.seq == town.proposed))
    refused(town.touch(PROPOSALS), RowChangedError)
