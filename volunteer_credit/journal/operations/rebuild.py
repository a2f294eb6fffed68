"""Replaying a book into the rows that follow from it: balances, pendings, proposals, its head.

The entries go through the same code as a verifier's, one by one, so only accounts and what is
open stay in memory. The rows come out as appending would have left them, code by code.
"""

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ledger import facts as fact_kinds
from ledger import kinds
from ledger.book import Book
from ledger.entry import Entry
from ledger.errors import LedgerError
from ledger.keys import ENTRY, NAME_ENDING
from ledger.merkle import Edge, leaf_hash
from ledger.note import Ed25519Signer
from ledger.transfer import Pending
from volunteer_credit.journal.models import (
    AccountRow,
    EntryRow,
    FamilyRow,
    HeadRow,
    PendingRow,
    ProposalRow,
)
from volunteer_credit.journal.operations.backup import without_timeouts
from volunteer_credit.journal.operations.facts import Facts, remembered
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.keys import ROW_KEY_ID, ROWS, keeper
from volunteer_credit.journal.operations.rows import Rows
from volunteer_credit.journal.rules.errors import KeyMissingError, NotAnEntryError
from volunteer_credit.journal.rules.head import NO_FACTS, RESTORED, Head, head_of, octets, row_code
from volunteer_credit.shared.db import transaction
from volunteer_credit.shared.runtime import current

CHUNK = 1000  # entries read and rows written at once
DERIVED = (AccountRow, FamilyRow, PendingRow, ProposalRow)
_entries, _heads = EntryRow.__table__.c, HeadRow.__table__.c


class UsedOnce:
    """The ids of a book whose rows a unique index keeps apart: none has to be remembered."""

    def __contains__(self, _entry_id: object, /) -> bool:
        return False

    def add(self, _entry_id: str, /) -> None:
        """Nothing to keep."""


class _AllRows(Rows):
    """The rows of a whole book, written as they come to rest."""

    def settle(self) -> None:
        """Write the pending transfers that have ended and forget them."""
        ended = self.accounts.resolved
        rows = [self._pending_row((*self._details.pop(pair)[:-1], ended[pair])) for pair in ended]
        if rows:
            self._connection.execute(insert(PendingRow), rows)
        ended.clear()


class Rebuild:
    """A book read anew. `take` reads the next entry, `write` stores what follows from all."""

    def __init__(self, connection: Connection, community_id: str, number: int, origin: str) -> None:
        """Begin with nothing: the rows of before are removed. Raises: KeyMissingError."""
        self._connection = connection
        self._community_id, self._number = community_id, number
        self._where = {"community_id": community_id, "book": number}
        for model in DERIVED:
            chosen = [model.__table__.c[name] == value for name, value in self._where.items()]
            connection.execute(delete(model).where(*chosen))
        self._row_key = keeper().seed(connection, origin, ROWS, ROW_KEY_ID)
        # Only what names the book is read of this one.
        head = Head(community_id, number, origin, 0, b"", 0, "", 0, NO_FACTS, 0, 0, 0, 0)
        self._rows = _AllRows(connection, head, self._row_key)
        self.book = Book(origin, UsedOnce())
        self.book.accounts = self._rows.accounts
        self.edge = Edge()
        self._facts = Facts(self.book)
        self._proposals: dict[int, bytes] = {}  # the open ones
        self._ended: list[tuple[int, bytes]] = []
        self._families_count = 0

    def take(self, note: bytes) -> Entry:
        """Read the next entry. Raises: LedgerError, and then nothing has changed."""
        entry = self.book.read(note)
        self.edge.append(leaf_hash(note))
        for index, transfer in enumerate(entry.transfers):
            if isinstance(transfer, Pending):
                self._rows.opened((entry.seq, index))
        if entry.kind in fact_kinds.KINDS:
            self._facts.add(note)
        if entry.kind.endswith(kinds.PAIR_ENDINGS):
            self._take_pair(entry, note)
        if self.book.size % CHUNK == 0:
            self._settle()
        return entry

    def _take_pair(self, entry: Entry, note: bytes) -> None:
        if entry.kind.endswith(".proposed"):
            self._proposals[entry.seq] = note
        else:
            (seq, *_) = entry.refs
            assert isinstance(seq, int), "the book has accepted it"
            self._ended.append((seq, self._proposals.pop(seq)))

    def _settle(self) -> None:
        self._rows.settle()
        self._write_proposals(self._ended, "ended")
        self._ended.clear()

    def write(self) -> None:
        """Store what is open, and the balances."""
        self._settle()
        self._write_proposals(list(self._proposals.items()), "open")
        self._families_count = self._rows.write()

    def _write_proposals(self, proposals: list[tuple[int, bytes]], state: str) -> None:
        rows = [
            {
                **self._where,
                "seq": seq,
                "state": state,
                "mac": row_code(self._row_key, "proposals", [seq, state, note.hex()]),
            }
            for seq, note in proposals
        ]
        if rows:
            self._connection.execute(insert(ProposalRow), rows)

    def write_head(self, operations_count: int) -> Head:
        """Store the head, after `write`. Raises: KeyMissingError."""
        chosen = select(HeadRow.__table__).where(_heads.community_id == self._community_id)
        row = self._connection.execute(chosen).mappings().one_or_none()
        offset_ms, confirmed_ms = _clock_of(self._connection, row)
        if self.book.clock == "demo":
            # Lost with its head, or left behind: a demo's time never goes back.
            now_ms = current().clock.now_ms()
            offset_ms = max(offset_ms, self.book.last_at_ms - now_ms)
        head = Head(
            community_id=self._community_id,
            book=self._number,
            origin=self.book.origin,
            size=self.book.size,
            edge=b"".join(self.edge.hashes()),
            last_at_ms=self.book.last_at_ms,
            entry_key_id=self._entry_key_id(),
            facts_count=self._facts.count,
            facts_digest=self._facts.digest,
            families_count=self._families_count,
            operations_count=operations_count,
            clock_offset_ms=offset_ms,
            clock_confirmed_ms=confirmed_ms,
        )
        values = {
            **head._asdict(),
            "mac": head.code(keeper().keys(self._connection, head).head_key),
        }
        if row is None:
            self._connection.execute(insert(HeadRow).values(values))
        else:
            self._connection.execute(
                update(HeadRow).where(_heads.community_id == self._community_id).values(values)
            )
        return head

    def _entry_key_id(self) -> str:
        """The newest entry key in force that is here: only who holds it goes on with the book."""
        origin, name = self.book.origin, self.book.origin + NAME_ENDING[ENTRY]
        for key in reversed(self.book.keys.in_force(ENTRY)):
            key_id = key.key_id.hex()
            try:
                seed = keeper().seed(self._connection, origin, ENTRY, key_id)
            except KeyMissingError:
                continue
            if Ed25519Signer(name, seed).verifier_key == key:
                return key_id
        raise KeyMissingError(origin=origin, key_id="entry")


def _clock_of(connection: Connection, row: Any) -> tuple[int, int]:
    """The offset and the confirmed time of a head, if this service wrote them."""
    if row is not None:
        head = head_of(row)
        try:
            code = head.code(keeper().keys(connection, head).head_key)
        except KeyMissingError:
            return 0, 0
        if octets(row["mac"]).removeprefix(RESTORED) == code:
            return head.clock_offset_ms, head.clock_confirmed_ms
    return 0, 0


def rebuild_rows(community_id: str) -> Head:
    """Make the rows and the head of a community's book anew out of its entries in the database.

    Raises: NoBookError, NotAnEntryError, KeyMissingError; nothing is changed then.
    """
    with transaction(book=community_id) as session:
        connection = session.connection()
        without_timeouts(connection)
        keeper().forget()
        chosen = select(HeadRow.__table__).where(_heads.community_id == community_id)
        old = head_of(connection.execute(chosen).mappings().one())
        rebuild = Rebuild(connection, community_id, old.book, old.origin)
        while rows := _read(connection, old, rebuild.book.size):
            for seq, note in rows:
                try:
                    rebuild.take(note)
                except LedgerError as problem:
                    raise NotAnEntryError(
                        origin=old.origin, seq=seq, reason=problem.code
                    ) from problem
        rebuild.write()
        head = rebuild.write_head(old.operations_count)
    forget(old.origin)
    return head


def _read(connection: Connection, head: Head, start: int) -> list[tuple[int, bytes]]:
    rows = connection.execute(
        select(_entries.seq, _entries.note)
        .where(
            _entries.community_id == head.community_id,
            _entries.book == head.book,
            _entries.seq >= start,
        )
        .order_by(_entries.seq)
        .limit(CHUNK)
    )
    return [(seq, octets(note)) for seq, note in rows]


def forget(origin: str) -> None:
    """Drop what this process remembers of a book; the guard looks again at the next write."""
    guard().again(origin)
    remembered().facts.pop(origin, None)
    keeper().forget()
