"""One operation: lock, replay or do, append, remember what was answered, commit.

with perform(community, request) as operation:
    authorise(operation.session, …)              # before anything is given away
    if not operation.replayed:
        operation.append(NewEntry(…))
        operation.answer({"seq": …})
return operation.result
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import Table
from sqlalchemy.orm import Session

from ledger import canonical
from ledger.clock import ClockUnconfirmedError
from ledger.entry import entry_id
from ledger.note import Ed25519Signer
from volunteer_credit.journal.operations import statements
from volunteer_credit.journal.operations.clocks import clocks
from volunteer_credit.journal.operations.facts import remembered
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.keys import BookKeys
from volunteer_credit.journal.operations.sidecar import (
    check_operation,
    operation_code,
    rows_written,
)
from volunteer_credit.journal.operations.writing import Writing
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.journal.rules.head import Head, head_of, octets
from volunteer_credit.journal.rules.requests import Appended, NewEntry, Request
from volunteer_credit.shared.db import Question, Reader, Transaction, opened, retried
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import all_rows
from volunteer_credit.shared.writes import columns_of, inserting, key_of, updating

_Place: TypeAlias = tuple[Any, ...]  # a row's table and key
_Put: TypeAlias = tuple[str, str, Mapping[str, Any]]


class Operation:
    """An operation inside its transaction. `result` is what it answers, now or at first."""

    def __init__(self, now: Transaction, request: Request) -> None:
        head, mac = head_of(now.head_row), octets(now.head_row["mac"])
        now.followed = True
        self._now = now
        self.request = request
        self.replayed = False
        self._head = head
        self._mac = mac
        self._writing: Writing | None = None
        self._at_ms = -1
        self._unconfirmed: ClockUnconfirmedError | None = None
        self._count = 0
        self._last: list[Question] = []  # rows that are written with the entries
        self._waiting: dict[_Place, list[_Put]] = {}  # which these are, for the archive
        self._rows: dict[_Place, Mapping[str, Any]] = {}  # what was written last
        self._answer: Any = None
        self._spelled = "null"

    @property
    def session(self) -> Session:
        """The session that joins this transaction."""
        return self._now.session

    @property
    def reader(self) -> Reader:
        """What reads in this transaction, for who needs no session."""
        return self._now.reader

    def rows(self, statement: Prepared, values: Mapping[str, Any]) -> list[Any]:
        """What a statement reads under the lock; the one that found the actor went with the lock.

        That answer is given once, and only while nothing can have been written since.
        """
        known = self._now.answers[1:]
        if known and self._now.is_untouched and self.request.actor.known_by == (statement, values):
            del self._now.answers[1:]
            return known[0]
        return all_rows(self._now.reader, statement, **values)

    @property
    def community_id(self) -> str:
        """Whose book is locked."""
        return self._head.community_id

    @property
    def result(self) -> Any:
        """What the operation answers: the first answer, if this is a retry."""
        return self._answer

    @property
    def at_ms(self) -> int:
        """The time of this operation and its entries, read after the lock. Raises: as `entry_at`.

        After a long silence of the book only an entry waits for a confirmed clock: most of what
        the city's book locks for appends none.
        """
        if self._at_ms < 0:
            try:
                self._at_ms = clocks().entry_at(self._now.connection, self._head)
            except ClockUnconfirmedError as problem:
                self._unconfirmed = problem
                self._at_ms = clocks().first_at(self._now.connection, self._head)
        return self._at_ms

    def add(self, table: Table, row: Mapping[str, Any], *, at_end: bool = False) -> None:
        """Write a new row, for the archive too where the table's rows go there.

        `at_end`: together with the entries, and nothing here reads it any more.
        """
        self._write(table, row, (inserting(table), row), at_end=at_end)

    def change(
        self,
        table: Table,
        row: Mapping[str, Any],
        changed: Mapping[str, Any],
        *,
        at_end: bool = False,
    ) -> None:
        """Change a row that was read under the lock, whole; else as `add`.

        What was written here before is read again first, or the archive gets what it was.
        """
        keys = key_of(table)
        known = self._rows.get(_place(table, row), row)
        assert all(known[name] == value for name, value in row.items()), "it has changed since"
        values = {**{name: row[name] for name in keys}, **changed}
        statement = updating(table, keys, tuple(changed))
        self._write(table, {**row, **changed}, (statement, values), at_end=at_end)

    def _write(self, table: Table, row: Mapping[str, Any], how: Question, *, at_end: bool) -> None:
        assert row.keys() == columns_of(table), "a whole row, or the archive lacks something"
        place = _place(table, row)
        assert place not in self._waiting, "a row waits for the end once, and nothing follows it"
        self._rows[place] = row
        put: list[_Put] = [("put", table.name, row)] if table.info.get("sidecar", True) else []
        if at_end:
            self._last.append(how)
            self._waiting[place] = put
        else:
            self._now.write(*how)
            self._now.written += put

    @property
    def has_written(self) -> bool:
        """Whether rows wait for the end."""
        return bool(self._last)

    def begin_again(self) -> None:
        """Take the time as it is, also when it is before the last entry: only `clock.reset` may.

        Raises: `clock_ahead` (ledger.clock).
        """
        self._at_ms = clocks().first_at(self._now.connection, self._head)
        self._unconfirmed = None

    @property
    def head(self) -> Head:
        """The locked head as it was read. Only `writing` believes it."""
        return self._head

    def vouch(self, head: Head, keys: BookKeys) -> Writing:
        """Write to this head with these keys: the caller says that the head is right.

        Raises: RestoredError, FactsChangedError.
        """
        mac = self._mac if head.origin == self._head.origin else b""
        self._head, self._writing = head, Writing(self._now.connection, head, mac, keys)
        return self._writing

    @property
    def day(self) -> int:
        """The local date of `at_ms`, YYYYMMDD."""
        return self._book().log.book.local_day(self.at_ms)

    @property
    def writing(self) -> Writing:
        """The locked book."""
        return self._book()

    def entry_id(self, new: NewEntry, ahead: int = 0) -> str:
        """The id of an entry that comes after `ahead` others of this operation (E5)."""
        actor, origin = new.actor or self.request.actor, self._head.origin
        return entry_id(origin, actor.account, self.request.key, self._count + ahead)

    def append(self, new: NewEntry, *, signers: Sequence[Ed25519Signer] | None = None) -> Appended:
        """Append one entry; `signers` only for the kinds that need more keys (N6).

        Raises: LedgerError, RowChangedError, HeadChangedError; the whole operation is undone then.
        """
        self._book().prepare([new])
        return self._append(new, signers)

    def append_all(self, entries: Sequence[NewEntry]) -> list[Appended]:
        """Append a batch; the rows it touches are read together."""
        self._book().prepare(entries)
        return [self._append(each) for each in entries]

    def _append(self, new: NewEntry, signers: Sequence[Ed25519Signer] | None = None) -> Appended:
        assert not self.replayed, "a retry writes nothing"
        at_ms = self.at_ms
        if self._unconfirmed is not None:
            raise self._unconfirmed
        actor = new.actor or self.request.actor
        name = (self.request.key, self._count)
        appended = self._book().append(new, actor, at_ms, name, signers)
        self._count += 1
        return appended

    def answer(self, value: Any) -> None:
        """What to answer, now and to every retry: ids and integers, no names and no codes."""
        # As it will be read back, so that a retry answers just this.
        self._spelled = canonical.spell(value).decode("ascii")
        self._answer = json.loads(self._spelled)

    def _book(self) -> Writing:
        if self._writing is None:
            # The head is believed first: a forged origin must not stop another book.
            self._writing = Writing(self._now.connection, self._head, self._mac)
            self._now.hook("after_rollback", self._writing.give_back)
            guard().check(self._now.connection, self._head)
        return self._writing

    def replay(self) -> None:
        """Take the first answer under this key, if there is one.

        Raises: IdempotencyKeyUsedError, RowChangedError.
        """
        request = self.request
        for values in self._now.answers[0]:
            row = dict(zip(statements.OPERATIONS.c.keys(), values, strict=True))
            check_operation(self._now.connection, row)
            if (row["name"], octets(row["request_digest"])) != (request.name, request.digest()):
                raise IdempotencyKeyUsedError
            self.replayed, self._answer = True, json.loads(row["result"])

    def finish(self) -> None:
        """Write the entries, what they changed, and the answer, as the last before the commit."""
        writing = self._book()
        rows = self._now.rows
        rows += chain.from_iterable(self._waiting.values())  # behind what the session has written
        row = self._row(writing.log.book.size)

        def write() -> None:
            writing.write(operations_count=self._head.operations_count + 1)
            for statement, values in self._last:
                statement.run(self._now.connection, values)
            statements.INSERT_OPERATION.run(self._now.connection, row)

        self._now.last, self._now.explained = write, writing.misplaced
        self._now.hook("after_commit", lambda: remembered().keep(writing.facts))

    def _row(self, size: int) -> dict[str, Any]:
        """What was asked, answered and written beside entries."""
        connection, position = self._now.connection, self._head.operations_count
        row: dict[str, Any] = {
            "community_id": self.community_id,
            "position": position,
            "actor": self.request.actor.account,
            "key": self.request.key,
            "name": self.request.name,
            "request_digest": self.request.digest(),
            "result": self._spelled,
            "size": size,
            "rows": rows_written(connection, self._now.rows, self.community_id, position),
        }
        row["mac"] = operation_code(connection, row)
        return row


def _place(table: Table, row: Mapping[str, Any]) -> _Place:
    return (table.name, *[row[name] for name in key_of(table)])


@contextmanager
def perform(community_id: str, request: Request) -> Iterator[Operation]:
    """Do an operation once, whatever is retried; see above for its form.

    Raises: NoBookError, IdempotencyKeyUsedError, and what the operation itself raises.
    """
    guard().before(community_id)
    asked = {"community_id": community_id, "actor": request.actor.account, "key": request.key}
    ask: list[Question] = [(statements.REPLAY, asked)]
    if request.actor.known_by is not None:
        ask.append(request.actor.known_by)
    with opened(book=community_id, ask=ask) as now:
        operation = Operation(now, request)
        operation.replay()
        yield operation
        if operation.replayed:
            assert not now.rows, "a retry writes nothing"
            assert not operation.has_written, "a retry writes nothing"
        else:
            now.hook("before_commit", operation.finish)


def append(community_id: str, request: Request, entries: Iterable[NewEntry]) -> list[Appended]:
    """Append some entries and nothing else, as one operation."""
    return _append(community_id, request, list(entries))


@retried
def _append(community_id: str, request: Request, entries: Sequence[NewEntry]) -> list[Appended]:
    with perform(community_id, request) as operation:
        if not operation.replayed:
            made = operation.append_all(entries)
            operation.answer([[each.seq, each.id, each.at_ms] for each in made])
    return [Appended(*each) for each in operation.result]
