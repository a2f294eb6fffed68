"""One book inside one transaction: entries are taken in as they come and written at the end.

The book's own code decides over the rows that an entry may touch; nothing else of the book is
read. What the database then holds is exactly what a verifier finds when it replays the entries.
"""

from collections.abc import Iterable, Mapping, Sequence
from hmac import compare_digest
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from ledger import facts as fact_kinds
from ledger.book import Book
from ledger.canonical import INTEGER_MAX
from ledger.entry import NOTE_BYTES_MAX, decode, entry_id
from ledger.log import Log
from ledger.merkle import HASH_BYTES, Edge
from ledger.note import Ed25519Signer, parse_note
from ledger.parties import Parties
from volunteer_credit.journal.operations import statements
from volunteer_credit.journal.operations.facts import remembered
from volunteer_credit.journal.operations.fence import REFUSAL
from volunteer_credit.journal.operations.keys import BookKeys, keeper
from volunteer_credit.journal.operations.rows import CHUNK, Rows, family_of
from volunteer_credit.journal.rules.errors import (
    EntryLostError,
    HeadChangedError,
    IdempotencyKeyUsedError,
    RowChangedError,
)
from volunteer_credit.journal.rules.head import RESTORED, Head, octets, row_code
from volunteer_credit.journal.rules.recovery_errors import RestoredError
from volunteer_credit.journal.rules.requests import Actor, Appended, NewEntry
from volunteer_credit.shared.errors import ServiceError


class Writing:
    """A locked book: `append` takes entries in, `write` stores them with all that they changed."""

    def __init__(
        self, connection: Connection, head: Head, mac: bytes, keys: BookKeys | None = None
    ) -> None:
        """Believe the head first; `keys`: sign with these, and the caller vouches for the head.

        Raises: RestoredError, HeadChangedError, KeyMissingError, FactsChangedError.
        """
        self.head = head
        self._connection = connection
        self._where = {"community_id": head.community_id, "book": head.book}
        self.keys = keys or keeper().keys(connection, head)
        if octets(mac).startswith(RESTORED):
            raise RestoredError(origin=head.origin)
        if keys is None and not compare_digest(octets(mac), head.code(self.keys.head_key)):
            raise HeadChangedError(origin=head.origin)
        self.facts = remembered().take(connection, head)
        self.rows = Rows(connection, head, self.keys.row_key)
        self.log = Log(self._book(), Edge(head.size, hashes_of(head.edge)))
        self._notes: list[dict[str, Any]] = []
        self._proposals: dict[int, str] = {}  # state, as it was read or made
        self._changed: dict[int, str] = {}
        self._new_proposals: set[int] = set()

    def _book(self) -> Book:
        """The book as of this head, with the facts, and with the rows that will be loaded."""
        book, known = Book(self.head.origin), self.facts.book
        book.size, book.last_at_ms = self.head.size, self.head.last_at_ms
        book.type, book.clock = known.type, known.clock
        book.utc_offset_minutes = known.utc_offset_minutes
        book.predecessors, book.closed = known.predecessors, known.closed
        book.keys, book.prices = known.keys, known.prices
        book.parties = Parties({}, known.parties.grants, known.parties.merges)
        book.accounts = self.rows.accounts
        return book

    def append(
        self,
        new: NewEntry,
        actor: Actor,
        at_ms: int,
        name: tuple[str, int],
        signers: Sequence[Ed25519Signer] | None = None,
    ) -> Appended:
        """Take in the next entry, which `prepare` has seen before.

        `name`: the idempotency key, and which entry of the operation.
        Raises: LedgerError, RowChangedError; nothing is written then.
        """
        fields = {
            "actor": actor.value(),
            "at": at_ms,
            "data": dict(new.data),
            "id": entry_id(self.head.origin, actor.account, *name),
            "kind": new.kind,
            **new.fields(),
        }
        seq = self.log.book.size
        note = self.log.append(fields, signers or [self.keys.signer])
        self._after(fields, note, seq)
        return Appended(seq, fields["id"], at_ms)

    def prepare(self, entries: Iterable[NewEntry]) -> None:
        """Read the rows that these entries may touch, all at once."""
        names: set[str] = set()
        families: set[str] = set()
        pairs: set[tuple[int, int]] = set()
        for new in entries:
            for transfer in new.transfers:
                _named(transfer, names, pairs)
            if new.kind.startswith("account."):
                families |= _families_of(new.data)
            if new.kind.endswith((".approved", ".withdrawn")):
                self._load_proposal(new)
        self.rows.load(names, families, pairs)

    def _load_proposal(self, new: NewEntry) -> None:
        """Read the proposal that an approval or withdrawal ends, if it is open."""
        seq = new.refs[0] if new.refs else None
        if type(seq) is not int or seq in self._proposals or not 0 <= seq < self.head.size:
            return
        row = statements.LOAD_PROPOSAL.one_or_none(self._connection, {**self._where, "seq": seq})
        if row is None:
            raise RowChangedError(origin=self.head.origin, row=f"entry {seq}")
        kind, state, mac, note = row
        if state is None and not kind.endswith(".proposed"):
            return
        note = octets(note)
        if state is None or not compare_digest(octets(mac), self._proposal_code(seq, state, note)):
            raise RowChangedError(origin=self.head.origin, row=f"proposal {seq}")
        self._proposals[seq] = state
        if state == "open":
            parsed = parse_note(note, bytes_max=NOTE_BYTES_MAX)
            self.log.book.parties.apply(decode(parsed.text))

    def _proposal_code(self, seq: int, state: str, note: bytes) -> bytes:
        return row_code(self.keys.row_key, "proposals", [seq, state, note.hex()])

    def _after(self, fields: Mapping[str, Any], note: bytes, seq: int) -> None:
        """Keep an accepted entry, and what its kind means beside balances."""
        kind = fields["kind"]
        for index, transfer in enumerate(fields.get("transfers", ())):
            if "pending" in transfer:
                self.rows.opened((seq, index))
        if kind.endswith(".proposed"):
            self._new_proposals.add(seq)
            self._proposals[seq] = self._changed[seq] = "open"
        elif kind.endswith((".approved", ".withdrawn")):
            self._changed[fields["refs"][0]] = "ended"
        fact = kind in fact_kinds.KINDS
        if fact:
            # The book has changed the keys, roles and prices that the facts share with it.
            known, book = self.facts.book, self.log.book
            known.type, known.clock, known.closed = book.type, book.clock, book.closed
            known.utc_offset_minutes = book.utc_offset_minutes
            known.predecessors = book.predecessors
            self.facts.add(note)
        self._notes.append(
            {
                **self._where,
                "seq": seq,
                "id": fields["id"],
                "kind": kind,
                "fact": int(fact),
                "note": note,
            }
        )

    def set_clock(self, *, confirmed_ms: int, offset_ms: int | None = None) -> None:
        """Change what the head says of the clock; nothing of it stands in an entry."""
        offset_ms = self.head.clock_offset_ms if offset_ms is None else offset_ms
        self.head = self.head._replace(clock_confirmed_ms=confirmed_ms, clock_offset_ms=offset_ms)

    def write(self, *, operations_count: int) -> Head:
        """Store everything; the head is sealed with `keys` as they are now.

        Raises: EntryLostError.
        """
        new_families = self.rows.write()
        head = self.head._replace(
            size=self.log.book.size,
            edge=b"".join(self.log.edge.hashes()),
            last_at_ms=self.log.book.last_at_ms,
            facts_count=self.facts.count,
            facts_digest=self.facts.digest,
            families_count=self.head.families_count + new_families,
            operations_count=operations_count,
            entry_key_id=self.keys.signer.verifier_key.key_id.hex(),
        )
        try:
            statements.INSERT_ENTRY.run_many(self._connection, self._notes)
        except IntegrityError as problem:
            raise self._place_taken(problem) from problem
        self._write_proposals()
        self._write_head(head)
        return head

    def give_back(self) -> None:
        """Remember the facts again after a refusal, if none was added to them."""
        if self.facts.count == self.head.facts_count:
            remembered().keep(self.facts)

    def _write_head(self, head: Head) -> None:
        values = head._asdict()
        values["mac"] = head.code(self.keys.head_key)
        statements.UPDATE_HEAD.run(self._connection, values)

    def _write_proposals(self) -> None:
        if not self._changed:
            return
        notes = {row["seq"]: row["note"] for row in self._notes}
        for seq, state in self._changed.items():
            mac = self._proposal_code(seq, state, notes.get(seq) or self._note(seq))
            row = {**self._where, "seq": seq, "state": state, "mac": mac}
            if seq in self._new_proposals:
                statements.INSERT_PROPOSAL.run(self._connection, row)
            else:
                statements.UPDATE_PROPOSAL.run(self._connection, row)

    def misplaced(self, problem: IntegrityError) -> ServiceError:
        """What it means that a row stands where this operation has to put one."""
        text = str(problem.orig)
        if "journal_entries" in text or "journal_operations" in text or REFUSAL in text:
            return self._place_taken(problem)
        return RowChangedError(origin=self.head.origin, row=" ".join(text.split()))

    def _place_taken(self, problem: IntegrityError) -> ServiceError:
        """An id is of an actor and a key: who acts for another may find that key used."""
        if REFUSAL in str(problem.orig):  # SQLite's fence speaks before its unique index
            ids = [row["id"] for row in self._notes]
            id_taken = any(
                statements.FIND_IDS.all(
                    self._connection, {**self._where, "ids": ids[start : start + CHUNK]}
                )
                for start in range(0, len(ids), CHUNK)
            )
        else:
            id_taken = "journal_entries_id" in str(problem.orig)
        origin = self.head.origin
        return IdempotencyKeyUsedError() if id_taken else EntryLostError(origin=origin)

    def _note(self, seq: int) -> bytes:
        (note,) = statements.LOAD_NOTE.one_or_none(self._connection, {**self._where, "seq": seq})
        return octets(note)


def hashes_of(edge: bytes) -> list[bytes]:
    """The hashes of an edge as the head stores it."""
    return [edge[start : start + HASH_BYTES] for start in range(0, len(edge), HASH_BYTES)]


def _named(transfer: Mapping[str, Any], names: set[str], pairs: set[tuple[int, int]]) -> None:
    """Collect the accounts or the pending transfer that a transfer names, if they read."""
    for side in ("debit", "credit"):
        name = transfer.get(side)
        if isinstance(name, str) and name.isascii() and name.isprintable():
            names.add(name)
    for ending in ("post", "void"):
        pair = transfer.get(ending)
        if (
            isinstance(pair, Sequence)
            and len(pair) == len(("seq", "index"))
            and all(type(each) is int and 0 <= each <= INTEGER_MAX for each in pair)
        ):
            pairs.add((pair[0], pair[1]))


def _families_of(data: Mapping[str, Any]) -> set[str]:
    """The families that `account.opened`, `.closed` or `.reopened` names."""
    named = data.get("accounts", ())
    each_of = named if isinstance(named, Sequence) else ()
    texts = (each.get("account") if isinstance(each, Mapping) else each for each in each_of)
    return {
        family_of(text)
        for text in texts
        if isinstance(text, str) and text.isascii() and text.isprintable()
    }
