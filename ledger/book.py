"""A book as a state machine: what may follow, and what then is (docs/ledger-format.md §4 to §11).

An entry is taken in whole or refused, and then nothing has changed. Writer and verifier run the
same code, so what the one appends the other accepts.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger import book_errors as refused
from ledger import chart, dates, kinds, state, stated
from ledger.accounts import Accounts, Family, Moment
from ledger.canonical import Value
from ledger.checkpoint import OpenedCheckpoint, open_checkpoint, read_checkpoint
from ledger.closing import closing_lines
from ledger.entry import NOTE_BYTES_MAX, Entry, check_size, decode
from ledger.key_errors import CheckpointRoleError
from ledger.keys import COSIGN, LOG, KeyName, KeyRing, verify_lines
from ledger.note import VerifierKey, parse_note
from ledger.opening import Opening, families_of
from ledger.opening_errors import OpeningPhaseError
from ledger.parties import EVERYWHERE, Moved, Parties
from ledger.party_errors import SelfCreditError
from ledger.prices import Prices
from ledger.transfer import MOVES, Void

DAY_MS = 86_400_000
PERSON_CLASSES = ("wallet", "hours", "aid")
MONEY_UNITS = ("centipoints", "fen")


class IdSet(Protocol):
    """Where the ids of all entries are kept: a set, or something on disk."""

    def __contains__(self, entry_id: object, /) -> bool: ...

    def add(self, entry_id: str, /) -> None:
        """Keep an id."""


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A book that this one follows: its origin, size and root, and the hash of its part."""

    origin: str
    size: int
    root: str
    state: str


class Book:
    """The state after the entries so far. `origin` is what every entry must name."""

    def __init__(self, origin: str, ids: IdSet | None = None) -> None:
        self.origin = origin
        self.size = 0
        self.last_at_ms = 0
        self.type = ""
        self.clock = ""
        self.utc_offset_minutes = 0
        self.predecessors: tuple[Predecessor, ...] = ()
        self.opening: Opening | None = None
        self.closed: Entry | None = None
        self.stated: list[Value] = []  # lines of the closing state that entries say (S8)
        self.keys = KeyRing(origin)
        self.parties = Parties()
        self.prices = Prices()
        self.accounts = Accounts()
        self.unknown_kinds: Counter[str] = Counter()
        self.unknown_moves: Counter[str] = Counter()
        self.unknown_lines: set[str] = set()  # types of restated lines
        self.clock_resets: list[int] = []
        self.ids: IdSet = set() if ids is None else ids
        self._day_number: int | None = None
        self._day = 0

    def local_day(self, at_ms: int) -> int:
        """The local date of a time, YYYYMMDD."""
        day_number = (at_ms + self.utc_offset_minutes * 60_000) // DAY_MS
        if day_number != self._day_number:
            self._day_number = day_number
            self._day = dates.local_day(at_ms, self.utc_offset_minutes)
        return self._day

    def read(self, note_bytes: bytes, *, verify: bool = True) -> Entry:
        """Take in the next entry from its bytes, with all that a reader checks (§3, §4).

        `verify` False leaves out the signatures themselves, not which keys made them.
        Raises: LedgerError, and then nothing has changed.
        """
        check_size(note_bytes)
        note = parse_note(note_bytes, bytes_max=NOTE_BYTES_MAX)
        entry = decode(note.text)

        def signatures(keys: Sequence[VerifierKey]) -> None:
            verify_lines(keys, note.lines, note.text)

        self.append(entry, note.lines, signatures if verify else None)
        return entry

    def append(
        self,
        entry: Entry,
        lines: Sequence[KeyName],
        verify: Callable[[Sequence[VerifierKey]], None] | None = None,
    ) -> None:
        """Take in the next entry. `lines` say which keys signed it; `verify` looks at signatures.

        Raises: LedgerError, and then nothing has changed.
        """
        kind = kinds.check_data(entry)
        if self.size == 0 and entry.kind != "book.opened":  # there are no keys to ask yet
            raise refused.BookOpenedError(kind=entry.kind, seq=entry.seq)
        # Signatures before rules: what somebody changed is a bad signature, whatever it breaks.
        keys = self.keys.assign(entry, self.keys.check(entry), lines)
        if verify is not None:
            verify(keys)
        self._check_order(entry)
        kinds.check_rules(entry, kind)
        if entry.seq == 0:
            self._open(entry)
        else:
            if kind is not None or self.opening is not None or self.stated:
                self._check_phase(entry)
            self._append(entry, known=kind is not None)
        if kind is None:
            self.unknown_kinds[entry.kind] += 1
            self.unknown_moves[entry.kind] += len(entry.transfers)
        else:
            self.keys.apply(entry)
        self.ids.add(entry.id)
        self.size += 1
        self.last_at_ms = entry.at_ms

    def lines_of(self, entry: Entry) -> list[list[VerifierKey]]:
        """The keys that may sign each line of an entry that would be the next (N6)."""
        kinds.check_data(entry)
        return self.keys.check(entry)

    def open_checkpoint(self, data: bytes) -> OpenedCheckpoint:
        """A signed checkpoint of this book, with a line of each role that T3 wants.

        Only its signatures are looked at: compare size and root with the tree.
        Raises: SignatureError, MalformedError, `wrong_book`.
        """
        checkpoint, _ = read_checkpoint(data)
        if checkpoint.origin != self.origin:
            raise refused.WrongBookError(book=checkpoint.origin, origin=self.origin)
        keys = {role: self.keys.in_force(role, checkpoint.size) for role in (LOG, COSIGN)}
        # As a witness's, a cosign key's line must give a time other than 0.
        opened = open_checkpoint(data, keys[LOG], witnesses=keys[COSIGN])
        for role, theirs in keys.items():
            if opened.keys.isdisjoint(theirs):
                raise CheckpointRoleError(origin=self.origin, size=checkpoint.size, role=role)
        return opened

    def closing_lines(self, at_ms: int | None = None) -> list[Value]:
        """The closing state as of the last entry, or of a `book.closed` at a time (S1)."""
        at_ms = self.last_at_ms if at_ms is None else at_ms
        day = self.local_day(at_ms)
        lines = closing_lines(self.accounts, self.parties, self.prices, at_ms, day)
        return state.order([*lines, *self.stated])

    def _check_order(self, entry: Entry) -> None:
        """E3, E6, E9: the right book, place and id."""
        if entry.book != self.origin:
            raise refused.WrongBookError(book=entry.book, origin=self.origin)
        if entry.seq != self.size:
            raise refused.SeqError(seq=entry.seq, wanted=self.size)
        if self.closed is not None:
            raise refused.BookClosedError(seq=entry.seq)
        if (entry.kind == "book.opened") != (entry.seq == 0):
            raise refused.BookOpenedError(kind=entry.kind, seq=entry.seq)
        if entry.id in self.ids:
            raise refused.IdUsedError(id=entry.id, seq=entry.seq)
        if entry.at_ms < self.last_at_ms or entry.kind == "clock.reset":
            self._check_at(entry)

    def _check_at(self, entry: Entry) -> None:
        """E6, and that a `clock.reset` says what it resets."""
        if entry.kind == "clock.reset":
            if entry.data["last_at"] != self.last_at_ms:
                raise refused.ClockResetError(
                    seq=entry.seq, last_at=entry.data["last_at"], last_at_ms=self.last_at_ms
                )
        else:
            raise refused.AtBackError(seq=entry.seq, at_ms=entry.at_ms, last_at_ms=self.last_at_ms)

    def _check_origins(self, entry: Entry, origins: list[str]) -> None:
        if len({*origins, self.origin}) <= len(origins):
            raise refused.PredecessorsError(seq=entry.seq, origins=origins)

    def _open(self, entry: Entry) -> None:
        """Entry 0: who the first two are, and whom the book follows (S3, P8)."""
        data = entry.data
        self._check_origins(entry, [each["origin"] for each in data["previous"]])
        local_day = dates.local_day(entry.at_ms, data["utc_offset_minutes"])
        if entry.day > local_day:
            raise refused.DayInFutureError(seq=0, day=entry.day, local_day=local_day)
        self.prices.check(entry, local_day)
        predecessors = tuple(Predecessor(**each) for each in data["previous"])
        self._check_refs(entry, predecessors)
        self.type, self.clock = data["type"], data["clock"]
        self.utc_offset_minutes = data["utc_offset_minutes"]
        self.predecessors = predecessors
        if predecessors:
            self.opening = Opening([each.state for each in predecessors])
        for founder in data["founders"]:
            self.parties.grant({**founder, "scope": EVERYWHERE, "until_day": dates.DAY_WITHOUT_END})

    def _check_phase(self, entry: Entry) -> None:
        """S4, S8: only the opening while it lasts, and none otherwise; then only the closing."""
        if self.stated and entry.kind not in (stated.KIND, "book.closed"):
            raise stated.StatedPhaseError(kind=entry.kind, seq=entry.seq)
        opens = entry.kind in ("book.opening", "book.opened.complete")
        if opens != (self.opening is not None):
            raise OpeningPhaseError(kind=entry.kind, seq=entry.seq)

    def _check_refs(self, entry: Entry, predecessors: Sequence[Predecessor]) -> None:
        for ref in entry.refs:
            if isinstance(ref, tuple):
                k, seq = ref
                if k >= len(predecessors) or seq >= predecessors[k].size:
                    raise refused.RefError(seq=entry.seq, ref=list(ref))

    def _append(self, entry: Entry, *, known: bool) -> None:
        """Everything after entry 0: the rules, then the transfers, then what else changes."""
        local_day = self.local_day(entry.at_ms)
        if entry.day > local_day:
            raise refused.DayInFutureError(seq=entry.seq, day=entry.day, local_day=local_day)
        if entry.refs:
            self._check_refs(entry, self.predecessors)
        if known or entry.rule:
            self.prices.check(entry, local_day)
        pair = entry.kind.endswith(kinds.PAIR_ENDINGS)
        approved = pair and entry.kind.endswith(".approved")
        if pair:
            self.parties.check(entry, local_day, self._moved(entry) if approved else Moved())
        elif entry.transfers:
            self._check_self_credit(entry)
        opened = self._check_accounts(entry) if known else []
        if entry.transfers or opened:
            self.accounts.apply(
                entry.transfers, _moment(entry, local_day, approved=approved), opened
            )
        if known or pair:
            self._apply_kind(entry)

    def _check_accounts(self, entry: Entry) -> list[Family]:
        """The families an entry opens, and whether it may open, close or restate what it does."""
        if entry.kind == "account.opened":
            families = families_of([{**item, "type": "account"} for item in entry.data["accounts"]])
            self.accounts.check_open(families)
            return families
        if entry.kind in ("account.closed", "account.reopened"):
            self.accounts.check_close(entry.data["accounts"], closed=entry.kind == "account.closed")
        elif entry.kind == "book.opening" and self.opening is not None:
            return self.opening.check(entry, self.accounts)
        elif entry.kind == "book.opened.complete" and self.opening is not None:
            self.opening.check_complete()
        else:
            self._check_end(entry)
        return []

    def _check_end(self, entry: Entry) -> None:
        """What a book hands on, and that it closes with it."""
        if entry.kind == stated.KIND:
            for line in entry.data["lines"]:
                state.check_line(line)
            stated.check_stated(entry, self.stated)
        elif entry.kind == "book.closed":
            self._check_closed(entry)

    def _check_closed(self, entry: Entry) -> None:
        """S2 and S3; the state itself only where no unknown kind could have added lines."""
        self._check_origins(entry, [each["origin"] for each in entry.data["next"]])
        if not (self.unknown_kinds or self.unknown_lines):
            wanted = state.state_hash(self.closing_lines(entry.at_ms))
            if entry.data["state"] != wanted:
                raise refused.ClosingStateError(
                    seq=entry.seq, got=entry.data["state"], wanted=wanted
                )

    def _apply_kind(self, entry: Entry) -> None:
        """What an accepted entry changes beside balances and keys."""
        kind = entry.kind
        if kind.endswith(kinds.PAIR_ENDINGS):
            self.parties.apply(entry)
            self.prices.apply(entry)
        elif kind in ("account.closed", "account.reopened"):
            self.accounts.close(entry.data["accounts"], closed=kind == "account.closed")
        elif kind == "clock.reset":
            self.clock_resets.append(entry.seq)
        elif kind == stated.KIND:
            self.stated += entry.data["lines"]
        elif kind == "book.closed":
            self.closed = entry
        elif self.opening is not None:
            if kind == "book.opening":
                self.opening.apply(entry, self.parties)
            else:
                self.opening.complete(self.accounts, self.prices)
                self.unknown_lines = self.opening.unknown_types
                self.opening = None

    def _moved(self, entry: Entry) -> Moved:
        """Whose accounts an approval moves, and over which routes (P4, P5, P7)."""
        persons = {
            name.split(":")[1]
            for side in self.accounts.sides(entry.transfers)
            for name in side
            if ":" in name and name.split(":")[0] in PERSON_CLASSES
        }
        scanned = entry.tier in chart.SCANNED_TIERS
        two, money = False, False
        for transfer in entry.transfers:
            if isinstance(transfer, MOVES):
                route = chart.route(transfer.debit.split(":")[0], transfer.credit.split(":")[0])
                if route and (route.two or (route.scanned and not scanned)):
                    two = True
                    money = money or transfer.unit in MONEY_UNITS
        return Moved(frozenset(persons), two, money)

    def _check_self_credit(self, entry: Entry) -> None:
        """P11: outside an approval nobody credits its own hours."""
        if not chart.is_person(entry.actor.account):
            return
        root = self.parties.root(entry.actor.account)
        credits_only = [each for each in entry.transfers if not isinstance(each, Void)]
        for _, credit in self.accounts.sides(credits_only):
            class_name, _, account = credit.partition(":")
            if class_name == "hours" and self.parties.root(account) == root:
                raise SelfCreditError(seq=entry.seq, account=entry.actor.account)


def _moment(entry: Entry, local_day: int, *, approved: bool) -> Moment:
    """What the accounts need to know of an entry."""
    return Moment(
        entry.seq,
        entry.at_ms,
        dates.month_of(local_day),
        approved,
        entry.tier in chart.SCANNED_TIERS and bool(entry.refs),
        entry.kind == "account.closed",
        entry.kind == "book.opening",
    )
