"""The successor of a book: predecessors restated line by line (docs/ledger-format.md §11).

A successor is written like any book, only that its head is new: entries, rows and codes come from
the same code as every append, and the head row changes to the new book in the same transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.exc import IntegrityError

from ledger import canonical
from ledger.canonical import Value
from ledger.entry import VERSION, encode, entry_id
from ledger.keys import ENTRY, RECOVERY
from ledger.opening import families_of, transfers_of
from ledger.transfer import spell
from volunteer_credit.journal import queries
from volunteer_credit.journal.operations import statements
from volunteer_credit.journal.operations.books import keep_archive_key, new_keys
from volunteer_credit.journal.operations.closing import next_origin
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.keys import drop_key, keeper
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.operations.predecessors import check_predecessors
from volunteer_credit.journal.operations.sidecar import archive_name
from volunteer_credit.journal.operations.succession_hooks import Restated, placed, tell
from volunteer_credit.journal.rules.errors import EntryLostError
from volunteer_credit.journal.rules.head import NAMES, NO_FACTS, Head
from volunteer_credit.journal.rules.pieces import pieces
from volunteer_credit.journal.rules.requests import (
    CITY,
    Appended,
    NewEntry,
    Request,
    about,
    check_community,
)
from volunteer_credit.journal.rules.rotation_errors import PredecessorMissingError
from volunteer_credit.shared.db import LOCK_HEAD, db, end_reading, opened, retried
from volunteer_credit.shared.runtime import current


@dataclass(frozen=True, slots=True)
class Opened:
    """A book that follows others: its first entry, and how many it has when it is complete."""

    entry: Appended
    origin: str
    book: int
    size: int


@dataclass(frozen=True, slots=True)
class Succession:
    """What a successor follows, and what of it: `states[k]` are the lines of `previous[k]`.

    `previous`: objects of {origin, root, size, state}. `founders`: account numbers and roles of
    the two who begin it. `lost`: a predecessor could not be closed; its last checkpoint and a
    state that recovery gave stand for it.
    """

    previous: Sequence[Mapping[str, Value]]
    states: Sequence[bytes]
    founders: Sequence[tuple[str, str]]
    lost: bool = False

    def lines(self) -> list[list[Value]]:
        """The lines of each predecessor. Raises: MalformedError."""
        return [[canonical.decode(line) for line in each.splitlines()] for each in self.states]


@retried
def open_successor(community_id: str, succession: Succession, request: Request) -> Opened:
    """Open the next book of a community, or the first one of a community that others became.

    Its predecessors in this database are closed and sealed first, unless they are lost. Retries
    replay also what was asked of the older books.
    Raises: BookNotClosedError, BookNotSealedError, PredecessorDiffersError,
    PredecessorMissingError, BehindPublicationError, EntryLostError, LedgerError
    (`opening_state` where lines are not those that `previous` names).
    """
    check_community(community_id)
    asked = about(
        request,
        founders=[list(each) for each in succession.founders],
        lost=int(succession.lost),
        previous=[dict(each) for each in succession.previous],
    )
    with _locked(community_id, asked) as operation:
        if not operation.replayed:
            operation.answer(_Opening(operation, succession).run())
    origin, book, size, *entry = operation.result
    return Opened(Appended(*entry), origin, book, size)


def _locked(community_id: str, request: Request) -> AbstractContextManager[Operation]:
    end_reading()
    known = queries.head_row(db.session(), community_id) is not None
    return perform(community_id, request) if known else _first(community_id, request)


@contextmanager
def _first(community_id: str, request: Request) -> Iterator[Operation]:
    """The operation of a community without a book; its head stands for a book 0 until the end."""
    origin = f"{archive_name(community_id)}/0"
    row = _empty_head(community_id, 0, origin, "")
    with opened() as now:
        values = {name: getattr(row, name) for name in NAMES}
        try:
            statements.INSERT_HEAD.run(now.connection, {**values, "mac": b""})
        except IntegrityError as problem:
            raise EntryLostError(origin=origin) from problem
        found = LOCK_HEAD.mapping(now.connection, {"book": community_id})
        assert found is not None
        now.head_row = found
        operation = Operation(now, request)
        yield operation
        now.hook("before_commit", operation.finish)


def _empty_head(community_id: str, book: int, origin: str, key_id: str) -> Head:
    return Head(community_id, book, origin, 0, b"", 0, key_id, 0, NO_FACTS, 0, 0, 0, 0)


@dataclass(slots=True)
class _Opening:
    """One opening inside its operation."""

    operation: Operation
    succession: Succession

    def run(self) -> list[Any]:
        """Check, make keys, write the new book whole, and forget the old one's keys."""
        old = self.operation.head
        origin = next_origin(old)
        clock = self._check(old, origin)
        empty = _empty_head(old.community_id, old.book + 1, origin, "")
        guard().check(self.operation.session.connection(), empty)
        self._take_time(old)
        session = self.operation.session
        keep_archive_key(session, old.community_id)
        vkeys, signers = new_keys(session, origin)
        entry_key_id = signers[ENTRY].verifier_key.key_id.hex()
        head = empty._replace(
            entry_key_id=entry_key_id,
            operations_count=queries.operations_count(session, old.community_id),
            clock_offset_ms=old.clock_offset_ms if clock == "demo" else 0,
            clock_confirmed_ms=old.clock_confirmed_ms,
        )
        self.operation.vouch(head, keeper().keys(session, head))
        data = {**self._opened(old.community_id), "clock": clock, "keys": vkeys}
        lines = [signers[ENTRY], signers[RECOVERY]]
        made = self.operation.append(NewEntry("book.opened", data), signers=lines)
        restated = self._restate(old.origin if old.book else "")
        self._drop_keys(old)
        if old.book:
            tell(self.operation, restated)
        size = self.operation.writing.log.book.size
        return [origin, head.book, size, made.seq, made.id, made.at_ms]

    def _check(self, old: Head, origin: str) -> str:
        """Which clock the new book has, once its predecessors are right."""
        succession, clock = self.succession, current().settings.clock
        origins = [each["origin"] for each in succession.previous]
        whole = len(succession.states) == len(origins) > 0
        if not whole or (old.book and old.origin not in origins):
            raise PredecessorMissingError(origin=old.origin)
        if not succession.lost:
            if old.book:
                clock = self.operation.writing.log.book.clock
            check_predecessors(self.operation.session, succession.previous, origin)
        return clock

    def _take_time(self, old: Head) -> None:
        """The time of all its entries; where there is no head to believe, as for a first book."""
        if old.book == 0 or self.succession.lost:
            self.operation.begin_again()
        assert self.operation.at_ms >= 0

    def _opened(self, community_id: str) -> dict[str, Any]:
        founders = self.succession.founders
        return {
            "founders": [{"account": account, "role": role} for account, role in founders],
            "previous": [dict(each) for each in self.succession.previous],
            "type": "city" if community_id == CITY else "community",
            "utc_offset_minutes": current().settings.utc_offset_minutes,
        }

    def _restate(self, own: str) -> list[Restated]:
        """Say every line; what stood in the community's `own` book before, and where it is now."""
        found: list[Restated] = []
        for number, lines in enumerate(self.succession.lines()):
            is_own = self.succession.previous[number]["origin"] == own
            for piece in pieces(lines):
                made = self.operation.append(self._opening(number, piece))
                found += placed(made.seq, piece) if is_own else ()
        self.operation.append(NewEntry("book.opened.complete", {}))
        return found

    def _opening(self, previous: int, lines: list[Value]) -> NewEntry:
        """A `book.opening` with the transfers that its lines make (S6)."""
        operation, book = self.operation, self.operation.writing.log.book
        actor = operation.request.actor
        new = NewEntry("book.opening", {"lines": lines, "previous": previous})
        fields: dict[str, Any] = {
            "actor": actor.value(),
            "at": operation.at_ms,
            "book": book.origin,
            "data": dict(new.data),
            "id": entry_id(book.origin, actor.account, operation.request.key, 0),
            "kind": new.kind,
            "seq": book.size,
            "v": VERSION,
        }
        entry, _text = encode(fields)
        moves = transfers_of(entry, book.accounts, families_of(lines))
        return replace(new, transfers=[spell(move) for move in moves])

    def _drop_keys(self, old: Head) -> None:
        """Nobody signs for the old book any more; its row key stays, for who looks at its rows."""
        session = self.operation.session
        for role, key_id in queries.signing_keys(session, old.origin):
            drop_key(session, old.origin, role, key_id)
